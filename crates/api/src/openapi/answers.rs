//! Responses that operations share, added to the OpenAPI document so that each operation states only its own.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// Public reads for a single reader, or that begin a sign-in: no ETag, any media type.
const UNTAGGED: &[&str] = &["get_preview", "get_correction", "begin_sign_in", "finish_sign_in"];

/// Reads with a fixed media type, whatever is accepted.
const ONE_MEDIA_TYPE: &[&str] = &["get_dump_file", "get_checkpoint", "get_version_proof", "get_document"];

/// The answer of the HTTP server itself to an address that is too long.
const TOO_LONG: &str = "414";

/// Adds the shared responses to every operation; a response the operation states itself is kept.
pub(crate) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        if let Some(read) = &mut item.get {
            add_to_read(read);
            if read.parameters.is_some() {
                add(
                    read,
                    TOO_LONG,
                    "The address is longer than 64 KiB; refused before it is read, without a body",
                );
            }
        }
        let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in methods.into_iter().flatten() {
            add_to_any(operation);
            operation.parameters.iter_mut().flatten().for_each(list_example);
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    give_problem(status, response);
                }
            }
        }
    }
}

/// Makes the example of a parameter that can be repeated a list, as its schema is; it is declared as one value, which
/// hints quote.
fn list_example(parameter: &mut RefOr<Parameter>) {
    let RefOr::T(parameter) = parameter else { return };
    let described = serde_json::to_value(&*parameter).unwrap_or_default();
    if described["schema"]["type"] == "array" && described["example"].is_string() {
        let list = serde_json::json!([described["example"]]);
        *parameter = ParameterBuilder::from(parameter.clone()).example(Some(list)).build();
    }
}

/// Responses of any request, and of those with a token or body. Health checks answer in plain text and are
/// left out.
fn add_to_any(operation: &mut Operation) {
    if operation.tags.iter().flatten().any(|tag| tag == "operation") {
        return;
    }
    add(operation, "429", "Too many requests of this address or token; `Retry-After` says when to ask again");
    add(operation, "503", "The register is not available now");
    if operation.security.is_some() {
        add(operation, "401", "No working token");
    }
    let Some(RefOr::T(body)) = &operation.request_body else {
        return add(operation, "400", "A parameter is not valid; lists every fault with a hint");
    };
    let is_json = body.content.keys().any(|kind| kind.ends_with("json"));
    add(operation, "400", "Not valid; lists every fault with its place");
    add(operation, "413", "The body is too long");
    if is_json {
        add(operation, "415", "The body is not JSON");
    }
}

/// Responses of public reads, which are cached and whose media type is negotiated.
fn add_to_read(operation: &mut Operation) {
    let id = operation.operation_id.clone().unwrap_or_default();
    let is_plain = operation.tags.iter().flatten().any(|tag| tag == "operation");
    if is_plain || operation.security.is_some() || UNTAGGED.contains(&id.as_str()) {
        return;
    }
    add(operation, "304", "Not changed since the ETag you sent");
    if !ONE_MEDIA_TYPE.contains(&id.as_str()) {
        add(operation, "406", "Not available in any media type you accept");
    }
}

fn add(operation: &mut Operation, status: &str, description: &str) {
    let response = || RefOr::T(ResponseBuilder::new().description(description).build());
    operation.responses.responses.entry(status.to_owned()).or_insert_with(response);
}

/// Error responses carry a problem unless the operation says otherwise; 416 has no body.
fn give_problem(status: &str, response: &mut Response) {
    if status >= "400" && !["416", TOO_LONG].contains(&status) && response.content.is_empty() {
        let schema = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        response.content.insert("application/problem+json".to_owned(), schema.into());
    }
}
