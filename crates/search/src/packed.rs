//! The facet values of a record as the index keeps them for counting. States such as `redress=not_stated` outnumber
//! values in a record that says little, so those of several facets are one value: `&redress=not_stated&test=unknown`. So
//! are values of facets that have only one in a record. Few packed values differ, and a pass over the matches has fewer
//! to count. Filters find each value by itself.

use domain::facets::{FACETS, LINKED, blank_place};

/// Begins a packed value, and each value in it. No code or language has it.
const MARK: char = '&';
/// How many facets share a packed value: more would make packed values more various.
const TOGETHER: usize = 8;

/// The values to count of a listing's facets, which are `facet=value` each.
pub(crate) fn packed<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<String> {
    let names = FACETS.len() + LINKED.len();
    let (mut values, mut packed) = (Vec::new(), vec![String::new(); names.div_ceil(TOGETHER)]);
    for line in lines {
        match place(line) {
            Some(place) => {
                packed[place / TOGETHER].push(MARK);
                packed[place / TOGETHER].push_str(line);
            }
            None => values.push(line.to_owned()),
        }
    }
    values.extend(packed.into_iter().filter(|together| !together.is_empty()));
    values
}

/// The place of the facet or link of a value that is packed: of these a record has at most one. `None` for others.
fn place(line: &str) -> Option<usize> {
    let (name, value) = line.split_once('=')?;
    if let Some(linked) = LINKED.iter().position(|linked| linked.name == name) {
        let first = LINKED[linked].part(value, LINKED[linked].facets.first()?)?;
        return blank_place(first).map(|_| FACETS.len() + linked);
    }
    let facet = FACETS.iter().position(|facet| facet.name == name)?;
    (FACETS[facet].is_single || FACETS[facet].takes_blank(value)).then_some(facet)
}

/// The values in a packed one; `None` for any other.
pub(crate) fn unpacked(value: &str) -> Option<impl Iterator<Item = &str>> {
    value.strip_prefix(MARK).map(|together| together.split(MARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_record_has_one_of_is_packed() {
        let lines = [
            "jurisdiction=GB",
            "lang=en",
            "sector=tax",
            "supplier=withheld",
            "phase=unknown",
            "redress=stated",
            "complaints=not_stated",
            "assessment=dpia/complete/periodic",
            "review=absent/absent",
        ];
        let packed = packed(lines.into_iter());
        let (together, values): (Vec<&str>, Vec<&str>) =
            packed.iter().map(String::as_str).partition(|value| unpacked(value).is_some());
        assert_eq!(values, ["jurisdiction=GB", "sector=tax", "assessment=dpia/complete/periodic"]);
        assert!(together.len() <= 4, "{together:?}");
        let all: Vec<&str> = together.iter().flat_map(|one| unpacked(one).unwrap()).collect();
        assert_eq!(
            all,
            [
                "lang=en",
                "supplier=withheld",
                "phase=unknown",
                "redress=stated",
                "complaints=not_stated",
                "review=absent/absent"
            ]
        );
    }
}
