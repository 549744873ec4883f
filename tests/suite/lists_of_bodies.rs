//! Lists of bodies: in any order, of several countries, and what is never kept of them.

use std::path::PathBuf;

use domain::codes::IdentifierScheme;
use domain::organisation::{Identifier, OrganisationRef};
use importer::organisations::{Imported, import_all};
use importer::table::Reading;
use serde_json::Value;
use suite::data::real;
use suite::{TestApp, record};

const WALES: &str = "principal-local-authority\tname\tname-cy\tofficial-name\tofficial-name-cy\tstart-date\tend-date\n\
    GWN\tGwynedd\tGwynedd\tGwynedd Council\tCyngor Gwynedd\t1996-04-01\t\n";
const NAMES: &str = "name\tlocal-authority\ngwynned council\tprincipal-local-authority:GWN\n";
const CODES: &str = "gss\tlocal-authority\tname\nW06000002\tprincipal-local-authority:GWN\tGwynedd County\n";

async fn seed(app: &TestApp, paths: &[PathBuf], check: bool) -> Imported {
    import_all(&app.db, paths, None, &Reading::default(), check, |_| {}).await.unwrap()
}

async fn body(app: &TestApp, scheme: IdentifierScheme, value: &str) -> Option<domain::Organisation> {
    let wanted = Identifier::normalise(scheme, value).unwrap();
    let found = store::names::organisations::find_by_identifier(&app.db, &wanted).await.unwrap();
    found.map(|found| found.organisation)
}

