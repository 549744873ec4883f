//! Documents, amendments and relations to other processes, each once.

use std::borrow::Cow;

use domain::contracting::{Amendment, ContractDocument, Relation};

use super::texts::{day, description, title, word};
use crate::ocds::node::Node;

pub(super) fn documents(node: &Node, list: &mut Vec<ContractDocument>) {
    for document in node.get("documents").items() {
        let url = word(document, "url").filter(|url| domain::validate::is_address(url));
        let made = ContractDocument {
            id: word(document, "id"),
            document_type: word(document, "documentType"),
            notice_type: word(document, "noticeType"),
            title: title(document, "title").or_else(|| title(document, "description")),
            url,
            published_on: day(document, "datePublished", "", &mut Vec::new()),
        };
        if !list.contains(&made) {
            list.push(made);
        }
    }
}

pub(super) fn amendments(node: &Node, list: &mut Vec<Amendment>) {
    let single = std::iter::once(node.get("amendment")).filter(|node| !node.is_null());
    for amendment in node.get("amendments").items().iter().chain(single) {
        let made = Amendment {
            id: word(amendment, "id"),
            amended_on: day(amendment, "date", "", &mut Vec::new()),
            rationale: title(amendment, "rationale"),
            description: description(amendment, "description"),
        };
        if !list.contains(&made) {
            list.push(made);
        }
    }
}

pub(super) fn relations(node: &Node, list: &mut Vec<Relation>) {
    for relation in node.get("relatedProcesses").items() {
        let Some(identifier) = word(relation, "identifier") else { continue };
        let kinds = relation.get("relationship").items().iter().filter_map(Node::text);
        let made = Relation {
            relationship: kinds.map(Cow::into_owned).collect(),
            scheme: word(relation, "scheme"),
            identifier,
            title: title(relation, "title"),
        };
        if !list.contains(&made) {
            list.push(made);
        }
    }
}
