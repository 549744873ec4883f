//! The languages, and the marks by which texts say which one they are in.

/// A language whose words are reduced to stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    English,
    Dutch,
    French,
    German,
    Spanish,
    Italian,
    Welsh,
}

/// The mark of English. Marks stand in texts given to the index and say which language comes after them. They are
/// noncharacters, which Unicode keeps for use within a program.
const FIRST_MARK: u32 = 0xFDD0;

impl Language {
    /// Every language, the likeliest first.
    pub(crate) const ALL: [Self; 7] =
        [Self::English, Self::Dutch, Self::French, Self::German, Self::Spanish, Self::Italian, Self::Welsh];

    /// ISO 639-1.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Dutch => "nl",
            Self::French => "fr",
            Self::German => "de",
            Self::Spanish => "es",
            Self::Italian => "it",
            Self::Welsh => "cy",
        }
    }

    /// The language of a BCP 47 tag: `en` of `en-GB`. `None` if its words are not reduced to stems.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// Its place in [`Self::ALL`].
    pub(super) fn number(self) -> usize {
        self as usize
    }

    /// Its mark.
    pub(super) fn mark(self) -> char {
        char::from_u32(FIRST_MARK + self as u32).expect("noncharacters are characters of Rust")
    }

    /// The language a mark stands for.
    pub(super) fn marked(letter: char) -> Option<Self> {
        let number = u32::from(letter).checked_sub(FIRST_MARK)?;
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }
}

/// A text without the marks of its languages.
pub(crate) fn unmarked(text: &str) -> String {
    text.replace(|letter: char| Language::marked(letter).is_some(), "")
}
