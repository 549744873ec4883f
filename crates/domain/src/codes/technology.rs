//! How a tool works.

codes! {
    /// How a tool works.
    Technology, "technology", "a technology",
    "How a tool works.";

    Rules = "rules", "Rules", "Written rules, decision trees or checklists applied by a computer", also ["rule_based"];
    RiskScoring = "risk_scoring", "Risk scoring", "People or cases get a score or a risk class", also ["scoring", "profiling"];
    MachineLearning = "machine_learning", "Machine learning", "A model learnt from data", also ["ml", "ai"];
    GenerativeAi = "generative_ai", "Generative AI", "Text, images or code made by a model", also ["genai", "llm", "chatgpt"];
    NaturalLanguage = "natural_language", "Natural language", "Reading, sorting or answering text", also ["nlp", "text", "chatbot"];
    Speech = "speech", "Speech", "Hearing or producing speech", also ["voice", "transcription"];
    ComputerVision = "computer_vision", "Computer vision", "Reading images or video", also ["vision", "image_recognition", "anpr"];
    BiometricIdentification = "biometric_identification", "Biometric identification", "Recognising who someone is by body or behaviour", also ["facial_recognition", "lfr"];
    BiometricCategorisation = "biometric_categorisation", "Biometric categorisation", "Sorting people by body or behaviour", also ["emotion_recognition"];
    MonitoringProctoring = "monitoring_proctoring", "Monitoring and proctoring", "Watching people at work, school or exams", also ["proctoring", "surveillance"];
    Matching = "matching", "Matching", "Linking data about the same person or thing", also ["data_matching", "linkage"];
    Forecasting = "forecasting", "Forecasting", "Predicting numbers or events, not about one person", also ["prediction"];
    Optimisation = "optimisation", "Optimisation", "Finding the best plan, route or schedule", also ["scheduling", "routing"];
    Robotics = "robotics", "Robotics", "Machines that move or process automation", also ["rpa", "drones"];
    DataPlatform = "data_platform", "Data platform", "Storing and joining data for others to use", also ["data_warehouse"];
    NotAi = "not_ai", "Not AI", "None of these techniques", also ["none"];
    Other = "other", "Other", "Another technique";
}
