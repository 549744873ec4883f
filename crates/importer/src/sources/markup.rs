//! HTML of sources: how much of it is parsed, and cells with it as plain text, in which paragraphs and lists keep their
//! lines and links their address.

use scraper::{ElementRef, Html, Node};

/// The most elements read. Published records have some hundreds; the parser's time grows with the square of how deep
/// they are nested, which nobody knows before.
pub(super) const ELEMENTS_MAX: usize = 5_000;
/// The most elements times links and emphasis: whichever of these is never closed, the parser opens again in each block
/// that follows, as browsers do.
const OPENED_AGAIN_MAX: usize = 400_000;
/// The elements that are opened again.
const EMPHASIS: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// There are more elements than are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany {
    /// How many there are.
    pub(super) elements: usize,
    /// How many of them are links and emphasis.
    pub(super) emphasis: usize,
}

/// Looks how many elements HTML can have, before it is parsed. Errors: [`TooMany`].
pub(super) fn check(html: &str) -> Result<(), TooMany> {
    let tags =
        html.split('<').skip(1).filter(|tag| tag.starts_with(|letter: char| letter.is_ascii_alphabetic()));
    let (mut elements, mut emphasis) = (0, 0);
    for tag in tags {
        let name = tag.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
        elements += 1;
        emphasis += usize::from(EMPHASIS.iter().any(|known| known.eq_ignore_ascii_case(name)));
    }
    if elements > ELEMENTS_MAX || elements * emphasis > OPENED_AGAIN_MAX {
        return Err(TooMany { elements, emphasis });
    }
    Ok(())
}

/// Elements that are HTML when a cell has one of them; other words in angle brackets are text.
const ELEMENTS: &[&str] = &[
    "<p>",
    "<p ",
    "<br",
    "<ul",
    "<ol",
    "<li",
    "<strong",
    "<b>",
    "<em",
    "<i>",
    "<u>",
    "<a ",
    "<div",
    "<span",
    "<h1",
    "<h2",
    "<h3",
    "<h4",
    "<table",
    "<blockquote",
];

/// The text of a cell that holds HTML; `None` for any other cell, and for HTML that is too deep to be parsed.
pub(super) fn plain(cell: &str) -> Option<String> {
    let entity = ["&amp;", "&nbsp;", "&lt;", "&gt;", "&quot;", "&#39;", "&euml;", "&eacute;"];
    let lower = || cell.to_ascii_lowercase();
    let marked = cell.contains('<') && ELEMENTS.iter().any(|element| lower().contains(element));
    if !marked && !entity.iter().any(|entity| cell.contains(entity)) || check(cell).is_err() {
        return None;
    }
    let document = Html::parse_fragment(cell);
    let mut text = String::new();
    walk(document.root_element(), &mut text, begin, end);
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    Some(lines.join("\n").trim().to_owned())
}

/// Visits everything below an element in order: `begin` for what begins, which says whether to look inside, and `end`
/// for what ends. Not by recursion: elements may be nested as deep as there are any, and a stack that overflows ends the
/// process.
pub(super) fn walk<S>(
    root: ElementRef<'_>,
    state: &mut S,
    begin: impl Fn(&Node, Option<ElementRef<'_>>, &mut S) -> bool,
    end: impl Fn(&Node, &mut S),
) {
    let mut next = root.first_child();
    while let Some(node) = next {
        if begin(node.value(), ElementRef::wrap(node), state)
            && let Some(child) = node.first_child()
        {
            next = Some(child);
            continue;
        }
        let mut ended = node;
        next = loop {
            end(ended.value(), state);
            if let Some(sibling) = ended.next_sibling() {
                break Some(sibling);
            }
            match ended.parent() {
                Some(parent) if parent.id() != root.id() => ended = parent,
                _ => break None,
            }
        };
    }
}

/// Takes what begins here. Returns whether to look inside.
fn begin(node: &Node, _: Option<ElementRef<'_>>, text: &mut String) -> bool {
    match node {
        Node::Text(words) => text.push_str(words),
        Node::Element(element) => match element.name() {
            "script" | "style" => return false,
            "li" => text.push_str("\n- "),
            // A paragraph that begins a list item stays on its line.
            "p" if text.ends_with("- ") => {}
            "p" | "ul" | "ol" | "div" | "h1" | "h2" | "h3" | "h4" | "table" | "blockquote" => text.push('\n'),
            _ => {}
        },
        _ => {}
    }
    true
}

/// Ends the line where a block ends, and adds where a link leads unless its words say so.
fn end(node: &Node, text: &mut String) {
    let Node::Element(element) = node else { return };
    match element.name() {
        "p" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "table" | "blockquote" => text.push_str("\n\n"),
        "br" | "div" | "tr" => text.push('\n'),
        "td" | "th" => text.push(' '),
        "a" => {
            let address = element.attr("href").unwrap_or_default();
            if domain::validate::is_address(address) && !text.ends_with(address) {
                text.push_str(&format!(" ({address})"));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_text_and_other_text_stays() {
        #[track_caller]
        fn check(cell: &str, expected: Option<&str>) {
            assert_eq!(plain(cell).as_deref(), expected, "{cell}");
        }
        check(
            "<p>Het doel is <strong>vroeg signaleren</strong>.</p><ul><li>leerlingen</li><li>ouders</li></ul>",
            Some("Het doel is vroeg signaleren.\n\n- leerlingen\n- ouders"),
        );
        check("<p>Afweging &amp; alternatieven</p>", Some("Afweging & alternatieven"));
        check("Afweging &amp; alternatieven", Some("Afweging & alternatieven"));
        check(
            "<p>Zie <a href=\"https://voorbeeld.nl/dpia\">de DPIA</a>.</p>",
            Some("Zie de DPIA (https://voorbeeld.nl/dpia)."),
        );
        check("een<br>twee", Some("een\ntwee"));
        check("<ul><li><p>een</p></li><li><p>twee</p></li></ul>", Some("- een\n\n- twee"));
        check("x < 5 en y > 3", None);
        check("R&D <sic>", None);
    }
}
