//! Who may do what: every role with every closed operation and every kind of object, against the table in
//! `domain::authorisation`.

use axum::http::{Method, StatusCode};
use domain::authorisation::{Grant, Object, Permission, Remit, allows};
use domain::codes::{Code, OrganisationKind, Role};
use serde_json::{Value, json};
use suite::{TestApp, data::project};

use crate::submissions::{Council, ready};

fn document() -> Value {
    serde_json::from_str(&api::document().to_json().unwrap()).unwrap()
}

#[tokio::test]
async fn a_closed_operation_asks_who_you_are() {
    let app = TestApp::new().await;
    let mut closed = 0;
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["security"].is_null() {
                continue;
            }
            closed += 1;
            let path = path.replace("{id}", "R-0000000").replace("{action}", "submit");
            let method: Method = method.to_uppercase().parse().unwrap();
            for headers in [
                &[][..],
                &[("authorization", "Bearer nonsense")],
                &[("authorization", "Basic dXNlcjpwYXNz")],
                &[("authorization", "Bearer oar_p_0000000000000000000000000000000000000")],
            ] {
                let answer = app.send(method.clone(), &path, headers).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}: {}", answer.text);
                assert_eq!(answer.header("www-authenticate"), "Bearer");
            }
        }
    }
    assert!(closed >= 20, "{closed}");
}

/// An operation with the permission and object it needs, and a request that is valid apart from its sender.
struct Cell {
    operation: &'static str,
    permission: Permission,
    method: Method,
    /// `{own}` stands for the council's submission, `{record}` for its record, `{assessment}` for that
    /// record's.
    path: &'static str,
    body: Value,
    etag: Option<&'static str>,
    object: &'static str,
}

