//! `GET /.well-known/security.txt` (RFC 9116): where to report a weakness of the register.

use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{Days, NaiveDate};

use crate::App;
use crate::problem::ApiError;

/// How long what it says holds, in days. The RFC recommends less than a year.
const HOLDS: u64 = 180;

/// Answers with the contact, if one is set. Its expiry moves on each day, so that it never expires while
/// the register runs.
pub(crate) async fn get_security(State(app): State<App>, uri: Uri) -> Result<Response, ApiError> {
    let Some(contact) = &app.security_contact else {
        return Err(ApiError::NoSuchAddress(uri.path().to_owned()));
    };
    let text = text(contact, &app.base_url, app.today());
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

fn text(contact: &str, base_url: &str, today: NaiveDate) -> String {
    let expires = today.checked_add_days(Days::new(HOLDS)).unwrap_or(today);
    format!(
        "Contact: {contact}\r\nExpires: {expires}T00:00:00Z\r\nPreferred-Languages: en, cy\r\n\
         Canonical: {base_url}/.well-known/security.txt\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_fields_of_the_rfc() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(
            text("mailto:security@register.example", "https://register.example", day),
            "Contact: mailto:security@register.example\r\nExpires: 2027-05-20T00:00:00Z\r\n\
             Preferred-Languages: en, cy\r\n\
             Canonical: https://register.example/.well-known/security.txt\r\n"
        );
    }
}
