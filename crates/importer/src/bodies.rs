//! Lists that name bodies the register knows, such as those that are expected to publish: each row is one body, by
//! slug, identifier or name. Nothing is guessed, and nothing is written.

use std::path::Path;

use domain::Organisation;
use domain::cell::short;
use domain::codes::{Code, IdentifierScheme};
use domain::organisation::Identifier;
use store::names::organisations::{self, Resolution, Stored};
use store::{Reads, StoreError};

use crate::load::ImportError;
use crate::report::RowError;
use crate::table::{FileError, Reading, Row, Table};

/// The columns that can name a body; of those a row fills in, the first decides.
const COLUMNS: [&str; 3] = ["slug", "identifier", "name"];
/// The column with the country of a name, ISO 3166-1.
const COUNTRY: &str = "country";

/// The bodies that a list names.
#[derive(Debug, Default)]
pub struct Named {
    /// Rows read, not counting blank ones.
    pub read: u64,
    /// The bodies found, each once, in the order of the list.
    pub found: Vec<Organisation>,
    /// Rows that name no body, or one that another row names too.
    pub errors: Vec<RowError>,
    /// What to know about how the file was read.
    pub notices: Vec<String>,
}

/// Finds the bodies that a list names. `country` is where bodies are that a row gives no country for.
///
/// Errors: [`ImportError`] if the file is not a table with one of the columns.
pub async fn named(
    conn: &impl Reads,
    path: &Path,
    country: &str,
    reading: &Reading,
) -> Result<Named, ImportError> {
    let known = |header: &str| COLUMNS.contains(&column(header).as_str());
    let mut table = Table::open(path, &known, reading)?;
    let headers: Vec<String> = table.headers.iter().map(|header| column(header)).collect();
    if !headers.iter().any(|header| COLUMNS.contains(&header.as_str())) {
        return Err(FileError::unusable(
            path.display().to_string(),
            "no column names a body",
            "head a column slug, identifier (such as GB-COH:01234567) or name",
        )
        .into());
    }
    let mut named = Named { notices: table.input.notices.clone(), ..Named::default() };
    let unread: Vec<&str> = headers
        .iter()
        .map(String::as_str)
        .filter(|header| !header.is_empty() && *header != COUNTRY && !COLUMNS.contains(header))
        .collect();
    if !unread.is_empty() {
        named.notices.push(format!("columns that are not read: {}", unread.join(", ")));
    }
    while let Some(row) = table.next_row() {
        named.read += 1;
        let found = match row {
            Ok(row) => body(conn, &headers, &row, country).await?,
            Err(error) => Err(error),
        };
        match found {
            Ok((line, body)) if named.found.iter().any(|known| known.id == body.id) => {
                let message = format!("'{}' stands in the list twice", body.slug);
                named.errors.push(RowError::row(line, "repeated", message, "leave one of the rows out"));
            }
            Ok((_, body)) => named.found.push(body),
            Err(error) => named.errors.push(error),
        }
    }
    let file = path.display().to_string();
    named.errors = crate::report::in_file(named.errors, &file);
    Ok(named)
}

/// A header as it is compared.
fn column(header: &str) -> String {
    header.trim().to_lowercase()
}

/// The body of a row with its line, or what is wrong with the row.
async fn body(
    conn: &impl Reads,
    headers: &[String],
    row: &Row,
    country: &str,
) -> Result<Result<(u64, Organisation), RowError>, StoreError> {
    let cell = |name: &str| {
        let place = headers.iter().position(|header| header == name)?;
        row.cells.get(place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let Some((by, text)) = COLUMNS.iter().find_map(|name| Some((*name, cell(name)?))) else {
        let hint = "fill in slug, identifier or name";
        return Ok(Err(RowError::row(row.line, "required", "the row names no body", hint)));
    };
    let wrong = |code: &str, message: String, hint: String| {
        Ok(Err(RowError {
            column: by.to_owned(),
            value: short(text),
            ..RowError::row(row.line, code, message, hint)
        }))
    };
    let found = match by {
        "slug" => organisations::find(conn, text).await?,
        "identifier" => match identifier(text) {
            Ok(identifier) => organisations::find_by_identifier(conn, &identifier).await?,
            Err((message, hint)) => return wrong("bad-identifier", message, hint),
        },
        _ => by_name(conn, text, cell(COUNTRY).unwrap_or(country)).await?,
    };
    match found {
        Some(stored) if stored.resolution == Resolution::Registered => {
            Ok(Ok((row.line, stored.organisation)))
        }
        Some(stored) => wrong(
            "unknown-body",
            format!("'{}' is only a name in records or notices", stored.organisation.name),
            "enter the body, or merge the name into the body it means".to_owned(),
        ),
        None => wrong(
            "unknown-body",
            format!("no organisation, or more than one, has the {by} '{}'", short(text)),
            "look for it with: register organisation list WORDS, and give its slug".to_owned(),
        ),
    }
}

/// `SCHEME:VALUE`. Errors: what is wrong, and what to write.
fn identifier(text: &str) -> Result<Identifier, (String, String)> {
    let example = "write it with its scheme, such as GB-COH:01234567";
    let Some((scheme, value)) = text.split_once(':') else {
        return Err((format!("'{}' has no scheme", short(text)), example.to_owned()));
    };
    let scheme = IdentifierScheme::parse(scheme).map_err(|bad| (bad.to_string(), bad.hint()))?;
    Identifier::normalise(scheme, value).map_err(|message| (message, example.to_owned()))
}

async fn by_name(conn: &impl Reads, name: &str, country: &str) -> Result<Option<Stored>, StoreError> {
    match organisations::resolve(conn, name, country, false).await? {
        Some(party) => organisations::find(conn, &party.id).await,
        None => Ok(None),
    }
}