fn cells() -> Vec<Cell> {
    use domain::submission::Action;
    let cell = |operation, permission, method, path, body, etag, object| Cell {
        operation,
        permission,
        method,
        path,
        body,
        etag,
        object,
    };
    let act = |action: Action| -> Permission { action.into() };
    let post = Method::POST;
    vec![
        cell(
            "create_submission",
            Permission::CreateSubmission,
            post.clone(),
            "/api/v1/submissions",
            json!({ "record_id": "{record}", "organisation": "northmoor-borough-council" }),
            None,
            "own",
        ),
        cell(
            "get_submission",
            Permission::ReadSubmission,
            Method::GET,
            "/api/v1/submissions/{own}",
            Value::Null,
            None,
            "own",
        ),
        cell(
            "get_submission_history",
            Permission::ReadSubmission,
            Method::GET,
            "/api/v1/submissions/{own}/history",
            Value::Null,
            None,
            "own",
        ),
        cell(
            "replace_submission",
            act(Action::Edit),
            Method::PUT,
            "/api/v1/submissions/{own}",
            json!({ "record": { "title": "T" } }),
            Some("\"0\""),
            "own",
        ),
        cell(
            "change_submission",
            act(Action::Edit),
            Method::PATCH,
            "/api/v1/submissions/{own}",
            json!({ "note": "n" }),
            Some("\"0\""),
            "own",
        ),
        cell(
            "move_submission",
            act(Action::Submit),
            post.clone(),
            "/api/v1/submissions/{own}/submit",
            Value::Null,
            Some("\"0\""),
            "own",
        ),
        cell(
            "move_submission",
            act(Action::Review),
            post.clone(),
            "/api/v1/submissions/{own}/review",
            Value::Null,
            Some("\"0\""),
            "own",
        ),
        cell(
            "move_submission",
            act(Action::RequestChanges),
            post.clone(),
            "/api/v1/submissions/{own}/request-changes",
            json!({ "reason": "r" }),
            Some("\"0\""),
            "own",
        ),
        cell(
            "move_submission",
            act(Action::Approve),
            post.clone(),
            "/api/v1/submissions/{own}/approve",
            Value::Null,
            Some("\"0\""),
            "own",
        ),
        cell(
            "move_submission",
            act(Action::Publish),
            post.clone(),
            "/api/v1/submissions/{own}/publish",
            Value::Null,
            Some("\"0\""),
            "own",
        ),
        cell(
            "move_submission",
            act(Action::Discard),
            post.clone(),
            "/api/v1/submissions/{own}/discard",
            Value::Null,
            Some("\"0\""),
            "own",
        ),
        cell(
            "create_preview_link",
            Permission::PreviewSubmission,
            post.clone(),
            "/api/v1/submissions/{own}/preview-links",
            Value::Null,
            None,
            "own",
        ),
        cell(
            "list_preview_links",
            Permission::PreviewSubmission,
            Method::GET,
            "/api/v1/submissions/{own}/preview-links",
            Value::Null,
            None,
            "own",
        ),
        cell(
            "revoke_preview_link",
            Permission::PreviewSubmission,
            Method::DELETE,
            "/api/v1/preview-links/{link}",
            Value::Null,
            None,
            "own",
        ),
        cell(
            "reply_to_record",
            Permission::Reply,
            post.clone(),
            "/api/v1/records/{record}/replies",
            json!({ "text": "We looked into it." }),
            None,
            "own",
        ),
        cell(
            "decide_reply",
            Permission::ApproveReply,
            post.clone(),
            "/api/v1/replies/{reply}/decision",
            json!({ "decision": "publish" }),
            None,
            "own",
        ),
        cell(
            "confirm_role",
            Permission::ConfirmRole,
            post.clone(),
            "/api/v1/pending-roles/{pending}/confirmation",
            Value::Null,
            None,
            "register",
        ),
        cell(
            "decline_role",
            Permission::ConfirmRole,
            Method::DELETE,
            "/api/v1/pending-roles/{pending}",
            Value::Null,
            None,
            "register",
        ),
        cell(
            "withdraw_record",
            Permission::WithdrawRecord,
            post.clone(),
            "/api/v1/records/{record}/withdraw",
            json!({ "reason": "r" }),
            Some("\"0\""),
            "own",
        ),
        cell(
            "confirm_record",
            Permission::ConfirmRecord,
            post.clone(),
            "/api/v1/records/{record}/confirm",
            Value::Null,
            Some("\"0\""),
            "own",
        ),
        cell(
            "create_redaction",
            Permission::AskRedaction,
            post.clone(),
            "/api/v1/records/{record}/redactions",
            json!({ "pointer": "/team", "ground": "foia_40", "reason": "r" }),
            None,
            "own",
        ),
        cell(
            "decide_redaction",
            Permission::DecideRedaction,
            post.clone(),
            "/api/v1/records/{record}/redactions/{asked}/carry-out",
            Value::Null,
            None,
            "own",
        ),
        cell(
            "create_organisation",
            Permission::ManageOrganisations,
            post.clone(),
            "/api/v1/organisations",
            json!({ "name": "Eastmoor Council", "country": "GB", "kind": "local_authority" }),
            None,
            "register",
        ),
        cell(
            "expect_organisation",
            Permission::ManageOrganisations,
            Method::PUT,
            "/api/v1/organisations/northmoor-borough-council/expectation",
            json!({ "since": "2024-02-06", "why": "w", "evidence_url": "https://policy.example" }),
            None,
            "register",
        ),
        cell(
            "end_expectation",
            Permission::ManageOrganisations,
            post.clone(),
            "/api/v1/organisations/northmoor-borough-council/expectation/end",
            json!({ "reason": "r" }),
            None,
            "register",
        ),
        cell(
            "file_nil_return",
            Permission::FileNilReturn,
            post.clone(),
            "/api/v1/organisations/northmoor-borough-council/nil-returns",
            json!({ "statement": "None." }),
            None,
            "own",
        ),
        cell(
            "list_people",
            Permission::ManagePeople,
            Method::GET,
            "/api/v1/people",
            Value::Null,
            None,
            "register",
        ),
        cell(
            "create_person",
            Permission::ManagePeople,
            post.clone(),
            "/api/v1/people",
            json!({ "email": "new@body.example", "name": "New" }),
            None,
            "register",
        ),
        cell(
            "change_roles",
            Permission::ManagePeople,
            post.clone(),
            "/api/v1/people/nobody@body.example/roles",
            json!({ "role": "admin" }),
            None,
            "register",
        ),
        cell(
            "get_regulator_assessment",
            Permission::ReadSealed,
            Method::GET,
            "/api/v1/regulator/assessments/{assessment}",
            Value::Null,
            None,
            "assessment",
        ),
        cell(
            "get_regulator_document",
            Permission::ReadSealed,
            Method::GET,
            "/api/v1/regulator/assessments/{assessment}/document",
            Value::Null,
            None,
            "assessment",
        ),
        cell(
            "create_receipt",
            Permission::ReadSealed,
            post,
            "/api/v1/regulator/assessments/{assessment}/receipt",
            Value::Null,
            None,
            "assessment",
        ),
    ]
}

