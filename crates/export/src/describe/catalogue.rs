//! `catalog.ttl` and `catalog.jsonld`: one DCAT-AP 3 graph in two notations.

use oxjsonld::JsonLdSerializer;
use oxrdf::vocab::{rdf, xsd};
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use oxttl::TurtleSerializer;

use super::{About, Sum, TITLE, media_type};

const DCAT: &str = "http://www.w3.org/ns/dcat#";
const DCT: &str = "http://purl.org/dc/terms/";
const FOAF: &str = "http://xmlns.com/foaf/0.1/";
const SPDX: &str = "http://spdx.org/rdf/terms#";
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const EU: &str = "http://publications.europa.eu/resource/authority/";
const PREFIXES: &[(&str, &str)] =
    &[("dcat", DCAT), ("dct", DCT), ("foaf", FOAF), ("spdx", SPDX), ("skos", SKOS), ("rdfs", RDFS)];

/// A graph being built.
#[derive(Debug, Default)]
struct Graph(Vec<Triple>);

fn iri(text: impl Into<String>) -> NamedNode {
    NamedNode::new_unchecked(text)
}

fn english(text: impl Into<String>) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "en")
}

impl Graph {
    fn add(&mut self, subject: &NamedOrBlankNode, predicate: String, object: impl Into<Term>) {
        self.0.push(Triple::new(subject.clone(), iri(predicate), object));
    }

    fn kind(&mut self, subject: &NamedOrBlankNode, class: String) {
        self.0.push(Triple::new(subject.clone(), rdf::TYPE, iri(class)));
    }

    /// Refers to a resource described elsewhere, and states its class: a validator sees this graph only and
    /// could not tell the class otherwise.
    fn typed(&mut self, about: &str, class: String) -> NamedNode {
        let node = iri(about);
        let typed = Triple::new(node.clone(), rdf::TYPE, iri(class));
        if !self.0.contains(&typed) {
            self.0.push(typed);
        }
        node
    }
}

