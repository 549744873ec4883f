//! Names: what is one name, what are two, and what names nobody.

use domain::organisation::OrganisationRef;
use domain::procurement::SupplierInvolvement;
use importer::ocds::OcdsOptions;
use serde_json::{Value, json};
use store::ground::raw::execute;
use suite::{TestApp, now, record};

/// A record that names a supplier and a product.
fn bought(title: &str, supplier: &str, product: Option<&str>) -> domain::Record {
    record(title, |record| {
        record.supplier_involvement = vec![SupplierInvolvement {
            supplier: Some(OrganisationRef::named(supplier)),
            product: product.map(str::to_owned),
            ..SupplierInvolvement::default()
        }];
    })
}

/// Names of bodies that are only names so far, without the publisher of every test record.
async fn unresolved(app: &TestApp) -> Vec<String> {
    let publisher = record("", |_| {}).publisher.name;
    let list = app.json("/api/v1/organisations?resolution=unresolved&limit=100").await;
    let names = list["items"].as_array().unwrap().iter();
    let mut names: Vec<String> =
        names.map(|item| item["organisation"]["name"].as_str().unwrap().to_owned()).collect();
    names.retain(|name| *name != publisher);
    names.sort();
    names
}

async fn total(app: &TestApp, address: &str) -> Value {
    app.json(address).await["total"].clone()
}

#[tokio::test]
async fn names_that_differ_in_a_sign_are_two_products_and_two_bodies() {
    let app = TestApp::new().await;
    app.publish(&[
        bought("One", "Sharp C# Ltd", Some("Engine 1.1")),
        bought("Two", "Sharp C++ Ltd", Some("Engine 11")),
        bought("Three", "SHARP C#", Some("engine 1.1")),
    ])
    .await;
    assert_eq!(total(&app, "/api/v1/products").await, 2);
    assert_eq!(unresolved(&app).await, ["Sharp C# Ltd", "Sharp C++ Ltd"]);
}

#[tokio::test]
async fn what_stands_in_place_of_a_name_is_no_body() {
    let app = TestApp::new().await;
    app.publish(&[bought("One", "—", None), bought("Two", "Withheld Section94 supplier", None)]).await;
    assert_eq!(unresolved(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_supplier_withheld_in_a_notice_is_no_supplier_and_its_ground_is_told() {
    let app = TestApp::new().await;
    let release = json!({"releases": [{
        "ocid": "ocds-h6vhtk-0f0001", "id": "1", "date": "2026-05-06T10:00:00Z", "tag": ["award", "contract"],
        "initiationType": "tender",
        "buyer": {"id": "B", "name": "Eastmarch Police"},
        "parties": [
            {"id": "B", "name": "Eastmarch Police", "roles": ["buyer"]},
            {"id": "GB-PPON-PXXX-1111-XXXX", "name": "WITHHELD (Section 94)", "roles": ["supplier"],
             "identifier": {"scheme": "GB-PPON", "id": "PXXX-1111-XXXX"}}],
        "tender": {"id": "T", "title": "Surveillance platform"},
        "awards": [{"id": "1", "status": "active", "title": "Surveillance platform",
            "suppliers": [{"id": "GB-PPON-PXXX-1111-XXXX", "name": "WITHHELD (Section 94)"}]}],
        "contracts": [{"id": "1", "awardID": "1", "status": "active", "dateSigned": "2026-05-05T00:00:00Z"}]
    }]});
    let file = app.file("withheld.json", release.to_string());
    let options = OcdsOptions { encoding: None, country: None, check: false, now: now() };
    let report = importer::ocds::import(&app.db, &file, &options, |_| {}).await.unwrap();
    assert_eq!((report.created, report.rejected), (1, 0));
    assert_eq!(total(&app, "/api/v1/suppliers").await, 0);
    assert_eq!(unresolved(&app).await, ["Eastmarch Police"]);
    let contracts = app.json("/api/v1/contracts?ocid=ocds-h6vhtk-0f0001").await;
    let parties = contracts["items"][0]["contract"]["parties"].as_array().unwrap();
    let supplier = parties.iter().find(|party| party["role"] == "supplier").unwrap();
    assert_eq!(supplier["quality"], json!(["name-withheld", "withheld-on:procurement_confidential"]));
    assert!(supplier["organisation"].is_null(), "{supplier}");
}

#[tokio::test]
async fn keys_of_an_older_release_are_made_again() {
    let app = TestApp::new().await;
    app.publish(&[bought("One", "Sharp C#", Some("Engine 1.1"))]).await;
    for statement in [
        "UPDATE organisations SET name_key = 'c sharp' WHERE name = 'Sharp C#'",
        "UPDATE products SET name_key = '11 engine'",
        "DELETE FROM settings WHERE name = 'name_keys'",
    ] {
        execute(&app.db, statement).await.unwrap();
    }
    app.db.migrate().await.unwrap();
    app.publish(&[
        bought("Two", "SHARP C#", Some("engine 1.1")),
        bought("Three", "Sharp C", Some("Engine 11")),
    ])
    .await;
    assert_eq!(unresolved(&app).await, ["Sharp C", "Sharp C#"]);
    assert_eq!(total(&app, "/api/v1/products").await, 2);
}
