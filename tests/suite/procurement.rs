//! Procurement: contracts and their filters, links with evidence, gaps with replies, suppliers.

use std::collections::BTreeMap;
use std::path::Path;

use axum::http::{Method, StatusCode};
use domain::codes::{OrganisationKind, Role};
use domain::organisation::OrganisationRef;
use domain::procurement::SupplierInvolvement;
use importer::ocds::OcdsOptions;
use serde_json::{Value, json};
use suite::data::real;
use suite::{TestApp, now, record};

/// Imports a file of notices, then looks for links and gaps, as the command does.
async fn notices(app: &TestApp, path: &Path) {
    let options = OcdsOptions { encoding: None, country: Some("GB".to_owned()), check: false, now: now() };
    let report = importer::ocds::import(&app.db, path, &options, |_| {}).await.unwrap();
    assert_eq!(report.rejected, 0, "{:?}", report.errors);
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
}

pub(crate) async fn lines(app: &TestApp, releases: &[Value]) {
    let text: Vec<String> = releases.iter().map(Value::to_string).collect();
    notices(app, &app.file("notices.jsonl", text.join("\n"))).await;
}

/// A release about one contract, changed as the test needs.
pub(crate) fn contract(
    n: u32,
    buyer: &str,
    supplier: &str,
    title: &str,
    cpv: &str,
    change: impl FnOnce(&mut Value),
) -> Value {
    let mut release = json!({
        "ocid": format!("ocds-b5fd17-{n}"), "id": n.to_string(), "date": "2026-01-20T00:00:00Z", "tag": ["award"],
        "buyer": { "id": "b", "name": buyer },
        "tender": { "title": title, "classification": { "scheme": "CPV", "id": cpv } },
        "awards": [{
            "id": "1", "status": "active", "date": "2026-01-05T00:00:00Z", "suppliers": [{ "id": "s", "name": supplier }],
            "value": { "amount": 1000.5, "currency": "GBP" },
            "contractPeriod": { "startDate": "2026-02-01T00:00:00Z", "endDate": "2028-01-31T00:00:00Z" }
        }]
    });
    change(&mut release);
    release
}

pub(crate) async fn items(app: &TestApp, path: &str) -> Vec<Value> {
    app.json(path).await["items"].as_array().unwrap().clone()
}

async fn titles(app: &TestApp, query: &str) -> Vec<String> {
    let items = items(app, &format!("/api/v1/contracts?{query}&limit=100")).await;
    let mut titles: Vec<String> =
        items.iter().map(|one| one["contract"]["title"].as_str().unwrap_or_default().to_owned()).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn the_demonstration_shows_each_class_of_link_and_each_rule_of_gaps() {
    let app = TestApp::demonstration().await;
    let links = items(&app, "/api/v1/links?limit=100").await;
    for class in ["confirmed", "strong", "probable", "candidate"] {
        let link = links.iter().find(|link| link["class"] == class && link["target_kind"] == "record");
        let link = link.unwrap_or_else(|| panic!("no {class} link"));
        assert!(!link["evidence"].as_array().unwrap().is_empty(), "{link}");
    }
    let gaps = app.json("/api/v1/gaps?limit=100").await;
    let numbers: std::collections::BTreeSet<&str> =
        gaps["items"].as_array().unwrap().iter().map(|gap| gap["number"].as_str().unwrap()).collect();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), ["G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8"]);
    assert!(gaps["coverage"]["limits"].as_str().unwrap().contains("publication threshold"));
    assert_eq!(gaps["coverage"]["sources"][0]["source"], "ocds-x9demo");
    // Nobody is blamed for what nobody can know.
    for rule in ["framework_only", "identity_unresolved"] {
        let found = items(&app, &format!("/api/v1/gaps?rule={rule}")).await;
        assert!(!found.is_empty() && found.iter().all(|gap| gap["organisation"].is_null()), "{rule}");
    }
    let forces =
        items(&app, "/api/v1/gaps?organisation_kind=police_force&rule=contract_without_record").await;
    assert!(forces.iter().all(|gap| gap["organisation"] == "south-fenland-police"), "{forces:?}");
    assert_eq!(
        (&forces[0]["supplier_names"], &forces[0]["value"]["currency"]),
        (&json!(["Quillfern Systems Ltd"]), &json!("GBP"))
    );
    // The survey and the school buses are on no watch list, and printers are not a gap.
    assert!(titles(&app, "on_watch_list=true&q=survey").await.is_empty());
    assert!(titles(&app, "on_watch_list=true&q=transport").await.is_empty());
    let printers = items(&app, "/api/v1/gaps?organisation=calder-vale-pcc").await;
    assert!(printers.is_empty(), "{printers:?}");
    let csv = app.get("/api/v1/gaps.csv").await;
    assert!(csv.header("link").contains("/api/v1/gaps/coverage>; rel=\"describedby\""));
    assert_eq!(csv.text.lines().count() as u64, gaps["total"].as_u64().unwrap() + 1);
    assert_eq!(app.json("/api/v1/gaps/coverage").await["gaps"], gaps["coverage"]["gaps"]);
}

