//! Who may do what: one table of roles, permissions and scopes. Anything not in the table is not allowed.

use crate::codes::{AssessmentType, Role, Sector};
use crate::submission::Action;

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Start a submission.
    CreateSubmission,
    /// Read a submission and its history.
    ReadSubmission,
    /// Act on a submission.
    Act(ActionKind),
    /// Create a link that lets anyone read a submission for a while.
    PreviewSubmission,
    /// Upload a table of records.
    Import,
    /// Upload a document.
    UploadDocument,
    /// Withdraw a published record.
    WithdrawRecord,
    /// Confirm that a published record is still true.
    ConfirmRecord,
    /// Ask for something to be redacted in every version of a record.
    AskRedaction,
    /// Decide on a redaction that another person asked for.
    DecideRedaction,
    /// Read sealed texts, and leave receipts.
    ReadSealed,
    /// Publish an annotation beside a record.
    Annotate,
    /// Reply for a body to what others say about its record, and to gaps.
    Reply,
    /// Make public a body's reply that another person wrote.
    ApproveReply,
    /// Declare for a body that it uses nothing that belongs in the register, and withdraw that.
    FileNilReturn,
    /// Judge a link between a contract and a record.
    JudgeLink,
    /// Decide on annotations and corrections.
    Moderate,
    /// Manage organisations.
    ManageOrganisations,
    /// Manage people and their roles.
    ManagePeople,
    /// Confirm a role that another administrator asked for.
    ConfirmRole,
    /// Read the audit trail.
    ReadAudit,
}

/// The two kinds of [`Action`] that roles are granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActionKind {
    /// Change a submission, submit it for approval, or discard it.
    Write,
    /// Review, send back, approve or publish a submission.
    Decide,
}

impl From<Action> for Permission {
    fn from(action: Action) -> Self {
        Self::Act(match action {
            Action::Edit | Action::Submit | Action::Discard => ActionKind::Write,
            Action::Review | Action::RequestChanges | Action::Approve | Action::Publish => ActionKind::Decide,
        })
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: &[Self] = &[
        Self::CreateSubmission,
        Self::ReadSubmission,
        Self::Act(ActionKind::Write),
        Self::Act(ActionKind::Decide),
        Self::PreviewSubmission,
        Self::Import,
        Self::UploadDocument,
        Self::WithdrawRecord,
        Self::ConfirmRecord,
        Self::AskRedaction,
        Self::DecideRedaction,
        Self::ReadSealed,
        Self::Annotate,
        Self::Reply,
        Self::ApproveReply,
        Self::FileNilReturn,
        Self::JudgeLink,
        Self::Moderate,
        Self::ManageOrganisations,
        Self::ManagePeople,
        Self::ConfirmRole,
        Self::ReadAudit,
    ];

    /// The permission in words, to follow "may".
    pub fn words(self) -> &'static str {
        match self {
            Self::CreateSubmission => "begin a submission",
            Self::ReadSubmission => "read a submission",
            Self::Act(ActionKind::Write) => "edit, submit or discard a submission",
            Self::Act(ActionKind::Decide) => "review, send back, approve or publish a submission",
            Self::PreviewSubmission => "make and revoke preview links",
            Self::Import => "upload a table of records",
            Self::UploadDocument => "upload a document",
            Self::WithdrawRecord => "withdraw a record",
            Self::ConfirmRecord => "confirm a record",
            Self::AskRedaction => "ask for a redaction",
            Self::DecideRedaction => "decide about a redaction that another asked for",
            Self::ReadSealed => "read sealed material and leave receipts",
            Self::Annotate => "annotate a record",
            Self::Reply => "write replies for a body",
            Self::ApproveReply => "make public a reply that another wrote",
            Self::FileNilReturn => "file and withdraw nil returns",
            Self::JudgeLink => "judge a link between a contract and a record",
            Self::Moderate => "decide about annotations and corrections",
            Self::ManageOrganisations => "manage organisations",
            Self::ManagePeople => "manage people and roles",
            Self::ConfirmRole => "confirm a role that another administrator asked for",
            Self::ReadAudit => "read the audit trail",
        }
    }
}

