//! `/records/{id}`.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::{Code, Origin, TransparencyClass};
use domain::completeness::{Completeness, FieldState, completeness};
use domain::rules::transparency_class;
use serde_json::{Map, Value};
use wire::{
    ContractList, ContractView, FlagView, ImportSource, InvolvedView, PartyView, RecordView, VersionList,
    VersionSummary,
};

use super::beside::{Beside, Remarked, TakenOut};
use super::bought::{Contract, Supplier, contract, suppliers};
use super::challenged::{Review, Route};
use super::cite::{bibtex, cff, question};
use super::known::{AFFECTED, RestsOn, Section, in_place, rows_of, said, sections};
use super::problem::NotShown;
use super::procurement::{Gap, open_gaps};
use super::provenance::FromSource;
use super::timeline::{Moment, moments};
use crate::address::{Pairs, part, query, without};
use crate::ask::Interface;
use crate::json::objects;
use crate::language::{Said, named, say};
use crate::layout::{Frame, Twin, page};
use crate::shown::{Row, Shown, row, statement};
use crate::texts::{Text, Texts, Tongue};
use crate::words::{day, day_of, explained, field_label, label_in};

/// A flag in the page's language.
pub(crate) trait Raised {
    /// The flag in words.
    fn label(&self) -> String;
    /// The rule in words, in the page's language if it has them.
    fn rule(&self) -> String;
    /// Why it is raised.
    fn why(&self) -> String;
}

impl Raised for FlagView {
    fn label(&self) -> String {
        label_in("flag", self.fired.flag.as_str())
    }

    fn rule(&self) -> String {
        named(&format!("rule-{}", self.fired.flag), None).unwrap_or_else(|| self.rule.clone())
    }

    fn why(&self) -> String {
        explained(&self.fired.reason)
    }
}

/// What the page shows: a published record, or a draft as if it were one.
pub(super) struct Subject {
    about: Option<String>,
    /// Its public id; for a draft, the word for it.
    pub(super) id: String,
    url: String,
    pub(super) version: i64,
    /// When it was first published and last changed; `None` for a draft.
    pub(super) dates: Option<(DateTime<Utc>, DateTime<Utc>)>,
    confirmed_at: Option<DateTime<Utc>>,
    pub(super) flags: Vec<FlagView>,
    class: TransparencyClass,
    completeness: Completeness,
    rests_on: Option<ImportSource>,
    organisations: Vec<InvolvedView>,
    citation: String,
    /// Where it comes from; `None` for a publisher's own record.
    from: Option<FromSource>,
    record: Map<String, Value>,
}

impl From<RecordView> for Subject {
    fn from(RecordView { parts, record }: RecordView) -> Self {
        Self {
            from: FromSource::of(&parts),
            about: parts.about,
            id: parts.id,
            url: parts.url,
            version: parts.version,
            dates: Some((parts.published_at, parts.updated_at)),
            confirmed_at: parts.confirmed_at,
            flags: parts.flags,
            class: parts.transparency_class,
            completeness: parts.completeness,
            rests_on: parts.rests_on,
            organisations: parts.organisations,
            citation: parts.citation,
            record,
        }
    }
}

#[derive(Template)]
#[template(path = "record.html")]
struct Page {
    frame: Frame,
    id: String,
    /// The language of its own texts.
    lang: String,
    /// In the language chosen, as far as it has one.
    heading: Text,
    summary: Option<Text>,
    /// The other languages it can be read in.
    elsewhere: Vec<Tongue>,
    /// The query of this page, up to the tag of a language.
    in_language: String,
    title: String,
    /// What is said in place of a summary.
    no_summary: Option<String>,
    /// What was taken out, and on which ground.
    taken: TakenOut,
    /// When its body said that it is still true.
    confirmed: Option<String>,
    publishers: Vec<(String, Option<String>)>,
    tags: Vec<String>,
    third_party: bool,
    as_of: Option<String>,
    /// For a draft's preview: the note above it.
    preview: Option<Preview>,
    affected: Vec<Row>,
    routes: Vec<Route>,
    no_route: Option<String>,
    flags: Vec<FlagView>,
    gaps: Vec<Gap>,
    retired: Option<String>,
    sections: Vec<Section>,
    moments: Vec<Moment>,
    reviews: Vec<Review>,
    no_reviews: Option<String>,
    /// What others say of it, and what the body answers.
    remarks: Vec<Remarked>,
    no_assessments: Option<String>,
    suppliers: Vec<Supplier>,
    stated: Option<Shown>,
    /// What is said in place of suppliers and contracts.
    unsold: Vec<Row>,
    contracts: Vec<Contract>,
    versions: Vec<VersionSummary>,
    version: i64,
    published: String,
    updated: String,
    answered: u32,
    required: u32,
    not_stated: u32,
    class: String,
    rests_on: Option<RestsOn>,
    citation: String,
    from: Option<FromSource>,
    bibtex: String,
    cff: String,
    url: String,
    mail: Option<String>,
    question: String,
}

