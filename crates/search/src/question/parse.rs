//! Joins tokens to a question.

use super::token::{Token, tokens};
use super::{Kind, Node, Piece, Question, Scope};
use crate::found::Note;

/// Most pieces used; the rest is left out.
const PIECES_MAX: usize = 32;
/// Most prefixes among them, because each stands for many words.
const PREFIXES_MAX: usize = 4;
/// Fewest letters and digits of a prefix; anything shorter is a word.
const PREFIX_MIN: usize = 2;
/// Most brackets within each other.
const DEPTH_MAX: usize = 8;

/// Reads a search text.
pub(crate) fn read(q: &str) -> Question {
    let mut notes = Vec::new();
    let tokens = tokens(q, &mut notes);
    let mut parser = Parser { tokens, at: 0, pieces: 0, prefixes: 0, left_out: 0, notes };
    let mut all = Vec::new();
    while parser.at < parser.tokens.len() {
        all.extend(parser.any(0));
        if parser.next_is(&Token::Close) {
            parser.note(Note::UnbalancedBracket);
            parser.at += 1;
        }
    }
    if parser.left_out > 0 {
        let left_out = parser.left_out;
        parser.note(Note::TooManyWords(left_out));
    }
    Question { root: joined(all, Node::All), notes: parser.notes }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    pieces: usize,
    prefixes: usize,
    left_out: usize,
    notes: Vec<Note>,
}

/// One node for several; `None` for none. Nodes that stand twice count once.
fn joined(nodes: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Option<Node> {
    let mut each: Vec<Node> = Vec::with_capacity(nodes.len());
    for node in nodes {
        if !each.contains(&node) {
            each.push(node);
        }
    }
    match each.len() {
        0 | 1 => each.pop(),
        _ => Some(join(each)),
    }
}

impl Parser {
    fn next_is(&self, token: &Token) -> bool {
        self.tokens.get(self.at) == Some(token)
    }

    /// Adds a note, once.
    fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Parts separated by `OR`, up to a closing bracket or the end.
    fn any(&mut self, depth: usize) -> Option<Node> {
        let mut parts = Vec::new();
        loop {
            let part = self.all(depth);
            let is_or = self.next_is(&Token::Or);
            // `OR` joins only what stands on both of its sides.
            if part.is_none() && (is_or || !parts.is_empty()) {
                self.note(Note::LoneOperator("OR".to_owned()));
            }
            parts.extend(part);
            if !is_or {
                return joined(parts, Node::Any);
            }
            self.at += 1;
        }
    }

    /// Parts side by side or joined by `AND`.
    fn all(&mut self, depth: usize) -> Option<Node> {
        let mut parts = Vec::new();
        let mut waiting = false;
        loop {
            match self.tokens.get(self.at) {
                None | Some(Token::Or | Token::Close) => {
                    if waiting {
                        self.note(Note::LoneOperator("AND".to_owned()));
                    }
                    return joined(parts, Node::All);
                }
                Some(Token::And) => {
                    if waiting || parts.is_empty() {
                        self.note(Note::LoneOperator("AND".to_owned()));
                    }
                    waiting = true;
                    self.at += 1;
                }
                Some(_) => {
                    let part = self.part(depth);
                    waiting &= part.is_none();
                    parts.extend(part);
                }
            }
        }
    }

    /// One part: a word, a phrase, what is in brackets, or what follows `-`, `NOT` or a field's name.
    fn part(&mut self, depth: usize) -> Option<Node> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::And | Token::Or | Token::Close => None,
            Token::Word(text) => self.word(text),
            Token::Phrase(text) => self.piece(text, Kind::Phrase),
            Token::Open => self.bracket(depth),
            Token::Not { is_word } => {
                if is_word && self.ends() {
                    self.note(Note::LoneOperator("NOT".to_owned()));
                    return None;
                }
                match self.operand(depth)? {
                    Node::Not(twice) => Some(*twice),
                    node => Some(Node::Not(Box::new(node))),
                }
            }
            Token::In(scope, name) => match self.ends() {
                true => self.word(name),
                false => Some(within(scope, self.operand(depth)?)),
            },
        }
    }

    /// What an operator stands before. `-` and fields may follow each other, so this counts as depth.
    fn operand(&mut self, depth: usize) -> Option<Node> {
        if self.ends() {
            return None;
        }
        if depth < DEPTH_MAX {
            return self.part(depth + 1);
        }
        while let Some(Token::Not { .. } | Token::In(..)) = self.tokens.get(self.at) {
            self.at += 1;
        }
        if self.ends() { None } else { self.part(depth) }
    }

    /// Whether nothing follows that an operator could stand before.
    fn ends(&self) -> bool {
        matches!(self.tokens.get(self.at), None | Some(Token::And | Token::Or | Token::Close))
    }

    fn bracket(&mut self, depth: usize) -> Option<Node> {
        if depth >= DEPTH_MAX {
            self.note(Note::UnbalancedBracket);
            return None;
        }
        let inside = self.any(depth + 1);
        match self.next_is(&Token::Close) {
            true => self.at += 1,
            false => self.note(Note::UnbalancedBracket),
        }
        inside
    }

    fn word(&mut self, text: String) -> Option<Node> {
        if !text.ends_with('*') {
            return self.piece(text, Kind::Word);
        }
        let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count();
        if letters >= PREFIX_MIN && self.prefixes < PREFIXES_MAX {
            self.prefixes += 1;
            return self.piece(text, Kind::Prefix);
        }
        if letters > 0 {
            self.note(Note::ShortPrefix(text.clone()));
        }
        self.piece(text, Kind::Word)
    }

    fn piece(&mut self, text: String, kind: Kind) -> Option<Node> {
        if !text.chars().any(char::is_alphanumeric) {
            return None;
        }
        if self.pieces == PIECES_MAX {
            self.left_out += 1;
            return None;
        }
        self.pieces += 1;
        Some(Node::Piece(Piece { text, kind }))
    }
}

