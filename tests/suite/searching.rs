//! Searching: what words mean, what is shown of a match, and exact counts under any filter.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use domain::codes::*;
use domain::facets::blank_place;
use domain::organisation::OrganisationRef;
use domain::procurement::SupplierInvolvement;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;
use suite::{TestApp, record};

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// Titles of the hits, without the nearest other records.
fn hits(list: &Value) -> Vec<&str> {
    let total = list["total"].as_u64().unwrap() as usize;
    titles(list).into_iter().take(total).collect()
}

fn search(q: &str) -> String {
    format!("/api/v1/records?q={}", percent_encode(q.as_bytes(), NON_ALPHANUMERIC))
}

async fn some() -> TestApp {
    let app = TestApp::new().await;
    let records = vec![
        record("Face matching at the gate", |r| {
            r.summary = Some("Live facial recognition compares people with a watch list.".into());
        }),
        record("Café rota", |r| {
            r.description = Some("Plans who serves at the naïve café counter & <till>.".into());
            r.sectors = vec![Sector::InternalOperations];
        }),
        record("Road cameras", |r| {
            r.summary = Some("Automatic number plate recognition on trunk roads.".into());
            r.publisher = OrganisationRef::named("Calder Vale Police");
            r.sectors = vec![Sector::Policing];
            r.supplier_involvement = vec![SupplierInvolvement {
                supplier: Some(OrganisationRef::named("Lumen Optics Ltd")),
                product: Some("PlateWren".into()),
                ..SupplierInvolvement::default()
            }];
        }),
        record("Letters", |r| r.description = Some("Road cameras send letters to drivers.".into())),
    ];
    app.publish(&records).await;
    app
}

#[tokio::test]
async fn words_mean_what_people_mean_by_them() {
    let app = some().await;
    for (q, expected) in [
        ("road cameras", vec!["Road cameras", "Letters"]),
        ("camera", vec!["Road cameras", "Letters"]),
        ("\"road cameras\" -police", vec!["Letters"]),
        ("\"cameras road\"", vec![]),
        ("cafe naive", vec!["Café rota"]),
        ("CAFÉ", vec!["Café rota"]),
        ("recogni*", vec!["Face matching at the gate", "Road cameras"]),
        ("platewr*", vec!["Road cameras"]),
        ("lumen", vec!["Road cameras"]),
        ("ANPR", vec!["Road cameras"]),
        ("LFR", vec!["Face matching at the gate"]),
        ("policing", vec!["Road cameras"]),
        ("the facial recognition of a gate", vec!["Face matching at the gate"]),
        ("-camera", vec!["Café rota", "Face matching at the gate"]),
        ("zzz", vec![]),
        ("!!!", vec![]),
    ] {
        let list = app.json(&search(q)).await;
        let mut found = hits(&list);
        if q == "recogni*" || q.starts_with("-c") {
            found.sort_unstable();
        }
        assert_eq!(found, expected, "{q}");
        assert_eq!(list["total"], expected.len(), "{q}");
    }
}

#[tokio::test]
async fn a_match_is_shown_and_marked_safely() {
    let app = some().await;
    let list = app.json(&search("counter")).await;
    let snippet = list["items"][0]["snippet"].as_str().unwrap();
    assert!(snippet.contains("<mark>counter</mark> &amp; &lt;till"), "{snippet}");
    let list = app.json(&search("LFR")).await;
    let snippet = list["items"][0]["snippet"].as_str().unwrap();
    assert!(
        snippet.starts_with("<mark>Live</mark> <mark>facial</mark> <mark>recognition</mark>"),
        "{snippet}"
    );
    let plain = app.json("/api/v1/records").await;
    assert!(plain["items"][0].get("snippet").is_none());
    let picked = app.json(&format!("{}&fields=title", search("camera"))).await;
    assert_eq!(picked["items"][0].as_object().unwrap().len(), 5, "id, url, title, match, snippet");
}