#[tokio::test]
async fn lists_go_in_whatever_order_they_are_given_in() {
    let orders: [[usize; 3]; 4] = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]];
    for order in orders {
        let app = TestApp::new().await;
        let files =
            [app.file("wales.tsv", WALES), app.file("names.tsv", NAMES), app.file("codes.tsv", CODES)];
        let paths: Vec<PathBuf> = order.iter().map(|place| files[*place].clone()).collect();
        // A check reads each list with the bodies that the others would bring, and leaves nothing.
        let checked = seed(&app, &paths, true).await;
        let errors: Vec<_> = checked.reports.iter().flat_map(|report| &report.errors).collect();
        assert!(errors.is_empty(), "{order:?}: {errors:?}");
        assert_eq!(checked.reports.len(), 3);
        assert!(body(&app, IdentifierScheme::GbLaw, "GWN").await.is_none());
        let done = seed(&app, &paths, false).await;
        assert!(done.reports.iter().all(|report| report.rejected == 0), "{order:?}");
        let gwynedd = body(&app, IdentifierScheme::Gss, "W06000002").await.unwrap();
        assert_eq!(gwynedd.name, "Gwynedd Council");
        let mut names: Vec<&str> = gwynedd.aliases.iter().map(|alias| alias.name.as_str()).collect();
        names.sort_unstable();
        assert!(names.contains(&"gwynned council") && names.contains(&"Gwynedd County"), "{names:?}");
        let again = seed(&app, &paths, false).await;
        assert!(again.reports.iter().all(|report| report.unchanged == report.read), "{order:?}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_stops_no_other() {
    let app = TestApp::new().await;
    let paths = [
        app.file("domains.csv", "government-domain,hostname\n1,x\n"),
        app.file("empty.csv", ""),
        app.file("wales.tsv", WALES),
        app.folder.path().join("missing.csv"),
        app.file("names.tsv", "name\tlocal-authority\nnowhere\tprincipal-local-authority:XXX\n"),
    ];
    let done = seed(&app, &paths, false).await;
    let unusable: Vec<String> = done.unusable.iter().map(ToString::to_string).collect();
    assert_eq!(unusable.len(), 3, "{unusable:?}");
    for (said, expected) in
        unusable.iter().zip(["domains.csv", "empty.csv: the file is empty", "missing.csv: cannot be read"])
    {
        assert!(said.contains(expected), "{said}");
    }
    assert_eq!(
        done.reports.iter().map(|report| (report.created, report.rejected)).collect::<Vec<_>>(),
        [(1, 0), (0, 1)]
    );
    assert_eq!(done.reports[1].errors[0].code, "unknown-body");
}

#[tokio::test]
async fn dutch_bodies_are_known_by_their_codes() {
    let app = TestApp::new().await;
    let rows = "name;identifier;org_id\nGemeente Aalsmeer;GM0358;gm0358\nProvincie Drenthe;PV22;pv22\n\
        Waterschap Limburg;WS60;ws0665\nProvincie Utrecht;PV26;pv26\nGemeente Utrecht;GM0344;gm0344\n";
    let done = seed(&app, &[app.file("bodies.csv", rows)], false).await;
    assert_eq!((done.reports[0].created, done.reports[0].rejected), (5, 0), "{:?}", done.reports[0].errors);
    for (scheme, value, name, kind) in [
        (IdentifierScheme::NlCbs, "GM0358", "Gemeente Aalsmeer", "local_authority"),
        (IdentifierScheme::NlTooi, "pv22", "Provincie Drenthe", "local_authority"),
        (IdentifierScheme::NlCbs, "WS60", "Waterschap Limburg", "public_body"),
        (IdentifierScheme::NlTooi, "gm0344", "Gemeente Utrecht", "local_authority"),
    ] {
        let found = body(&app, scheme, value).await.unwrap();
        assert_eq!((found.name.as_str(), found.country.as_str()), (name, "NL"));
        assert_eq!(serde_json::to_value(found.kind).unwrap(), kind);
    }
    for (file, least) in [("nl/gemeenten.csv", 342), ("nl/provincies.csv", 12), ("nl/waterschappen.csv", 21)]
    {
        let Some(path) = real(file) else { return };
        let done = seed(&app, &[path], false).await;
        let report = &done.reports[0];
        assert!(report.rejected == 0 && report.read >= least, "{file}: {report:?}");
    }
}

#[tokio::test]
async fn every_real_list_goes_in_at_once() {
    let app = TestApp::new().await;
    let Some(folder) = real("organisations") else { return };
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.reverse();
    let done = seed(&app, &paths, false).await;
    let unusable: Vec<String> = done.unusable.iter().map(ToString::to_string).collect();
    assert!(done.reports.len() >= 14, "{unusable:?}");
    for report in &done.reports {
        // Names of councils that ended before the lists begin, and two councils that are one.
        let expected =
            report.errors.iter().all(|error| matches!(error.code.as_str(), "unknown-body" | "conflict"));
        assert!(report.rejected == 0 || expected, "{}: {:?}", report.file, report.errors);
    }
    paths.reverse();
    let again = seed(&app, &paths, false).await;
    assert!(again.reports.iter().all(|report| report.created + report.changed == 0), "{:?}", again.reports);
}

/// Synthetic rows in the layout of Get Information about Schools: every school, person and number in them is invented.
const SCHOOLS: &str = "\"URN\",\"LA (code)\",\"LA (name)\",\"EstablishmentNumber\",\"EstablishmentName\",\
    \"TypeOfEstablishment (name)\",\"EstablishmentTypeGroup (name)\",\"EstablishmentStatus (name)\",\"OpenDate\",\"CloseDate\",\
    \"SchoolWebsite\",\"HeadTitle (name)\",\"HeadFirstName\",\"HeadLastName\"\n\
    \"900001\",\"999\",\"Northmoor\",\"1001\",\"St Mary\u{2019}s \u{e9}cole\",\"Community school\",\"Local authority maintained schools\",\
    \"Open\",\"01-09-1998\",\"\",\"www.st-marys.example\",\"Mrs\",\"Perpetua\",\"Quillfeather\"\n\
    \"900002\",\"999\",\"Northmoor\",\"1002\",\"St Mary\u{2019}s \u{e9}cole\",\"Community school\",\"Local authority maintained schools\",\
    \"Closed\",\"\",\"31-08-2019\",\"\",\"Mr\",\"Bartholomew\",\"Quillfeather\"\n\
    \"900003\",\"999\",\"Northmoor\",\"1003\",\"Northmoor College\",\"Further education\",\"Colleges\",\"Open\",\"\",\"\",\"\",\"Dr\",\
    \"Perpetua\",\"Quillfeather\"\n\
    \"90000x\",\"999\",\"Northmoor\",\"1004\",\"Wrong\",\"Community school\",\"Colleges\",\"Open\",\"\",\"\",\"\",\"Dr\",\"Perpetua\",\
    \"Quillfeather\"\n";

#[tokio::test]
async fn schools_are_known_by_urn_and_their_heads_are_not_kept() {
    let app = TestApp::new().await;
    // As the department's extracts come: not in UTF-8.
    let (bytes, _, lossy) = importer::encoding("windows-1252").unwrap().encode(SCHOOLS);
    assert!(!lossy);
    let done = seed(&app, &[app.file("edubasealldata20261101.csv", &bytes)], false).await;
    let report = &done.reports[0];
    assert_eq!((report.created, report.rejected), (3, 1), "{:?}", report.errors);
    assert_eq!((report.errors[0].code.as_str(), report.errors[0].line), ("bad-identifier", 5));
    let one = body(&app, IdentifierScheme::GbEdu, "900001").await.unwrap();
    assert_eq!((one.name.as_str(), one.country.as_str()), ("St Mary\u{2019}s \u{e9}cole", "GB"));
    assert_eq!(one.website.as_deref(), Some("https://www.st-marys.example"));
    assert_eq!(one.valid_from, Some("1998-09-01".parse().unwrap()));
    let two = body(&app, IdentifierScheme::GbEdu, "900002").await.unwrap();
    assert!(two.slug != one.slug && two.valid_to == Some("2019-08-31".parse().unwrap()));
    let college = body(&app, IdentifierScheme::GbEdu, "900003").await.unwrap();
    assert_eq!(serde_json::to_value((college.kind, &college.sectors)).unwrap()[0], "further_education");
    assert_eq!(college.sectors, [domain::codes::Sector::FurtherAndHigherEducation]);
    let said = serde_json::to_string(report).unwrap() + &serde_json::to_string(&[one, two, college]).unwrap();
    let kept = app.get("/api/v1/organisations?limit=100").await.text;
    for word in ["Quillfeather", "Perpetua", "Bartholomew"] {
        assert!(!said.contains(word) && !kept.contains(word), "{word}");
    }
    // Nor in any file of the database, whichever part of it has been written through.
    for entry in std::fs::read_dir(app.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "csv") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for word in ["Quillfeather", "Perpetua", "Bartholomew"] {
            let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!found, "{word} is in {}", path.display());
        }
    }
}

