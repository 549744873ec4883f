//! `cargo xtask relevance`: asks the register real questions of real files, and says how good its answers are.
//!
//! The same questions go to SQLite's FTS5 over the same texts, and to any other system whose results are given as a
//! file (`--run`). `fixtures/relevance/README.md` describes the questions, the judgements and the measures.

mod entry;
mod fts;
mod pool;
mod report;
mod stage;
mod system;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use judged::{Half, Judgements, Question, questions};

use self::fts::Fts;
use self::report::Report;
use self::stage::Stage;
use self::system::System;
use crate::project;
use crate::torture::process;

#[derive(Debug, Args)]
pub(crate) struct Relevance {
    /// The register to ask [default: this one, built in release]
    #[arg(long, value_name = "REGISTER")]
    binary: Option<PathBuf>,
    /// Which half of the questions to ask. The worst answers of the held half are shown only if it is asked alone
    #[arg(long, value_enum, default_value_t = Asked::All)]
    half: Asked,
    /// The questions; their judgements are beside them, in judgements.csv [default: fixtures/relevance/questions.toml]
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
    /// Write what nobody judged yet into a folder, a file for each question
    #[arg(long, value_name = "FOLDER")]
    pool: Option<PathBuf>,
    /// Results of another system: question, source, source_key and rank, separated by tabs. It is compared and pooled
    #[arg(long, value_name = "FILE.tsv")]
    run: Vec<PathBuf>,
    /// Also show one question with the first ten records of each system and their grades
    #[arg(long, value_name = "QUESTION")]
    show: Option<String>,
}

/// Which questions to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Asked {
    Tuning,
    Held,
    All,
}

impl Asked {
    fn has(self, half: Half) -> bool {
        match self {
            Self::Tuning => half == Half::Tuning,
            Self::Held => half == Half::Held,
            Self::All => true,
        }
    }
}

impl Relevance {
    /// Asks, compares and prints. Errors: no real file is there, a table cannot be read, nothing is judged.
    pub(crate) fn run(self) -> Result<(), String> {
        let (asked, judgements) = self.tables()?;
        let runs = self.run.iter().map(|path| System::read(path)).collect::<Result<Vec<_>, _>>()?;
        process::heed_interrupts()?;
        let binary = match &self.binary {
            Some(binary) => std::path::absolute(binary).map_err(|error| error.to_string())?,
            None => crate::torture::built()?,
        };
        let stage = Stage::set(&binary)?;
        let fts = Fts::of(&stage.entries)?;
        eprintln!("==> {} questions", asked.len());
        let mut systems = vec![
            System::ask("register", &asked, |question| stage.ask(&question.text))?,
            System::ask("FTS5", &asked, |question| fts.ask(&question.text, &stage.entries))?,
        ];
        systems.extend(runs);
        if let Some(folder) = &self.pool {
            println!("{}", pool::write(folder, &asked, &systems, &judgements, &stage.entries)?);
        }
        let report = Report::new(&asked, &systems, &judgements, &stage.entries);
        if judgements.count() > 0 {
            println!("{}", report.print(self.half == Asked::Held));
        }
        if let Some(question) = asked.iter().find(|one| self.show.as_ref() == Some(&one.id)) {
            println!("{}", report.show(question));
        }
        Ok(())
    }

    /// The questions to ask, and the judgements of all. Without judgements only a pool can be made, or a question shown.
    fn tables(&self) -> Result<(Vec<Question>, Judgements), String> {
        let usual = || project().join("fixtures/relevance/questions.toml");
        let path = self.questions.clone().unwrap_or_else(usual);
        let all = questions(&path)?;
        let beside = path.with_file_name("judgements.csv");
        let judgements = match beside.exists() {
            true => Judgements::read(&beside, &all)?,
            false if self.pool.is_some() || self.show.is_some() => Judgements::default(),
            false => {
                return Err(format!(
                    "{} is not there: judge what --pool FOLDER writes, or name other questions with --questions",
                    beside.display()
                ));
            }
        };
        let asked: Vec<Question> = all.into_iter().filter(|question| self.half.has(question.half)).collect();
        if let Some(id) = &self.show
            && !asked.iter().any(|question| question.id == *id)
        {
            return Err(format!("no question that is asked has the id '{id}': see {}", path.display()));
        }
        Ok((asked, judgements))
    }
}