#[tokio::test]
async fn a_mistyped_word_is_met_with_the_nearest() {
    let app = some().await;
    let list = app.json(&search("facial recogniton")).await;
    assert_eq!(hits(&list), ["Face matching at the gate"], "the corrected text is searched");
    assert_eq!(titles(&list)[1..], ["Road cameras"], "the nearest have one of two words");
    assert_eq!(list["relaxed"], true);
    assert_eq!(list["did_you_mean"], "facial recognition");
    assert_eq!(
        app.json(&search("\"facial recogniton\"")).await["total"],
        0,
        "a phrase is meant as it stands"
    );
    assert!(app.json(&search("facial recognition")).await.get("did_you_mean").is_none());
    assert!(app.json(&search("xqzwvut")).await.get("did_you_mean").is_none(), "nothing is like it");
}

#[tokio::test]
async fn operators_brackets_and_fields_mean_what_they_say() {
    let app = some().await;
    for (q, expected) in [
        ("counter OR drivers", vec!["Café rota", "Letters"]),
        ("camera (drivers OR \"trunk roads\")", vec!["Letters", "Road cameras"]),
        ("camera NOT drivers", vec!["Road cameras"]),
        ("camera AND drivers", vec!["Letters"]),
        ("title:cameras", vec!["Road cameras"]),
        ("teitl:(cameras OR rota)", vec!["Café rota", "Road cameras"]),
        ("publisher:\"Calder Vale Police\"", vec!["Road cameras"]),
        ("supplier:lumen", vec!["Road cameras"]),
        ("supplier:calder", vec![]),
        ("sector:policing", vec!["Road cameras"]),
        ("sector:\"internal operations\" cafe", vec!["Café rota"]),
        ("camera -sector:policing", vec!["Letters"]),
        ("platewren OR zzz", vec!["Road cameras"]),
        ("numberplate", vec!["Road cameras"]),
    ] {
        let list = app.json(&search(q)).await;
        let mut found = hits(&list);
        found.sort_unstable();
        assert_eq!(found, expected, "{q}");
        assert_eq!(list["total"], expected.len(), "{q}");
    }
}

#[tokio::test]
async fn a_bodys_own_records_come_before_mentions_of_it() {
    let app = some().await;
    app.publish(&[record("Calder Vale Police, Calder Vale Police", |r| {
        r.publisher = OrganisationRef::named("Audit Office of Calder");
        r.summary = Some("What Calder Vale Police do.".into());
    })])
    .await;
    let list = app.json(&search("calder vale police")).await;
    assert_eq!(hits(&list), ["Road cameras", "Calder Vale Police, Calder Vale Police"]);
    let list = app.json(&search("lumen optics cameras")).await;
    assert_eq!(hits(&list), ["Road cameras"], "the rest of the words must be there too");
}

#[tokio::test]
async fn the_nearest_records_follow_few_hits_and_are_not_counted_or_downloaded() {
    let app = some().await;
    let list = app.json(&format!("{}&facets=sector", search("facial zebra"))).await;
    assert_eq!((&list["total"], &list["relaxed"]), (&0.into(), &true.into()));
    assert_eq!(titles(&list), ["Face matching at the gate"]);
    assert_eq!(list["facets"]["sector"].as_array().unwrap().len(), 0, "facets are of hits");
    let csv = app.get("/api/v1/records.csv?q=facial+zebra").await;
    assert_eq!(csv.text.lines().count(), 1, "only the header: {}", csv.text);
    let feed = app.json("/records.json?q=facial+zebra").await;
    assert_eq!(feed["items"].as_array().unwrap().len(), 0);
    assert_eq!(app.json("/api/v1/stats?q=facial+zebra").await["total"], 0);
    let filtered = app.json(&format!("{}&sector=policing", search("facial zebra"))).await;
    assert!(titles(&filtered).is_empty(), "only within the filters");
    let one = app.json(&format!("{}&limit=1", search("camera zebra"))).await;
    assert_eq!((titles(&one).len(), one.get("next")), (1, None), "a page of the nearest is the last");
    assert!(titles(&app.json(&search("zebra")).await).is_empty(), "nothing is near one unknown word");
}