/// How far a role's permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Whatever belongs to the organisation the role is held for.
    Own,
    /// Whatever is about other bodies: records of observers, reviews of oversight bodies.
    Others,
    /// Assessments in the role's remit.
    Remit,
    /// Everything.
    Register,
}

impl Scope {
    /// The scope in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Own => "of its own organisation",
            Self::Others => "of observers and oversight bodies",
            Self::Remit => "in its remit",
            Self::Register => "of everyone",
        }
    }
}

/// The table of rights. Each line allows a role one permission, within a scope.
pub const RULES: &[(Role, Permission, Scope)] = {
    use ActionKind::*;
    use Permission::*;
    use Role::*;
    &[
        (Contributor, CreateSubmission, Scope::Own),
        (Contributor, ReadSubmission, Scope::Own),
        (Contributor, Act(Write), Scope::Own),
        (Contributor, PreviewSubmission, Scope::Own),
        (Contributor, Import, Scope::Own),
        (Contributor, UploadDocument, Scope::Own),
        (Contributor, ConfirmRecord, Scope::Own),
        (Contributor, AskRedaction, Scope::Own),
        (Contributor, Reply, Scope::Own),
        (Contributor, FileNilReturn, Scope::Own),
        (Approver, ReadSubmission, Scope::Own),
        (Approver, Act(Decide), Scope::Own),
        (Approver, PreviewSubmission, Scope::Own),
        (Approver, WithdrawRecord, Scope::Own),
        (Approver, ConfirmRecord, Scope::Own),
        (Approver, AskRedaction, Scope::Own),
        (Approver, DecideRedaction, Scope::Own),
        (Approver, Reply, Scope::Own),
        (Approver, ApproveReply, Scope::Own),
        (Approver, FileNilReturn, Scope::Own),
        (Approver, JudgeLink, Scope::Own),
        (Approver, ReadAudit, Scope::Own),
        (Observer, CreateSubmission, Scope::Own),
        (Observer, ReadSubmission, Scope::Own),
        (Observer, Act(Write), Scope::Own),
        (Observer, UploadDocument, Scope::Own),
        (Observer, Annotate, Scope::Own),
        (Oversight, CreateSubmission, Scope::Own),
        (Oversight, ReadSubmission, Scope::Own),
        (Oversight, Act(Write), Scope::Own),
        (Oversight, UploadDocument, Scope::Own),
        (Oversight, Annotate, Scope::Own),
        (Regulator, ReadSealed, Scope::Remit),
        (Regulator, Annotate, Scope::Own),
        (Admin, ReadSubmission, Scope::Others),
        (Admin, Act(Decide), Scope::Others),
        (Admin, WithdrawRecord, Scope::Others),
        (Admin, AskRedaction, Scope::Register),
        (Admin, DecideRedaction, Scope::Register),
        (Admin, JudgeLink, Scope::Register),
        (Admin, Moderate, Scope::Register),
        (Admin, ManageOrganisations, Scope::Register),
        (Admin, ManagePeople, Scope::Register),
        (Admin, ConfirmRole, Scope::Register),
        (Admin, ReadAudit, Scope::Register),
    ]
};

/// A role that a person holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Id of the organisation the role is held for; `None` for an administrator of the register.
    pub organisation: Option<String>,
    /// Which assessments a regulator may read; ignored for other roles.
    pub remit: Remit,
}

/// What a regulator looks after; an empty list means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Remit {
    /// Fields of public life.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
    /// Types of assessment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assessment_types: Vec<AssessmentType>,
}

