//! What people do to the register, without HTTP: one file per act.
//!
//! An act gets an open transaction, the time and the actor. It checks permissions and rules, changes the
//! register through that transaction and writes its line in the audit trail; its caller commits. An act
//! cannot reach the connection pool, so it can never wait for a second connection while it holds the first.
//! Checks that should not hold up the single writer are separate functions that take `&impl Reads`.

mod caller;
mod draft;
mod organisations;
mod people;
mod records;
mod redactions;
mod refusal;
mod remarks;
mod sealed;
mod sessions;
mod submissions;
mod text;
mod tokens;
mod uploads;
mod webhooks;

mod annotate_record;
mod answer_gap;
mod ask_redaction;
mod begin_session;
mod begin_vouched_session;
mod change_submission;
mod change_webhook;
mod confirm_record;
mod create_document;
mod create_organisation;
mod create_person;
mod create_submission;
mod create_token;
mod create_webhook;
mod decide_redaction;
mod decide_remark;
mod delete_webhook;
mod download_sealed;
mod end_sessions;
mod grant_role;
mod judge_link;
mod leave_receipt;
mod list_sealed;
mod merge_organisation;
mod move_submission;
mod preview_submission;
mod propose_correction;
mod publish_submission;
mod read_sealed;
mod redeliver_messages;
mod reply_to_record;
mod report_leaked_token;
mod revoke_role;
mod revoke_token;
mod set_active;
mod set_four_eyes;
mod set_password;
mod submit_upload;
mod try_webhook;
mod upload_table;
mod withdraw_record;

pub use annotate_record::annotate_record;
pub use answer_gap::{GapAnswer, answer_gap};
pub use ask_redaction::{RedactionRequest, ask_redaction};
pub use begin_session::begin_session;
pub use begin_vouched_session::{Vouched, begin_vouched_session};
pub use caller::{Actor, Caller, Forbidden};
pub use change_submission::{Change, Changed, Editable, change_submission, changed};
pub use change_webhook::{WebhookChange, change_webhook};
pub use confirm_record::confirm_record;
pub use create_document::{NewDocument, create_document};
pub use create_organisation::{NewOrganisation, add_organisation, create_organisation};
pub use create_person::create_person;
pub use create_submission::{Begins, NewSubmission, create_submission};
pub use create_token::create_token;
pub use create_webhook::{NewWebhook, create_webhook};
pub use decide_redaction::{Undecided, carry_out_redaction, redaction_to_decide, refuse_redaction};
pub use decide_remark::{Decided, decide_remark};
pub use delete_webhook::delete_webhook;
pub use download_sealed::download_sealed;
pub use end_sessions::end_sessions;
pub use grant_role::grant_role;
pub use judge_link::{Verdict, judge_link};
pub use leave_receipt::leave_receipt;
pub use list_sealed::{SealedPage, list_sealed};
pub use merge_organisation::merge_organisation;
pub use move_submission::{Move, Ready, Step, move_submission, ready_for};
pub use organisations::{Known, acting_for, known_organisation};
pub use people::{HeldRole, NewPerson, known_person};
pub use preview_submission::{Preview, PreviewHours, preview_submission};
pub use propose_correction::propose_correction;
pub use publish_submission::{Publication, publish_submission};
pub use read_sealed::read_sealed;
pub use records::{OwnedRecord, owned_record, published_record, record_for, record_owner};
pub use redeliver_messages::{Redelivery, redeliver_messages};
pub use refusal::Refusal;
pub use reply_to_record::reply_to_record;
pub use report_leaked_token::report_leaked_token;
pub use revoke_role::revoke_role;
pub use revoke_token::revoke_token;
pub use sealed::Unsealed;
pub use set_active::set_active;
pub use set_four_eyes::set_four_eyes;
pub use set_password::set_password;
pub use submissions::{object_of, readable_submission, stopped_by_four_eyes, submission_for};
pub use submit_upload::{Drafts, Submitted, drafts_to_submit, submit_upload};
pub use text::{REASON_MAX, Statement, label, plain_text, reason};
pub use tokens::NewToken;
pub use try_webhook::try_webhook;
pub use upload_table::{ROWS_MAX, Row, RowDraft, RowFault, Table, Uploaded, keep_report, upload_table};
pub use uploads::readable_upload;
pub use webhooks::own_webhook;
pub use withdraw_record::withdraw_record;

use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use domain::codes::Role;
use store::people::audit::{self, Deed};
use store::{StoreError, Tx};

/// An act in progress: its transaction, time and actor.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The transaction, which the act's caller commits or drops.
    pub tx: &'a Tx,
    /// The time of the act.
    pub now: DateTime<Utc>,
    /// Who is acting.
    pub actor: Actor<'a>,
}

impl Act<'_> {
    /// The role that allows the actor to do something; `None` for the command line, which may do everything.
    /// Errors: [`Forbidden`].
    pub fn may(&self, permission: Permission, object: Object<'_>) -> Result<Option<Role>, Forbidden> {
        self.actor.may(permission, object)
    }

    /// Writes a line in the audit trail, in the actor's name.
    pub async fn note(&self, role: Option<Role>, deed: Deed<'_>) -> Result<(), StoreError> {
        audit::note(self.tx, &Deed { person: self.actor.person_id(), role, ..deed }, self.now).await
    }
}
