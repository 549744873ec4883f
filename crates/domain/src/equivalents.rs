//! The equal or nearest fields in other standards, beyond the columns that importers read.

/// A field of ours, and its counterpart in another standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equivalent {
    /// Our field.
    pub field: &'static str,
    /// The standard.
    pub standard: Standard,
    /// The counterpart's name there: a path, or the number of a point.
    pub id: &'static str,
}

/// A standard with counterparts of our fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standard {
    /// Regulation (EU) 2024/1689, annex VIII: sections A (providers) and C (deployers that are public authorities).
    EuAiAct,
    /// Open Contracting Data Standard 1.1: paths into a release.
    Ocds,
}

impl Standard {
    /// The standard's name in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EuAiAct => "eu_ai_act",
            Self::Ocds => "ocds",
        }
    }
}

const fn eu(field: &'static str, id: &'static str) -> Equivalent {
    Equivalent { field, standard: Standard::EuAiAct, id }
}

const fn ocds(field: &'static str, id: &'static str) -> Equivalent {
    Equivalent { field, standard: Standard::Ocds, id }
}

/// Every known counterpart.
pub const EQUIVALENTS: &[Equivalent] = &[
    eu("publisher", "VIII.C.1"),
    eu("joint_publishers", "VIII.C.1"),
    eu("contact_email", "VIII.C.1"),
    eu("references", "VIII.C.3"),
    eu("assessments", "VIII.C.4"),
    eu("assessments", "VIII.C.5"),
    eu("supplier_involvement", "VIII.A.1"),
    eu("name", "VIII.A.4"),
    eu("public_purpose", "VIII.A.5"),
    eu("scope", "VIII.A.5"),
    eu("description", "VIII.A.5"),
    eu("datasets", "VIII.A.6"),
    eu("models", "VIII.A.6"),
    eu("technologies", "VIII.A.6"),
    eu("phase", "VIII.A.7"),
    eu("jurisdiction", "VIII.A.10"),
    eu("website_url", "VIII.A.13"),
    ocds("publisher", "buyer"),
    ocds("joint_publishers", "parties[roles=buyer]"),
    ocds("supplier_involvement", "awards/suppliers"),
    ocds("contracts", "ocid"),
];

/// The counterparts of a field.
pub fn of(field: &str) -> impl Iterator<Item = &'static Equivalent> {
    EQUIVALENTS.iter().filter(move |one| one.field == field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_is_of_a_field() {
        for one in EQUIVALENTS {
            assert!(crate::fields::field(one.field).is_some(), "{}", one.field);
        }
    }
}
