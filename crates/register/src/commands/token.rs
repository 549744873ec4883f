//! `register token ...`: tokens for people's programs.

use acts::{NewToken, known_person};
use chrono::Utc;
use clap::Subcommand;
use domain::codes::Role;
use store::people;

use super::act;
use super::person::code;
use crate::exit::Ended;
use crate::refusal::refused;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Create a token for a person; the secret goes to stdout and is shown once
    Create {
        /// The person's email address
        email: String,
        /// What it is for
        #[arg(long, default_value = "made on the command line")]
        label: String,
        /// The only role it carries; omit for all of the person's
        #[arg(long)]
        role: Option<String>,
        /// Slug of the only organisation whose roles it carries
        #[arg(long)]
        organisation: Option<String>,
        /// Days until it expires
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=365))]
        days: i64,
    },
    /// List a person's tokens, without their secrets
    List {
        /// The person's email address
        email: String,
    },
    /// Revoke a token, with all that were made with it
    Revoke {
        /// Its id, from `list`
        id: String,
    },
}

impl Token {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        let now = Utc::now();
        match self {
            Self::Create { email, label, role, organisation, days } => {
                let owner = known_person(&db, &email).await.map_err(refused)?;
                let role = role.map(|role| code::<Role>(&role)).transpose()?;
                let new = NewToken::new(&label, Some(days)).map_err(refused)?;
                let new = new.only(&db, role, organisation.as_deref()).await.map_err(refused)?;
                let tx = db.begin_quietly().await?;
                let act = act(&tx, now);
                let (token, secret) = acts::create_token(&act, &owner.id, new).await.map_err(refused)?;
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
                let owner = known_person(&db, &email).await.map_err(refused)?;
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
                let act = act(&tx, now);
                acts::revoke_token(&act, &id).await.map_err(refused)?;
                tx.commit().await?;
                eprintln!("the token {id} does not work any more");
            }
        }
        Ok(Ended::Done)
    }
}
