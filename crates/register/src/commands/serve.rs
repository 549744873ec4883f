//! `register serve`.

mod maintain;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::Utc;
use clap::Args;
use store::Db;
use store::ground::lease::Leases;
use store::ground::settings as stored;
use store::log::signer::{SignError, Signer};
use store::log::still::Signing;
use store::log::witness::Witness;
use tokio::sync::Mutex;

use crate::exit::Ended;
use crate::settings::Settings;
use crate::stop;
use maintain::{Dumps, maintain};

/// How often the signer looks for new log entries.
const SIGN: Duration = Duration::from_millis(500);

/// How long the signer waits after refusing.
const REFUSED: Duration = Duration::from_secs(60);

/// How often the search index looks for changes.
const FOLLOW: Duration = Duration::from_millis(250);

/// How long after it was asked to stop the process ends, whatever it is doing.
const END_WITHIN: Duration = Duration::from_secs(30);

/// How long background work may take to end.
const ENDING: Duration = Duration::from_secs(10);

#[derive(Debug, Default, Args)]
pub(crate) struct Serve {
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "REGISTER_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The register's public address, for links [default: http://LISTEN]
    #[arg(long, env = "REGISTER_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
    /// Leave an empty register empty. Otherwise, if no database is named, it is filled with demonstration
    /// data
    #[arg(long, conflicts_with = "demo")]
    empty: bool,
    /// Fill an empty register with demonstration data, even if its database is named
    #[arg(long)]
    demo: bool,
    /// Let webhooks reach hosts inside the register's own network, and use plain http
    #[arg(long, env = "REGISTER_WEBHOOKS_INSIDE")]
    webhooks_inside: bool,
    /// Where weaknesses are reported: an email address, or one that begins with mailto:, https:// or tel:. It is
    /// shown at /.well-known/security.txt
    #[arg(long, env = "REGISTER_SECURITY_CONTACT", value_name = "ADDRESS")]
    security_contact: Option<String>,
    /// A witness asked to sign the public log too: its key and its address
    #[arg(long, env = "REGISTER_LOG_WITNESSES", value_name = "KEY URL", value_delimiter = ',')]
    log_witness: Vec<Witness>,
    /// Do not write a daily dump
    #[arg(long, env = "REGISTER_NO_DUMPS")]
    no_dumps: bool,
}

