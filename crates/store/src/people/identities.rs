//! Who is who at a provider of OpenID Connect.

use chrono::{DateTime, Utc};

use crate::ground::db::micros;
use crate::ground::sql::Sql;
use crate::people::audit::{self, Deed};
use crate::people::{Person, find as find_person};
use crate::{StoreError, Tx};

/// The person behind a provider's subject. The first sign-in binds the subject to the person with the address that the
/// provider vouches for; from then on only the subject counts.
///
/// `None` when nobody has that address, they are not active, or they are another subject at this provider.
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
        let id: String = row.try_get_by_index(0)?;
        return Ok(find_person(tx, &id).await?.filter(|person| person.active));
    }
    // Letters of other scripts that fold into ours would be other mailboxes.
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