/// A node in one field; an exclusion stays outside.
fn within(scope: Scope, node: Node) -> Node {
    match node {
        Node::Not(inside) => Node::Not(Box::new(Node::In(scope, inside))),
        node => Node::In(scope, Box::new(node)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A node as text: words plain, phrases quoted, `&` and `|` between parts.
    fn shown(node: &Node) -> String {
        let list = |nodes: &[Node], sign| nodes.iter().map(shown).collect::<Vec<_>>().join(sign);
        match node {
            Node::Piece(Piece { text, kind: Kind::Phrase }) => format!("'{text}'"),
            Node::Piece(Piece { text, .. }) => text.clone(),
            Node::All(nodes) => format!("[{}]", list(nodes, " & ")),
            Node::Any(nodes) => format!("[{}]", list(nodes, " | ")),
            Node::Not(node) => format!("!{}", shown(node)),
            Node::In(scope, node) => format!("{}={}", scope.name(), shown(node)),
        }
    }

    #[track_caller]
    fn check(q: &str, expected: &str, notes: &[Note]) {
        let question = read(q);
        assert_eq!(question.root.as_ref().map_or_else(String::new, shown), expected, "{q:?}");
        assert_eq!(question.notes, notes, "{q:?}");
    }

    #[test]
    fn a_text_becomes_a_tree() {
        check("Facial  recognition", "[Facial & recognition]", &[]);
        check("\"facial recognition\" -school*", "['facial recognition' & !school*]", &[]);
        check("-\"a b\"", "!'a b'", &[]);
        check("“a b” c", "['a b' & c]", &[]);
        check("one\"two\"", "[one & 'two']", &[]);
        check("a b OR c", "[[a & b] | c]", &[]);
        check("a AND (b OR c) NOT d", "[a & [b | c] & !d]", &[]);
        check(
            "publisher:home title:(a OR b) sector:\"c d\"",
            "[publisher=home & title=[a | b] & sector='c d']",
            &[],
        );
        check("cyhoeddwr:gwynedd -teitl:x", "[publisher=gwynedd & !title=x]", &[]);
        check("section(s) (f(x))", "[section(s) & f(x)]", &[]);
        check("android and or not", "[android & and & or & not]", &[]);
        check("https://example.org/a 10:30", "[https://example.org/a & 10:30]", &[]);
        check("a a A", "[a & A]", &[]);
        check("!!! \"\" ()", "", &[]);
        check("", "", &[]);
    }

    #[test]
    fn what_is_not_understood_is_noted() {
        use Note::*;
        check("foo:bar", "foo:bar", &[UnknownField("foo".into())]);
        check("OR a", "a", &[LoneOperator("OR".into())]);
        check("a OR", "a", &[LoneOperator("OR".into())]);
        check("a AND", "a", &[LoneOperator("AND".into())]);
        check("NOT", "", &[LoneOperator("NOT".into())]);
        check("(a b", "[a & b]", &[UnbalancedBracket]);
        check("a) b", "[a & b]", &[UnbalancedBracket]);
        check("\"open", "'open'", &[UnclosedQuote]);
        check("x*", "x*", &[ShortPrefix("x*".into())]);
        check("publisher:", "publisher", &[]);
        let many: Vec<String> = (0..40).map(|number| format!("w{number}")).collect();
        assert_eq!(read(&many.join(" ")).notes, [TooManyWords(8)]);
        assert_eq!(read("aa* bb* cc* dd* ee*").notes, [ShortPrefix("ee*".into())]);
        assert_eq!(read(&format!("{}a{}", "(".repeat(20), ")".repeat(20))).notes, [UnbalancedBracket]);
    }

    proptest! {
        #[test]
        fn any_text_comes_to_an_end(q in "[a(): \"*ORNTAD-]{0,200}|.{0,200}") {
            let question = read(&q);
            prop_assert!(question.root.is_none() || q.chars().any(char::is_alphanumeric));
        }
    }
}
