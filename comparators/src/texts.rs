//! Random numbers and invented prose: the same seed gives the same text.

/// Words that public bodies use.
const WORDS: &[&str] = &[
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "for",
    "with",
    "by",
    "on",
    "from",
    "at",
    "is",
    "are",
    "was",
    "that",
    "which",
    "each",
    "every",
    "any",
    "no",
    "this",
    "these",
    "its",
    "their",
    "not",
    "only",
    "also",
    "before",
    "after",
    "during",
    "within",
    "service",
    "officer",
    "caseworker",
    "resident",
    "applicant",
    "decision",
    "record",
    "model",
    "score",
    "risk",
    "rule",
    "threshold",
    "case",
    "claim",
    "payment",
    "household",
    "data",
    "source",
    "register",
    "team",
    "policy",
    "law",
    "duty",
    "review",
    "appeal",
    "complaint",
    "evidence",
    "assessment",
    "impact",
    "equality",
    "privacy",
    "accuracy",
    "error",
    "bias",
    "group",
    "area",
    "address",
    "school",
    "pupil",
    "patient",
    "clinic",
    "police",
    "camera",
    "vehicle",
    "licence",
    "permit",
    "tax",
    "benefit",
    "housing",
    "tenant",
    "repair",
    "inspection",
    "visit",
    "letter",
    "telephone",
    "online",
    "form",
    "document",
    "supplier",
    "contract",
    "system",
    "software",
    "platform",
    "version",
    "update",
    "training",
    "test",
    "pilot",
    "evaluation",
    "measure",
    "result",
    "report",
    "list",
    "queue",
    "priority",
    "referral",
    "outcome",
    "reason",
    "explanation",
    "human",
    "manual",
    "automatic",
    "weekly",
    "monthly",
    "annual",
    "local",
    "national",
    "public",
    "personal",
    "sensitive",
    "historic",
    "current",
    "new",
    "known",
    "likely",
    "possible",
    "checks",
    "sorts",
    "ranks",
    "flags",
    "predicts",
    "matches",
    "reads",
    "compares",
    "suggests",
    "decides",
    "sends",
    "stores",
    "deletes",
    "shares",
    "receives",
    "considers",
    "overrules",
    "confirms",
    "monitors",
    "publishes",
    "consults",
    "people",
    "children",
    "families",
    "workers",
    "businesses",
    "neighbourhoods",
    "councils",
    "authorities",
    "because",
    "where",
    "when",
    "unless",
    "until",
    "more",
    "fewer",
    "most",
    "least",
    "one",
    "two",
    "three",
    "percent",
    "days",
    "months",
    "years",
    "hours",
    "budget",
    "saving",
    "cost",
    "benefits",
    "harm",
    "safeguard",
];
/// Put between words now and then, as people type them.
const ASIDES: &[&str] = &[
    "(see the policy, section 4)",
    "– so far –",
    "the \"second look\"",
    "the body’s own",
    "£250 or more",
    "95% of the time",
    "e.g. by letter",
    "Ynys Môn and Gwynedd",
];

/// A repeatable random generator: SplitMix64.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// The same seed gives the same sequence.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// True in `share` out of a hundred cases.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of `of`.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One to `most` different ones.
    pub fn some<T: Copy + PartialEq>(&mut self, of: &[T], most: usize) -> Vec<T> {
        let mut chosen = Vec::new();
        for _ in 0..=self.below(most) {
            let one = self.pick(of);
            if !chosen.contains(&one) {
                chosen.push(one);
            }
        }
        chosen
    }

    /// A day in the years 2018 to 2025.
    pub fn day(&mut self) -> String {
        format!("{}-{:02}-{:02}", 2018 + self.below(8), 1 + self.below(12), 1 + self.below(28))
    }
}

/// Draws places in a list, the first most often: Zipf's law with exponent 1.
#[derive(Debug)]
pub struct Zipf(Vec<f64>);

impl Zipf {
    /// Over `n` places.
    pub fn over(n: usize) -> Self {
        let mut sum = 0.0;
        Self(
            (1..=n)
                .map(|rank| {
                    sum += 1.0 / rank as f64;
                    sum
                })
                .collect(),
        )
    }

    /// A place, from 0.
    pub fn place(&self, chance: &mut Chance) -> usize {
        let at = chance.below(1 << 53) as f64 / (1_u64 << 53) as f64 * self.0[self.0.len() - 1];
        self.0.partition_point(|sum| *sum < at).min(self.0.len() - 1)
    }
}

/// Sentences of about `length` characters in all; longer texts get paragraphs.
pub fn prose(chance: &mut Chance, length: usize) -> String {
    let mut text = String::with_capacity(length + 160);
    while text.len() < length {
        if !text.is_empty() {
            text.push_str(if length > 500 && chance.percent(15) { "\n\n" } else { " " });
        }
        let start = text.len();
        for place in 0..8 + chance.below(12) {
            if place > 0 {
                text.push_str(if chance.percent(8) { ", " } else { " " });
            }
            text.push_str(if chance.percent(1) { chance.pick(ASIDES) } else { chance.pick(WORDS) });
        }
        text.push('.');
        if text.is_char_boundary(start + 1) {
            text[start..=start].make_ascii_uppercase();
        }
    }
    text
}

/// A few words with an initial capital, as a title.
pub fn title(chance: &mut Chance, words: usize) -> String {
    let mut text = String::new();
    for place in 0..words {
        if place > 0 {
            text.push(' ');
        }
        // The first thirty-two words are function words.
        text.push_str(chance.pick(&WORDS[32..]));
    }
    text[..1].make_ascii_uppercase();
    text
}
