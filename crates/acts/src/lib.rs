//! What people do to the register, one file an act, without HTTP.
//!
//! An act is handed a transaction that has begun, the time, and who acts. It checks rights and rules, changes the
//! register through that transaction and adds its line to the audit trail; whoever began the transaction commits it.
//! An act cannot reach a pool of connections, so it can never wait for a second one while it holds the first.
//! What is better checked before the writer is taken has a function of its own that takes `&impl Reads`.

mod caller;
mod draft;
mod organisations;
mod records;
mod redactions;
mod refusal;
mod remarks;
mod submissions;
mod text;
mod uploads;

mod annotate_record;
mod ask_redaction;
mod change_submission;
mod confirm_record;
mod create_submission;
mod decide_redaction;
mod decide_remark;
mod move_submission;
mod preview_submission;
mod propose_correction;
mod reply_to_record;
mod submit_upload;
mod upload_table;
mod withdraw_record;

pub use annotate_record::annotate_record;
pub use ask_redaction::{RedactionRequest, ask_redaction};
pub use caller::{Actor, Caller, Forbidden};
pub use change_submission::{Change, Changed, change_submission, changed, editable};
pub use confirm_record::confirm_record;
pub use create_submission::{Begins, NewSubmission, create_submission};
pub use decide_redaction::{Undecided, carry_out_redaction, redaction_to_decide, refuse_redaction};
pub use decide_remark::{Decided, decide_remark};
pub use move_submission::{Ready, Step, move_submission, ready_for};
pub use organisations::{Known, acting_for, known_organisation};
pub use preview_submission::{Preview, PreviewHours, preview_submission};
pub use propose_correction::propose_correction;
pub use records::{OwnedRecord, owned_record, published_record, record_for, record_owner};
pub use refusal::Refusal;
pub use reply_to_record::reply_to_record;
pub use submissions::{object_of, readable_submission, stopped_by_four_eyes, submission_for};
pub use submit_upload::{Drafts, Submitted, drafts_to_submit, submit_upload};
pub use text::{REASON_MAX, Statement, plain_text, reason};
pub use upload_table::{ROWS_MAX, Row, RowDraft, RowFault, Table, Uploaded, keep_report, upload_table};
pub use uploads::readable_upload;
pub use withdraw_record::withdraw_record;

use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use store::audit::{self, Deed};
use store::{StoreError, Tx};

/// An act in progress: its transaction, its time, and who does it.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Where it is written. Committed by whoever began it, or not at all.
    pub tx: &'a Tx,
    /// When it happens.
    pub now: DateTime<Utc>,
    /// Who does it.
    pub actor: Actor<'a>,
}

impl Act<'_> {
    /// The role in which the actor may do something; `None` for the command line, which may do everything.
    /// Errors: [`Forbidden`].
    pub fn may(&self, permission: Permission, object: Object<'_>) -> Result<Option<Role>, Forbidden> {
        self.actor.may(permission, object)
    }

    /// Adds a line to the audit trail, in the actor's name.
    pub async fn note(&self, role: Option<Role>, deed: Deed<'_>) -> Result<(), StoreError> {
        audit::note(self.tx, &Deed { person: self.actor.person_id(), role, ..deed }, self.now).await
    }
}
