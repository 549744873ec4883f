//! Files as LibreOffice saves them, made without it: how it keeps each kind of cell in XLSX and ODS, and what it takes
//! the cells of a CSV file for.

use std::io::Write;

use chrono::NaiveDate;
use domain::fields::{FieldKind, field};
use domain::stated::{Order, in_order};
use domain::written::CELL_UNITS;

/// A cell as the program keeps it.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// True or false.
    Truth(bool),
    /// A day.
    Day(NaiveDate),
}

/// Day 0 of its calendar.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("30 December 1899 is a date");
/// The first day on which its calendar is that of our workbooks.
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1900, 3, 1).expect("1 March 1900 is a date");

/// What it keeps of the cells of our workbook of records: the column says the type.
pub fn of_workbook(column: &str, text: &str) -> Kept {
    let kind = field(column).map(|field| field.kind);
    match kind {
        _ if text.is_empty() => Kept::Nothing,
        Some(FieldKind::Estimate) => Kept::Number(text.parse().unwrap()),
        Some(FieldKind::Boolean) => Kept::Truth(text == "true"),
        Some(FieldKind::Date) => match text.parse::<NaiveDate>() {
            Ok(day) if day >= FIRST => Kept::Day(day),
            _ => Kept::Text(text.to_owned()),
        },
        _ => Kept::Text(domain::written::fitting(text).into_owned()),
    }
}

/// What it takes a cell of a CSV file for, with every recognition it has turned on.
pub fn of_csv(text: &str) -> Kept {
    let number = |text: &str| {
        let digits = text.trim_start_matches(['+', '-']);
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E'));
        let begins = digits.starts_with(|letter: char| letter.is_ascii_digit());
        (plain && begins).then(|| text.parse::<f64>().ok()).flatten().filter(|number| number.is_finite())
    };
    if text.is_empty() {
        return Kept::Nothing;
    }
    if let Some(number) = number(text) {
        return Kept::Number(number);
    }
    if let Some(percent) = text.strip_suffix('%').and_then(number) {
        return Kept::Number(percent / 100.0);
    }
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Kept::Truth(text.eq_ignore_ascii_case("true"));
    }
    let iso = (text.len() == 10).then(|| text.parse().ok()).flatten();
    match iso.or_else(|| in_order(text, Order::DayFirst)).filter(|day| *day >= FIRST) {
        Some(day) => Kept::Day(day),
        None => Kept::Text(text.to_owned()),
    }
}

/// A text without what XML cannot hold, with its line ends.
fn kept_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|letter| *letter >= ' ' || matches!(letter, '\t' | '\n'))
        .filter(|letter| !matches!(letter, '\u{FFFE}' | '\u{FFFF}'))
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A number with fifteen digits, as it writes most.
fn digits(number: f64) -> String {
    let text = format!("{number:.14e}");
    let (mantissa, exponent) = text.split_once('e').unwrap();
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    match exponent.parse::<i32>().unwrap() {
        0 => mantissa.to_owned(),
        exponent if exponent < 15 => format!("{}", format!("{mantissa}e{exponent}").parse::<f64>().unwrap()),
        exponent => format!("{mantissa}E+{exponent:03}"),
    }
}