/// Operations that give each caller their own part, and the tests that check it.
const OWN_PART: &[(&str, &str)] = &[
    ("list_webhooks", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("create_webhook", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("get_webhook", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("change_webhook", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("delete_webhook", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("list_deliveries", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("redeliver_messages", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("try_webhook", "a_webhook_is_checked_whole_and_is_its_owners"),
    ("list_submissions", "what_a_caller_may_not_read_looks_like_what_is_not_there"),
    ("list_regulator_assessments", "a_regulator_reads_what_is_in_its_remit_and_every_read_is_noted"),
    ("list_audit", "the_audit_trail_is_read_by_approvers_and_administrators"),
    ("export_audit_csv", "the_audit_trail_as_csv_is_for_approvers_and_administrators"),
    ("create_document", "a_document_is_what_it_says_it_is"),
    ("create_import", "an_upload_becomes_drafts_or_errors_by_row"),
    ("get_import", "an_upload_becomes_drafts_or_errors_by_row"),
    ("submit_import", "an_upload_becomes_drafts_or_errors_by_row"),
    ("get_import_faults", "faults_stand_beside_the_rows_of_a_copy_of_the_file"),
    ("get_me", "tokens_carry_what_their_owner_holds_and_end_when_told"),
    ("list_tokens", "tokens_carry_what_their_owner_holds_and_end_when_told"),
    ("create_token", "tokens_carry_what_their_owner_holds_and_end_when_told"),
    ("revoke_token", "tokens_carry_what_their_owner_holds_and_end_when_told"),
    ("create_annotation", "remarks_are_moderated_and_stand_beside_the_record"),
    ("decide_remark", "remarks_are_moderated_and_stand_beside_the_record"),
    ("list_replies_to_decide", "a_reply_to_a_record_needs_two_people"),
    ("list_remarks_to_answer", "an_accepted_report_stands_on_the_desk_of_its_body"),
    ("judge_link", "a_link_is_judged_by_who_answers_for_the_record_and_a_rejected_one_stays_rejected"),
    ("reply_to_gap", "a_gap_is_answered_by_the_body_that_is_asked"),
    ("withdraw_nil_return", "a_nil_return_is_filed_and_withdrawn_by_the_body_itself"),
    ("list_redactions_to_decide", "words_are_taken_out_by_two_people_and_stand_nowhere_afterwards"),
    ("list_remarks_to_decide", "remarks_are_moderated_and_stand_beside_the_record"),
];

#[tokio::test]
async fn every_cell_of_role_operation_and_object_is_the_tables() {
    let council = Council::new().await;
    let mut body = ready("Camera");
    body["record"]["assessments"] =
        json!([{ "type": "dpia", "stage": "before_deployment", "status": "complete" }]);
    let (record, _) = council.publish(body).await;
    let assessment = council.app.json(&format!("/api/v1/records/{record}")).await;
    let assessment = assessment["assessments"][0]["id"].as_str().unwrap().to_owned();
    let (own, _) = council.begin(json!({ "record": { "title": "Own" } })).await;
    let own = own.rsplit('/').next().unwrap().to_owned();
    let asker = council.app.token("asker@northmoor.example", Role::Contributor, Some(&council.id)).await;
    let asked = json!({ "pointer": "/summary", "ground": "foia_40", "reason": "r" });
    let path = format!("/api/v1/records/{record}/redactions");
    let asked = council.app.call(Method::POST, &path, &asker, None, asked).await.json();
    let asked = asked["id"].as_str().unwrap().to_owned();
    let other = council.app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let inspectorate = council.app.organisation("Inspectorate", OrganisationKind::Regulator).await;
    let reader = "reader@inspectorate.example";
    council.app.token(reader, Role::Contributor, Some(&inspectorate)).await;
    let first = council.app.token("first@register.example", Role::Admin, None).await;
    council.app.token("second@register.example", Role::Admin, None).await;
    let links = format!("/api/v1/submissions/{own}/preview-links");
    let replies = format!("/api/v1/records/{record}/replies");
    let roles = format!("/api/v1/people/{reader}/roles");
    let (mut tried, mut open) = (0, 0);
    for &role in Role::ALL {
        for organisation in [Some(&council.id), Some(&other), None] {
            if organisation.is_none() != (role == Role::Admin) {
                continue;
            }
            let email = format!("{role}@{}.example", organisation.map_or("register", |id| &id[28..]));
            let token = council.app.token(&email, role, organisation.map(String::as_str)).await;
            let grants = [Grant { role, organisation: organisation.cloned(), remit: Remit::default() }];
            for cell in cells() {
                // What a call before may have ended is made again, by somebody else.
                let mut made =
                    [("{link}", String::new()), ("{reply}", String::new()), ("{pending}", String::new())];
                for (name, id) in &mut made {
                    if !cell.path.contains(*name) {
                        continue;
                    }
                    let role = json!({ "role": "regulator", "organisation": "inspectorate" });
                    let (path, by, body) = match *name {
                        "{link}" => (&links, &council.writer, json!({})),
                        "{reply}" => (&replies, &council.writer, json!({ "text": "So it is." })),
                        _ => (&roles, &first, role),
                    };
                    let answer = council.app.call(Method::POST, path, by, None, body).await;
                    assert!(answer.status.is_success(), "{path}: {}", answer.text);
                    let answer = answer.json();
                    let found = answer["id"].as_str().filter(|_| *name != "{pending}");
                    let found = found.or(answer["pending_roles"][0]["id"].as_str());
                    *id = found.unwrap_or_else(|| panic!("{path}: {answer}")).to_owned();
                }
                let object = match cell.object {
                    "own" => Object::Of { owner: &council.id, about_others: false },
                    "assessment" => {
                        Object::Assessment { sectors: &[], r#type: domain::codes::AssessmentType::Dpia }
                    }
                    _ => Object::Register,
                };
                let fill = |text: &str| {
                    let text = made.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
                    text.replace("{own}", &own)
                        .replace("{record}", &record)
                        .replace("{asked}", &asked)
                        .replace("{assessment}", &assessment)
                };
                let body: Value = serde_json::from_str(&fill(&cell.body.to_string())).unwrap();
                let answer =
                    council.app.call(cell.method.clone(), &fill(cell.path), &token, cell.etag, body).await;
                let may = allows(&grants, cell.permission, object).is_some();
                let refused = matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
                    && !cell.path.ends_with("/document");
                let missing = cell.operation == "change_roles" && answer.status == StatusCode::NOT_FOUND;
                let expected = may
                    || (cell.operation == "create_submission"
                        && role == Role::Oversight
                        && organisation == Some(&council.id));
                if cell.path.ends_with("/document") {
                    // There is no document: those who may read it get a 404, others a 403.
                    assert_eq!(
                        answer.status == StatusCode::FORBIDDEN,
                        !may,
                        "{role} {}: {}",
                        cell.operation,
                        answer.text
                    );
                } else if !missing || !may {
                    assert_eq!(
                        refused, !expected,
                        "{role} of {organisation:?} {} {}: {} {}",
                        cell.operation, cell.path, answer.status, answer.text
                    );
                }
                tried += 1;
                open += usize::from(may);
            }
        }
    }
    println!("{tried} cells tried, {open} of them open");
    assert!(tried > 200 && open > 20);
}

#[test]
fn every_closed_operation_has_its_cells() {
    let cells = cells();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["security"].is_null() {
                continue;
            }
            let id = operation["operationId"].as_str().unwrap();
            let own_part = OWN_PART.iter().find(|(operation, _)| *operation == id);
            assert!(
                cells.iter().any(|cell| cell.operation == id) || own_part.is_some(),
                "{method} {path} ({id}) is tried by no cell of the matrix"
            );
        }
    }
    let suite: String = std::fs::read_dir(project().join("tests/suite"))
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    for (operation, test) in OWN_PART {
        assert!(suite.contains(&format!("fn {test}(")), "{operation}: there is no test {test}");
    }
}

#[tokio::test]
async fn the_audit_trail_is_read_by_approvers_and_administrators() {
    let council = Council::new().await;
    council.begin(json!({ "record": { "title": "T" } })).await;
    let other = council.app.organisation("Southmoor Council", OrganisationKind::LocalAuthority).await;
    let stranger = council.app.token("a@southmoor.example", Role::Approver, Some(&other)).await;
    let admin = council.app.token("admin@register.example", Role::Admin, None).await;
    let read =
        async |token: &str| council.app.call(Method::GET, "/api/v1/audit", token, None, Value::Null).await;
    assert_eq!(read(&council.writer).await.status, StatusCode::FORBIDDEN);
    assert_eq!(read(&council.approver).await.json()["items"][0]["action"], "submission.create");
    assert_eq!(read(&stranger).await.json()["items"], json!([]));
    assert_eq!(read(&admin).await.json()["items"][0]["person"], "writer@northmoor.example");
}

#[tokio::test]
async fn tokens_carry_what_their_owner_holds_and_end_when_told() {
    let council = Council::new().await;
    let app = &council.app;
    let path = "/api/v1/tokens";
    let new = |days: i64| json!({ "label": "upload", "role": "contributor", "days": days });
    let made = app.call(Method::POST, path, &council.writer, None, new(7)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let me = app.call(Method::GET, "/api/v1/people/me", &secret, None, Value::Null).await.json();
    assert_eq!(me["roles"][0]["role"], "contributor");
    assert_eq!(me["email"], "writer@northmoor.example");
    for (body, status) in [
        (new(0), StatusCode::BAD_REQUEST),
        (new(366), StatusCode::BAD_REQUEST),
        (json!({ "label": "", "role": "contributor" }), StatusCode::BAD_REQUEST),
        (json!({ "label": "x", "role": "admin" }), StatusCode::FORBIDDEN),
        (json!({ "label": "x", "organisation": "none" }), StatusCode::NOT_FOUND),
    ] {
        let answer = app.call(Method::POST, path, &council.writer, None, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let list = app.call(Method::GET, path, &council.writer, None, Value::Null).await;
    assert!(!list.text.contains(&secret) && list.json()["items"].as_array().unwrap().len() == 2);
    let one = format!("{path}/{}", made.json()["id"].as_str().unwrap());
    let stranger = app.call(Method::DELETE, &one, &council.approver, None, Value::Null).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert_eq!(
        app.call(Method::DELETE, &one, &council.writer, None, Value::Null).await.status,
        StatusCode::NO_CONTENT
    );
    let ended = app.call(Method::GET, "/api/v1/people/me", &secret, None, Value::Null).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);

    // Anybody who presents a whole token revokes it.
    let leaked = json!({ "token": council.colleague }).to_string().into_bytes();
    let headers = [("content-type", "application/json")];
    let answer = app.send_body(Method::POST, "/api/v1/tokens/leaked", &headers, leaked).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let ended = app.call(Method::GET, "/api/v1/people/me", &council.colleague, None, Value::Null).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    let nothing = json!({ "token": "oar_p_none" }).to_string().into_bytes();
    let answer = app.send_body(Method::POST, "/api/v1/tokens/leaked", &headers, nothing).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_administrator_gives_roles_and_takes_them() {
    let council = Council::new().await;
    let app = &council.app;
    let admin = app.token("admin@register.example", Role::Admin, None).await;
    let person = json!({ "email": "Kim@Northmoor.example", "name": "Kim" });
    let made = app.call(Method::POST, "/api/v1/people", &admin, None, person.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(
        app.call(Method::POST, "/api/v1/people", &admin, None, person).await.status,
        StatusCode::CONFLICT
    );
    let roles = "/api/v1/people/kim@northmoor.example/roles";
    let role = |revoke: bool| json!({ "role": "approver", "organisation": "northmoor-borough-council", "revoke": revoke });
    let given = app.call(Method::POST, roles, &admin, None, role(false)).await;
    assert_eq!(given.json()["roles"][0]["organisation"], "northmoor-borough-council", "{}", given.text);
    assert_eq!(app.call(Method::POST, roles, &admin, None, role(true)).await.json()["roles"], json!([]));
    for body in [
        json!({ "role": "approver" }),
        json!({ "role": "admin", "organisation": "northmoor-borough-council" }),
    ] {
        let answer = app.call(Method::POST, roles, &admin, None, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    }
}
