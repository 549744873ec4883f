//! When an assessment is made, relative to the tool's use.

codes! {
    /// When an assessment belongs.
    AssessmentStage, "assessment_stage", "a stage of assessment",
    "When an assessment belongs: before, after or between.";

    Screening = "screening", "Screening", "To find out whether an assessment is needed";
    BeforeDeployment = "before_deployment", "Before deployment", "Before the tool was used on people", also ["before", "pre_deployment"];
    AfterDeployment = "after_deployment", "After deployment", "After the tool went live", also ["after", "post_deployment"];
    Periodic = "periodic", "Periodic", "At set times", also ["annual", "review"];
    Incident = "incident", "After an incident", "Because something went wrong";
}

impl AssessmentStage {
    /// Whether it is made before the tool is used on people.
    pub fn is_before_use(self) -> bool {
        matches!(self, Self::Screening | Self::BeforeDeployment)
    }
}