/// The catalogue with one dataset, the dump, and a distribution per file.
fn graph(about: &About, sums: &[Sum]) -> Graph {
    let mut graph = Graph::default();
    let catalogue = NamedOrBlankNode::from(iri(format!("{}/data#catalogue", about.base_url)));
    let dataset_node = iri(about.url());
    let dataset = NamedOrBlankNode::from(dataset_node.clone());
    let publisher_node = iri(format!("{}/about#publisher", about.base_url));
    let publisher = NamedOrBlankNode::from(publisher_node.clone());
    let language = graph.typed(&format!("{EU}language/ENG"), format!("{DCT}LinguisticSystem"));
    let licence = graph.typed(&format!("{EU}licence/CC_BY_4_0"), format!("{DCT}LicenseDocument"));
    let home = graph.typed(&about.base_url, format!("{FOAF}Document"));
    let sha256 = graph.typed(&format!("{SPDX}checksumAlgorithm_sha256"), format!("{SPDX}ChecksumAlgorithm"));
    let often = graph.typed(&format!("{EU}frequency/DAILY"), format!("{DCT}Frequency"));
    let day = |day: chrono::NaiveDate| Literal::new_typed_literal(day.to_string(), xsd::DATE);
    let changed = Literal::new_typed_literal(crate::cell::instant(about.changed_at), xsd::DATE_TIME);

    graph.kind(&publisher, format!("{FOAF}Agent"));
    graph.add(&publisher, format!("{FOAF}name"), english(TITLE));
    graph.add(&publisher, format!("{FOAF}homepage"), home.clone());

    graph.kind(&catalogue, format!("{DCAT}Catalog"));
    graph.add(&catalogue, format!("{DCT}title"), english(TITLE));
    graph.add(
        &catalogue,
        format!("{DCT}description"),
        english("Everything public of the register, day by day."),
    );
    graph.add(&catalogue, format!("{DCT}publisher"), publisher_node.clone());
    graph.add(&catalogue, format!("{DCT}language"), language.clone());
    graph.add(&catalogue, format!("{DCT}license"), licence.clone());
    graph.add(&catalogue, format!("{FOAF}homepage"), home);
    graph.add(&catalogue, format!("{DCAT}dataset"), dataset_node);

    graph.kind(&dataset, format!("{DCAT}Dataset"));
    graph.add(&dataset, format!("{DCT}title"), english(about.title()));
    graph.add(&dataset, format!("{DCT}description"), english(about.description()));
    graph.add(&dataset, format!("{DCT}publisher"), publisher_node);
    graph.add(&dataset, format!("{DCT}identifier"), Literal::from(about.url()));
    graph.add(&dataset, format!("{DCT}issued"), day(about.date()));
    graph.add(&dataset, format!("{DCT}modified"), changed);
    graph.add(&dataset, format!("{DCT}language"), language);
    graph.add(&dataset, format!("{DCT}accrualPeriodicity"), often);
    graph.add(&dataset, format!("{DCAT}version"), Literal::from(about.version()));
    for (theme, label) in [("GOVE", "Government and public sector"), ("TECH", "Science and technology")] {
        let theme = graph.typed(&format!("{EU}data-theme/{theme}"), format!("{SKOS}Concept"));
        graph.add(&theme.clone().into(), format!("{SKOS}prefLabel"), english(label));
        graph.add(&dataset, format!("{DCAT}theme"), theme);
    }
    for word in ["algorithms", "public sector", "procurement", "impact assessment"] {
        graph.add(&dataset, format!("{DCAT}keyword"), english(word));
    }
    for (number, sum) in sums.iter().enumerate() {
        let file = graph.typed(&format!("{}/{}", about.url(), sum.name), format!("{RDFS}Resource"));
        let node_iri = iri(format!("{}#{}", about.url(), sum.name));
        let node = NamedOrBlankNode::from(node_iri.clone());
        graph.add(&dataset, format!("{DCAT}distribution"), node_iri);
        graph.kind(&node, format!("{DCAT}Distribution"));
        graph.add(&node, format!("{DCT}title"), english(sum.name.as_str()));
        let stem = sum.name.split('.').next().unwrap_or_default();
        if let Some(table) = about.tables.iter().find(|table| table.name == stem) {
            graph.add(&node, format!("{DCT}description"), english(table.about));
        }
        graph.add(&node, format!("{DCAT}accessURL"), file.clone());
        graph.add(&node, format!("{DCAT}downloadURL"), file);
        graph.add(&node, format!("{DCT}license"), licence.clone());
        let size = xsd::NON_NEGATIVE_INTEGER;
        graph.add(&node, format!("{DCAT}byteSize"), Literal::new_typed_literal(sum.bytes.to_string(), size));
        if let Some(format_name) = file_type(&sum.name) {
            let kind =
                graph.typed(&format!("{EU}file-type/{format_name}"), format!("{DCT}MediaTypeOrExtent"));
            graph.add(&node, format!("{DCT}format"), kind);
        }
        let media = media_type(&sum.name).split(';').next().unwrap_or_default();
        // Only registered media types have an address at IANA.
        if !media.contains("/x-") {
            let media = format!("https://www.iana.org/assignments/media-types/{media}");
            let media = graph.typed(&media, format!("{DCT}MediaType"));
            graph.add(&node, format!("{DCAT}mediaType"), media);
        }
        // Numbered rather than random, so that the same state gives the same bytes.
        let check = BlankNode::new_unchecked(format!("sum{number}"));
        graph.add(&node, format!("{SPDX}checksum"), check.clone());
        let check = NamedOrBlankNode::from(check);
        graph.kind(&check, format!("{SPDX}Checksum"));
        graph.add(&check, format!("{SPDX}algorithm"), sha256.clone());
        let value = Literal::new_typed_literal(sum.sha256.as_str(), xsd::HEX_BINARY);
        graph.add(&check, format!("{SPDX}checksumValue"), value);
    }
    graph
}

/// The file type in the EU's authority list.
fn file_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "csv" => Some("CSV"),
        "xlsx" => Some("XLSX"),
        "parquet" => Some("PARQUET"),
        "json" => Some("JSON"),
        _ => None,
    }
}

pub(super) fn files(about: &About, sums: &[Sum]) -> Vec<(String, Vec<u8>)> {
    let Graph(triples) = graph(about, sums);
    let mut turtle = TurtleSerializer::new();
    let mut jsonld = JsonLdSerializer::new();
    for (prefix, address) in PREFIXES {
        turtle = turtle.with_prefix(*prefix, *address).expect("the addresses of vocabularies are IRIs");
        jsonld = jsonld.with_prefix(*prefix, *address).expect("the addresses of vocabularies are IRIs");
    }
    let mut turtle = turtle.for_writer(Vec::new());
    let mut jsonld = jsonld.for_writer(Vec::new());
    let memory = "writing to memory does not fail";
    for triple in triples {
        turtle.serialize_triple(&triple).expect(memory);
        let quad = Quad::new(triple.subject, triple.predicate, triple.object, GraphName::DefaultGraph);
        jsonld.serialize_quad(&quad).expect(memory);
    }
    vec![
        ("catalog.ttl".to_owned(), turtle.finish().expect(memory)),
        ("catalog.jsonld".to_owned(), jsonld.finish().expect(memory)),
    ]
}
