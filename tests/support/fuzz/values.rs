//! Targets that read values: numbers, dates, cells, records, mappings, keys and proofs.

use domain::codes::Origin;
use domain::contracting::{cpv, money};
use domain::fields::FIELDS;
use domain::number::{self, Mark};
use domain::{Record, RecordId, cell, draft, json, mailbox, naming, text, validate, written};
use importer::dates::{self, Order};
use importer::mapping::Mapping;
use importer::persons::hide_mailboxes;
use importer::report::Uses;
use serde_json::Value;
use store::ground::keyring::Keyring;
use store::ground::secret::{Opens, Secret};
use store::log::witness::Witness;
use transparency::{
    Cosigner, Entry, Evidence, Key, Proof, PublicKey, open, peek, with_cosignatures, witnesses,
};

use super::{Ground, first_line, parts};
use crate::now;

/// The public keys of the log and the witness in the seeds. No seed is signed with them.
const LOG: &str = "register.test/log+a049cae7+AVhmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZm";
const WITNESS: &str = "witness.test+a29edf41+BFhmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZm";

pub(super) fn value(_: &Ground, bytes: &[u8]) {
    let said = String::from_utf8_lossy(bytes);
    for mark in [Mark::Unsaid, Mark::Point, Mark::Comma] {
        // What is read is never another number when it is written and read again.
        if let Ok(read) = number::read(&said, mark) {
            assert_eq!(number::read(&read.to_string(), Mark::Point), Ok(read), "{said:?}");
        }
    }
    if let Ok(amount) = money::read_amount(&said) {
        let _ = money::hundredths(amount);
    }
    if let Ok(id) = said.parse::<RecordId>() {
        assert_eq!(id.to_string().parse(), Ok(id), "{said:?}");
    }
    for order in [Order::DayFirst, Order::MonthFirst] {
        let _ = dates::read(&said, order);
    }
    let _ = (cpv::read(&said), money::is_currency(&said), number::in_json(bytes));
    let (clean, line) = (text::clean(&said), text::one_line(&said));
    assert!(!clean.chars().any(text::is_forbidden), "{said:?} is cleaned to {clean:?}");
    assert!(!line.contains('\n'), "{said:?} on one line is {line:?}");
    let _ = (
        text::fold(&said),
        text::slug(&said),
        naming::name_key(&said),
        naming::withheld_name(&said),
        naming::skeleton(&said),
    );
    let _ =
        (text::mixes_scripts(&said), text::capitalise(&said), mailbox::holder(&said), hide_mailboxes(&said));
    for most in [1, 2, 10, 200] {
        assert!(
            text::shorten(&said, most).is_none_or(|short| short.chars().count() <= most),
            "{said:?} to {most}"
        );
    }
    let guarded = written::guarded(&said);
    assert_eq!(written::unguarded(&guarded).unwrap_or(&guarded), said, "behind its guard");
    let _ = (written::fitting(&said), written::is_cut(&said), validate::is_address(&said));
}

pub(super) fn cell(_: &Ground, bytes: &[u8]) {
    let said = String::from_utf8_lossy(bytes);
    for field in FIELDS {
        match cell::read(field, &said) {
            Ok(Some(value)) => {
                let _ = written::cell(field, &value);
            }
            // Nothing, or a list of nothing, which JSON may write with escapes.
            Ok(None) => assert!(
                !said.contains(char::is_alphanumeric) || said.contains('\\'),
                "{} loses {said:?}",
                field.name
            ),
            Err(findings) => {
                assert!(!findings.is_empty(), "{} refuses {said:?} without a reason", field.name)
            }
        }
    }
}

pub(super) fn record(_: &Ground, bytes: &[u8]) {
    let Ok(Value::Object(members)) = json::read(bytes) else { return };
    match draft::read(&members, Origin::SelfDeclared, Some("Northmoor Borough Council")) {
        Ok(record) => {
            let written = Value::Object(record.to_members());
            let again: Record = serde_json::from_value(written).expect("a record reads what it wrote");
            assert_eq!(again, record);
            let _ = (
                validate::values(&record, crate::now().date_naive()),
                validate::required(&record),
                record.public(),
            );
        }
        Err(findings) => assert!(!findings.is_empty()),
    }
}

pub(super) fn mapping(_: &Ground, bytes: &[u8]) {
    let parts = parts(bytes);
    let Ok(mapping) = Mapping::parse(&String::from_utf8_lossy(parts[0])) else { return };
    let (headers, rows) = first_line(parts.get(1).copied().unwrap_or_default());
    let cells = |line: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(line).split('\t').map(str::to_owned).collect()
    };
    let headers = cells(headers);
    let bound = mapping.bind(&headers, crate::now().date_naive());
    let _ = bound.says();
    let mut uses = Uses::new();
    for row in rows.split(|byte| *byte == b'\n') {
        let mut row = cells(row);
        row.resize(headers.len(), String::new());
        let _ = bound.apply(&row, &mut uses);
    }
}

pub(super) fn keys(_: &Ground, bytes: &[u8]) {
    let said = String::from_utf8_lossy(bytes);
    if let Ok(key) = PublicKey::read(&said) {
        assert!(PublicKey::read(key.as_str()).is_ok_and(|again| again.id() == key.id()), "{said:?}");
    }
    let _ = (PublicKey::read_all(&said).is_ok(), Key::read_all(&said).is_ok(), Cosigner::read(&said).is_ok());
    let _ = (said.parse::<Witness>().is_ok(), Keyring::read(&said).is_ok());
    for opens in [Opens::Person, Opens::Preview, Opens::Correction, Opens::Session] {
        if let Some(secret) = Secret::read(opens, &said) {
            assert_eq!(secret.reveal(), said);
        }
    }
    let (factor, code) = said.split_once('\n').unwrap_or((&said, "000000"));
    let _ = (api::sign_in::step(factor, code, now()), api::sign_in::code(factor, now()));
}

pub(super) fn proof(_: &Ground, bytes: &[u8]) {
    let log = PublicKey::read(LOG).expect("the key of the seeds is one");
    let witness = Cosigner::read(WITNESS).expect("the witness of the seeds is one");
    let _ = (peek(bytes).is_ok(), witnesses(bytes, std::slice::from_ref(&witness)).is_ok());
    // Nothing is signed, so what opens is a forgery.
    assert!(open(bytes, std::slice::from_ref(&log)).is_err(), "a checkpoint was forged");
    if let Ok(entry) = Entry::read(bytes) {
        assert_eq!(entry.to_bytes(), bytes, "an entry has one form");
    }
    if let Ok(proof) = Proof::read(bytes) {
        assert_eq!(Proof::read(&proof.to_bytes()), Ok(proof.clone()));
        assert!(Evidence::check(&proof, std::slice::from_ref(&log)).is_err(), "a proof was forged");
    }
    let parts = parts(bytes);
    if let [checkpoint, answer] = parts[..] {
        let _ = with_cosignatures(checkpoint, &String::from_utf8_lossy(answer), &[witness]);
    }
}
