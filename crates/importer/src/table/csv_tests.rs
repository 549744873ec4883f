//! Tables as people make them, as text. The inputs of reported cases, and others of their kind.

use std::io::Write;

use super::{Reading, Table};
use crate::columns::ColumnUse;

const HEAD: &str = "publisher,title,jurisdiction,phase\n";

fn known(header: &str) -> bool {
    ["publisher", "title", "jurisdiction", "phase", "summary", "key"]
        .contains(&header.trim().to_lowercase().as_str())
}

fn file(text: impl AsRef<[u8]>) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_ref()).unwrap();
    file
}

fn open(text: impl AsRef<[u8]>) -> Result<Table, String> {
    let file = file(text);
    // What is written again is kept open; what is not is read at once by the tests.
    let table = Table::open(file.path(), &known, &Reading::default());
    table.map_err(|error| error.to_string().replace(&file.path().display().to_string(), "a.csv"))
}

/// The rows and errors of a table, one a line: `2 a|b` or `3! code: message`.
fn said(table: &mut Table) -> Vec<String> {
    std::iter::from_fn(|| table.next_row())
        .map(|row| match row {
            Ok(row) => format!("{} {}", row.line, row.cells.join("|")),
            Err(error) => format!("{}! {}: {}", error.line, error.code, error.message),
        })
        .collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(said(&mut open(text).unwrap()), expected, "{text:?}");
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let error = open(text).map(|_| ()).unwrap_err();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_line_has_the_number_that_an_editor_shows() {
    let rows = "A,a,GB,pilot\n\n\nA,\"two\nlines\",GB,pilot\nA,b,GB,pilot\n";
    let expected = ["2 A|a|GB|pilot", "5 A|two\nlines|GB|pilot", "7 A|b|GB|pilot"];
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("{HEAD}{rows}").replace('\n', end);
        let expected: Vec<String> = expected.iter().map(|row| row.replace('\n', end)).collect();
        let mut table = open(&text).unwrap();
        assert_eq!(said(&mut table), expected, "{end:?}");
        assert_eq!(table.blank_rows(), 2, "{end:?}");
        // The same without a line end behind the last row.
        let mut table = open(text.strip_suffix(end).unwrap()).unwrap();
        assert_eq!(said(&mut table), expected, "{end:?} without the last");
        let mut table = open(format!("\u{FEFF}{text}")).unwrap();
        assert_eq!(said(&mut table), expected, "{end:?} with a mark");
    }
}

#[test]
fn lines_are_counted_where_ends_are_mixed() {
    check(
        "publisher,title,jurisdiction,phase\r\nA,a,GB,x\nA,b,GB,y\r\n\nA,c,GB,z\n",
        &["2 A|a|GB|x", "3 A|b|GB|y", "5 A|c|GB|z"],
    );
    check("publisher,title\rA,a\r\nA,b\nA,c", &["2 A|a", "3 A|b", "4 A|c"]);
    check("publisher,title\n\"A\rB\",a\nA,b\n", &["2 A\rB|a", "4 A|b"]);
}

#[test]
fn a_row_with_fewer_or_more_cells_is_an_error() {
    let hint = "publisher,title,jurisdiction,phase,lang,summary,description,public_purpose\n";
    check(
        &format!("{hint}Leeds,Tool 1,GB,pilot,en,Sum,Desc,Purpose\nLeeds,Tool 2,GB,pilot,en,Desc,Purpose\n"),
        &["2 Leeds|Tool 1|GB|pilot|en|Sum|Desc|Purpose", "3! ragged-row: 7 cells, the header has 8"],
    );
    check(
        &format!("{HEAD}A,b,GB\nA,b,GB,pilot,,\nA,b,GB,pilot,x\nA\n"),
        &[
            "2! ragged-row: 3 cells, the header has 4",
            "3 A|b|GB|pilot",
            "4! ragged-row: 5 cells, the header has 4",
            "5! ragged-row: 1 cell, the header has 4",
        ],
    );
    check(&format!("{HEAD}A,\"b\nc\",GB\n"), &["2! ragged-row: 3 cells, the header has 4, in lines 2 to 3"]);
}