#[tokio::test]
async fn a_correction_never_finds_less() {
    let app = TestApp::new().await;
    app.publish(&[
        record("Mental health triage", |_| {}),
        record("Mental health chat", |_| {}),
        record("Rental homes", |_| {}),
    ])
    .await;
    let list = app.json(&search("rental")).await;
    assert_eq!((hits(&list), list.get("did_you_mean")), (vec!["Rental homes"], None));
    let list = app.json(&search("dental")).await;
    assert_eq!((hits(&list).len(), list.get("did_you_mean")), (0, None), "another word, not a mistyped one");
    let list = app.json(&search("metnal helath")).await;
    assert_eq!(hits(&list).len(), 2, "letters in the wrong order");
    assert_eq!(list["did_you_mean"], "mental health");
}

#[tokio::test]
async fn odd_searches_get_an_answer_or_are_refused_with_a_hint() {
    let app = some().await;
    let long = "word ".repeat(2_100);
    let mut queries: Vec<Vec<u8>> = [
        "\"",
        "\"\"\"",
        "-",
        "--a",
        "-\"",
        "*",
        "**",
        "a*",
        "*a",
        "(",
        ")",
        "((((",
        "AND",
        "OR NOT",
        "title:x",
        "x^2",
        "/re.*/",
        "[a TO z]",
        "{",
        "~",
        "a~2",
        "\\",
        "'; DROP TABLE records; --",
        "<script>",
        "%",
        "\u{0}",
        "\u{1}\u{2}\u{7f}",
        "\u{202e}abc",
        "\u{feff}",
        "🙂",
        "ß",
        "Ⅷ",
        "\u{fdfa}",
        "the",
        "the of and",
        "-the",
        "-a -b -c",
        "𝒻𝒶𝒸𝑒",
        "e\u{301}\u{301}\u{301}",
        "a-b-c",
        "a.b",
        "\t\r\n",
        "NULL",
        "0",
        "1e9999",
    ]
    .iter()
    .map(|q| q.as_bytes().to_vec())
    .collect();
    queries.push(long.into_bytes());
    queries.push(vec![0xff, 0xfe, b'a']);
    queries.push(vec![0xc3]);
    queries.push("a ".repeat(249).into_bytes());
    queries.push("x*".repeat(200).into_bytes());
    for q in queries {
        let path = format!("/api/v1/records?facets=all&q={}", percent_encode(&q, NON_ALPHANUMERIC));
        let answer = app.get(&path).await;
        match answer.status {
            StatusCode::OK => {
                answer.json();
            }
            StatusCode::BAD_REQUEST => {
                let problem = answer.json();
                assert!(
                    problem["errors"][0]["hint"].is_string() || problem["detail"].is_string(),
                    "{problem}"
                );
            }
            status => panic!("{status} for {:?}: {}", String::from_utf8_lossy(&q), answer.text),
        }
    }
    assert_eq!(app.json("/api/v1/records").await["total"], 4);
}

