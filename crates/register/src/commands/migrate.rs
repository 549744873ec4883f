//! `register migrate`.

use std::sync::Arc;

use chrono::Utc;
use store::ground::lease::Leases;

use crate::exit::Ended;
use crate::settings::Settings;

pub(super) async fn run(settings: &Settings) -> anyhow::Result<Ended> {
    let db = settings.open_as_it_is().await?;
    let applied = db.migrate().await?;
    let leases = Leases::new(db.clone(), Arc::new(Utc::now));
    super::secrets::ready(settings, &leases, |words| eprintln!("{words}")).await?;
    if settings.json {
        super::print_json(&serde_json::json!({ "database": db.describe(), "applied": applied }))?;
    } else {
        eprintln!("{}: {applied} changes applied, the schema is up to date", db.describe());
    }
    Ok(Ended::Done)
}
