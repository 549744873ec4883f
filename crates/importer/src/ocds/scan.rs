//! Cuts a stream of JSON into elements (releases and records), whatever they are wrapped in.
//!
//! Packages, arrays of packages, concatenated values and JSON lines are told apart while reading, with only
//! one element in memory. A broken line costs only that line; in other forms, broken structure ends the file.
//! Whether the content of an element is valid is checked later.

use std::io::Read;

/// Longest element, in bytes.
pub const ELEMENT_MAX: usize = 16 << 20;
/// Deepest nesting of an element.
pub const NESTING_MAX: usize = 64;
/// Bytes read at once.
const CHUNK: usize = 256 << 10;
/// How far to look for the end of the first line, in bytes. Looking up to the longest element held a whole
/// package without line breaks in memory.
const FIRST_LINE: usize = 1 << 20;

/// What an element is, by where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A release, or something in the place of one.
    Release,
    /// A record of a record package.
    Record,
}

/// Why something cannot be an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: u64,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) hint: &'static str,
    /// Whether nothing after it can be read.
    pub(super) last: bool,
}

/// A structure that is open around the next element.
#[derive(Debug)]
enum Open {
    /// An array of values.
    Array,
    /// An object. Its members so far are kept, in case it is an element itself.
    Object { kept: Vec<u8>, line: u64, has_ocid: bool, is_package: bool, spoiled: bool },
    /// The list of releases or records in a package.
    List(Kind),
}

/// Reads the elements of a stream.
pub(super) struct Elements<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    ended: bool,
    line: u64,
    open: Vec<Open>,
    /// Whether there is one value per line, so that a line break inside a value is a fault.
    lines: bool,
    done: bool,
}

/// Why a value could not be cut out.
enum Broken {
    Io(std::io::Error),
    Fault(Fault),
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// An element with its kind, line and bytes, or a fault in its place; `None` at the end. Errors: the stream
/// failed.
pub(super) type Cut = std::io::Result<Option<Result<(Kind, u64, Vec<u8>), Fault>>>;

impl<R: Read> Elements<R> {
    /// Starts reading. `named_lines`: the file's name promises one value per line.
    pub(super) fn new(source: R, named_lines: bool) -> std::io::Result<Self> {
        let mut elements = Self {
            source,
            buffer: vec![0; CHUNK],
            at: 0,
            end: 0,
            ended: false,
            line: 1,
            open: Vec::new(),
            lines: false,
            done: false,
        };
        elements.fill()?;
        if elements.buffer[..elements.end].starts_with(b"\xEF\xBB\xBF") {
            elements.at = 3;
        }
        elements.lines = elements.has_lines(named_lines)?;
        Ok(elements)
    }

    /// Reads more into the buffer; `false` at the end of the stream.
    fn fill(&mut self) -> std::io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.at > 0 {
            self.buffer.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.source.read(&mut self.buffer[self.end..])?;
        self.end += read;
        self.ended = read == 0;
        Ok(!self.ended)
    }

    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        if self.at == self.end && !self.fill()? {
            return Ok(None);
        }
        Ok(Some(self.buffer[self.at]))
    }

    fn take(&mut self) {
        if self.buffer[self.at] == b'\n' {
            self.line += 1;
        }
        self.at += 1;
    }

