//! Names that deceive, or might: look-alikes and mixed scripts.

use domain::naming::{name_key, skeleton};
use domain::organisation::Organisation;

use crate::ground::sql::Sql;
use crate::{StoreError, Tx};

/// Why somebody should look at a new name before it is entered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It mixes scripts.
    #[error("'{0}' mixes letters of several scripts that look alike")]
    MixedScripts(String),
    /// It looks like another body's.
    #[error("'{name}' looks like '{other}' ({slug}), and is written with other letters")]
    LooksLike {
        /// The new name.
        name: String,
        /// The known one.
        other: String,
        /// Slug of the body that has it.
        slug: String,
    },
}

/// Whether one of a new body's names might deceive: a JSON pointer to it, and why. The same name in the same
/// letters is the same body, and raises no doubt.
pub async fn doubt(tx: &Tx, new: &Organisation) -> Result<Option<(String, Doubt)>, StoreError> {
    let aliases = new.aliases.iter().enumerate();
    let names: Vec<(String, &str)> = std::iter::once(("/name".to_owned(), new.name.as_str()))
        .chain(new.name_cy.iter().map(|name| ("/name_cy".to_owned(), name.as_str())))
        .chain(aliases.map(|(place, alias)| (format!("/aliases/{place}/name"), alias.name.as_str())))
        .collect();
    if let Some((at, name)) = names.iter().find(|(_, name)| domain::text::mixes_scripts(name)) {
        return Ok(Some((at.clone(), Doubt::MixedScripts((*name).to_owned()))));
    }
    let known = Sql::new(
        "SELECT name, slug, name_key FROM organisations UNION ALL SELECT n.name, o.slug, n.name_key \
         FROM organisation_names n JOIN organisations o ON o.seq = n.organisation_seq",
    );
    let shapes: Vec<_> = names.iter().map(|(_, name)| (name_key(name), skeleton(name))).collect();
    for row in known.all(tx).await? {
        let (other, slug, key): (String, String, String) =
            (row.try_get_by("name")?, row.try_get_by("slug")?, row.try_get_by("name_key")?);
        let shape = skeleton(&other);
        let like = shapes.iter().position(|(own, looks)| *own != key && *looks == shape);
        if let Some((at, name)) = like.map(|place| &names[place]) {
            return Ok(Some((at.clone(), Doubt::LooksLike { name: (*name).to_owned(), other, slug })));
        }
    }
    Ok(None)
}
