//! `register token ...`: the tokens people and programs show.

use anyhow::bail;
use chrono::{TimeDelta, Utc};
use clap::Subcommand;
use domain::codes::Role;
use store::audit::{self, Deed};
use store::people;
use store::secret::{Opens, Secret};

use super::person::{code, organisation_id, person};
use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token for a person; the secret goes to stdout and is shown once
    Create {
        /// Address of the person
        email: String,
        /// What it is for
        #[arg(long, default_value = "made on the command line")]
        label: String,
        /// The only role it carries; all of the person's when left out
        #[arg(long)]
        role: Option<String>,
        /// Slug of the only organisation it carries roles for
        #[arg(long)]
        organisation: Option<String>,
        /// How many days it works
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=365))]
        days: i64,
    },
    /// List a person's tokens, without their secrets
    List {
        /// Address of the person
        email: String,
    },
    /// End a token
    Revoke {
        /// Its id, as the list shows it
        id: String,
    },
}

impl Token {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        let now = Utc::now();
        match self {
            Self::Create { email, label, role, organisation, days } => {
                let owner = person(&db, &email).await?;
                let role = role.map(|role| code::<Role>(&role)).transpose()?;
                let organisation = match &organisation {
                    Some(slug) => Some(organisation_id(&db, slug).await?),
                    None => None,
                };
                let secret = Secret::new(Opens::Person);
                let token = people::Token {
                    id: uuid::Uuid::now_v7().to_string(),
                    person: owner.id,
                    label,
                    role,
                    organisation,
                    created_at: now,
                    expires_at: now + TimeDelta::days(days),
                    revoked_at: None,
                };
                let tx = db.begin_quietly().await?;
                people::keep_token(&tx, &token, &secret.sha256()).await?;
                audit::note(&tx, &deed("token.create", &token.id), now).await?;
                tx.commit().await?;
                let expires_at = token.expires_at.format("%Y-%m-%d");
                if settings.json {
                    super::print_json(&serde_json::json!({
                        "id": token.id, "secret": secret.reveal(), "expires_at": token.expires_at,
                    }))?;
                } else {
                    println!("{}", secret.reveal());
                }
                eprintln!("{email} can use this token until {expires_at}; it is not shown again");
            }
            Self::List { email } => {
                let owner = person(&db, &email).await?;
                let tokens = people::tokens(&db, &owner.id).await?;
                if settings.json {
                    let items: Vec<_> = tokens
                        .iter()
                        .map(|token| {
                            serde_json::json!({
                                "id": token.id, "label": token.label, "role": token.role,
                                "organisation": token.organisation, "created_at": token.created_at,
                                "expires_at": token.expires_at, "revoked_at": token.revoked_at,
                            })
                        })
                        .collect();
                    super::print_json(&serde_json::json!({ "items": items }))?;
                } else {
                    for token in tokens {
                        let state = match token.revoked_at {
                            Some(at) => format!("revoked {}", at.format("%Y-%m-%d")),
                            None if token.expires_at <= now => "expired".to_owned(),
                            None => format!("until {}", token.expires_at.format("%Y-%m-%d")),
                        };
                        println!("{} {state:20} {}", token.id, token.label);
                    }
                }
            }
            Self::Revoke { id } => {
                let tx = db.begin_quietly().await?;
                if people::find_token(&tx, &id).await?.is_none() {
                    bail!("there is no token '{id}' (list them with: register token list EMAIL)");
                }
                if people::revoke_token(&tx, &id, now).await? {
                    audit::note(&tx, &deed("token.revoke", &id), now).await?;
                }
                tx.commit().await?;
                eprintln!("the token {id} does not work any more");
            }
        }
        Ok(Ended::Done)
    }
}

fn deed<'a>(action: &'a str, id: &'a str) -> Deed<'a> {
    Deed::new(action, "token", id)
}
