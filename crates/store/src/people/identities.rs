//! People's identities at OpenID Connect providers.

use chrono::{DateTime, Utc};

use crate::ground::db::micros;
use crate::ground::sql::Sql;
use crate::people::audit::{self, Deed};
use crate::people::{Person, find as find_person};
use crate::{StoreError, Tx};

/// The person behind a provider's subject. The first sign-in binds the subject to the person with the verified
/// address; after that only the subject counts (decision 8): an address can pass to somebody else.
///
/// `None` if nobody has that address, the account is disabled, or it is bound to another subject at this
/// provider.
pub async fn person(
    tx: &Tx,
    issuer: &str,
    subject: &str,
    email: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Person>, StoreError> {
    let mut sql = Sql::new("SELECT person FROM identities WHERE issuer = ");
    let known = sql.bind(issuer).push(" AND subject = ").bind(subject).one(tx).await?;
    if let Some(row) = known {
        let id: String = row.try_get_by("person")?;
        return Ok(find_person(tx, &id).await?.filter(|person| person.active));
    }
    // Lower-casing can turn letters of other scripts into ASCII, and so into somebody else's mailbox.
    let Some(email) = email.filter(|email| email.is_ascii()) else { return Ok(None) };
    let Some(person) = find_person(tx, email).await?.filter(|person| person.active) else { return Ok(None) };
    let mut sql = Sql::new("INSERT INTO identities (issuer, subject, person, at) VALUES ");
    sql.bind_list(values![issuer, subject, person.id.clone(), micros(now)]);
    if sql.push(" ON CONFLICT (person, issuer) DO NOTHING").run(tx).await? != 1 {
        return Ok(None);
    }
    let deed = Deed {
        person: Some(&person.id),
        detail: Some(issuer),
        ..Deed::new("identity.bind", "person", &person.id)
    };
    audit::note(tx, &deed, now).await?;
    Ok(Some(person))
}
