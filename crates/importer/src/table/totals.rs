//! Recognises the row of totals below a table.

/// What a row of totals begins with, in the languages of our sources.
const WORDS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "sub total",
    "subtotal",
    "sub-total",
    "overall total",
    "sum",
    "totaal",
    "eindtotaal",
    "subtotaal",
    "som",
    "total general",
    "total général",
    "total GÉNÉRAL",
    "totaux",
    "sous-total",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "zwischensumme",
    "totale",
    "suma",
    "razem",
    "celkem",
    "cyfanswm",
];

/// Whether a row says only "total" and numbers.
pub(super) fn is_total(cells: &[String]) -> bool {
    let mut filled = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let Some(first) = filled.next() else { return false };
    // Longer than any of the words.
    if first.len() > 24 {
        return false;
    }
    let word = first.trim_end_matches([':', '.', ' ']);
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) && filled.all(is_number)
}

/// Whether a cell is a number as people write one: `1,000`, `£ 12.50`, `25 %`, `-`.
fn is_number(cell: &str) -> bool {
    let signs =
        |letter: char| letter.is_ascii_digit() || letter.is_whitespace() || ".,'’%-–+()€£$".contains(letter);
    cell.chars().all(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cells: &[&str], expected: bool) {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        assert_eq!(is_total(&cells), expected, "{cells:?}");
    }

    #[test]
    fn a_row_of_totals_says_nothing_but_numbers() {
        check(&["Total", "", "12"], true);
        check(&["", "TOTAL:", "", "£ 1,200.50", "25 %"], true);
        check(&["Grand total"], true);
        check(&["Totaal", "3"], true);
        check(&["Total", "Leeds City Council", "12"], false);
        check(&["Total Recall", "12"], false);
        check(&["12", "Total"], false);
        check(&["", ""], false);
    }
}
