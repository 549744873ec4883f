//! The phase of a tool's life (ATRS 0.3).

codes! {
    /// The phase of a tool's life.
    Phase, "phase", "a phase",
    "Where a tool stands in its life (ATRS 0.3).";

    Idea = "idea", "Idea", "Considered, nothing built or bought", also ["planned", "proposal"], broader "ATRS:idea";
    Design = "design", "Design", "Being designed", broader "ATRS:design";
    Procurement = "procurement", "Procurement", "Being bought", also ["acquisition", "tender"], broader "ATRS:procurement";
    Development = "development", "Development", "Being built or adapted", also ["in_development", "building"], broader "ATRS:development";
    PreDeployment = "pre_deployment", "Pre-deployment", "Built, being tested, not yet used on people", also ["testing", "initiated"], broader "ATRS:pre-deployment";
    PrivateBeta = "private_beta", "Private beta", "Used on invited people", also ["beta"], broader "ATRS:beta-pilot";
    PublicBeta = "public_beta", "Public beta", "Open to everybody while still changing", broader "ATRS:beta-pilot";
    Pilot = "pilot", "Pilot", "Used for real on a limited scale", also ["trial"], broader "ATRS:beta-pilot";
    Production = "production", "Production", "In regular use", also ["live", "in_use", "deployed", "operational", "active"], broader "ATRS:production";
    Suspended = "suspended", "Suspended", "Switched off for now", also ["paused", "halted"];
    Retired = "retired", "Retired", "Was used, is no longer used", also ["decommissioned", "ended", "stopped"], broader "ATRS:retired";
    Abandoned = "abandoned", "Abandoned", "Given up before it was used", also ["cancelled", "dropped"];
}

impl Phase {
    /// Whether the tool is used on people now.
    pub fn is_live(self) -> bool {
        matches!(self, Self::PrivateBeta | Self::PublicBeta | Self::Pilot | Self::Production)
    }
}