#[test]
fn rows_swallowed_by_a_stray_quote_are_errors() {
    check(
        &format!("{HEAD}A,\"one,GB,pilot\nA,two,GB,pilot\nA,three\",GB,pilot\nA,four,GB,pilot\n"),
        &[
            "2! swallowed-rows: a cell in quotes holds rows of the table, in lines 2 to 4",
            "5 A|four|GB|pilot",
        ],
    );
    check(
        &format!("{HEAD}\"A,one,GB,pilot\nA\",two,GB,pilot\n"),
        &["2! swallowed-rows: a cell in quotes holds rows of the table, in lines 2 to 3"],
    );
    // The next quote opens a cell, so text stands behind the end of this one.
    check(
        &format!("{HEAD}A,\"one,GB,pilot\nA,two,GB,pilot\nA,\"three\",GB,pilot\n"),
        &["2! misplaced-quote: a quote stands behind the end of a cell in quotes, in lines 2 to 4"],
    );
    let head = HEAD.replace(',', ";");
    check(
        &format!("{head}A;\"one;GB;pilot\nA;two\";GB;pilot\n"),
        &["2! swallowed-rows: a cell in quotes holds rows of the table, in lines 2 to 3"],
    );
    // Prose with commas and line ends is a cell like any other.
    check(
        &format!("{HEAD}A,\"It sorts, ranks, and routes\nThen, a person decides\",GB,pilot\n"),
        &["2 A|It sorts, ranks, and routes\nThen, a person decides|GB|pilot"],
    );
    refused(
        &format!("{HEAD}A,\"one,GB,pilot\nA,two,GB,pilot\n"),
        "the quote opened in line 2 is never closed",
    );
}

#[test]
fn quotes_with_backslashes_are_read_if_the_whole_file_has_them() {
    check(
        &format!(
            "{HEAD}A,\"Known as \\\"Gate\\\", a scorer\",GB,pilot\nA,\"The \\\"red\\\" list\",GB,pilot\n"
        ),
        &["2 A|Known as \"Gate\", a scorer|GB|pilot", "3 A|The \"red\" list|GB|pilot"],
    );
    check(
        &format!("{HEAD}A,\"in C:\\new \\\"x\\\"\",GB,pilot\nA,\"a\\\"\nb\",GB,pilot\nA,c,GB,pilot\n"),
        &["2 A|in C:\\new \"x\"|GB|pilot", "3 A|a\"\nb|GB|pilot", "5 A|c|GB|pilot"],
    );
    // A backslash is written as two throughout.
    check(&format!("{HEAD}A,\"C:\\\\dir\\\\ \\\"x\\\"\",GB,pilot\n"), &["2 A|C:\\dir\\ \"x\"|GB|pilot"]);
    // A cell without quotes may have such a quote as well.
    check(&format!("{HEAD}A,a \\\"b\\\" c,GB,pilot\n"), &["2 A|a \"b\" c|GB|pilot"]);
    // A backslash before the closing quote of a file that doubles quotes is a backslash.
    check(
        &format!("{HEAD}A,\"C:\\dir\\\",GB,pilot\nA,\"the \"\"red\"\" list\",GB,pilot\n"),
        &["2 A|C:\\dir\\|GB|pilot", "3 A|the \"red\" list|GB|pilot"],
    );
}

#[test]
fn quotes_written_in_two_ways_are_refused() {
    let both = "A,\"the \\\"red\\\" list\",GB,pilot\nA,\"the \"\"blue\"\" list\",GB,pilot\n";
    refused(&format!("{HEAD}{both}"), "line 2 has \\\" inside a cell in quotes");
    refused(
        &format!("{HEAD}A,\"C:\\new\\\\\",GB,pilot\nA,\"the \\\"red\\\" list\",GB,pilot\n"),
        "line 3 has \\\" inside a cell in quotes",
    );
    // A stray quote elsewhere is an error of its row alone.
    check(
        &format!("{HEAD}A,\"C:\\dir\\\",GB,pilot\nA,\"the \"red\" list\",GB,pilot\nA,c,GB,pilot\n"),
        &[
            "2 A|C:\\dir\\|GB|pilot",
            "3! misplaced-quote: a quote stands behind the end of a cell in quotes, in line 3",
            "4 A|c|GB|pilot",
        ],
    );
}

#[test]
fn quotes_that_are_no_quotes_are_kept() {
    check(
        &format!("{HEAD}A,5\" pipe,GB,pilot\nA,\"b\" ,GB,\"pilot\"\n"),
        &["2 A|5\" pipe|GB|pilot", "3 A|b |GB|pilot"],
    );
}

