//! What the register acknowledged, kept out of its reach, and what the audit found.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something the register is asked to store.
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

/// A submission's content and state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) state: &'static str,
    pub(super) summary: String,
}

/// An acknowledged submission.
#[derive(Debug, Clone)]
pub(super) struct Submission {
    pub(super) operation: Operation,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) kept: Said,
    /// The last request that was never acknowledged: it may or may not have happened.
    pub(super) doubt: Option<Said>,
    /// The record it became, once acknowledged.
    pub(super) record: Option<String>,
}

/// An acknowledged token.
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
    /// Revoking it was acknowledged.
    No,
    /// Revoking it was requested, but never acknowledged.
    Unknown,
}

/// The counts for one operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) acknowledged: u64,
    /// Answered with an error.
    pub(super) refused: u64,
    /// The first answer that blamed the request. Ours are valid, so this is suspicious.
    pub(super) odd: Option<String>,
    /// No answer, or an incomplete one.
    pub(super) unanswered: u64,
    /// Acknowledged, but missing or different later.
    pub(super) lost: u64,
    /// There in part.
    pub(super) half: u64,
    /// Acknowledged, but invisible to others; or reported ready while writes failed.
    pub(super) falsely: u64,
    /// The first few failures, in words.
    pub(super) examples: Vec<String>,
}

/// A way to break the register's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Wrong {
    Lost,
    Half,
    Falsely,
}

/// Examples kept per operation.
const TOLD: usize = 3;

/// What one register acknowledged.
#[derive(Debug, Default)]
pub(super) struct Journal {
    submissions: Mutex<Vec<Submission>>,
    tokens: Mutex<Vec<Token>>,
    tallies: Mutex<BTreeMap<Operation, Tally>>,
    /// Tasks that people finished.
    done: AtomicU64,
    /// Failures already noted: a thing stays lost, but counts once.
    noted: Mutex<HashSet<(Wrong, String)>>,
}

/// A position in the journal.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    submissions: usize,
    tokens: usize,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Journal {
    /// Adds a submission and returns its place.
    pub(super) fn enter(&self, new: Submission) -> usize {
        let mut all = held(&self.submissions);
        all.push(new);
        all.len() - 1
    }

    /// Updates a submission.
    pub(super) fn change(&self, place: usize, change: impl FnOnce(&mut Submission)) {
        if let Some(one) = held(&self.submissions).get_mut(place) {
            change(one);
        }
    }

    /// Adds a token and returns its place.
    pub(super) fn enter_token(&self, new: Token) -> usize {
        let mut all = held(&self.tokens);
        all.push(new);
        all.len() - 1
    }

    /// Updates a token.
    pub(super) fn change_token(&self, place: usize, works: Works) {
        if let Some(one) = held(&self.tokens).get_mut(place) {
            one.works = works;
        }
    }

    /// The current position.
    pub(super) fn mark(&self) -> Mark {
        Mark { submissions: held(&self.submissions).len(), tokens: held(&self.tokens).len() }
    }

    /// Submissions added since a position.
    pub(super) fn submissions(&self, since: Mark) -> Vec<Submission> {
        held(&self.submissions)[since.submissions..].to_vec()
    }

    /// Tokens added since a position.
    pub(super) fn tokens(&self, since: Mark) -> Vec<Token> {
        held(&self.tokens)[since.tokens..].to_vec()
    }

    /// Updates an operation's counts.
    pub(super) fn count(&self, operation: Operation, count: impl FnOnce(&mut Tally)) {
        count(held(&self.tallies).entry(operation).or_default());
    }

    /// Notes a failure, once per thing.
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

    /// Counts a finished task.
    pub(super) fn one_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of finished tasks.
    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// The counts for each operation.
    pub(super) fn tallies(&self) -> BTreeMap<Operation, Tally> {
        held(&self.tallies).clone()
    }
}