#[tokio::test]
async fn contracts_are_found_by_every_filter_and_walked_once_each() {
    let app = TestApp::new().await;
    app.organisation("Aldermere Police", OrganisationKind::PoliceForce).await;
    let releases = [
        contract(1, "Aldermere Police", "Acme Ltd", "Cameras", "35125000", |release| {
            release["tender"]["procurementMethod"] = "open".into();
            release["awards"][0]["documents"] =
                json!([{ "id": "n", "noticeType": "UK6", "url": "https://n.example/1" }]);
        }),
        contract(2, "Brook Council", "Acme Limited", "Office software", "48000000", |release| {
            release["awards"][0]["value"] = json!({ "amount": 99999, "currency": "EUR" });
            release["awards"][0]["date"] = "2025-06-01T00:00:00Z".into();
            release["awards"][0]["contractPeriod"]["endDate"] = "2025-12-31T00:00:00Z".into();
            release["date"] = "2025-06-02T00:00:00Z".into();
        }),
        contract(3, "Aldermere Police", "Brill plc", "Case software", "48000000-8", |_| {}),
        contract(5, "Cove Council", "Dell Stationers", "Signed", "30192000", |release| {
            release["contracts"] = json!([{ "id": "1", "awardID": "1", "dateSigned": "2024-01-05", "value": { "amount": 70, "currency": "GBP" } }]);
            release["awards"][0]["date"] = Value::Null;
            release["awards"][0]["contractPeriod"] = Value::Null;
            release["date"] = "2024-01-20T00:00:00Z".into();
        }),
    ];
    lines(&app, &releases).await;
    let check = async |query: &str, expected: &[&str]| {
        assert_eq!(titles(&app, query).await, expected, "{query}");
    };
    check("", &["Cameras", "Case software", "Office software", "Signed"]).await;
    check("q=software", &["Case software", "Office software"]).await;
    check("q=acme+cameras", &["Cameras"]).await;
    check("buyer=aldermere-police", &["Cameras", "Case software"]).await;
    check("supplier=acme-ltd", &["Cameras", "Office software"]).await;
    check("cpv=48", &["Case software", "Office software"]).await;
    check("cpv=35125000&cpv=48000000", &["Cameras", "Case software", "Office software"]).await;
    check("value_from=2000", &["Office software"]).await;
    check("value_to=1000.5", &["Cameras", "Case software", "Signed"]).await;
    check("currency=EUR", &["Office software"]).await;
    check("awarded_from=2026-01-01&awarded_to=2026-12-31", &["Cameras", "Case software"]).await;
    check("active_on=2026-06-01", &["Cameras", "Case software"]).await;
    check("notice_type=UK6", &["Cameras"]).await;
    check("procedure=open", &["Cameras"]).await;
    check("kind=award_only", &["Cameras", "Case software", "Office software"]).await;
    check("kind=contract", &["Signed"]).await;
    check("linked=false", &["Cameras", "Case software", "Office software", "Signed"]).await;
    check("on_watch_list=true", &["Cameras", "Case software"]).await;
    check("watch_strength=strong", &["Cameras"]).await;
    check("watch_group=surveillance", &["Cameras"]).await;
    check("linked=true", &[]).await;
    check("ocid=ocds-b5fd17-2", &["Office software"]).await;
    for (query, hint) in [
        ("suplier=acme-ltd", "did you mean 'supplier'?"),
        ("supplier=acmee-ltd", "did you mean 'acme-ltd'?"),
        ("cpv=cameras", "write two to eight digits"),
        ("watch_group=surveilance", "did you mean 'surveillance'?"),
        ("value_from=-1", "write a number such as 25000"),
        ("procedure=Open", "use one of: open, selective, limited, direct"),
    ] {
        let refused = app.get(&format!("/api/v1/contracts?{query}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(refused.text.contains(hint), "{query}: {}", refused.text);
    }
    // A walk meets each contract once while others arrive.
    let first = app.json("/api/v1/contracts?limit=1").await;
    lines(
        &app,
        &[contract(4, "Brook Council", "Acme Ltd", "New", "48000000", |release| {
            release["date"] = "2026-02-02T00:00:00Z".into();
        })],
    )
    .await;
    let mut seen = vec![first["items"][0]["contract"]["title"].clone()];
    let mut next = first["next"].as_str().map(str::to_owned);
    while let Some(cursor) = next {
        let page = app.json(&format!("/api/v1/contracts?limit=1&cursor={cursor}")).await;
        seen.push(page["items"][0]["contract"]["title"].clone());
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, ["Case software", "Cameras", "Office software", "Signed"]);
    let csv = app.get("/api/v1/contracts.csv?buyer=aldermere-police").await.text;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = rows.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0]["value"].as_str(), rows[0]["currency"].as_str()), ("1000.5", "GBP"));
    let of_body = items(&app, "/api/v1/organisations/aldermere-police/contracts?role=buyer").await;
    assert_eq!(of_body.len(), 2);
    assert!(items(&app, "/api/v1/organisations/aldermere-police/contracts?role=supplier").await.is_empty());
    let one = app.json(&format!("/api/v1/contracts/{}", rows[0]["id"])).await;
    assert_eq!(one["process"]["ocid"], rows[0]["ocid"]);
}

