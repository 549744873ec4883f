//! `register reindex`.

use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};
use search::{Place, Search};

use crate::exit::Ended;
use crate::settings::Settings;

pub(super) async fn run(settings: &Settings) -> anyhow::Result<Ended> {
    let db = settings.open().await?;
    let style = |template: &str| {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
    };
    let bar = ProgressBar::new(0).with_style(style("{bar:40} {pos}/{len} records"));
    let done = store::records::maintenance::reindex(&db, Utc::now(), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })
    .await?;
    bar.set_style(style("{bar:40} {pos}/{len} searchable"));
    bar.set_position(0);
    Search::rebuild(&db, Place::Folder(settings.index(&db)), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })
    .await?;
    bar.finish_and_clear();
    if settings.json {
        super::print_json(&serde_json::json!({ "records": done }))?;
    } else {
        eprintln!("{done} records: lists, assessments and the search index rebuilt");
    }
    Ok(Ended::Done)
}
