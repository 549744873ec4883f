//! OpenDocuments (ODS).

use super::{FIELDS, check, open, zipped};

/// An OpenDocument with these sheets.
fn ods(styles: &str, tables: &str) -> std::fs::File {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body>{tables}</office:body></office:document-content>"
    );
    zipped(&[("content.xml", &content)])
}

fn ods_one(rows: &str) -> std::fs::File {
    let head: String = FIELDS.iter().map(|field| cell("", field)).collect();
    ods(
        "",
        &format!(
            r#"<table:table table:name="A"><table:table-row>{head}</table:table-row>{rows}</table:table>"#
        ),
    )
}

fn cell(attributes: &str, text: &str) -> String {
    format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
}

fn ods_row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

#[test]
fn merged_cells_of_an_open_document_count_for_each_row() {
    let covered = "<table:covered-table-cell/>".to_owned();
    let rows = ods_row(&[cell("table:number-rows-spanned=\"2\"", "Leeds"), cell("", "m1")])
        + &ods_row(&[covered, cell("", "m2")])
        + &ods_row(&[cell("", "York"), cell("", "m3")]);
    check(ods_one(&rows), &["2 Leeds|m1|||", "3 Leeds|m2|||", "4 York|m3|||"]);
    // What a merged cell covers is not shown, whatever is stored there.
    let covered = "<table:covered-table-cell><text:p>old</text:p></table:covered-table-cell>".to_owned();
    let rows = ods_row(&[
        cell("table:number-columns-spanned=\"2\" table:number-rows-spanned=\"2\"", "Leeds"),
        covered.clone(),
    ]) + &ods_row(&[covered.clone(), covered, cell("", ""), cell("", ""), cell("", "x")]);
    check(ods_one(&rows), &["2 Leeds||||", "3 Leeds||||x"]);
}

#[test]
fn errors_links_and_formulas_of_an_open_document_are_read() {
    let link = |target: &str| {
        format!(
            r#"<table:table-cell><text:p><text:a xlink:href="{target}">Read more</text:a></text:p></table:table-cell>"#
        )
    };
    let error = r#"table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error""#;
    let rows = ods_row(&[cell("", "Leeds"), cell("", "T"), link("https://leeds.example/tool")])
        + &ods_row(&[cell("", "Leeds"), cell(error, "#DIV/0!")])
        + &ods_row(&[cell(
            "table:formula=\"of:=A1\" office:value-type=\"float\" office:value=\"0\"",
            "Err:502",
        )])
        + &ods_row(&["<table:table-cell table:formula=\"of:=A1\"/>".to_owned()])
        + &ods_row(&[cell("", "#N/A")])
        + &ods_row(&[
            cell("", "a"),
            cell("", "b"),
            cell("table:formula=\"of:=HYPERLINK(&quot;https://leeds.example&quot;;&quot;x&quot;)\"", "x"),
        ]);
    check(
        ods_one(&rows),
        &[
            "2 Leeds|T|https://leeds.example/tool||",
            "3! error-cell: B3 holds the error #DIV/0!",
            "4! error-cell: A4 holds the error Err:502",
            "5! formula-without-value: the formula in A5 has no stored value",
            "6 #N/A||||",
            "7 a|b|https://leeds.example||",
        ],
    );
}

#[test]
fn values_of_an_open_document_are_read_as_shown() {
    let float = |value: &str| format!("office:value-type=\"float\" office:value=\"{value}\"");
    let rows = ods_row(&[
        cell(&format!("table:formula=\"of:=FALSE()\" {}", float("0")), "FALSE"),
        cell(&float("1"), "WAHR"),
        cell("office:value-type=\"percentage\" office:value=\"0.25\"", "25%"),
        cell("office:value-type=\"time\" office:time-value=\"PT08H30M00S\"", "08:30:00"),
        cell("office:value-type=\"date\" office:date-value=\"2026-03-31T00:00:00\"", "31 Mar"),
    ]) + &ods_row(&[
        cell(&float("1.2E+04"), "12,000"),
        cell(&float("0"), "0"),
        "<table:table-cell office:value-type=\"string\" office:string-value=\"only stated\"/>".to_owned(),
        "<table:table-cell><office:annotation><text:p>a note</text:p></office:annotation><text:p>shown</text:p><draw:frame><text:p>drawn</text:p></draw:frame></table:table-cell>".to_owned(),
        cell("office:value-type=\"boolean\" office:boolean-value=\"true\"", "TRUE"),
    ]);
    check(ods_one(&rows), &["2 false|true|25%|08:30:00|2026-03-31", "3 12000|0|only stated|shown|true"]);
}

#[test]
fn a_hidden_sheet_of_an_open_document_never_wins() {
    let styles = r#"<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>"#;
    let rich = ods_row(&FIELDS.map(|field| cell("", field))) + &ods_row(&[cell("", "Hidden")]);
    let poor = ods_row(&[cell("", "title")]) + &ods_row(&[cell("", "Shown")]);
    let tables = format!(
        r#"<table:table table:name="H" table:style-name="ta2">{rich}</table:table><table:table table:name="V" table:style-name="ta1">{poor}</table:table>"#
    );
    let mut table = open(ods(styles, &tables)).unwrap();
    assert_eq!(table.next_row().unwrap().unwrap().cells, ["Shown"]);
    assert_eq!(table.input.notices, ["of 2 sheets 'V' is read; not read: hidden 'H' (1 row below a header)"]);
}
