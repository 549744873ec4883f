//! `register serve`

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Args;
use export::ExportError;
use store::Db;
use store::log::signer::{SignError, Signer};
use store::log::witness::Witness;
use store::objects::Objects;

use crate::exit::Ended;
use crate::settings::Settings;

/// How often the rules are asked about records whose day has come.
const MAINTENANCE: Duration = Duration::from_secs(15 * 60);

/// How often the signer of the public log looks for what is new.
const SIGN: Duration = Duration::from_millis(500);

/// How long the signer waits when it refused.
const REFUSED: Duration = Duration::from_secs(60);

/// How often the search index looks for what is new.
const FOLLOW: Duration = Duration::from_millis(250);

#[derive(Debug, Default, Args)]
pub(crate) struct Serve {
    /// The address to listen at [default: 127.0.0.1:8080]
    #[arg(long, env = "REGISTER_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The address people reach the register at, for links [default: http://LISTEN]
    #[arg(long, env = "REGISTER_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
    /// Do not load the demonstration data into an empty register
    #[arg(long)]
    empty: bool,
    /// Let webhooks reach hosts inside the register's own network too, and by http
    #[arg(long, env = "REGISTER_WEBHOOKS_INSIDE")]
    webhooks_inside: bool,
    /// A witness that is asked to sign the public log too: its key and its address
    #[arg(long, env = "REGISTER_LOG_WITNESSES", value_name = "KEY URL", value_delimiter = ',')]
    log_witness: Vec<Witness>,
    /// Do not write a dump each day
    #[arg(long, env = "REGISTER_NO_DUMPS")]
    no_dumps: bool,
}

impl Serve {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let address = settings.listen(self.listen);
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen at {address} (choose another with --listen)"))?;
        let listening = listener.local_addr()?;
        let db = super::open(settings).await?;
        let empty = store::records::is_empty(&db).await?;
        if !empty && !settings.index(&db).exists() {
            tell("The search index is missing: building it.");
        }
        if !self.empty && db.file().is_some() && empty {
            tell(
                "The register is empty: loading the demonstration data (start with --empty to leave it so).",
            );
            importer::demonstration::load(&db, Utc::now()).await.context("the demonstration data")?;
        }
        let search = super::open_search(settings, &db).await?;
        let base_url = settings.base_url(self.base_url, listening);
        let provider = settings.provider(&base_url)?;
        tell(&format!("The register listens at http://{listening} ({})", db.describe()));
        tell(&format!(
            "  pages: {base_url}/    API: {base_url}/api/v1/records    documentation: {base_url}/api/docs"
        ));
        if !db.takes_writes() {
            tell("  its file system is read-only: what is there is served, and nothing can be changed");
        }
        let following = tokio::spawn({
            let search = search.clone();
            async move { search.follow(FOLLOW).await }
        });
        let objects = settings.objects(&db)?;
        let signing = match super::log::keys(settings, &db, &base_url).await? {
            Ok(keys) => {
                let signer = Signer::new(db.clone(), objects.clone(), keys);
                Some(signer.witnessed(self.log_witness.clone())?)
            }
            Err(why) => {
                tell(&why);
                None
            }
        };
        let log_keys = signing.as_ref().map_or_else(Vec::new, |signer| signer.public().to_vec());
        for key in &log_keys {
            tell(&format!("  this key verifies the public log: {}", key.as_str()));
        }
        let writes = db.takes_writes();
        let signing = signing.filter(|_| writes).map(|signer| tokio::spawn(sign(signer)));
        let maintained = Maintained {
            db: db.clone(),
            objects: (!self.no_dumps).then(|| objects.clone()),
            base_url: base_url.clone(),
        };
        let maintenance = writes.then(|| tokio::spawn(maintain(maintained)));
        let mut app =
            api::App::new(db.clone(), search, objects, base_url.as_str(), std::sync::Arc::new(Utc::now));
        let witnesses: Vec<_> = self.log_witness.iter().map(|witness| witness.key().clone()).collect();
        app = app.with_log_keys(&log_keys).with_log_witnesses(&witnesses);
        if let Some(provider) = provider {
            app = app.with_provider(provider);
        }
        if self.webhooks_inside {
            let outside = api::webhooks::Outside::new(true).map_err(anyhow::Error::msg)?;
            app = app.with_outside(outside);
        }
        let sending = writes.then(|| {
            let app = app.clone();
            tokio::spawn(async move { api::webhooks::send_for_ever(&app).await })
        });
        api::serve(listener, api::site(app, web::pages), shutdown()).await?;
        for task in [sending, signing, maintenance, Some(following)].into_iter().flatten() {
            task.abort();
        }
        db.close().await;
        Ok(Ended::Done)
    }
}