#[tokio::test]
async fn an_abbreviation_means_a_body_in_its_own_country_only() {
    let app = TestApp::new().await;
    let own = "name,country,kind,website,name_cy,aliases\n\
        Competition and Markets Authority,GB,regulator,,,CMA;Competition Authority\n";
    seed(&app, &[app.file("own.csv", own)], false).await;
    let resolved = async |name: &str, country: &str, anywhere: bool| {
        let found = store::names::organisations::resolve(&app.db, name, country, anywhere).await.unwrap();
        found.map(|party| party.slug)
    };
    let slug = Some("competition-and-markets-authority".to_owned());
    assert_eq!(resolved("CMA", "GB", false).await, slug);
    assert_eq!(resolved("CMA", "GB", true).await, slug);
    assert_eq!(resolved("CMA", "NL", true).await, None);
    assert_eq!(resolved("CMA", "NL", false).await, None);
    // A full name is the same supplier everywhere.
    assert_eq!(resolved("Competition Authority", "NL", true).await, slug);
    // The same in records, which are resolved in memory.
    let dutch = record("Sorter", |r| {
        r.jurisdiction = "NL".into();
        r.publisher = OrganisationRef::named("Gemeente A");
        r.supplier_involvement = vec![domain::procurement::SupplierInvolvement {
            supplier: Some(OrganisationRef::named("CMA")),
            ..Default::default()
        }];
    });
    app.publish(&[dutch]).await;
    let body: Value = app.json("/api/v1/organisations/competition-and-markets-authority").await;
    assert_eq!(body["as_supplier"]["records"], 0, "{body}");
}
