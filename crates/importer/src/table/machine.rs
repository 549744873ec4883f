//! The states of a CSV text, byte by byte, as a lenient CSV reader goes through them.

/// How a quote is written inside a cell in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// As `""` (RFC 4180).
    Doubled,
    /// As `\"`, in some exports of databases; with `pairs`, a backslash is written as `\\`.
    Backslash {
        /// Whether a backslash is written as two.
        pairs: bool,
    },
}

/// Where a byte of the text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    /// Before the first byte of a cell.
    CellStart,
    /// In a cell without quotes, or after a misplaced quote.
    Plain,
    /// After a backslash in such a cell.
    PlainEscaped,
    /// In a cell in quotes.
    Quotes,
    /// After a backslash in a cell in quotes.
    Escaped,
    /// After a quote that may be the closing one.
    QuoteInQuotes,
    /// In the blanks behind the closing quote.
    Behind,
    /// At the first byte behind a closing quote that should not be there.
    Stray,
}

/// Steps through a text.
pub(super) struct Machine {
    separator: u8,
    quoting: Quoting,
    state: In,
}

impl Machine {
    pub(super) fn new(separator: u8, quoting: Quoting) -> Self {
        Self { separator, quoting, state: In::CellStart }
    }

    pub(super) fn quoting(&self) -> Quoting {
        self.quoting
    }

    pub(super) fn state(&self) -> In {
        self.state
    }

    pub(super) fn is_in_quotes(&self) -> bool {
        matches!(self.state, In::Quotes | In::Escaped)
    }

    /// Whether bytes without a meaning of their own leave the state as it is.
    pub(super) fn takes_runs(&self) -> bool {
        matches!(self.state, In::Quotes | In::Plain)
    }

    /// Takes a byte and returns the state after it: [`In::CellStart`] after a separator or line end.
    pub(super) fn step(&mut self, byte: u8) -> In {
        let is_end = byte == self.separator || matches!(byte, b'\n' | b'\r');
        let escapes = self.quoting != Quoting::Doubled && byte == b'\\';
        self.state = match self.state {
            In::Quotes if byte == b'"' => In::QuoteInQuotes,
            In::Quotes if escapes => In::Escaped,
            In::Quotes | In::Escaped => In::Quotes,
            In::QuoteInQuotes if byte == b'"' && self.quoting == Quoting::Doubled => In::Quotes,
            In::CellStart if byte == b'"' => In::Quotes,
            _ if is_end => In::CellStart,
            In::QuoteInQuotes | In::Behind if matches!(byte, b' ' | b'\t') => In::Behind,
            In::QuoteInQuotes | In::Behind => In::Stray,
            In::PlainEscaped => In::Plain,
            In::CellStart | In::Plain | In::Stray if escapes => In::PlainEscaped,
            In::CellStart | In::Plain | In::Stray => In::Plain,
        };
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, quoting: Quoting, expected: &[In]) {
        let mut machine = Machine::new(b',', quoting);
        let states: Vec<In> = text.bytes().map(|byte| machine.step(byte)).collect();
        assert_eq!(states, expected, "{text}");
    }

    #[test]
    fn each_byte_has_its_place() {
        use In::{Behind, CellStart, Escaped, Plain, QuoteInQuotes, Quotes, Stray};
        let escaped = Quoting::Backslash { pairs: false };
        check("a,\n", Quoting::Doubled, &[Plain, CellStart, CellStart]);
        check(
            "\"a\"\"\" ,",
            Quoting::Doubled,
            &[Quotes, Quotes, QuoteInQuotes, Quotes, QuoteInQuotes, Behind, CellStart],
        );
        check("\"a\"b\"", Quoting::Doubled, &[Quotes, Quotes, QuoteInQuotes, Stray, Plain]);
        check("\"\\\"\"", escaped, &[Quotes, Escaped, Quotes, QuoteInQuotes]);
        check("\"\"\"", escaped, &[Quotes, QuoteInQuotes, Stray]);
        check("\"\\\n", Quoting::Doubled, &[Quotes, Quotes, Quotes]);
    }
}
