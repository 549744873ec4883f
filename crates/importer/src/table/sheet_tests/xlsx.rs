//! Workbooks (XLSX), and files that are none.

use super::{FIELDS, check, open, refused, zipped};

/// A workbook: its sheets as name, state, rows and what stands behind them; its properties; its cell formats;
/// and the links of each sheet.
#[derive(Default)]
struct Book<'a> {
    sheets: Vec<(&'a str, &'a str, String, &'a str)>,
    properties: &'a str,
    formats: &'a [&'a str],
    links: &'a str,
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

impl Book<'_> {
    fn zipped(&self) -> std::fs::File {
        let (mut list, mut relations) = (String::new(), String::new());
        let mut parts = Vec::new();
        for (number, (name, state, rows, behind)) in self.sheets.iter().enumerate() {
            list += &format!(r#"<sheet name="{name}" sheetId="{number}" state="{state}" r:id="r{number}"/>"#);
            relations += &format!(
                r#"<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" Target="worksheets/s{number}.xml"/>"#
            );
            parts.push((
                format!("xl/worksheets/s{number}.xml"),
                format!(r#"<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheetData>{rows}</sheetData>{behind}</worksheet>"#),
            ));
            let links = self.links;
            parts.push((
                format!("xl/worksheets/_rels/s{number}.xml.rels"),
                format!(r#"<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#),
            ));
        }
        relations += &format!(r#"<Relationship Id="styles" Type="{RELATIONS}/styles" Target="styles.xml"/>"#);
        let codes: String = (164..)
            .zip(self.formats)
            .map(|(id, code)| {
                format!(r#"<numFmt numFmtId="{id}" formatCode="{}"/>"#, code.replace('"', "&quot;"))
            })
            .collect();
        let styles: String = (164..)
            .zip(self.formats)
            .map(|(id, _)| format!(r#"<xf numFmtId="{id}" applyNumberFormat="1"/>"#))
            .collect();
        parts.push(("xl/styles.xml".to_owned(), format!(
            r#"<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>"#
        )));
        parts.push(("xl/workbook.xml".to_owned(), format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr {}/><sheets>{list}</sheets></workbook>"#,
            self.properties
        )));
        parts.push((
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{PACKAGE}">{relations}</Relationships>"#),
        ));
        parts.push(("_rels/.rels".to_owned(), format!(
            r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        )));
        zipped(&parts.iter().map(|(name, part)| (name.as_str(), part.as_str())).collect::<Vec<_>>())
    }
}

/// A row of texts; an empty one is no cell.
fn row(number: u32, cells: &[&str]) -> String {
    let cells: String = ('A'..)
        .zip(cells)
        .filter(|(_, text)| !text.is_empty())
        .map(|(letter, text)| format!(r#"<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#))
        .collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn head() -> String {
    row(1, &FIELDS)
}

/// A workbook of one sheet with a header.
fn one(rows: &str, behind: &str) -> std::fs::File {
    Book { sheets: vec![("Records", "visible", head() + rows, behind)], ..Book::default() }.zipped()
}

#[test]
fn a_merged_value_counts_for_each_row_it_spans() {
    let rows = row(2, &["Leeds", "Tool 1"])
        + &row(3, &["", "Tool 2"])
        + &row(4, &["", "Tool 3"])
        + &row(5, &["", "Tool 4"]);
    let account = check(
        one(&rows, r#"<mergeCells><mergeCell ref="A2:A4"/></mergeCells>"#),
        &["2 Leeds|Tool 1|||", "3 Leeds|Tool 2|||", "4 Leeds|Tool 3|||", "5 |Tool 4|||"],
    );
    assert_eq!(account.uses["merged-value-repeated"], 2);
    // To the right a merged value counts once, and rows without a cell of their own stay blank.
    let rows = row(2, &["Leeds"]) + &row(3, &[]) + &row(4, &["", "", "", "", "x"]);
    check(
        one(&rows, r#"<mergeCells><mergeCell ref="A2:B9"/></mergeCells>"#),
        &["2 Leeds||||", "4 Leeds||||x"],
    );
    // Two side by side, and a new one below.
    let rows = row(2, &["A", "a"])
        + &row(3, &["", "", "", "", "x"])
        + &row(4, &["B", "b"])
        + &row(5, &["", "", "", "", "y"]);
    let merged = r#"<mergeCells><mergeCell ref="A4:A5"/><mergeCell ref="B2:B3"/><mergeCell ref="A2:A3"/></mergeCells>"#;
    check(one(&rows, merged), &["2 A|a|||", "3 A|a|||x", "4 B|b|||", "5 B||||y"]);
}

#[test]
fn an_error_in_a_cell_is_an_error_of_the_row_that_names_the_cell() {
    let rows = row(2, &["Leeds", "Tool 1"])
        + r#"<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B3" t="e"><v>#REF!</v></c></row>"#
        + r#"<row r="7"><c r="B7" t="e"><v>#N/A</v></c></row>"#;
    check(
        one(&rows, ""),
        &[
            "2 Leeds|Tool 1|||",
            "3! error-cell: A3 holds the error #DIV/0!; B3 holds the error #REF!",
            "7! error-cell: B7 holds the error #N/A",
        ],
    );
    // A text that looks like one is a text, and an error in a column that nothing reads is counted.
    let head = row(1, &["publisher", "Notes"]);
    let rows = head
        + &row(2, &["#REF! is shown", ""])
        + r#"<row r="3"><c r="A3"><v>1</v></c><c r="B3" t="e"><v>#N/A</v></c></row>"#;
    let book = Book { sheets: vec![("Records", "visible", rows, "")], ..Book::default() };
    let account = check(book.zipped(), &["2 #REF! is shown|", "3 1|#N/A"]);
    assert_eq!(account.uses["error-in-a-column-not-read"], 1);
}

#[test]
fn a_formula_without_a_stored_value_is_a_fault_of_its_cell() {
    let rows = r#"<row r="2"><c r="A2"><f>"Leeds"&amp;1</f><v/></c><c r="B2" t="inlineStr"><is><t>T</t></is></c></row>
        <row r="3"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3"><f>6*2</f><v>12</v></c></row>
        <row r="4"><c r="A4"><f>A3</f></c><c r="B4"><f>A2</f><v></v></c></row>"#;
    check(
        one(rows, ""),
        &[
            "2! formula-without-value: the formula in A2 has no stored value",
            "3 |12|||",
            "4! formula-without-value: the formula in A4 has no stored value; the formula in B4 has no stored value",
        ],
    );
}

#[test]
fn a_link_counts_where_an_address_is_wanted() {
    let rows = row(2, &["Leeds", "Read more", "Read more", "Write to us"])
        + &row(3, &["Leeds", "", "https://own.example", "own@leeds.example"])
        + r#"<row r="4"><c r="C4" t="str"><f>HYPERLINK("https://leeds.example/f","Read")</f><v>Read</v></c></row>"#;
    let behind = r#"<hyperlinks><hyperlink ref="B2:C2" r:id="web"/><hyperlink ref="D2:D3" r:id="mail"/><hyperlink ref="C3" r:id="web"/><hyperlink ref="A2" location="Other!A1"/></hyperlinks>"#;
    let links = r#"<Relationship Id="web" Type="x/hyperlink" Target="https://leeds.example/tool" TargetMode="External"/><Relationship Id="mail" Type="x/hyperlink" Target="mailto:info@leeds.example?subject=x" TargetMode="External"/>"#;
    let sheets = vec![("Records", "visible", head() + &rows, behind)];
    let account = check(
        Book { sheets, links, ..Book::default() }.zipped(),
        &[
            "2 Leeds|Read more|https://leeds.example/tool|info@leeds.example|",
            "3 Leeds||https://own.example|own@leeds.example|",
            "4 ||https://leeds.example/f||",
        ],
    );
    assert_eq!(account.uses["link-taken-for-its-text"], 3);
    assert_eq!(account.uses["link-left-out"], 1);
    assert_eq!(account.uses.examples()["link-taken-for-its-text"].after, "https://leeds.example/tool");
}

#[test]
fn values_are_read_as_shown() {
    let cell =
        |name: &str, style: u32, value: &str| format!(r#"<c r="{name}" s="{style}"><v>{value}</v></c>"#);
    let formats = ["0.0%", "\"TRUE\";\"TRUE\";\"FALSE\"", "yyyy\\-mm\\-dd", "hh:mm:ss", "[h]:mm:ss"];
    let row_two = format!(
        r#"<row r="2">{}{}{}{}{}</row>"#,
        cell("A2", 1, "0.25"),
        cell("B2", 2, "0"),
        cell("C2", 3, "44650"),
        cell("D2", 4, "0.354166667"),
        cell("E2", 5, "1.5")
    );
    let row_three = r#"<row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3"><v>0.30000000000000004</v></c><c r="C3" s="3"><v>44650.5</v></c><c r="D3" t="d"><v>2026-03-31T00:00:00</v></c><c r="E3"><v>1.2E4</v></c></row>"#;
    let rows = head() + &row_two + row_three;
    let book = |properties: &'static str, rows: String| {
        let sheets = vec![("Records", "visible", rows, "")];
        Book { sheets, properties, formats: &formats, ..Book::default() }.zipped()
    };
    check(
        book("date1904=\"1\"", rows.clone()),
        &["2 25%|false|2026-03-31|08:30:00|36:00:00", "3 true|0.3|2026-03-31 12:00:00|2026-03-31|12000"],
    );
    // In the usual calendar the same number is another day; with formulas, formats count all the same.
    let formula = r#"<row r="4"><c r="A4" s="1"><f>1/8</f><v>0.125</v></c><c r="B4"><f>A1</f></c></row>"#;
    check(
        book("", rows + formula),
        &[
            "2 25%|false|2022-03-30|08:30:00|36:00:00",
            "3 true|0.3|2022-03-30 12:00:00|2026-03-31|12000",
            "4! formula-without-value: the formula in B4 has no stored value",
        ],
    );
}

#[test]
fn other_sheets_are_named_and_a_hidden_one_never_wins() {
    let table = |titles: &[&str]| {
        let rows = (2..).zip(titles).map(|(number, title)| row(number, &["Leeds", title]));
        head() + &rows.collect::<String>()
    };
    let poor = row(1, &["title"]) + &row(2, &["Tool 1"]);
    let sheets = vec![
        ("Old", "hidden", table(&["x", "y"]), ""),
        ("2025", "visible", poor, ""),
        ("Notes", "visible", row(1, &["a"]), ""),
        ("Older", "veryHidden", table(&[]), ""),
        ("Empty", "visible", String::new(), ""),
    ];
    let mut table_of = open(Book { sheets, ..Book::default() }.zipped()).unwrap();
    assert_eq!(table_of.next_row().unwrap().unwrap().cells, ["Tool 1"]);
    let notice = "of 5 sheets '2025' is read; not read: hidden 'Old' (2 rows below a header), 'Notes' (1 row, no header), hidden 'Older' (0 rows below a header), 'Empty' (empty)";
    assert_eq!(table_of.input.notices, [notice]);
    let rows: Vec<(bool, u64)> = table_of.input.sheets.iter().map(|sheet| (sheet.read, sheet.rows)).collect();
    assert_eq!(rows, [(false, 2), (true, 1), (false, 1), (false, 0), (false, 0)]);
    let sheets = vec![("Cover", "visible", row(1, &["a"]), ""), ("Data", "hidden", table(&["x"]), "")];
    refused(Book { sheets, ..Book::default() }.zipped(), "only the hidden sheet 'Data': show that sheet");
    // Of two that are as good, the first.
    let sheets =
        vec![("2025", "visible", table(&["new"]), ""), ("2024", "visible", table(&["old", "older"]), "")];
    check(Book { sheets, ..Book::default() }.zipped(), &["2 Leeds|new|||"]);
}

#[test]
fn a_header_further_down_a_sheet_is_found() {
    let notes: String = (1..=12).map(|number| row(number, &["Guidance"])).collect();
    let rows = notes + &head().replace("1\"", "13\"") + &row(14, &["Leeds", "Tool 1"]);
    let table =
        open(Book { sheets: vec![("Sheet", "visible", rows, "")], ..Book::default() }.zipped()).unwrap();
    assert_eq!(table.header_line, 13);
}

#[test]
fn formats_that_are_not_read_are_named() {
    refused(
        zipped(&[("xl/workbook.bin", ""), ("xl/worksheets/sheet1.bin", "")]),
        "an Excel binary workbook (.xlsb): save it as an Excel workbook (.xlsx)",
    );
    refused(
        zipped(&[("Index/Document.iwa", "")]),
        "Apple Numbers (.numbers): in Numbers choose File, Export To",
    );
    refused(zipped(&[("word/document.xml", "")]), "this is a Word document");
    refused(zipped(&[("EncryptedPackage", "")]), "this spreadsheet is encrypted");
    refused(zipped(&[("readme.txt", "")]), "this is a zip: unpack it");
    refused(
        zipped(&[(
            "xl/workbook.xml",
            r#"<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheets/></workbook>"#,
        )]),
        "in the strict form of Open XML: save it as \"Excel Workbook (.xlsx)\"",
    );
    refused(
        zipped(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<a/>")]),
        "no spreadsheet (application/vnd.oasis.opendocument.text)",
    );
    refused(
        zipped(&[
            ("content.xml", "x"),
            ("META-INF/manifest.xml", "<m:manifest><m:encryption-data/></m:manifest>"),
        ]),
        "this spreadsheet is encrypted",
    );
}