#[tokio::test]
async fn equipment_for_facial_recognition_is_found_and_the_survey_about_it_is_not() {
    let app = TestApp::new().await;
    app.organisation("British Transport Police", OrganisationKind::PoliceForce).await;
    app.organisation("Home Office", OrganisationKind::MinisterialDepartment).await;
    lines(
        &app,
        &[
            contract(
                1,
                "British Transport Police",
                "Acme Ltd",
                "Facial recognition equipment",
                "30230000",
                |release| {
                    release["tender"]["description"] = "Equipment for British Transport Police".into();
                },
            ),
            contract(
                2,
                "Home Office",
                "Brill plc",
                "Survey on attitudes to facial recognition",
                "79320000",
                |_| {},
            ),
            contract(
                3,
                "Home Office",
                "Brill plc",
                "Facial recognition: public attitudes",
                "79315000",
                |release| {
                    release["tender"]["description"] = "A survey and research into what people think".into();
                },
            ),
        ],
    )
    .await;
    assert_eq!(titles(&app, "on_watch_list=true").await, ["Facial recognition equipment"]);
    let gaps = items(&app, "/api/v1/gaps?rule=contract_without_record").await;
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0]["organisation"], "british-transport-police");
}

#[tokio::test]
async fn the_commissioner_for_surrey_is_mapped_to_its_force() {
    let (Some(forces), Some(package)) =
        (real("organisations/police-force.tsv"), real("ocds/uk_find_a_tender_package.json"))
    else {
        return;
    };
    let app = TestApp::new().await;
    let report = importer::organisations::import(&app.db, &forces, None, false, |_| {}).await.unwrap();
    assert!(report.created > 40);
    notices(&app, &package).await;
    let found = items(&app, "/api/v1/contracts?buyer=surrey-police").await;
    let buyer = &found[0]["contract"]["parties"][0];
    assert_eq!(buyer["name"], "The Police and Crime Commissioner for Surrey");
    assert_eq!((&buyer["organisation"], &buyer["resolved_by"]), (&json!("surrey-police"), &json!("alias")));
    // The notice's local id is not an identifier; the supplier's company number is.
    assert_eq!(buyer["identifiers"], Value::Null);
    assert_eq!(
        found[0]["contract"]["parties"][1]["identifiers"],
        json!([{ "scheme": "GB-COH", "value": "02150688" }])
    );
    assert_eq!(found[0]["contract"]["value"]["amount"], "109801.97");
}