    /// The next byte that is neither white space nor a comma, without taking it.
    fn next_byte(&mut self) -> std::io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',') {
                return Ok(Some(byte));
            }
            self.take();
        }
        Ok(None)
    }

    /// Whether the first line is a complete value, or the file's name says so.
    fn has_lines(&mut self, named: bool) -> std::io::Result<bool> {
        let Some(first) = self.next_byte()? else { return Ok(named) };
        let mut searched = 0;
        let end = loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer[self.at + searched..self.end]) {
                break self.at + searched + end;
            }
            searched = self.end - self.at;
            if searched > FIRST_LINE || !self.fill()? {
                return Ok(named && first == b'{');
            }
        };
        let line = self.buffer[self.at..end].trim_ascii_end();
        Ok((line.len() > 1 && named && first == b'{') || (matches!(first, b'{' | b'[') && is_balanced(line)))
    }

    fn fault(&self, line: u64, code: &'static str, message: impl Into<String>, hint: &'static str) -> Fault {
        Fault { line, code, message: message.into(), hint, last: !self.lines }
    }

    /// The next element, or a fault in its place.
    pub(super) fn next(&mut self) -> Cut {
        if self.done {
            return Ok(None);
        }
        match self.step() {
            Ok(found) => Ok(found.map(Ok)),
            Err(Broken::Io(error)) => Err(error),
            Err(Broken::Fault(fault)) => {
                if fault.last {
                    self.done = true;
                } else if self.lines && matches!(fault.code, "cut-short" | "broken-json") {
                    // The rest of a broken line is skipped with it.
                    self.open.clear();
                    while self.line == fault.line
                        && let Some(byte) = self.peek()?
                    {
                        if byte == b'\n' {
                            break;
                        }
                        let rest = &self.buffer[self.at..self.end];
                        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    }
                }
                Ok(Some(Err(fault)))
            }
        }
    }

    fn step(&mut self) -> Result<Option<(Kind, u64, Vec<u8>)>, Broken> {
        loop {
            let line_before = self.line;
            let byte = self.next_byte()?;
            if self.lines && !self.open.is_empty() && (self.line > line_before || byte.is_none()) {
                return Err(Broken::Fault(self.cut_line(line_before)));
            }
            let line = self.line;
            let Some(byte) = byte else {
                if self.open.is_empty() {
                    return Ok(None);
                }
                let hint = "the file is not complete: send it again; what was read before stays";
                let mut fault =
                    self.fault(line, "cut-short", "the file ends inside a list or an object", hint);
                fault.last = true;
                return Err(Broken::Fault(fault));
            };
            match (self.open.last_mut(), byte) {
                (None | Some(Open::Array), b'[') => {
                    if self.open.len() >= NESTING_MAX {
                        let message = format!("lists are nested over {NESTING_MAX} deep");
                        let mut fault =
                            self.fault(line, "too-deep", message, "no file of notices is so deep");
                        fault.last = true;
                        return Err(Broken::Fault(fault));
                    }
                    self.take();
                    self.open.push(Open::Array);
                }
                (None | Some(Open::Array), b'{') => {
                    self.take();
                    self.open.push(Open::Object {
                        kept: vec![b'{'],
                        line,
                        has_ocid: false,
                        is_package: false,
                        spoiled: false,
                    });
                }
                (Some(Open::Array | Open::List(_)), b']') => {
                    self.take();
                    self.open.pop();
                }
                (Some(Open::Object { .. }), b'}') => {
                    self.take();
                    let Some(Open::Object { mut kept, line, is_package, spoiled, .. }) = self.open.pop()
                    else {
                        continue;
                    };
                    if is_package || spoiled {
                        continue;
                    }
                    kept.push(b'}');
                    return Ok(Some((Kind::Release, line, kept)));
                }
                (Some(Open::Object { .. }), b'"') => {
                    if let Some(element) = self.member()? {
                        return Ok(Some(element));
                    }
                }
                (Some(Open::List(kind)), b'{') => {
                    let kind = *kind;
                    let mut value = Vec::new();
                    self.value(&mut value)?;
                    return Ok(Some((kind, line, value)));
                }
                (None | Some(Open::Array | Open::List(_)), b']' | b'}') => {
                    let fault = self.fault(
                        line,
                        "broken-json",
                        format!("'{}' closes what is not open", char::from(byte)),
                        "check that the file is whole JSON",
                    );
                    return Err(Broken::Fault(fault));
                }
                (None | Some(Open::Array | Open::List(_)), _) => {
                    let mut value = Vec::new();
                    self.value(&mut value)?;
                    let shown = domain::cell::short(&String::from_utf8_lossy(&value));
                    if serde_json::from_slice::<serde::de::IgnoredAny>(&value).is_err() {
                        let hint = "send notices as JSON: packages, arrays or lines of releases";
                        let message = format!("'{shown}' is no JSON");
                        return Err(Broken::Fault(self.fault(line, "broken-json", message, hint)));
                    }
                    let hint = "a release is an object with an ocid";
                    let mut fault =
                        self.fault(line, "not-a-release", format!("{shown} is not a release"), hint);
                    fault.last = false;
                    return Err(Broken::Fault(fault));
                }
                (Some(Open::Object { .. }), _) => {
                    let fault = self.fault(
                        line,
                        "broken-json",
                        format!("'{}' stands where a key should", char::from(byte)),
                        "check that the file is whole JSON",
                    );
                    return Err(Broken::Fault(fault));
                }
            }
        }
    }

    /// Reads one member of the open object. The list of a package is entered; any other member is kept.
    fn member(&mut self) -> Result<Option<(Kind, u64, Vec<u8>)>, Broken> {
        let line = self.line;
        let mut key = Vec::new();
        self.value(&mut key)?;
        let colon = self.next_byte()?;
        if colon != Some(b':') {
            let fault =
                self.fault(line, "broken-json", "a key without a value", "check that the file is whole JSON");
            return Err(Broken::Fault(fault));
        }
        self.take();
        let first = self.next_byte()?;
        if self.lines && self.line > line {
            return Err(Broken::Fault(self.cut_line(line)));
        }
        let Some(Open::Object { has_ocid, is_package, .. }) = self.open.last_mut() else { return Ok(None) };
        let list = match &key[..] {
            // A record has releases too, but states its ocid first.
            b"\"releases\"" if !*has_ocid => Some(Kind::Release),
            b"\"records\"" => Some(Kind::Record),
            _ => None,
        };
        if let (Some(kind), Some(b'[')) = (list, first) {
            *is_package = true;
            self.take();
            self.open.push(Open::List(kind));
            return Ok(None);
        }
        *has_ocid |= key == b"\"ocid\"";
        let whole_record = *is_package && matches!(&key[..], b"\"compiledRelease\"");
        let mut value = Vec::new();
        let read = self.value(&mut value);
        if let (Err(Broken::Fault(fault)), Some(Open::Object { spoiled, .. })) = (&read, self.open.last_mut())
        {
            // A member is missing, so the object can no longer be an element.
            *spoiled = !fault.last;
        }
        read?;
        if whole_record {
            return Ok(Some((Kind::Release, line, value)));
        }
        let Some(Open::Object { kept, spoiled, .. }) = self.open.last_mut() else { return Ok(None) };
        if kept.len() > 1 {
            kept.push(b',');
        }
        kept.extend_from_slice(&key);
        kept.push(b':');
        kept.extend_from_slice(&value);
        if kept.len() > ELEMENT_MAX {
            kept.truncate(1);
            *spoiled = true;
            return Err(Broken::Fault(self.too_large(line)));
        }
        Ok(None)
    }

    fn cut_line(&self, line: u64) -> Fault {
        self.fault(line, "cut-short", "the line ends inside a value", "write one whole value on each line")
    }

    fn too_large(&self, line: u64) -> Fault {
        let message = format!("a value is longer than {} MiB", ELEMENT_MAX >> 20);
        let mut fault =
            self.fault(line, "too-large", message, "send releases one by one, as a package or as lines");
        fault.last = false;
        fault
    }

    /// Copies one value, and stops right after it.
    fn value(&mut self, out: &mut Vec<u8>) -> Result<(), Broken> {
        let line = self.line;
        let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
        let mut large = false;
        loop {
            if self.at == self.end && !self.fill()? {
                if depth == 0 && !in_text && !out.is_empty() {
                    break;
                }
                let mut fault = self.fault(
                    line,
                    "cut-short",
                    "the file ends inside a value",
                    "the file is not complete: send it again; what was read before stays",
                );
                fault.last = true;
                return Err(Broken::Fault(fault));
            }
            let start = self.at;
            let mut ended = false;
            while self.at < self.end {
                let byte = self.buffer[self.at];
                if in_text {
                    if escaped {
                        escaped = false;
                    } else if byte == b'\\' {
                        escaped = true;
                    } else if byte == b'"' {
                        in_text = false;
                        ended = depth == 0;
                    } else if byte != b'\n' {
                        // Most bytes are plain text, so skip to the next one that is not.
                        let rest = &self.buffer[self.at..self.end];
                        let plain = memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
                        self.at += plain;
                        continue;
                    }
                } else {
                    match byte {
                        b'"' => in_text = true,
                        b'{' | b'[' => {
                            depth += 1;
                            deepest = deepest.max(depth);
                        }
                        b'}' | b']' if depth == 0 => {
                            ended = true;
                            break;
                        }
                        b'}' | b']' => {
                            depth -= 1;
                            ended = depth == 0;
                        }
                        b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => {
                            ended = true;
                            break;
                        }
                        _ => {}
                    }
                }
                if byte == b'\n' {
                    if self.lines {
                        return Err(Broken::Fault(self.cut_line(line)));
                    }
                    self.line += 1;
                }
                self.at += 1;
                if ended {
                    break;
                }
            }
            large |= out.len() + (self.at - start) > ELEMENT_MAX;
            if large {
                out.truncate(1);
            } else {
                out.extend_from_slice(&self.buffer[start..self.at]);
            }
            if ended {
                break;
            }
        }
        if large {
            return Err(Broken::Fault(self.too_large(line)));
        }
        if deepest > NESTING_MAX {
            let message = format!("values are nested {deepest} deep; {NESTING_MAX} are read");
            let mut fault = self.fault(line, "too-deep", message, "no release of the standard is so deep");
            fault.last = false;
            return Err(Broken::Fault(fault));
        }
        Ok(())
    }
}

