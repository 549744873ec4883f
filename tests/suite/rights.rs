//! Who may do what, tried for every role at every closed operation.

use axum::http::{Method, StatusCode};
use suite::TestApp;

#[tokio::test]
async fn a_closed_operation_asks_who_you_are() {
    let app = TestApp::new().await;
    let document: serde_json::Value = serde_json::from_str(&api::document().to_json().unwrap()).unwrap();
    let mut closed = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
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
    assert!(closed >= 14, "{closed}");
}
