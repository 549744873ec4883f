//! `register person ...`: accounts, roles and passwords.

use acts::{HeldRole, NewPerson, known_person};
use anyhow::{Context, bail};
use chrono::Utc;
use clap::Subcommand;
use domain::authorisation::Remit;
use domain::codes::{AssessmentType, Code, Role, Sector};
use store::ground::keyring::Place;
use store::names::organisations;
use store::{Db, people};

use super::act;
use crate::exit::Ended;
use crate::refusal::refused;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// Add a person; use --admin for the first administrator
    Add {
        /// Their email address
        email: String,
        /// Their name; never public
        #[arg(long)]
        name: String,
        /// Make them an administrator of the register
        #[arg(long)]
        admin: bool,
    },
    /// List people with their roles
    List,
    /// Grant a role to a person
    Grant {
        /// Their email address
        email: String,
        /// contributor, approver, observer, oversight, regulator or admin
        role: String,
        /// Slug of the organisation it is held for; not for admin
        #[arg(long)]
        organisation: Option<String>,
        /// For a regulator: a sector it covers; repeat for more, omit for all
        #[arg(long = "sector", value_name = "SECTOR")]
        sectors: Vec<String>,
        /// For a regulator: a type of assessment it covers; repeat for more, omit for all
        #[arg(long = "assessment-type", value_name = "TYPE")]
        assessment_types: Vec<String>,
    },
    /// Revoke a role
    Revoke {
        /// Their email address
        email: String,
        /// The role
        role: String,
        /// Slug of the organisation it is held for
        #[arg(long)]
        organisation: Option<String>,
    },
    /// Let a person sign in: reads a password from stdin and prints the address for their authenticator app
    Password {
        /// Their email address
        email: String,
    },
    /// Disable a person's account and end their sessions, tokens and preview links for good; the audit trail keeps
    /// what they did
    Disable {
        /// Their email address
        email: String,
    },
    /// Enable a disabled account; what ended with it stays ended
    Enable {
        /// Their email address
        email: String,
    },
}

/// Parses a code; the error suggests the nearest one.
pub(super) fn code<C: Code>(text: &str) -> anyhow::Result<C> {
    C::parse(text).map_err(|bad| anyhow::anyhow!("{bad} ({})", bad.hint()))
}

impl Person {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        let now = Utc::now();
        match self {
            Self::Add { email, name, admin } => {
                let new = NewPerson::new(email, &name).map_err(refused)?;
                let tx = db.begin_quietly().await?;
                let act = act(&tx, now);
                let made = acts::create_person(&act, &new).await.map_err(refused)?;
                if admin {
                    let given = acts::grant_role(&act, &made.id, HeldRole::admin(), Remit::default());
                    given.await.map_err(refused)?;
                }
                tx.commit().await?;
                eprintln!(
                    "{} was entered; they need a token: register token create {}",
                    made.email, made.email
                );
            }
            Self::List => {
                let mut items = Vec::new();
                for person in people::list(&db).await? {
                    let mut roles = Vec::new();
                    for grant in people::grants(&db, &person.id).await? {
                        let of = match &grant.organisation {
                            Some(id) => {
                                organisations::current_slug(&db, id).await?.unwrap_or_else(|| id.clone())
                            }
                            None => "register".to_owned(),
                        };
                        roles.push(format!("{} of {of}", grant.role));
                    }
                    if settings.json {
                        items.push(serde_json::json!({
                            "id": person.id, "email": person.email, "name": person.name,
                            "active": person.active, "roles": roles,
                        }));
                    } else {
                        let state = if person.active { "" } else { " (disabled)" };
                        println!("{:40} {}{state}: {}", person.email, person.name, roles.join(", "));
                    }
                }
                if settings.json {
                    super::print_json(&serde_json::json!({ "items": items }))?;
                }
            }
            Self::Grant { email, role, organisation, sectors, assessment_types } => {
                let role: Role = code(&role)?;
                let held = HeldRole::find(&db, role, organisation.as_deref()).await.map_err(refused)?;
                let remit = Remit {
                    sectors: sectors.iter().map(|one| code::<Sector>(one)).collect::<Result<_, _>>()?,
                    assessment_types: assessment_types
                        .iter()
                        .map(|one| code::<AssessmentType>(one))
                        .collect::<Result<_, _>>()?,
                };
                let tx = db.begin_quietly().await?;
                let act = act(&tx, now);
                acts::grant_role(&act, &email, held, remit).await.map_err(refused)?;
                tx.commit().await?;
                eprintln!("{email} is {role} of {}", organisation.as_deref().unwrap_or("the register"));
            }
            Self::Revoke { email, role, organisation } => {
                let role: Role = code(&role)?;
                let held = HeldRole::find(&db, role, organisation.as_deref()).await.map_err(refused)?;
                let tx = db.begin_quietly().await?;
                let act = act(&tx, now);
                let (_, was_held) = acts::revoke_role(&act, &email, &held).await.map_err(refused)?;
                if !was_held {
                    bail!("{email} is not {role} {}", organisation.as_deref().unwrap_or("register"));
                }
                tx.commit().await?;
                eprintln!(
                    "{email} is no more {role} of {}",
                    organisation.as_deref().unwrap_or("the register")
                );
            }
            Self::Password { email } => {
                let person = known_person(&db, &email).await.map_err(refused)?;
                let mut password = String::new();
                std::io::stdin().read_line(&mut password).context("the password on stdin")?;
                let password = password.trim_end_matches(['\r', '\n']);
                let enrolled = api::sign_in::enrol(&email, password).map_err(anyhow::Error::msg)?;
                let (keys, _) = super::secrets::keyring(settings, &db).await?;
                let second_factor = keys.encrypt(Place::SecondFactor(&person.id), &enrolled.second_factor)?;
                let tx = db.begin_quietly().await?;
                let act = act(&tx, now);
                let set = acts::set_password(&act, &person, &enrolled.password, &second_factor);
                set.await.map_err(refused)?;
                tx.commit().await?;
                println!("{}", enrolled.address);
                eprintln!(
                    "{email} signs in with this password and the code of an app that read the address above; it is not shown again"
                );
            }
            Self::Disable { email } => set_active(&db, &email, false).await?,
            Self::Enable { email } => set_active(&db, &email, true).await?,
        }
        Ok(Ended::Done)
    }
}

async fn set_active(db: &Db, email: &str, active: bool) -> anyhow::Result<()> {
    let tx = db.begin_quietly().await?;
    let act = act(&tx, Utc::now());
    acts::set_active(&act, email, active).await.map_err(refused)?;
    tx.commit().await?;
    eprintln!(
        "{email} is {}",
        if active {
            "active again; they need new tokens"
        } else {
            "disabled: their sessions, tokens and preview links ended for good"
        }
    );
    Ok(())
}
