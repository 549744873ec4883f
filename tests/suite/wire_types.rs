//! Answers are what `wire` says they are: each can be read with its type and, sent again, is the same.

use axum::http::{Method, StatusCode};
use domain::codes::Role;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use suite::{Answer, TestApp, now};
use wire::{
    About, AssessmentList, AssessmentView, ChangeList, ContractList, ContractView, CoverageReport,
    CoverageView, Dictionary, DiffView, DumpList, GapList, GapView, GoneProblem, LinkList, LogView,
    OrganisationList, OrganisationView, PersonList, PersonView, Problem, ProductList, ProductView,
    RecordList, RecordView, RuleList, Stats, SubmissionList, SubmissionView, SupplierView, TokenList,
    VersionList, VersionView,
};

/// Reads an answer with its type, and checks that the type says all of it.
#[track_caller]
fn read<T: Serialize + DeserializeOwned>(answer: &Answer) -> T {
    let read: T =
        serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text));
    assert_eq!(serde_json::to_value(&read).unwrap(), answer.json());
    read
}

#[tokio::test]
async fn public_answers_survive_being_read() {
    let app = TestApp::demonstration().await;
    app.signer().sign_new(now()).await.unwrap();
    let get = async |path: &str| {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer
    };
    read::<About>(&get("/api/v1").await);
    read::<Stats>(&get("/api/v1/stats").await);
    read::<ChangeList>(&get("/api/v1/changes?after=0&limit=100").await);
    read::<Dictionary>(&get("/api/v1/fields").await);
    read::<RuleList>(&get("/api/v1/rules").await);
    read::<DumpList>(&get("/api/v1/dumps").await);
    read::<LogView>(&get("/api/v1/log").await);
    read::<LinkList>(&get("/api/v1/links?limit=100").await);
    read::<CoverageView>(&get("/api/v1/gaps/coverage").await);
    let coverage: CoverageReport = read(&get("/api/v1/coverage").await);
    assert!(coverage.total.nil_return > 0, "the demonstration data have a nil return that holds");

    let organisations: OrganisationList = read(&get("/api/v1/organisations?limit=100").await);
    let slug = &organisations.items[0].organisation.slug;
    read::<OrganisationView>(&get(&format!("/api/v1/organisations/{slug}")).await);
    let suppliers: OrganisationList = read(&get("/api/v1/suppliers").await);
    let slug = &suppliers.items[0].organisation.slug;
    read::<SupplierView>(&get(&format!("/api/v1/suppliers/{slug}")).await);
    let products: ProductList = read(&get("/api/v1/products").await);
    let slug = &products.items[0].product.slug;
    read::<ProductView>(&get(&format!("/api/v1/products/{slug}")).await);
    let contracts: ContractList = read(&get("/api/v1/contracts?limit=100").await);
    read::<ContractView>(&get(&format!("/api/v1/contracts/{}", contracts.items[0].id)).await);
    let gaps: GapList = read(&get("/api/v1/gaps?limit=100").await);
    read::<GapView>(&get(&format!("/api/v1/gaps/{}", gaps.items[0].id)).await);
    let assessments: AssessmentList = read(&get("/api/v1/assessments?limit=100").await);
    let id = assessments.items[0].assessment.id.unwrap();
    let counted: AssessmentList = read(&get("/api/v1/assessments?facets=all&facet_limit=2&limit=1").await);
    assert!(counted.facets_more.contains_key("publisher"), "{:?}", counted.facets_more);
    read::<AssessmentView>(&get(&format!("/api/v1/assessments/{id}")).await);
}

#[tokio::test]
async fn records_survive_being_read() {
    let app = TestApp::demonstration().await;
    let answer = app.get("/api/v1/records?q=records&facets=all&limit=100").await;
    let list: RecordList = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(answer.json()["facets"], json!(list.facets));
    assert!(!list.items.is_empty());
    // An item says part of what a card holds, and each part is as the card has it.
    for (item, sent) in list.items.iter().zip(answer.json()["items"].as_array().unwrap()) {
        let Value::Object(members) = serde_json::to_value(item).unwrap() else { panic!("{item:?}") };
        for (name, value) in members {
            assert_eq!(value, sent[&name], "{name} of {}", item.id);
        }
    }
    let changed = list.items.iter().max_by_key(|item| item.version).unwrap();
    let path = format!("/api/v1/records/{}", changed.id);
    read::<RecordView>(&app.get(&path).await);
    let versions: VersionList = read(&app.get(&format!("{path}/versions")).await);
    assert_eq!(versions.items.len() as i64, changed.version);
    read::<VersionView>(&app.get(&format!("{path}/versions/1")).await);
    read::<DiffView>(&app.get(&format!("{path}/diff")).await);
}

#[tokio::test]
async fn problems_survive_being_read() {
    let app = TestApp::new().await;
    let problem: Problem = read(&app.get("/api/v1/records?phase=live").await);
    assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (400, "phase"));
    let problem: Problem = read(&app.get("/api/v1/records/R-0000000").await);
    assert!(problem.errors.is_empty());

    let ids = app.publish(&[suite::record("Cameras", |_| {})]).await;
    let tx = app.db.begin().await.unwrap();
    let id = ids[0].parse().unwrap();
    store::records::publish::withdraw(&tx, id, "Published twice", now(), now()).await.unwrap();
    tx.commit().await.unwrap();
    let gone: GoneProblem = read(&app.get(&format!("/api/v1/records/{}", ids[0])).await);
    assert_eq!(gone.tombstone.reason, "Published twice");
}

#[tokio::test]
async fn answers_to_people_survive_being_read() {
    let council = crate::submissions::Council::new().await;
    let (path, _) = council.begin(json!({ "record": { "title": "Cameras", "phase": "production" } })).await;
    let get = async |path: &str, token: &str| {
        let answer = council.app.call(Method::GET, path, token, None, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer
    };
    let view: SubmissionView = read(&get(&path, &council.writer).await);
    assert_eq!(view.record["title"], "Cameras");
    let list: SubmissionList = read(&get("/api/v1/submissions", &council.writer).await);
    assert_eq!(list.items[0].id, view.id);
    let me: PersonView = read(&get("/api/v1/people/me", &council.writer).await);
    assert_eq!(me.email, "writer@northmoor.example");
    read::<TokenList>(&get("/api/v1/tokens", &council.writer).await);
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let people: PersonList = read(&get("/api/v1/people", &admin).await);
    assert!(people.items.iter().any(|person| person.id == me.id));
}