/// A workbook with these sheets as ODS.
pub fn ods(sheets: &[(&str, Vec<Vec<Kept>>)]) -> Vec<u8> {
    let mut tables = String::new();
    for (name, rows) in sheets {
        tables += &format!(r#"<table:table table:name="{}">"#, escaped(name));
        for row in rows {
            let cells: String = row.iter().map(ods_cell).collect();
            tables += &format!("<table:table-row>{cells}</table:table-row>");
        }
        tables += r#"<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#;
    }
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

fn ods_cell(cell: &Kept) -> String {
    let shown = |attributes: String, text: &str| {
        format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
    };
    match cell {
        Kept::Nothing => "<table:table-cell/>".to_owned(),
        Kept::Text(text) => {
            let lines: String = kept_text(text)
                .split('\n')
                .map(|line| format!("<text:p>{}</text:p>", spaced(line)))
                .collect();
            format!(r#"<table:table-cell office:value-type="string">{lines}</table:table-cell>"#)
        }
        Kept::Number(number) => {
            let digits = digits(*number);
            shown(format!(r#"office:value-type="float" office:value="{digits}""#), &digits)
        }
        // It takes a truth over from XLSX as a number with a formula.
        Kept::Truth(truth) => {
            let (name, number) = if *truth { ("TRUE", 1) } else { ("FALSE", 0) };
            let formula = format!(r#"table:formula="of:={name}()""#);
            shown(format!(r#"{formula} office:value-type="float" office:value="{number}""#), name)
        }
        Kept::Day(day) => shown(
            format!(r#"office:value-type="date" office:date-value="{day}""#),
            &day.format("%d/%m/%y").to_string(),
        ),
    }
}

/// A line with its spaces and tabs as elements.
fn spaced(line: &str) -> String {
    let mut out = String::new();
    let mut spaces = 0;
    let flush = |out: &mut String, spaces: &mut usize| {
        if *spaces > 0 {
            *out += &format!(r#"<text:s text:c="{spaces}"/>"#);
        }
        *spaces = 0;
    };
    for letter in line.chars() {
        match letter {
            ' ' => spaces += 1,
            letter => {
                flush(&mut out, &mut spaces);
                match letter {
                    '\t' => out += "<text:tab/>",
                    letter => out += &escaped(&letter.to_string()),
                }
            }
        }
    }
    flush(&mut out, &mut spaces);
    out
}

/// A workbook with these sheets as XLSX. Texts are cut at the end of a cell.
pub fn xlsx(sheets: &[(&str, Vec<Vec<Kept>>)]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let head = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    let (mut shared, mut count) = (String::new(), 0);
    let (mut list, mut links, mut parts) = (String::new(), String::new(), Vec::new());
    for (place, (name, rows)) in (1..).zip(sheets) {
        let mut data = String::new();
        for (number, row) in (1..).zip(rows) {
            let cells: String = (0..)
                .zip(row)
                .map(|(column, cell)| xlsx_cell(number, column, cell, (&mut shared, &mut count)))
                .collect();
            data += &format!(r#"<row r="{number}">{cells}</row>"#);
        }
        list += &format!(r#"<sheet name="{}" sheetId="{place}" r:id="r{place}"/>"#, escaped(name));
        links += &format!(
            r#"<Relationship Id="r{place}" Type="{RELATED}/worksheet" Target="worksheets/sheet{place}.xml"/>"#
        );
        let sheet = format!(r#"{head}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>"#);
        parts.push((format!("xl/worksheets/sheet{place}.xml"), sheet));
    }
    links += &format!(
        r#"<Relationship Id="s1" Type="{RELATED}/styles" Target="styles.xml"/><Relationship Id="s2" Type="{RELATED}/sharedStrings" Target="sharedStrings.xml"/>"#
    );
    let workbook =
        format!(r#"{head}<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>{list}</sheets></workbook>"#);
    let styles = format!(
        r#"{head}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="true"/></cellXfs></styleSheet>"#
    );
    let root = format!(
        r#"{head}<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    parts.extend([
        ("_rels/.rels".to_owned(), root),
        ("xl/workbook.xml".to_owned(), workbook),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"{head}<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#),
        ),
        ("xl/styles.xml".to_owned(), styles),
        ("xl/sharedStrings.xml".to_owned(), format!(r#"{head}<sst xmlns="{MAIN}">{shared}</sst>"#)),
    ]);
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_bytes())).collect();
    zipped(&parts)
}

fn xlsx_cell(row: u32, column: u32, cell: &Kept, (shared, count): (&mut String, &mut u32)) -> String {
    let at = format!("{}{row}", column_name(column));
    match cell {
        Kept::Nothing => String::new(),
        Kept::Text(text) => {
            let mut room = CELL_UNITS;
            let fits = |letter: &char| {
                let fits = letter.len_utf16() <= room;
                room = room.saturating_sub(letter.len_utf16());
                fits
            };
            let text: String = kept_text(text).chars().take_while(fits).collect();
            // An escape in the text itself gets an escape.
            let text = escaped(&text).replace("_x", "_x005F_x");
            *shared += &format!(r#"<si><t xml:space="preserve">{text}</t></si>"#);
            *count += 1;
            format!(r#"<c r="{at}" s="0" t="s"><v>{}</v></c>"#, *count - 1)
        }
        Kept::Number(number) => format!(r#"<c r="{at}" s="0" t="n"><v>{}</v></c>"#, digits(*number)),
        Kept::Truth(truth) => format!(r#"<c r="{at}" s="0" t="b"><v>{}</v></c>"#, u8::from(*truth)),
        Kept::Day(day) => {
            format!(r#"<c r="{at}" s="1" t="n"><v>{}</v></c>"#, (*day - EPOCH).num_days())
        }
    }
}

fn column_name(column: u32) -> String {
    let (rest, letter) = (column / 26, char::from(b'A' + u8::try_from(column % 26).unwrap()));
    if rest == 0 { letter.to_string() } else { format!("{}{letter}", column_name(rest - 1)) }
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The rows of a CSV file, each cell kept as `keep` says from its column and text.
pub fn rows(csv: &[u8], keep: impl Fn(&str, &str) -> Kept) -> Vec<Vec<Kept>> {
    let csv = csv.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv);
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut all = vec![header.iter().map(|name| Kept::Text(name.clone())).collect()];
    for row in reader.records().map(Result::unwrap) {
        all.push(row.iter().zip(&header).map(|(text, column)| keep(column, text)).collect());
    }
    all
}