/// Whether the brackets and quotes of a line are closed at its end, and not before.
fn is_balanced(line: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_i64, false, false);
    for (place, byte) in line.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => {
                depth -= 1;
                if depth == 0 && place + 1 < line.len() {
                    return false;
                }
            }
            _ => {}
        }
    }
    depth == 0 && !in_text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads three bytes at a time, so that cuts fall everywhere.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.len().min(3).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut elements = Elements::new(Slow(text.as_bytes()), false).unwrap();
        let mut found = Vec::new();
        while let Some(cut) = elements.next().unwrap() {
            found.push(match cut {
                Ok((kind, line, bytes)) => {
                    let kind = if kind == Kind::Record { "record " } else { "" };
                    format!("{line}: {kind}{}", String::from_utf8(bytes).unwrap())
                }
                Err(fault) => format!("{}: {}{}", fault.line, fault.code, if fault.last { "!" } else { "" }),
            });
        }
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn elements_are_found_wherever_they_stand() {
        check(r#"{"ocid":"a"}"#, &[r#"1: {"ocid":"a"}"#]);
        check("{\"ocid\":\"a\"}\r\n\n{\"ocid\":\"b\"}", &[r#"1: {"ocid":"a"}"#, r#"3: {"ocid":"b"}"#]);
        check("\u{FEFF}[{\"ocid\":\"a\"},\n{\"ocid\":\"b\"}]", &[r#"1: {"ocid":"a"}"#, r#"2: {"ocid":"b"}"#]);
        check(
            r#"{"uri":"x","releases":[{"ocid":"a"},{"b":[1,"}"]}],"version":"1.1"}"#,
            &[r#"1: {"ocid":"a"}"#, r#"1: {"b":[1,"}"]}"#],
        );
        check(
            r#"[{"releases":[{"ocid":"a"}]},{"releases":[{"ocid":"b"}]}]"#,
            &[r#"1: {"ocid":"a"}"#, r#"1: {"ocid":"b"}"#],
        );
        check(
            r#"{"records":[{"ocid":"a","releases":[{"x":1}]}]}"#,
            &[r#"1: record {"ocid":"a","releases":[{"x":1}]}"#],
        );
        check(r#"{"ocid":"a","releases":[{"x":1}]}"#, &[r#"1: {"ocid":"a","releases":[{"x":1}]}"#]);
        check("{\"a\":1}{\"b\":2}\n{\n\"c\":3}", &[r#"1: {"a":1}"#, r#"1: {"b":2}"#, r#"2: {"c":3}"#]);
        check("", &[]);
        check("[]\n", &[]);
        check("null", &["1: not-a-release"]);
        check("publisher,title\nNorthmoor,Bus\n", &["1: broken-json!"]);
        check(
            "[1, \"x,]\", {\"ocid\":\"a\"}]",
            &["1: not-a-release", "1: not-a-release", r#"1: {"ocid":"a"}"#],
        );
    }

    #[test]
    fn a_broken_line_does_not_take_the_next_with_it() {
        check(
            "{\"a\":1}\n{\"b\":[1\n{\"c\":\"x\n{\"d\" 1}\n}\n{\"e\":2}\n{\"f",
            &[
                r#"1: {"a":1}"#,
                "2: cut-short",
                "3: cut-short",
                "4: broken-json",
                "5: broken-json",
                r#"6: {"e":2}"#,
                "7: cut-short!",
            ],
        );
    }

    #[test]
    fn what_is_not_whole_is_said_once() {
        check("{\"releases\":[{\"ocid\":\"a\"},\n{\"oci", &[r#"1: {"ocid":"a"}"#, "2: cut-short!"]);
        check("{\"releases\":[{\"ocid\":\"a\"}", &[r#"1: {"ocid":"a"}"#, "1: cut-short!"]);
        check("{\"releases\":[{\"ocid\":\"a\"}],,]", &[r#"1: {"ocid":"a"}"#, "1: broken-json!"]);
        let deep = format!("{{\"a\":1}}\n{{\"b\":{}{}}}\n{{\"c\":1}}\n", "[".repeat(200), "]".repeat(200));
        check(&deep, &[r#"1: {"a":1}"#, "2: too-deep", r#"3: {"c":1}"#]);
    }
}
