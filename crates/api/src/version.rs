//! The version of the API, in a file that uses no other: the OpenAPI document needs all operations, and every answer
//! needs the version.

/// Version of the API, in the document and in every answer.
pub const API_VERSION: &str = "1.0.0";
