//! Answers that operations share: added to the OpenAPI document, so that an operation states only what is its own.

use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// Reads without a token that are for one reader, or begin something: no entity tag, any media type.
const UNTAGGED: &[&str] = &["get_preview", "get_correction", "begin_sign_in", "finish_sign_in"];

/// Reads that answer in one media type, whatever is accepted.
const ONE_MEDIA_TYPE: &[&str] = &["get_dump_file", "get_checkpoint", "get_version_proof", "get_document"];

/// Completes the answers of every operation. What an operation states itself is kept.
pub(crate) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        if let Some(read) = &mut item.get {
            add_to_read(read);
        }
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in methods.into_iter().flatten() {
            add_to_any(operation);
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    give_problem(status, response);
                }
            }
        }
    }
}

/// What any request can come to, and any with a token or a body. Health checks answer plainly, whatever is asked.
fn add_to_any(operation: &mut Operation) {
    if operation.tags.iter().flatten().any(|tag| tag == "operation") {
        return;
    }
    add(operation, "503", "The register cannot answer now");
    if operation.security.is_some() {
        add(operation, "401", "No token that works");
    }
    let Some(RefOr::T(body)) = &operation.request_body else {
        return add(operation, "400", "A parameter is not valid; every fault with a hint");
    };
    let is_json = body.content.keys().any(|kind| kind.ends_with("json"));
    add(operation, "400", "Not valid; every fault with its place");
    add(operation, "413", "The body is too long");
    if is_json {
        add(operation, "415", "The body is not JSON");
    }
}

/// What a read without a token can come to: those answers are cached and negotiated.
fn add_to_read(operation: &mut Operation) {
    let id = operation.operation_id.clone().unwrap_or_default();
    let is_plain = operation.tags.iter().flatten().any(|tag| tag == "operation");
    if is_plain || operation.security.is_some() || UNTAGGED.contains(&id.as_str()) {
        return;
    }
    add(operation, "304", "Nothing changed since the ETag sent");
    if !ONE_MEDIA_TYPE.contains(&id.as_str()) {
        add(operation, "406", "None of the accepted media types can be given");
    }
}

fn add(operation: &mut Operation, status: &str, description: &str) {
    let response = || RefOr::T(ResponseBuilder::new().description(description).build());
    operation.responses.responses.entry(status.to_owned()).or_insert_with(response);
}

/// Errors are problems unless the operation says otherwise; a range that cannot be given has no body.
fn give_problem(status: &str, response: &mut Response) {
    if status >= "400" && status != "416" && response.content.is_empty() {
        let schema = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        response.content.insert("application/problem+json".to_owned(), schema.into());
    }
}
