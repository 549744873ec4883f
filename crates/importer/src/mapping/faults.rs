//! What is wrong with a mapping: everything at once, each with its line and what to write instead.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the TOML file; 0 if it belongs to no line.
    pub line: usize,
    /// The key, as `header` or `defaults.lang`; empty if it belongs to none.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to write.
    pub hint: String,
}

/// Everything that is wrong with a mapping; shown one on a line, like the errors of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
pub struct Faults {
    /// The file of the mapping, as the caller named it.
    pub file: String,
    /// Each of them, by line.
    pub faults: Vec<Fault>,
}

impl Faults {
    /// The same, with the file's name.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Self {
        Self { file: file.into(), ..self }
    }

    pub(super) fn of(mut faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() {
            return Ok(());
        }
        faults.sort_by_key(|fault| fault.line);
        Err(Self { file: String::new(), faults })
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.faults.iter().enumerate() {
            if place > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", if self.file.is_empty() { "mapping" } else { &self.file })?;
            if fault.line > 0 {
                write!(f, ":{}", fault.line)?;
            }
            if !fault.key.is_empty() {
                write!(f, ": {}", fault.key)?;
            }
            write!(f, ": {}", fault.what)?;
            if !fault.hint.is_empty() {
                write!(f, " ({})", fault.hint)?;
            }
        }
        Ok(())
    }
}

/// Finds lines of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// Where each line ends.
    ends: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self { ends: text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    /// The line, from 1, in which a part of the text begins.
    pub(super) fn at(&self, span: Range<usize>) -> usize {
        self.ends.partition_point(|end| *end < span.start) + 1
    }
}

/// The fault of a TOML file that cannot be read.
pub(crate) fn unreadable_toml(error: &toml::de::Error, text: &str) -> Faults {
    unreadable(error, &Lines::of(text))
}

/// The fault of a text that is no mapping, with the nearest key for an unknown one.
pub(super) fn unreadable(error: &toml::de::Error, lines: &Lines) -> Faults {
    let message = error.message();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let hint = match message.starts_with("unknown") {
        true => {
            quoted.next().and_then(|wrong| domain::codes::nearest(wrong, quoted.map(|known| (known, known))))
        }
        false => None,
    };
    Faults {
        file: String::new(),
        faults: vec![Fault {
            line: error.span().map_or(0, |span| lines.at(span)),
            key: String::new(),
            what: message.lines().collect::<Vec<_>>().join("; "),
            hint: hint.map(|near| format!("did you mean '{near}'?")).unwrap_or_default(),
        }],
    }
}
