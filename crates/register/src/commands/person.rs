//! `register person ...`: who may do more than read.

use anyhow::{Context, bail};
use chrono::Utc;
use clap::Subcommand;
use domain::authorisation::{Grant, Remit};
use domain::codes::{AssessmentType, Code, Role, Sector};
use store::audit::{self, Deed};
use store::{Db, organisations, people};

use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// Enter a person; the first administrator with --admin
    Add {
        /// Where to write to them
        email: String,
        /// What to call them; never public
        #[arg(long)]
        name: String,
        /// Make them an administrator of the register
        #[arg(long)]
        admin: bool,
    },
    /// List everybody with their roles
    List,
    /// Give a person a role
    Grant {
        /// Their address
        email: String,
        /// contributor, approver, observer, oversight, regulator or admin
        role: String,
        /// Slug of the organisation it is held for; not for admin
        #[arg(long)]
        organisation: Option<String>,
        /// Of a regulator: a sector it looks after; may be repeated, all when left out
        #[arg(long = "sector", value_name = "SECTOR")]
        sectors: Vec<String>,
        /// Of a regulator: a type of assessment it looks after; may be repeated, all when left out
        #[arg(long = "assessment-type", value_name = "TYPE")]
        assessment_types: Vec<String>,
    },
    /// Take a role away
    Revoke {
        /// Their address
        email: String,
        /// The role
        role: String,
        /// Slug of the organisation it is held for
        #[arg(long)]
        organisation: Option<String>,
    },
    /// Let a person sign in: reads a password from stdin and prints what their authenticator app reads
    Password {
        /// Their address
        email: String,
    },
    /// Let a person do nothing any more; what they did stays in the audit trail
    Disable {
        /// Their address
        email: String,
    },
    /// Let a disabled person do things again
    Enable {
        /// Their address
        email: String,
    },
}

/// Reads a code, with the nearest one in the error.
pub(super) fn code<C: Code>(text: &str) -> anyhow::Result<C> {
    C::parse(text).map_err(|bad| anyhow::anyhow!("{bad} ({})", bad.hint()))
}

/// The id of an organisation by its slug.
pub(super) async fn organisation_id(db: &Db, slug: &str) -> anyhow::Result<String> {
    let found = organisations::find(db, slug).await?;
    let Some(found) = found else {
        bail!("there is no organisation '{slug}' (find its slug with: register organisation list WORDS)")
    };
    Ok(found.organisation.id.map(|id| id.to_string()).unwrap_or_default())
}

pub(super) async fn person(db: &Db, email: &str) -> anyhow::Result<people::Person> {
    let found = people::find(db, email).await?;
    found.with_context(|| format!("there is no person '{email}' (enter one with: register person add)"))
}

impl Person {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<Ended> {
        let db = settings.open().await?;
        let now = Utc::now();
        match self {
            Self::Add { email, name, admin } => {
                if !people::is_address(&email) {
                    bail!("'{email}' is not a mailbox (write name@body.example)");
                }
                let tx = db.begin_quietly().await?;
                let made = people::create(&tx, &email, &name, now).await?;
                audit::note(&tx, &deed("person.create", &made.id, None), now).await?;
                if admin {
                    let grant = Grant { role: Role::Admin, organisation: None, remit: Remit::default() };
                    people::grant(&tx, &made.id, &grant, now).await?;
                    audit::note(&tx, &deed("person.grant", &made.id, Some("admin register")), now).await?;
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
                let grant = Grant {
                    role,
                    organisation: held_for(&db, role, organisation.as_deref()).await?,
                    remit: Remit {
                        sectors: sectors.iter().map(|one| code::<Sector>(one)).collect::<Result<_, _>>()?,
                        assessment_types: assessment_types
                            .iter()
                            .map(|one| code::<AssessmentType>(one))
                            .collect::<Result<_, _>>()?,
                    },
                };
                let person = person(&db, &email).await?;
                let detail = format!("{role} {}", organisation.as_deref().unwrap_or("register"));
                let tx = db.begin_quietly().await?;
                people::grant(&tx, &person.id, &grant, now).await?;
                audit::note(&tx, &deed("person.grant", &person.id, Some(&detail)), now).await?;
                tx.commit().await?;
                eprintln!("{email} is {role} of {}", organisation.as_deref().unwrap_or("the register"));
            }
            Self::Revoke { email, role, organisation } => {
                let role: Role = code(&role)?;
                let held = held_for(&db, role, organisation.as_deref()).await?;
                let person = person(&db, &email).await?;
                let detail = format!("{role} {}", organisation.as_deref().unwrap_or("register"));
                let tx = db.begin_quietly().await?;
                if !people::revoke(&tx, &person.id, role, held.as_deref()).await? {
                    bail!("{email} is not {detail}");
                }
                audit::note(&tx, &deed("person.revoke", &person.id, Some(&detail)), now).await?;
                tx.commit().await?;
                eprintln!(
                    "{email} is no more {role} of {}",
                    organisation.as_deref().unwrap_or("the register")
                );
            }
            Self::Password { email } => {
                let person = person(&db, &email).await?;
                let mut password = String::new();
                std::io::stdin().read_line(&mut password).context("the password on stdin")?;
                let password = password.trim_end_matches(['\r', '\n']);
                let enrolled = api::sign_in::enrol(&email, password).map_err(anyhow::Error::msg)?;
                let tx = db.begin_quietly().await?;
                store::sessions::set(&tx, &person.id, &enrolled.password, &enrolled.second_factor).await?;
                audit::note(&tx, &deed("person.password", &person.id, None), now).await?;
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

async fn held_for(db: &Db, role: Role, organisation: Option<&str>) -> anyhow::Result<Option<String>> {
    match organisation {
        None if role == Role::Admin => Ok(None),
        Some(_) if role == Role::Admin => {
            bail!("admin is a role in the register itself: leave --organisation out")
        }
        None => bail!("{role} is held for an organisation: say which with --organisation SLUG"),
        Some(slug) => Ok(Some(organisation_id(db, slug).await?)),
    }
}

async fn set_active(db: &Db, email: &str, active: bool) -> anyhow::Result<()> {
    let person = person(db, email).await?;
    let tx = db.begin_quietly().await?;
    people::set_active(&tx, &person.id, active).await?;
    let action = if active { "person.enable" } else { "person.disable" };
    audit::note(&tx, &deed(action, &person.id, None), Utc::now()).await?;
    tx.commit().await?;
    eprintln!(
        "{email} is {}",
        if active { "active again" } else { "disabled: their tokens do not work any more" }
    );
    Ok(())
}

fn deed<'a>(action: &'a str, id: &'a str, detail: Option<&'a str>) -> Deed<'a> {
    Deed { detail, ..Deed::new(action, "person", id) }
}