impl Remit {
    /// Whether the remit includes an assessment of this type, in a record with these sectors.
    pub fn covers(&self, sectors: &[Sector], r#type: AssessmentType) -> bool {
        (self.sectors.is_empty() || sectors.iter().any(|sector| self.sectors.contains(sector)))
            && (self.assessment_types.is_empty() || self.assessment_types.contains(&r#type))
    }
}

/// What a permission is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object<'a> {
    /// The register itself.
    Register,
    /// Something that belongs to an organisation.
    Of {
        /// Id of the organisation.
        owner: &'a str,
        /// Whether it is about another body: a record of an observer, a review of an oversight body.
        about_others: bool,
    },
    /// An assessment of a record.
    Assessment {
        /// The sectors of its record.
        sectors: &'a [Sector],
        /// The assessment's type.
        r#type: AssessmentType,
    },
}

/// The first grant that allows something; `None` if none does.
pub fn allows<'g>(grants: &'g [Grant], permission: Permission, object: Object<'_>) -> Option<&'g Grant> {
    grants.iter().find(|grant| {
        RULES
            .iter()
            .filter(|(role, allowed, _)| *role == grant.role && *allowed == permission)
            .any(|(.., scope)| reaches(grant, *scope, object))
    })
}

fn reaches(grant: &Grant, scope: Scope, object: Object<'_>) -> bool {
    match (scope, object) {
        (Scope::Own, Object::Of { owner, .. }) => grant.organisation.as_deref() == Some(owner),
        (Scope::Others, Object::Of { about_others, .. }) => about_others,
        (Scope::Remit, Object::Assessment { sectors, r#type }) => grant.remit.covers(sectors, r#type),
        (Scope::Register, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Code;

    fn grant(role: Role, organisation: Option<&str>) -> Grant {
        Grant { role, organisation: organisation.map(str::to_owned), remit: Remit::default() }
    }

    /// Checks every combination of role, permission and object: those in the table are allowed, all others
    /// refused.
    #[test]
    fn what_does_not_stand_in_the_table_is_refused() {
        let own = Object::Of { owner: "a", about_others: false };
        let other = Object::Of { owner: "b", about_others: false };
        let about_others = Object::Of { owner: "b", about_others: true };
        for &role in Role::ALL {
            for &permission in Permission::ALL {
                let grants = [grant(role, Some("a"))];
                let may = |object| allows(&grants, permission, object).is_some();
                let scopes: Vec<Scope> = RULES
                    .iter()
                    .filter(|(r, p, _)| (*r, *p) == (role, permission))
                    .map(|(.., scope)| *scope)
                    .collect();
                assert!(scopes.len() <= 1, "{role} has two lines for {permission:?}");
                assert_eq!(may(own), matches!(scopes[..], [Scope::Own | Scope::Register]));
                assert_eq!(may(other), matches!(scopes[..], [Scope::Register]));
                assert_eq!(may(about_others), matches!(scopes[..], [Scope::Others | Scope::Register]));
                assert_eq!(may(Object::Register), matches!(scopes[..], [Scope::Register]));
            }
        }
        assert!(Permission::ALL.iter().all(|permission| allows(&[], *permission, own).is_none()));
    }

    #[test]
    fn only_a_regulator_reads_sealed_material_and_only_of_its_remit() {
        let schools = Remit { sectors: vec![Sector::Schools], assessment_types: vec![AssessmentType::Dpia] };
        let grants = [Grant { remit: schools, ..grant(Role::Regulator, Some("a")) }];
        let dpia = |sectors| Object::Assessment { sectors, r#type: AssessmentType::Dpia };
        assert!(allows(&grants, Permission::ReadSealed, dpia(&[Sector::Schools])).is_some());
        assert!(allows(&grants, Permission::ReadSealed, dpia(&[Sector::Policing])).is_none());
        let eqia = Object::Assessment { sectors: &[Sector::Schools], r#type: AssessmentType::Eqia };
        assert!(allows(&grants, Permission::ReadSealed, eqia).is_none());
        for &role in Role::ALL.iter().filter(|role| **role != Role::Regulator) {
            assert!(allows(&[grant(role, Some("a"))], Permission::ReadSealed, dpia(&[])).is_none());
        }
    }
}
