//! `register migrate`.

use crate::exit::Ended;
use crate::settings::Settings;

pub(super) async fn run(settings: &Settings) -> anyhow::Result<Ended> {
    let db = settings.open_as_it_is().await?;
    let applied = db.migrate().await?;
    if settings.json {
        super::print_json(&serde_json::json!({ "database": db.describe(), "applied": applied }))?;
    } else {
        eprintln!("{}: {applied} changes applied, the schema is up to date", db.describe());
    }
    Ok(Ended::Done)
}