impl Serve {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let address = settings.listen(self.listen);
        let contact = settings.security_contact(self.security_contact.as_deref())?;
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen at {address} (choose another with --listen)"))?;
        let listening = listener.local_addr()?;
        let db = settings.open().await?;
        // Before anything is written: without the right key there is no start.
        let keyring =
            super::secrets::ready(settings, &Leases::new(db.clone(), Arc::new(Utc::now)), tell).await?;
        if !store::records::is_empty(&db).await? && !settings.index(&db).exists() {
            tell("The search index is missing: building it.");
        }
        self.demonstrate(settings, &db).await?;
        let search = super::open_search(settings, &db).await?;
        let base_url =
            settings.base_url(self.base_url.as_deref()).unwrap_or_else(|| format!("http://{listening}"));
        let provider = settings.provider(&base_url)?;
        keep_base_url(&db, &base_url).await;
        tell(&format!("The register listens at http://{listening} ({})", db.describe()));
        tell(&format!(
            "  pages: {base_url}/    API: {base_url}/api/v1/records    documentation: {base_url}/api/docs"
        ));
        let writes = db.takes_writes();
        if !writes {
            tell("  its file system is read-only: what is there is served, and nothing can be changed");
        }
        let objects = settings.objects(&db)?;
        if writes {
            // Closing the folder also closes what is in it.
            let folders = [objects.folder().map(Path::to_owned), Some(settings.index(&db))];
            folders.into_iter().flatten().for_each(|folder| store::ground::files::narrow(&folder));
        }
        let mut app =
            api::App::new(db.clone(), search.clone(), objects.clone(), base_url.as_str(), Arc::new(Utc::now));
        let leases = app.leases.clone();
        app = app.with_keyring(keyring).with_security_contact(contact);
        // Without a set address, any name may lead here.
        if settings.base_url(self.base_url.as_deref()).is_some() {
            app = app.with_host_checked();
        }
        let signer = self.signer(settings, &leases, &base_url).await?;
        let log_keys = signer.as_ref().map_or_else(Vec::new, |signer| signer.public().to_vec());
        for key in &log_keys {
            tell(&format!("  this key verifies the public log: {}", key.as_str()));
        }
        let witnesses: Vec<_> = self.log_witness.iter().map(|witness| witness.key().clone()).collect();
        app = app.with_log_keys(&log_keys).with_log_witnesses(&witnesses);
        if let Some(provider) = provider {
            app = app.with_provider(provider);
        }
        if self.webhooks_inside {
            let outside = api::webhooks::Outside::new(true).map_err(anyhow::Error::msg)?;
            app = app.with_outside(outside);
        }
        // Background work. Dumps end as soon as the process is asked to stop; the rest ends once open
        // requests are answered.
        let stop = stop::when_asked();
        stop::end_within(&stop, END_WITHIN);
        let signing = Signing::new(signer.filter(|_| writes));
        let dumps = (!self.no_dumps).then(|| Dumps { objects, base_url, signing: signing.clone() });
        let maintenance = writes.then(|| tokio::spawn(maintain(leases.clone(), dumps, stop.clone())));
        let mut background = vec![tokio::spawn(async move { search.follow(FOLLOW).await })];
        background.extend(writes.then(|| {
            let app = app.clone();
            tokio::spawn(async move { api::webhooks::send_for_ever(&app).await })
        }));
        background.push({
            let app = app.clone();
            tokio::spawn(async move { api::seen::write_for_ever(&app).await })
        });
        background.extend(signing.here.map(|signer| tokio::spawn(sign(signer))));
        let served =
            api::serve(listener, api::site(app.clone(), web::pages), stop.clone().cancelled_owned()).await;
        stop.cancel();
        api::seen::write_rest(&app).await;
        // Ends by itself, and removes an unfinished dump.
        if let Some(maintenance) = maintenance {
            let _ = tokio::time::timeout(ENDING, maintenance).await;
        }
        for task in background {
            task.abort();
            // Being cancelled is no error.
            let _ = task.await;
        }
        leases.all_given_back(ENDING).await;
        served?;
        Ok(Ended::Done)
    }

    /// Loads demonstration data into an empty register, if wanted. Errors: they were asked for explicitly,
    /// but the register is not empty.
    async fn demonstrate(&self, settings: &Settings, db: &Db) -> anyhow::Result<()> {
        let wanted = self.demo || (!self.empty && !settings.database_is_named);
        if !wanted || stored::read(db, stored::DEMONSTRATION).await?.is_some() {
            return Ok(());
        }
        if !store::records::maintenance::is_untouched(db).await? {
            if self.demo {
                bail!(
                    "{} is not empty, and demonstration data are only loaded into an empty register: start without --demo, \
                     or name another database",
                    db.describe()
                );
            }
            return Ok(());
        }
        let hint = if self.demo { "" } else { " (start with --empty to leave it so)" };
        tell(&format!("The register is empty: loading the demonstration data{hint}."));
        importer::demonstration::load(db, Utc::now()).await.context("the demonstration data")
    }

    /// The signer of the public log. `None` without a key; the reason is printed.
    async fn signer(
        &self,
        settings: &Settings,
        leases: &Leases,
        base_url: &str,
    ) -> anyhow::Result<Option<Signer>> {
        match super::log::keys(settings, leases.db(), base_url).await? {
            Ok(keys) => {
                let signer = Signer::new(leases.clone(), settings.objects(leases.db())?, keys);
                Ok(Some(signer.witnessed(self.log_witness.clone())?))
            }
            Err(why) => {
                tell(&why);
                Ok(None)
            }
        }
    }
}

/// Stores the address for commands that write links and are given none.
async fn keep_base_url(db: &Db, base_url: &str) {
    let kept = async {
        if !db.takes_writes() || stored::read(db, stored::BASE_URL).await?.as_deref() == Some(base_url) {
            return Ok(());
        }
        let tx = db.begin_quietly().await?;
        stored::set(&tx, stored::BASE_URL, base_url).await?;
        tx.commit().await
    };
    if let Err(error) = kept.await {
        // The server can still serve; commands will ask for the address.
        tracing::warn!("cannot store the register's address for commands: {error}");
    }
}

/// Prints a line for the person who started the register. Carries on if stderr is closed.
fn tell(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Signs new log entries while the register runs. After refusing, because an entry differs from what was
/// signed, it tries again every minute in case that has been repaired.
async fn sign(signer: Arc<Mutex<Signer>>) {
    let mut failing = false;
    loop {
        let signed = signer.lock().await.sign_new(Utc::now()).await;
        match signed {
            Ok(_) if failing => {
                failing = false;
                tracing::info!("signing the public log works again");
            }
            Ok(_) => {}
            Err(refused @ SignError::Refused(_)) => {
                tracing::error!("{refused}");
                tokio::time::sleep(REFUSED).await;
            }
            // Logged once: this repeats twice a second for as long as the database is away.
            Err(_) if failing => {}
            Err(error) => {
                failing = true;
                tracing::warn!("cannot sign the public log for now: {error}");
            }
        }
        tokio::time::sleep(SIGN).await;
    }
}