#[tokio::test]
async fn company_numbers_tell_companies_apart_and_names_do_not() {
    let app = TestApp::new().await;
    let numbered = |n: u32, name: &str, number: &str| {
        contract(n, "Brook Council", name, "Cameras", "35125000", |release| {
            release["parties"] = json!([{
                "id": "s", "name": name, "roles": ["supplier"], "identifier": { "scheme": "GB-COH", "id": number }
            }]);
        })
    };
    lines(&app, &[numbered(1, "Acme Limited", "1234567"), numbered(2, "ACME HOLDINGS (UK) LTD", "01234567")])
        .await;
    lines(&app, &[numbered(3, "Acme Ltd", "07654321")]).await;
    let of = async |slug: &str| items(&app, &format!("/api/v1/contracts?supplier={slug}")).await.len();
    assert_eq!(of("acme-limited").await, 2, "one number, two names");
    assert_eq!(of("acme-ltd").await, 1, "one name, another number");
    assert_eq!(app.json("/api/v1/suppliers?q=acme").await["total"], 2);
}

/// A police force with a record for a product, and the contract it was bought under.
pub(crate) async fn bought(app: &TestApp) -> (String, String) {
    let force = app.organisation("Aldermere Police", OrganisationKind::PoliceForce).await;
    app.organisation("Acme", OrganisationKind::Company).await;
    let ids = app
        .publish(&[record("Number plate cameras", |record| {
            record.publisher = OrganisationRef::named("Aldermere Police");
            record.first_used = Some("2026-02-10".parse().unwrap());
            record.supplier_involvement = vec![SupplierInvolvement {
                supplier: Some(OrganisationRef::named("Acme")),
                ..SupplierInvolvement::default()
            }];
        })])
        .await;
    lines(app, &[contract(1, "Aldermere Police", "Acme Ltd", "ANPR cameras", "34971000", |_| {})]).await;
    (force, ids[0].clone())
}

