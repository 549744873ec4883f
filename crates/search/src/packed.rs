//! The facet values of a record as the index keeps them for counting. States such as `redress=not_stated` outnumber
//! values in a record that says little, so those of several facets are one value: `&redress=not_stated&test=unknown`.
//! Few of these differ, and a pass over the matches has fewer values to count. Filters find each state by itself.

use domain::facets::{FACETS, LINKED, blank_place};

/// Begins a packed value, and each state in it.
const MARK: char = '&';
/// How many facets share a packed value: more would make packed values more various.
const TOGETHER: usize = 8;

/// The values to count of a listing's facets, which are `facet=value` each.
pub(crate) fn packed<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<String> {
    let names = FACETS.len() + LINKED.len();
    let (mut values, mut packed) = (Vec::new(), vec![String::new(); names.div_ceil(TOGETHER)]);
    for line in lines {
        match place(line) {
            Some(place) => packed[place / TOGETHER].extend([MARK.to_string().as_str(), line]),
            None => values.push(line.to_owned()),
        }
    }
    values.extend(packed.into_iter().filter(|states| !states.is_empty()));
    values
}

/// The place of the facet or link of a state; `None` for a value.
fn place(line: &str) -> Option<usize> {
    let (name, value) = line.split_once('=')?;
    if let Some(linked) = LINKED.iter().position(|linked| linked.name == name) {
        let first = LINKED[linked].part(value, LINKED[linked].facets.first()?)?;
        return blank_place(first).map(|_| FACETS.len() + linked);
    }
    let facet = FACETS.iter().position(|facet| facet.name == name)?;
    FACETS[facet].takes_blank(value).then_some(facet)
}

/// The states in a packed value; `None` for any other.
pub(crate) fn states(value: &str) -> Option<impl Iterator<Item = &str>> {
    value.strip_prefix(MARK).map(|states| states.split(MARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_packed_and_values_are_not() {
        let lines = [
            "jurisdiction=GB",
            "sector=tax",
            "supplier=withheld",
            "phase=unknown",
            "redress=stated",
            "complaints=not_stated",
            "assessment=dpia/complete/periodic",
            "review=absent/absent",
        ];
        let packed = packed(lines.into_iter());
        let (states, values): (Vec<&str>, Vec<&str>) =
            packed.iter().map(String::as_str).partition(|value| states(value).is_some());
        assert_eq!(
            values,
            ["jurisdiction=GB", "sector=tax", "redress=stated", "assessment=dpia/complete/periodic"]
        );
        assert!(states.len() <= 3, "{states:?}");
        let mut all: Vec<&str> = states.iter().flat_map(|one| super::states(one).unwrap()).collect();
        all.sort_unstable();
        assert_eq!(
            all,
            ["complaints=not_stated", "phase=unknown", "review=absent/absent", "supplier=withheld"]
        );
    }
}
