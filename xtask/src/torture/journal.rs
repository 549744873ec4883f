//! What the register acknowledged, kept where the register cannot lose it, and what was found of it afterwards.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something that the register is asked to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    Draft,
    Publish,
    Token,
    Upload,
    Import,
    Dump,
    Log,
}

impl Operation {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Publish => "publish",
            Self::Token => "token",
            Self::Upload => "upload",
            Self::Import => "import",
            Self::Dump => "dump",
            Self::Log => "log",
        }
    }
}

/// What a submission says and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) state: &'static str,
    pub(super) summary: String,
}

/// A submission that was acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Submission {
    pub(super) operation: Operation,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) kept: Said,
    /// What was asked since and never acknowledged: it may have come to pass, or not.
    pub(super) doubt: Option<Said>,
    /// The record that it became, once that was acknowledged.
    pub(super) record: Option<String>,
}

/// A token that was acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) secret: String,
    pub(super) id: String,
    pub(super) works: Works,
}

/// Whether a token must work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Works {
    Yes,
    /// It was acknowledged that it was ended.
    No,
    /// It was asked to be ended, and never acknowledged.
    Unknown,
}

/// How it went with one operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) acknowledged: u64,
    /// Answered with something else than success.
    pub(super) refused: u64,
    /// The first answer that says that the request was wrong: people here ask what is right.
    pub(super) odd: Option<String>,
    /// Not answered, or not whole.
    pub(super) unanswered: u64,
    /// Acknowledged, and not there or something else later.
    pub(super) lost: u64,
    /// There in part.
    pub(super) half: u64,
    /// Acknowledged, and nobody else saw it; or ready, while writes failed.
    pub(super) falsely: u64,
    /// The first things that went wrong, in words.
    pub(super) examples: Vec<String>,
}

/// A thing that went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Wrong {
    Lost,
    Half,
    Falsely,
}

/// Examples that are told for each operation.
const TOLD: usize = 3;

/// What was acknowledged by one register.
#[derive(Debug, Default)]
pub(super) struct Journal {
    submissions: Mutex<Vec<Submission>>,
    tokens: Mutex<Vec<Token>>,
    tallies: Mutex<BTreeMap<Operation, Tally>>,
    /// How often somebody came to the end of what they wanted.
    done: AtomicU64,
    /// What was noted already: a thing that is lost stays lost, and counts once.
    noted: Mutex<HashSet<(Wrong, String)>>,
}

/// How far a journal is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    submissions: usize,
    tokens: usize,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    /// Enters a submission and gives its place.
    pub(super) fn enter(&self, new: Submission) -> usize {
        let mut all = held(&self.submissions);
        all.push(new);
        all.len() - 1
    }

    /// Changes what is known of a submission.
    pub(super) fn change(&self, place: usize, change: impl FnOnce(&mut Submission)) {
        if let Some(one) = held(&self.submissions).get_mut(place) {
            change(one);
        }
    }

    /// Enters a token and gives its place.
    pub(super) fn enter_token(&self, new: Token) -> usize {
        let mut all = held(&self.tokens);
        all.push(new);
        all.len() - 1
    }

    /// Changes what is known of a token.
    pub(super) fn change_token(&self, place: usize, works: Works) {
        if let Some(one) = held(&self.tokens).get_mut(place) {
            one.works = works;
        }
    }

    /// Where the journal is now.
    pub(super) fn mark(&self) -> Mark {
        Mark { submissions: held(&self.submissions).len(), tokens: held(&self.tokens).len() }
    }

    /// Submissions that were entered since.
    pub(super) fn submissions(&self, since: Mark) -> Vec<Submission> {
        held(&self.submissions)[since.submissions..].to_vec()
    }

    /// Tokens that were entered since.
    pub(super) fn tokens(&self, since: Mark) -> Vec<Token> {
        held(&self.tokens)[since.tokens..].to_vec()
    }

    /// Counts something.
    pub(super) fn count(&self, operation: Operation, count: impl FnOnce(&mut Tally)) {
        count(held(&self.tallies).entry(operation).or_default());
    }

    /// Notes what went wrong with a thing, once.
    pub(super) fn wrong(&self, operation: Operation, wrong: Wrong, thing: &str, words: &str) {
        if !held(&self.noted).insert((wrong, thing.to_owned())) {
            return;
        }
        self.count(operation, |tally| {
            match wrong {
                Wrong::Lost => tally.lost += 1,
                Wrong::Half => tally.half += 1,
                Wrong::Falsely => tally.falsely += 1,
            }
            if tally.examples.len() < TOLD {
                tally.examples.push(format!("{} {thing}: {words}", operation.as_str()));
            }
        });
    }

    /// Counts that somebody came to the end of what they wanted.
    pub(super) fn one_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was.
    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// How it went with each operation.
    pub(super) fn tallies(&self) -> BTreeMap<Operation, Tally> {
        held(&self.tallies).clone()
    }
}