#[tokio::test]
async fn a_link_is_judged_by_who_answers_for_the_record_and_a_rejected_one_stays_rejected() {
    let app = TestApp::new().await;
    let (force, id) = bought(&app).await;
    let links = items(&app, "/api/v1/links").await;
    assert_eq!(links.len(), 1);
    assert_eq!((&links[0]["class"], &links[0]["state"]), (&json!("probable"), &json!("suggested")));
    let rules: Vec<&str> =
        links[0]["evidence"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["buyer_name", "supplier_name", "dates_overlap"]);
    assert!(items(&app, "/api/v1/gaps?rule=contract_without_record").await.is_empty());
    assert_eq!(items(&app, &format!("/api/v1/records/{id}/contracts")).await.len(), 1);
    assert_eq!(titles(&app, "linked=true").await, ["ANPR cameras"]);
    assert!(titles(&app, "linked=false").await.is_empty());

    let path = format!("/api/v1/links/{}/judgement", links[0]["id"].as_str().unwrap());
    let stranger = app.organisation("Brook Council", OrganisationKind::LocalAuthority).await;
    let stranger = app.token("a@brook.example", Role::Approver, Some(&stranger)).await;
    let writer = app.token("w@aldermere.example", Role::Contributor, Some(&force)).await;
    let approver = app.token("a@aldermere.example", Role::Approver, Some(&force)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let judge = async |token: &str, verdict: &str| {
        let body = json!({ "verdict": verdict, "reason": "These cameras are others" });
        app.call(Method::POST, &path, token, None, body).await
    };
    assert_eq!(judge(&stranger, "dispute").await.status, StatusCode::FORBIDDEN);
    assert_eq!(judge(&writer, "dispute").await.status, StatusCode::FORBIDDEN);
    let refused = judge(&approver, "reject").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("write dispute; an administrator decides"), "{}", refused.text);
    assert_eq!(judge(&approver, "dispute").await.json()["state"], "disputed");
    // A person's judgement stays: rules do not change it.
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
    assert_eq!(items(&app, "/api/v1/links").await[0]["state"], "disputed");
    let rejected = judge(&admin, "reject").await;
    assert_eq!((rejected.status, &rejected.json()["state"]), (StatusCode::OK, &json!("rejected")));
    for _ in 0..2 {
        store::procurement::gaps::look(&app.db, now()).await.unwrap();
        let links = items(&app, "/api/v1/links").await;
        assert_eq!((links.len(), &links[0]["state"]), (1, &json!("rejected")));
        assert_eq!(links[0]["reason"], "These cameras are others");
    }
    assert!(items(&app, &format!("/api/v1/records/{id}/contracts")).await.is_empty());
    assert_eq!(items(&app, "/api/v1/gaps?rule=contract_without_record").await.len(), 1);
    // Only an administrator may undo an administrator's rejection.
    let refused = judge(&approver, "confirm").await;
    assert!(refused.text.contains("an administrator rejected this link for good"), "{}", refused.text);
    let confirmed = judge(&admin, "confirm").await.json();
    assert_eq!((&confirmed["class"], &confirmed["judged_as"]), (&json!("confirmed"), &json!("admin")));
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
    assert_eq!(items(&app, "/api/v1/gaps?rule=contract_without_record").await[0]["status"], "registered");
}