impl Page {
    /// A `mailto:` link with the letter filled in.
    fn mailto(&self, mail: &str) -> String {
        format!("mailto:{mail}?subject={}&body={}", part(&self.title), part(&self.question))
    }

    fn day(&self, at: &DateTime<Utc>) -> String {
        day_of(*at)
    }
}

pub(crate) async fn record(
    State(interface): State<Interface>,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let address = format!("/api/v1/records/{}", part(&id));
    let pairs = form_urlencoded::parse(asked.as_deref().unwrap_or_default().as_bytes());
    let asked: Pairs = pairs.into_owned().collect();
    let lang = asked.iter().find(|(key, _)| key == "lang").map(|(_, tag)| tag.clone());
    // The page itself chooses which fields to show, and in which language.
    let asked = without(&asked, &["fields", "lang"]);
    let as_of = asked.iter().find(|(key, _)| key == "as_of").map(|(_, on)| day(on));
    let asked = query(&asked);
    let view: RecordView = interface.get(&format!("{address}{asked}")).await?;
    let versions: VersionList = interface.get(&format!("{address}/versions")).await?;
    // Notices have no history, so a past day shows no contracts or gaps.
    let (contracts, gaps) = match as_of {
        None => {
            let contracts: ContractList = interface.get(&format!("{address}/contracts?limit=100")).await?;
            (contracts.items, open_gaps(&interface, &format!("record={}", part(&id))).await?)
        }
        Some(_) => (Vec::new(), Vec::new()),
    };
    let beside = Beside::of(&interface, &address, as_of.is_some()).await?;
    let asked = Asked { as_of, query: &asked, lang };
    Ok(page(StatusCode::OK, &made(view.into(), versions.items, &contracts, gaps, beside, asked)))
}

/// The note above a record that is not published.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) words: String,
    /// Address and text of the link back.
    pub(crate) back: Option<(String, Said)>,
}

/// The page of a draft, as the public would see it.
pub(crate) fn previewed(frame: Frame, record: &Record, flags: Vec<FlagView>, preview: Preview) -> Response {
    let record = record.public();
    // A draft's names are not resolved yet, so they lead nowhere.
    let named = |role: &str, name: &str| InvolvedView {
        role: role.to_owned(),
        party: PartyView { name: name.to_owned(), slug: String::new(), resolution: "unresolved".to_owned() },
        url: String::new(),
    };
    let joint = record.joint_publishers.iter().map(|body| named("joint_publisher", &body.name));
    let organisations = std::iter::once(named("publisher", &record.publisher.name)).chain(joint).collect();
    let view = Subject {
        about: frame.about.clone(),
        id: say("preview").to_string(),
        url: String::new(),
        version: 0,
        dates: None,
        confirmed_at: None,
        flags,
        class: transparency_class(&record),
        completeness: completeness(&record),
        rests_on: None,
        organisations,
        citation: String::new(),
        from: None,
        record: record.to_members(),
    };
    let asked = Asked { as_of: None, query: "", lang: None };
    let alone = made(view, Vec::new(), &[], Vec::new(), Beside::default(), asked);
    // A preview has one address, so that it cannot be asked for in another language.
    let page_of = Page { frame, preview: Some(preview), elsewhere: Vec::new(), ..alone };
    page(StatusCode::OK, &page_of)
}

/// The query that the page was asked for with.
struct Asked<'a> {
    as_of: Option<String>,
    query: &'a str,
    /// The language in which its texts are asked for.
    lang: Option<String>,
}

