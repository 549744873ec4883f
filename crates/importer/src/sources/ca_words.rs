//! Words of the Canadian AI register, and the codes they become.

/// The French words for the status, and the phase each means.
pub(super) const STATUS: &[(&str, &str)] = &[
    ("en production", "production"),
    ("en service", "production"),
    ("en developpement", "development"),
    ("en cours de developpement", "development"),
    ("a l essai", "pre_deployment"),
    ("en phase de test", "pre_deployment"),
    ("projet pilote", "pilot"),
    ("en phase pilote", "pilot"),
    ("prevu", "idea"),
    ("en pause", "suspended"),
    ("retire", "retired"),
    ("mis hors service", "retired"),
    ("abandonne", "retired"),
];
/// Parts of folded words about what a system can do, and the technology they mean.
pub(super) const CAPABILITIES: &[(&str, &str)] = &[
    ("large language model", "generative_ai"),
    ("llm", "generative_ai"),
    ("generative", "generative_ai"),
    ("chatbot", "natural_language"),
    ("natural language", "natural_language"),
    ("translation", "natural_language"),
    ("machine learning", "machine_learning"),
    ("deep learning", "machine_learning"),
    ("neural network", "machine_learning"),
    ("computer vision", "computer_vision"),
    ("object recognition", "computer_vision"),
    ("image recognition", "computer_vision"),
    ("speech", "speech"),
    ("transcription", "speech"),
    ("facial recognition", "biometric_identification"),
    ("biometric", "biometric_identification"),
    ("forecast", "forecasting"),
    ("optimization", "optimisation"),
    ("risk scor", "risk_scoring"),
    ("robotic", "robotics"),
];