#[tokio::test]
async fn a_gap_is_answered_by_the_body_that_is_asked() {
    let app = TestApp::new().await;
    let force = app.organisation("Aldermere Police", OrganisationKind::PoliceForce).await;
    let own = app
        .publish(&[record("Cameras", |record| record.publisher = OrganisationRef::named("Aldermere Police"))])
        .await;
    let others = app
        .publish(&[record("Chat", |record| record.publisher = OrganisationRef::named("Brook Council"))])
        .await;
    lines(
        &app,
        &[
            contract(1, "Aldermere Police", "Acme Ltd", "ANPR cameras", "34971000", |_| {}),
            contract(2, "Aldermere Police", "Acme Ltd", "Drones", "35613000", |_| {}),
        ],
    )
    .await;
    let gaps = items(&app, "/api/v1/gaps?rule=contract_without_record").await;
    assert_eq!(gaps.len(), 2);
    let path = |gap: &Value| format!("/api/v1/gaps/{}/reply", gap["id"].as_str().unwrap());
    let writer = app.token("w@aldermere.example", Role::Contributor, Some(&force)).await;
    let stranger = app.organisation("Brook Council", OrganisationKind::LocalAuthority).await;
    let stranger = app.token("a@brook.example", Role::Approver, Some(&stranger)).await;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let reply = async |gap: &Value, token: &str, body: Value| {
        app.call(Method::POST, &path(gap), token, None, body).await
    };
    let explained = json!({ "status": "explained", "statement": "They count vehicles and read no plates" });
    assert_eq!(reply(&gaps[0], &stranger, explained.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reply(&gaps[0], &admin, explained.clone()).await.status, StatusCode::BAD_REQUEST);
    let asked = json!({ "status": "asked", "statement": "The register wrote on 2026-03-01" });
    assert_eq!(reply(&gaps[0], &admin, asked).await.json()["status"], "asked");
    let answered = reply(&gaps[0], &writer, explained).await;
    assert_eq!(answered.status, StatusCode::ACCEPTED, "{}", answered.text);
    // It waits for somebody else of the body, and nobody reads it until then.
    assert_eq!(
        (&answered.json()["status"], answered.json()["replies"].as_array().unwrap().len()),
        (&json!("asked"), 1)
    );
    let approver = app.token("a@aldermere.example", Role::Approver, Some(&force)).await;
    let approve = async |token: &str| {
        let waiting = app.call(Method::GET, "/api/v1/replies", &writer, None, Value::Null).await.json();
        let path = format!("/api/v1/replies/{}/decision", waiting["items"][0]["id"].as_str().unwrap());
        app.call(Method::POST, &path, token, None, json!({ "decision": "publish" })).await
    };
    assert_eq!(approve(&writer).await.status, StatusCode::FORBIDDEN);
    assert_eq!(approve(&stranger).await.status, StatusCode::NOT_FOUND);
    assert_eq!(approve(&approver).await.status, StatusCode::OK);
    let gap = app.json(&format!("/api/v1/gaps/{}", gaps[0]["id"].as_str().unwrap())).await;
    assert_eq!(gap["replies"][1]["organisation"], "aldermere-police");
    // The reply is shown with the gap, and the gap stays.
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
    let gap = app.json(&format!("/api/v1/gaps/{}", gaps[0]["id"].as_str().unwrap())).await;
    assert_eq!((&gap["status"], gap["replies"].as_array().unwrap().len()), (&json!("explained"), 2));
    let page = app.send(Method::GET, "/gaps", &[("accept", "text/html")]).await;
    assert!(page.text.contains("They count vehicles and read no plates"), "{}", page.text);

    let registered =
        |id: &str| json!({ "status": "registered", "statement": "See our record", "record_id": id });
    let refused = reply(&gaps[1], &writer, registered(&others[0])).await;
    assert!(refused.text.contains("is another body's record"), "{}", refused.text);
    let without = json!({ "status": "registered", "statement": "It is there" });
    assert_eq!(reply(&gaps[1], &writer, without).await.status, StatusCode::BAD_REQUEST);
    // A contributor proposes it; who approves it is who may judge links.
    assert_eq!(reply(&gaps[1], &writer, registered(&own[0])).await.status, StatusCode::ACCEPTED);
    let approved = approve(&approver).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text);
    let gap = app.json(&format!("/api/v1/gaps/{}", gaps[1]["id"].as_str().unwrap())).await;
    assert_eq!(gap["status"], "registered");
    let links = items(&app, "/api/v1/links").await;
    assert_eq!((&links[0]["class"], &links[0]["target_id"]), (&json!("confirmed"), &json!(own[0])));
    assert_eq!(links[0]["evidence"][0]["rule"], "stated_by_body");
}

