//! `register doctor`: one line per check.

use crate::exit::Ended;
use crate::settings::Settings;

pub(super) async fn run(settings: &Settings) -> anyhow::Result<Ended> {
    let db = settings.open_as_it_is().await?;
    let pending = db.pending().await?;
    let mut checks = vec![
        ("database", true, db.describe()),
        // Opening fails on a database that could lose acknowledged writes, so this is true here.
        ("settings of the database", true, "safe to write to".to_owned()),
        (
            "schema",
            pending == 0,
            if pending == 0 {
                "up to date".to_owned()
            } else {
                format!("{pending} changes to apply: register migrate")
            },
        ),
    ];
    if pending == 0 {
        let records = store::records::count(&db).await?;
        let store::ground::db::State { change, changed_at: at, .. } = db.state().await?;
        checks.push(("records", true, format!("{records} published, {change} changes, the last {at}")));
        let faults = store::records::maintenance::faults(&db).await?;
        let listed = faults.is_empty();
        let said = if listed {
            "agree with the versions".to_owned()
        } else {
            format!("{}: register reindex", faults.join("; "))
        };
        checks.push(("lists", listed, said));
        let log = super::log::standing(settings, &db).await?;
        let said = log.refused.clone().unwrap_or(format!("{} entries, {} signed", log.entries, log.signed));
        checks.push(("public log", log.refused.is_none(), said));
        let keys = settings.secrets_keys(&db)?.unwrap_or_default();
        let standing = store::people::encrypting::standing(&db).await?;
        let (said, well) = super::secrets::said(&keys, &standing);
        checks.push(("secrets", well, said));
        let folder = settings.index(&db);
        let said = match search::Search::change_in(&folder) {
            Some(known) if known > change => format!(
                "it knows change {known} and the database ends at {change}: the index is of another database, or this one is \
                 older than what was published; the next start builds the index again ({})",
                folder.display()
            ),
            Some(known) if known == change => "knows every change".to_owned(),
            Some(known) => format!("{} changes behind, a running register follows them", change - known),
            None => format!("none, the next start builds it ({})", folder.display()),
        };
        checks.push(("search index", true, said));
    }
    if settings.json {
        let all: Vec<_> = checks
            .iter()
            .map(|(name, ok, said)| serde_json::json!({ "check": name, "ok": ok, "says": said }))
            .collect();
        super::print_json(&all)?;
    } else {
        for (name, ok, said) in &checks {
            println!("{} {name:26} {said}", if *ok { "ok  " } else { "FAIL" });
        }
    }
    Ok(if checks.iter().all(|(_, ok, _)| *ok) { Ended::Done } else { Ended::Findings })
}