#[test]
fn a_header_further_down_is_found() {
    let notes: String = (0..12).map(|n| format!("Guidance note {n}\n")).collect();
    let mut table = open(format!("{notes}{HEAD}A,b,GB,pilot\n")).unwrap();
    assert_eq!(table.header_line, 13);
    assert!(
        table.input.notices.contains(&"the header is in line 13; 12 rows above it are not read".to_owned()),
        "{:?}",
        table.input.notices
    );
    assert_eq!(said(&mut table), ["14 A|b|GB|pilot"]);
    let notes: String = (0..50).map(|n| format!("Guidance note {n}\n")).collect();
    refused(&format!("{notes}{HEAD}"), "looked in the first 50 rows that are not blank");
    refused(
        "Dear all\nthis is a letter\n",
        "no row has a column this source knows (the first row begins: Dear all)",
    );
    // Blank lines do not count.
    assert_eq!(open(format!("{}{HEAD}", "\n".repeat(60))).unwrap().header_line, 61);
    assert_eq!(open(HEAD.to_uppercase()).unwrap().headers[0], "PUBLISHER");
}

#[test]
fn rows_of_totals_and_blank_rows_are_counted() {
    let mut table = open(format!("{HEAD}A,b,GB,pilot\n , ,,\u{A0}\n,,,\nTotal,,,1\n")).unwrap();
    assert_eq!(said(&mut table), ["2 A|b|GB|pilot"]);
    let account = table.account();
    assert_eq!((account.uses["blank-row-left-out"], account.uses["total-row-left-out"]), (2, 1));
    assert_eq!(account.uses.examples()["total-row-left-out"].before, "line 5: Total | | | 1");
    check(&format!("{HEAD}Total,Recall,GB,pilot\n"), &["2 Total|Recall|GB|pilot"]);
}

#[test]
fn every_column_is_accounted_for() {
    let mut table = open("title,Notes,summary,\nA,x,s,\nB,,s,y\n").unwrap();
    assert_eq!(table.headers, ["title", "Notes", "summary"]);
    table.account_for([ColumnUse::read("title"), ColumnUse::Unknown, ColumnUse::ignored("derived")]);
    assert_eq!(said(&mut table), ["2 A|x|s", "3! ragged-row: 4 cells, the header has 3"]);
    let columns = table.account().columns;
    assert_eq!(columns.iter().map(|column| column.left_out).collect::<Vec<_>>(), [0, 1, 1]);
    assert!(columns[1].is_unknown() && !columns[2].is_unknown());
    assert_eq!(columns[1].called(), "'Notes' (column 2)");
}

#[track_caller]
fn keyed(rows: &str, expected: &[&str], identical: u64) {
    let file = file(format!("key,title\n{rows}"));
    let mut table = Table::open(file.path(), &known, &Reading::default()).unwrap();
    table.one_row_per(&|cells, key| key.push_str(cells[0])).unwrap();
    assert_eq!(said(&mut table), expected, "{rows:?}");
    let uses = table.account().uses;
    assert_eq!(uses.get("identical-row-left-out").copied().unwrap_or_default(), identical);
}

#[test]
fn a_key_stands_once() {
    for end in ["\n", "\r\n"] {
        let with = |rows: &str| rows.replace('\n', end);
        let twice = |line: u64, other: u64| {
            format!("{line}! repeated-key: the key '1' stands in line {other} as well, and the rows differ")
        };
        keyed(&with("1,a\n2,b\n1,c\n"), &[&twice(2, 4), "3 2|b", &twice(4, 2)], 0);
        keyed(&with("1,c\n\n2,b\n1,a"), &[&twice(2, 5), "4 2|b", &twice(5, 2)], 0);
        keyed(&with("1,a\n2,b\n1,a\n"), &["2 1|a", "3 2|b"], 1);
        keyed(&with("1,a\n1,a\n1,b"), &[&twice(2, 4), &twice(4, 2)], 1);
        keyed(&with(",a\n,b\n1.1,c\n11,d\n"), &["2 |a", "3 |b", "4 1.1|c", "5 11|d"], 0);
    }
    keyed(
        "1,a\n1,b\n1,c\n",
        &[
            "2! repeated-key: the key '1' stands in lines 3, 4 as well, and the rows differ",
            "3! repeated-key: the key '1' stands in lines 2, 4 as well, and the rows differ",
            "4! repeated-key: the key '1' stands in lines 2, 3 as well, and the rows differ",
        ],
        0,
    );
}

#[test]
fn a_page_or_document_is_named() {
    refused("<html><table><tr><td>publisher</td></tr></table></html>", "this is a web page (HTML)");
    refused("<?xml version=\"1.0\"?><rows/>", "this is XML");
    refused("PAR1....", "this is a Parquet file");
}
