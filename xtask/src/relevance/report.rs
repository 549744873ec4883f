//! What the answers are worth, as text.

use std::collections::{BTreeMap, HashMap};

use judged::{Half, Judgements, Key, Means, Question, Score, score};

use super::entry::Entry;
use super::system::System;

/// Questions listed as the worst.
const WORST: usize = 10;
/// Records shown of an order.
const SHOWN: usize = 10;

/// Systems compared over questions. The first system is ours.
pub(crate) struct Report<'a> {
    questions: &'a [Question],
    systems: &'a [System],
    judgements: &'a Judgements,
    entries: HashMap<Key, &'a Entry>,
    /// By question with a relevant record: the score of each system.
    scores: BTreeMap<&'a str, Vec<Score>>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(
        questions: &'a [Question],
        systems: &'a [System],
        judgements: &'a Judgements,
        entries: &'a [Entry],
    ) -> Self {
        let of = |question: &'a Question| {
            let one = |system: &System| score(system.found(&question.id), judgements.of(&question.id));
            Some((question.id.as_str(), systems.iter().map(one).collect::<Option<Vec<_>>>()?))
        };
        let scores = questions.iter().filter_map(of).collect();
        let entries = entries.iter().map(|entry| (entry.key(), entry)).collect();
        Self { questions, systems, judgements, entries, scores }
    }

    /// The figures of every system, overall and by language, and our worst questions: of the half for tuning, or of
    /// all that were asked.
    pub(crate) fn print(&self, held_too: bool) -> String {
        let width = self.systems.iter().map(|system| system.name.len()).max().unwrap_or_default().max(8);
        let mut text = format!(
            "{:<8}  {:<width$}  questions  nDCG@10  precision@5  recall@50  none in ten  unjudged\n",
            "language", "system"
        );
        self.figures(&mut text, "all", width, |_| true);
        let mut languages: Vec<&str> = Vec::new();
        for question in self.questions {
            if !languages.contains(&question.language.as_str()) {
                languages.push(&question.language);
            }
        }
        for language in languages {
            self.figures(&mut text, language, width, |question| question.language == language);
        }
        text += &self.duels();
        text += &self.worst(held_too);
        text += &self.left_out();
        text
    }

    /// A line for each system, over some of the questions.
    fn figures(&self, text: &mut String, name: &str, width: usize, has: impl Fn(&Question) -> bool) {
        let questions = self.questions.iter().filter(|question| has(question));
        let scores: Vec<_> = questions.filter_map(|question| self.scores.get(question.id.as_str())).collect();
        for (place, system) in self.systems.iter().enumerate() {
            let means = Means::of(scores.iter().map(|all| &all[place]));
            let Means { questions, ndcg, precision, recall, without, unjudged } = means;
            let name = if place == 0 { name } else { "" };
            let unjudged = format!("{:.0} %", unjudged * 100.0);
            let line = format!(
                "{name:<8}  {:<width$}  {questions:>9}  {ndcg:>7.3}  {precision:>11.3}  {recall:>9.3}  \
                 {without:>11}  {unjudged:>8}\n",
                system.name
            );
            text.push_str(&line);
        }
    }

    /// In how many questions ours is better than each other system by nDCG.
    fn duels(&self) -> String {
        let mut text = String::new();
        for (place, system) in self.systems.iter().enumerate().skip(1) {
            let count = |better: fn(f64, f64) -> bool| {
                self.scores.values().filter(|all| better(all[0].ndcg, all[place].ndcg)).count()
            };
            let (better, worse) = (count(|ours, other| ours > other), count(|ours, other| ours < other));
            text += &format!(
                "{} against {}: better in {better} questions, worse in {worse}\n",
                self.systems[0].name, system.name
            );
        }
        text
    }

    /// Our worst questions by nDCG, with the figures of all systems.
    fn worst(&self, held_too: bool) -> String {
        let mut asked: Vec<(&Question, &Vec<Score>)> = self
            .questions
            .iter()
            .filter(|question| held_too || question.half == Half::Tuning)
            .filter_map(|question| Some((question, self.scores.get(question.id.as_str())?)))
            .collect();
        asked.sort_by(|(_, one), (_, other)| one[0].ndcg.total_cmp(&other[0].ndcg));
        let names: Vec<&str> = self.systems.iter().map(|system| system.name.as_str()).collect();
        let mut text = format!("worst nDCG@10 ({}):\n", names.join(", "));
        for (question, scores) in asked.into_iter().take(WORST) {
            let figures: Vec<String> = scores.iter().map(|score| format!("{:.2}", score.ndcg)).collect();
            text += &format!("  {}  {}  {}\n", figures.join("  "), question.id, question.text);
        }
        text
    }

    /// What no figure says: questions without a relevant record, and judged records that are not there.
    fn left_out(&self) -> String {
        let left: Vec<&str> = self
            .questions
            .iter()
            .map(|question| question.id.as_str())
            .filter(|id| !self.scores.contains_key(id))
            .collect();
        let mut text = String::new();
        if !left.is_empty() {
            text += &format!("left out, as no record is judged relevant: {}\n", left.join(", "));
        }
        let judged = self.questions.iter().flat_map(|question| self.judgements.of(&question.id).keys());
        let missing: Vec<&Key> = judged.filter(|key| !self.entries.contains_key(*key)).collect();
        if let Some(first) = missing.first() {
            text += &format!(
                "judged records that are not in this register: {}, such as '{}' of {}\n",
                missing.len(),
                first.key,
                first.source
            );
        }
        text
    }

    /// The first records of each system for a question, with their grades.
    pub(crate) fn show(&self, question: &Question) -> String {
        let judged = self.judgements.of(&question.id);
        let mut text = format!("{}: {}\n{}\n", question.id, question.text, question.need.trim());
        for system in self.systems {
            let found = system.found(&question.id);
            let ndcg = score(found, judged).map_or("-".to_owned(), |score| format!("{:.3}", score.ndcg));
            text += &format!("{}: nDCG@10 {ndcg}, {} found\n", system.name, found.len());
            for (place, key) in (1..).zip(found.iter().take(SHOWN)) {
                let grade = judged.get(key).map_or("-".to_owned(), u8::to_string);
                let entry = self.entries.get(key);
                let title = entry.and_then(|entry| entry.title.lines().next()).unwrap_or_default();
                let publisher = entry.and_then(|entry| entry.publisher.lines().next()).unwrap_or_default();
                text +=
                    &format!("  {place:>2}  {grade}  {} {}: {title} ({publisher})\n", key.source, key.key);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "question,source,source_key,first,second,settled\nq1,nl,a,2,2,2\nq1,nl,gone,1,1,1\n\
                         q2,nl,b,1,0,1\nq3,nl,a,0,0,0\n";

    fn key(name: &str) -> Key {
        Key { source: "nl".to_owned(), key: name.to_owned() }
    }

    fn question(id: &str, language: &str, half: Half) -> Question {
        let text = str::to_owned;
        let (id, language) = (text(id), text(language));
        Question { text: format!("about {id}"), need: "Any.".to_owned(), id, language, half }
    }

    /// Three questions; ours answers the first best, the other the second. Nothing answers the third.
    fn check(look: impl Fn(&Report<'_>, &Question)) {
        let questions = [
            question("q1", "en", Half::Tuning),
            question("q2", "nl", Half::Held),
            question("q3", "nl", Half::Tuning),
        ];
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("judgements.csv");
        std::fs::write(&file, LINES).unwrap();
        let judgements = Judgements::read(&file, &questions).unwrap();
        let system = |name, found: [&str; 2]| System::ask(name, &questions, |_| Ok(found.map(key).to_vec()));
        let systems = [system("ours", ["a", "b"]).unwrap(), system("other", ["b", "c"]).unwrap()];
        let entry = |name: &str| Entry {
            source: "nl".to_owned(),
            source_key: name.to_owned(),
            title: format!("Tool {name}"),
            publisher: "Utrecht".to_owned(),
            ..Entry::default()
        };
        let entries = ["a", "b", "c"].map(entry);
        look(&Report::new(&questions, &systems, &judgements, &entries), &questions[0]);
    }

    #[track_caller]
    fn has(text: &str, line: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.lines().any(|one| words(one) == line), "'{line}' is not in:\n{text}");
    }

    #[test]
    fn figures_are_means_overall_and_by_language() {
        check(|report, _| {
            let text = report.print(false);
            // Ours: q1 3/(3 + 1/log2(3)) = 0.8262, q2 1/log2(3) = 0.6309.
            has(&text, "all ours 2 0.729 0.200 0.750 0 50 %");
            has(&text, "other 2 0.500 0.100 0.500 1 75 %");
            has(&text, "en ours 1 0.826 0.200 0.500 0 50 %");
            has(&text, "nl ours 1 0.631 0.200 1.000 0 50 %");
            has(&text, "ours against other: better in 1 questions, worse in 1");
        });
    }

    #[test]
    fn what_no_figure_says_is_said() {
        check(|report, _| {
            let text = report.print(false);
            has(&text, "left out, as no record is judged relevant: q3");
            has(&text, "judged records that are not in this register: 1, such as 'gone' of nl");
        });
    }

    #[test]
    fn held_questions_are_listed_only_where_asked_for() {
        check(|report, _| {
            has(&report.print(false), "0.83 0.00 q1 about q1");
            assert!(!report.print(false).contains("about q2"));
            has(&report.print(true), "0.63 1.00 q2 about q2");
        });
    }

    #[test]
    fn a_question_is_shown_with_the_grades_of_what_was_found() {
        check(|report, question| {
            let text = report.show(question);
            has(&text, "ours: nDCG@10 0.826, 2 found");
            has(&text, "1 2 nl a: Tool a (Utrecht)");
            has(&text, "2 - nl b: Tool b (Utrecht)");
        });
    }
}