#[tokio::test]
async fn counts_are_exact_under_any_filters() {
    let app = TestApp::demonstration().await;
    let everything = app.json("/api/v1/records?limit=100").await;
    let all = everything["items"].as_array().unwrap().clone();
    assert_eq!(all.len() as u64, everything["total"].as_u64().unwrap());
    let values = |item: &Value, facet: &str| -> Vec<String> {
        let many = |name: &str| {
            let items = item[name].as_array().cloned().unwrap_or_default();
            items.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        };
        match facet {
            "sector" => many("sectors"),
            "technology" => many("technologies"),
            "flag" => many("flags"),
            "phase" => item["phase"].as_str().map(str::to_owned).into_iter().collect(),
            "origin" => vec![item["origin"].as_str().unwrap().to_owned()],
            _ => unreachable!(),
        }
    };
    let facets = ["sector", "technology", "flag", "phase", "origin"];
    for filters in [
        vec![],
        vec![("sector", "policing")],
        vec![("sector", "policing"), ("sector", "schools")],
        vec![("sector", "policing"), ("phase", "production")],
        vec![("flag", "assessment_missing"), ("phase", "production"), ("phase", "pilot")],
        vec![("origin", "third_party")],
        vec![("technology", "computer_vision"), ("sector", "transport"), ("flag", "stale")],
    ] {
        let query: Vec<String> = filters.iter().map(|(facet, value)| format!("{facet}={value}")).collect();
        let list = app.json(&format!("/api/v1/records?{}&facets=all&limit=100", query.join("&"))).await;
        let fits = |item: &Value, except: &str| {
            facets.iter().filter(|facet| **facet != except).all(|facet| {
                let wanted: Vec<&str> =
                    filters.iter().filter(|(name, _)| name == facet).map(|(_, value)| *value).collect();
                wanted.is_empty() || values(item, facet).iter().any(|value| wanted.contains(&value.as_str()))
            })
        };
        assert_eq!(list["total"], all.iter().filter(|item| fits(item, "")).count(), "{query:?}");
        for facet in facets {
            let mut expected: BTreeMap<String, u64> = BTreeMap::new();
            let mut blank = 0;
            for item in all.iter().filter(|item| fits(item, facet)) {
                let values = values(item, facet);
                blank += u64::from(values.is_empty() && facet != "flag");
                for value in values {
                    *expected.entry(value).or_default() += 1;
                }
            }
            let found = list["facets"][facet].as_array().unwrap().iter();
            let found =
                found.map(|one| (one["value"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap()));
            let (states, found): (BTreeMap<String, u64>, BTreeMap<String, u64>) =
                found.partition(|(value, _)| blank_place(value).is_some());
            assert_eq!(found, expected, "{facet} under {query:?}");
            assert_eq!(states.values().sum::<u64>(), blank, "what {facet} does not say under {query:?}");
        }
    }
}

#[tokio::test]
async fn a_walk_by_relevance_visits_each_match_once() {
    let app = TestApp::demonstration().await;
    let total = app.json(&search("people")).await["total"].as_u64().unwrap();
    let (mut ids, mut path) = (Vec::new(), format!("{}&limit=7", search("people")));
    loop {
        let list = app.json(&path).await;
        ids.extend(
            list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = list["next"].as_str() else { break };
        path = format!("{}&limit=7&cursor={next}", search("people"));
    }
    assert!(total > 14);
    assert_eq!(ids.len() as u64, total);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len() as u64, total);
}

#[tokio::test]
async fn statistics_add_up() {
    let app = TestApp::demonstration().await;
    let stats = app.json("/api/v1/stats?rows=phase&columns=origin").await;
    let total = stats["total"].as_u64().unwrap();
    let sum =
        |list: &Value| list.as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum(&stats["table"]["cells"]), total, "every record has one origin and at most one phase");
    assert_eq!(sum(&stats["months"]), total);
    let facets = app.json("/api/v1/records?facets=sector,supplier&limit=1").await["facets"].clone();
    for sector in stats["sectors"].as_array().unwrap() {
        let counted =
            facets["sector"].as_array().unwrap().iter().find(|one| one["value"] == sector["sector"]);
        assert_eq!(sector["records"], counted.unwrap()["count"], "{sector}");
        assert!(sector["with_assessment"].as_u64() <= sector["records"].as_u64());
    }
    let suppliers = &stats["supplier_concentration"];
    let named = facets["supplier"].as_array().unwrap().iter();
    let named: Value =
        named.filter(|one| blank_place(one["value"].as_str().unwrap()).is_none()).cloned().collect();
    assert_eq!(suppliers["namings"], sum(&named));
    assert_eq!(suppliers["top"][0], facets["supplier"][0]);
    let silent: u64 =
        stats["bodies"].as_array().unwrap().iter().map(|kind| kind["silent"].as_u64().unwrap()).sum();
    assert_eq!(silent, app.json("/api/v1/organisations?silent=true").await["total"]);
    let refused = app.get("/api/v1/stats?rows=sectr").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("did you mean 'sector'"), "{}", refused.text);
    let narrowed = app.json("/api/v1/stats?sector=policing&q=camera").await;
    assert!(narrowed["total"].as_u64().unwrap() < total);
}