#[tokio::test]
async fn a_supplier_shows_its_customers_its_income_per_currency_and_what_is_missing() {
    let app = TestApp::new().await;
    bought(&app).await;
    lines(
        &app,
        &[
            contract(2, "Brook Council", "Acme Ltd", "CCTV", "35125000", |release| {
                release["awards"][0]["value"] = json!({ "amount": 0.1, "currency": "EUR" });
            }),
            contract(3, "Brook Council", "ACME", "Drones", "35613000", |release| {
                release["awards"][0].as_object_mut().unwrap().remove("value");
            }),
            contract(4, "Brook Council", "Acme", "More cameras", "35125000", |release| {
                release["awards"][0]["value"] = json!({ "amount": 0.2, "currency": "GBP" });
            }),
            contract(6, "Brook Council", "Acme", "Shared", "35125000", |release| {
                let suppliers = release["awards"][0]["suppliers"].as_array_mut().unwrap();
                suppliers.push(json!({ "id": "t", "name": "Brill plc" }));
                release["awards"][0]["value"]["amount"] = 1_000_000.into();
            }),
            contract(7, "Brook Council", "Acme", "Framework", "35125000", |release| {
                release["tender"]["techniques"] = json!({ "hasFrameworkAgreement": true });
                release["awards"][0]["value"]["amount"] = 9_000_000.into();
            }),
            contract(5, "Brook Council", "Acme", "Cancelled", "35125000", |release| {
                release["awards"][0]["status"] = "cancelled".into();
            }),
        ],
    )
    .await;
    let supplier = app.json("/api/v1/suppliers/acme").await;
    assert_eq!(
        supplier["spend"],
        json!([
            { "currency": "EUR", "amount": "0.1", "contracts": 1 },
            { "currency": "GBP", "amount": "1000.7", "contracts": 2 }
        ])
    );
    assert_eq!((&supplier["contracts"], &supplier["contracts_without_value"]), (&json!(6), &json!(3)));
    assert_eq!(
        supplier["customers"][0]["spend"][0],
        json!({ "currency": "EUR", "amount": "0.1", "contracts": 1 })
    );
    let customers: Vec<String> = supplier["customers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {}", one["organisation"], one["records"], one["contracts"]))
        .collect();
    assert_eq!(customers, [r#""brook-council" 0 5"#, r#""aldermere-police" 1 1"#]);
    // Brook Council is not known, so its gaps count as unresolved rather than as missing records.
    assert_eq!(supplier["records_missing"], 0);
    app.organisation("Brook Council", OrganisationKind::LocalAuthority).await;
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
    assert_eq!(app.json("/api/v1/suppliers/acme").await["records_missing"], 4);
}

#[tokio::test]
async fn a_sum_without_a_currency_is_shown_as_a_number() {
    let app = TestApp::new().await;
    bought(&app).await;
    let without = contract(2, "Aldermere Police", "Acme Ltd", "Drones", "35613000", |release| {
        release["awards"][0]["value"] = json!({ "amount": 54321 });
    });
    lines(&app, &[without]).await;
    let supplier = app.json("/api/v1/suppliers/acme").await;
    let spend = supplier["spend"].as_array().unwrap();
    assert!(spend.contains(&json!({ "amount": "54321", "contracts": 1 })), "{supplier}");
    let page = app.send(Method::GET, "/suppliers/acme", &[("accept", "text/html")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("54,321"), "{}", page.text);
}

#[tokio::test]
async fn an_alias_entered_later_reaches_old_notices_and_a_merge_moves_them() {
    let app = TestApp::new().await;
    lines(&app, &[contract(1, "Chief Constable of Aldermere", "Acme", "ANPR cameras", "34971000", |_| {})])
        .await;
    assert_eq!(items(&app, "/api/v1/gaps").await[0]["rule"], "identity_unresolved");
    app.organisation("Aldermere Police", OrganisationKind::PoliceForce).await;
    let kind = domain::codes::AliasKind::LegalBuyer;
    app.merge("chief-constable-of-aldermere", "aldermere-police", kind).await;
    let found = items(&app, "/api/v1/contracts?buyer=aldermere-police").await;
    assert_eq!(found[0]["contract"]["parties"][0]["organisation"], "aldermere-police");
    store::procurement::gaps::look(&app.db, now()).await.unwrap();
    let gaps = items(&app, "/api/v1/gaps").await;
    let said: Vec<String> = gaps.iter().map(|gap| format!("{} {}", gap["rule"], gap["status"])).collect();
    assert_eq!(said, [r#""identity_unresolved" "superseded""#, r#""contract_without_record" "open""#]);
}