/// Builds the page from the API's answers.
fn made(
    view: Subject,
    mut versions: Vec<VersionSummary>,
    contracts: &[ContractView],
    gaps: Vec<Gap>,
    beside: Beside,
    Asked { as_of, query: asked, lang: asked_in }: Asked<'_>,
) -> Page {
    let record = &view.record;
    let texts = Texts::of(record, asked_in.as_deref());
    let string = |key: &str| record.get(key).and_then(Value::as_str).map(str::to_owned);
    let title = string("title").unwrap_or_default();
    let publisher = view.organisations.iter().filter(|body| body.role.ends_with("publisher"));
    let href = |kind: &str, slug: &str| (!slug.is_empty()).then(|| format!("/{kind}/{slug}"));
    let publishers: Vec<_> =
        publisher.map(|body| (body.party.name.clone(), href("organisations", &body.party.slug))).collect();
    let phase = string("phase").map(|code| label_in("phase", &code));
    let sectors = record.get("sectors").and_then(Value::as_array).into_iter().flatten();
    let sectors = sectors.filter_map(Value::as_str).map(|code| label_in("sector", code));
    let kind = string("kind").map(|code| label_in("kind", &code));
    versions.reverse();
    let routes: Vec<Route> = objects(record, "redress_routes").map(Route::of).collect();
    let reviews: Vec<Review> = objects(record, "reviews").map(Review::of).collect();
    let body = publishers.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let origin = string("origin").and_then(|code| Origin::parse(&code).ok());
    let third_party = origin == Some(Origin::ThirdParty);
    let author = origin.map_or_else(|| body.clone(), |origin| origin.author(&body));
    // Cite the page rather than the API.
    let url = view.url.replace("/api/v1/records/", "/records/");
    let unanswered: Vec<String> = view
        .completeness
        .fields
        .iter()
        .filter(|field| field.state == FieldState::Blank)
        .filter_map(|field| domain::fields::field(&field.field))
        .map(field_label)
        .collect();
    let heading = texts.text_or("title", &title);
    let summary = texts.text("summary", string("summary").as_deref());
    let taken = TakenOut::of(&beside, view.version, record);
    let mut affected = rows_of(record, &texts, AFFECTED);
    let mut sections = sections(record, &texts, &view.completeness);
    let rows = sections.iter_mut().flat_map(|section| &mut section.rows);
    affected.iter_mut().chain(rows).for_each(|row| taken.note(row));
    let api = format!("/api/v1/records/{}{asked}", view.id);
    let twins = vec![Twin::json(api), Twin::atom(format!("/changes.atom?record={}", view.id))];
    Page {
        frame: Frame::new(heading.text.clone(), "records")
            .about(view.about.clone())
            .described(summary.as_ref().map(|summary| summary.text.clone()))
            .twins(twins),
        lang: texts.own().to_owned(),
        elsewhere: texts.elsewhere(),
        in_language: if asked.is_empty() { "?lang=".to_owned() } else { format!("{asked}&lang=") },
        heading,
        tags: phase.into_iter().chain(kind).chain(sectors).collect(),
        third_party,
        as_of,
        preview: None,
        gaps,
        retired: (string("phase").as_deref() == Some("retired")).then(|| match string("retired_on") {
            Some(on) => say("it-is-no-longer-used").with("on", day(&on)).to_string(),
            None => say("it-is-not-used-now").to_string(),
        }),
        affected,
        no_summary: if summary.is_none() { statement("summary", record) } else { None },
        summary,
        confirmed: view.confirmed_at.map(|at| confirmed(at, third_party)),
        remarks: beside.said,
        no_route: routes.is_empty().then(|| said(record, "redress_routes")),
        routes,
        moments: moments(record, &view.flags),
        no_assessments: in_place(record, "assessments").map(|row| row.said.unwrap_or_default()),
        no_reviews: reviews.is_empty().then(|| said(record, "reviews")),
        reviews,
        suppliers: suppliers(record, &view.organisations),
        stated: domain::fields::field("contracts").and_then(|field| row(field, record)?.value),
        unsold: ["supplier_involvement", "contracts"]
            .iter()
            .filter_map(|field| in_place(record, field))
            .collect(),
        contracts: contracts.iter().map(|item| contract(item, &view.id)).collect(),
        sections,
        taken,
        version: view.version,
        published: view.dates.map(|(first, _)| day_of(first)).unwrap_or_default(),
        updated: view.dates.map(|(_, last)| day_of(last)).unwrap_or_default(),
        answered: view.completeness.answered,
        required: view.completeness.required,
        not_stated: view.completeness.not_stated,
        class: label_in("transparency_class", view.class.as_str()),
        rests_on: view.rests_on.as_ref().map(RestsOn::of),
        bibtex: bibtex(&view, &url, &title, &author),
        cff: cff(&view, &url, &title, &author),
        mail: string("contact_email").filter(|mail| mail.contains('@')),
        question: question(&title, &view, &unanswered, origin),
        citation: view.citation,
        from: view.from,
        url,
        publishers,
        versions,
        flags: view.flags,
        id: view.id,
        title,
    }
}

/// Who said when that it is still true.
fn confirmed(at: DateTime<Utc>, third_party: bool) -> String {
    let words = if third_party { "confirmed-by-the-observer" } else { "confirmed-by-the-body" };
    say(words).with("on", day_of(at)).to_string()
}
