//! `register fields`: the data dictionary in a terminal.

use domain::fields::FIELDS;

use crate::exit::Ended;
use crate::settings::Settings;

pub(super) fn run(settings: &Settings) -> anyhow::Result<Ended> {
    if settings.json {
        super::print_json(&api::dictionary())?;
        return Ok(Ended::Done);
    }
    for field in FIELDS {
        let of = field.kind.of().map_or_else(String::new, |of| format!(" {of}"));
        println!("{:28} {:28} {}", field.name, format!("{}{of}", field.kind.name()), field.label);
    }
    Ok(Ended::Done)
}