/// Says something to whoever started the register; that nobody listens any more does not stop it.
fn tell(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Signs what is entered into the public log while the register runs; when something in it is not as it was signed, it looks
/// again now and then whether that was mended.
async fn sign(mut signer: Signer) {
    loop {
        match signer.sign_new(Utc::now()).await {
            Ok(_) => {}
            Err(refused @ SignError::Refused(_)) => {
                tracing::error!("{refused}");
                tokio::time::sleep(REFUSED).await;
            }
            Err(SignError::Store(error)) => tracing::warn!("the public log could not be signed now: {error}"),
        }
        tokio::time::sleep(SIGN).await;
    }
}

/// What is looked after while the register runs.
struct Maintained {
    db: Db,
    /// Where dumps are put, if any are.
    objects: Option<Objects>,
    base_url: String,
}

/// Keeps derived data true while the register runs.
async fn maintain(Maintained { db, objects, base_url }: Maintained) {
    loop {
        let now = Utc::now();
        match store::maintenance::judge_due(&db, now).await {
            Ok(0) => {}
            Ok(judged) => tracing::info!("the rules were asked again about {judged} records"),
            Err(error) => tracing::warn!("the rules could not be asked: {error}"),
        }
        match gaps_due(&db, now).await {
            Ok(false) => {}
            Ok(true) => tracing::info!("links and gaps were looked for"),
            Err(error) => tracing::warn!("links and gaps could not be looked for: {error}"),
        }
        if let Err(error) = store::maintenance::purge(&db).await {
            tracing::warn!("what was taken out may still be in the files of the database: {error}");
        }
        if let Err(error) = store::maintenance::forget_private(&db, now).await {
            tracing::warn!("ended sessions and old answers could not be forgotten: {error}");
        }
        if let Err(error) = store::webhooks::forget_old(&db, now).await {
            tracing::warn!("messages of long ago could not be forgotten: {error}");
        }
        if let Err(error) = store::maintenance::forget_superseded(&db, now).await {
            tracing::warn!("superseded listings could not be forgotten: {error}");
        }
        if let Some(objects) = &objects
            && let Err(error) = dump_due(&db, objects, &base_url, now).await
        {
            tracing::warn!("the dump of today could not be written, the last one stays: {error:#}");
        }
        tokio::time::sleep(MAINTENANCE).await;
    }
}

/// Writes the dump of today if there is none, and takes back those that hold what was redacted since.
async fn dump_due(db: &Db, objects: &Objects, base_url: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
    let today = now.date_naive();
    if store::records::is_empty(db).await? || !export::published::is_due(db, objects, today).await? {
        return Ok(());
    }
    let (handle, db, objects, base_url) =
        (tokio::runtime::Handle::current(), db.clone(), objects.clone(), base_url.to_owned());
    let written = tokio::task::spawn_blocking(move || {
        export::published::publish(&handle, &db, &objects, now, &base_url, &mut |_, _| {})
    });
    match written.await? {
        Ok(written) => {
            tracing::info!(
                "the dump of {today} is there: {} files, {} bytes",
                written.files.0,
                written.files.1
            );
        }
        // Another process writes it; or only others had to be taken back.
        Err(ExportError::Busy(_) | ExportError::Exists(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Looks for links and gaps once on each day.
async fn gaps_due(db: &Db, now: DateTime<Utc>) -> Result<bool, store::StoreError> {
    if !store::gaps::are_due(db, now).await? {
        return Ok(false);
    }
    store::gaps::look(db, now).await?;
    Ok(true)
}

/// Ends on Ctrl-C or when the system asks the process to stop.
async fn shutdown() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
