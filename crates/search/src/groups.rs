//! Groups of records alike: those of one country with the same folded title, such as one tool in several editions
//! of its source or at several bodies. Records without a country make groups of their own.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use rustc_hash::FxHashMap;
use tantivy::columnar::StrColumn;

/// How the facet value of a country begins.
const COUNTRY: &str = "jurisdiction=";

/// Two letters of a country; 0 for none.
pub(crate) type Country = u16;

/// The country that a facet value names. Parts of countries name none: the country is a value of its own.
pub(crate) fn country(value: &str) -> Country {
    match value.strip_prefix(COUNTRY).map(str::as_bytes) {
        Some(&[first, second]) => Country::from_be_bytes([first, second]),
        _ => 0,
    }
}

/// A folded title as two keyed hashes of 64 bits: titles may be long, and no two that differ share both.
type Title = (u64, u64);

/// Numbers groups in the order in which they are met: the same number in all segments and all later views.
#[derive(Default)]
pub(crate) struct Groups {
    hashers: [RandomState; 2],
    numbers: FxHashMap<(Title, Country), u32>,
    /// How many numbers are given.
    pub(crate) given: u32,
}

impl Groups {
    /// The group of each record of a segment, from the column of its titles and the country of each record. A
    /// record without a title is a group by itself.
    pub(crate) fn of(
        &mut self,
        titles: Option<&StrColumn>,
        countries: &[Country],
    ) -> tantivy::Result<Vec<u32>> {
        let Some(titles) = titles else {
            return Ok(countries.iter().map(|_| self.fresh()).collect());
        };
        let mut known = Vec::with_capacity(titles.num_terms());
        let mut terms = titles.dictionary().stream()?;
        while terms.advance() {
            known.push((!terms.key().is_empty()).then(|| self.title(terms.key())));
        }
        let title = |doc| titles.ords().first(doc).and_then(|ord| known[ord as usize]);
        let groups = (0..).zip(countries).map(|(doc, country)| match title(doc) {
            Some(title) => self.number(title, *country),
            None => self.fresh(),
        });
        Ok(groups.collect())
    }

    fn title(&self, folded: &[u8]) -> Title {
        let [one, other] = &self.hashers;
        (one.hash_one(folded), other.hash_one(folded))
    }

    fn number(&mut self, title: Title, country: Country) -> u32 {
        if let Some(number) = self.numbers.get(&(title, country)) {
            return *number;
        }
        let number = self.fresh();
        self.numbers.insert((title, country), number);
        number
    }

    fn fresh(&mut self) -> u32 {
        self.given += 1;
        self.given - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_letters() {
        assert_eq!(country("jurisdiction=GB"), u16::from_be_bytes(*b"GB"));
        for other in ["jurisdiction=GB-WLS", "jurisdiction=", "lang=en", "used_by=GB"] {
            assert_eq!(country(other), 0, "{other}");
        }
    }
}
