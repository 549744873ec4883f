//! The registers that records are imported from, with their names for people.

/// A public register we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its name in imports, keys and filters.
    pub key: &'static str,
    /// Its name for people, as it reads after "the".
    pub name: &'static str,
    /// Where people find it.
    pub home: &'static str,
    /// Under which terms its data may be used again.
    pub licence: &'static str,
}

/// Every register whose files we read by themselves. Tables read with a mapping name a source of their own.
pub const SOURCES: &[Source] = &[
    Source {
        key: "atrs",
        name: "Algorithmic Transparency Records of the United Kingdom",
        home: "https://www.gov.uk/algorithmic-transparency-records",
        licence: "Open Government Licence v3.0",
    },
    Source {
        key: "nl",
        name: "Algorithm Register of the Netherlands",
        home: "https://algoritmes.overheid.nl",
        licence: "Its texts may be used again, as its copyright page says",
    },
    Source {
        key: "us",
        name: "Federal AI Use Case Inventories of the United States",
        home: "https://github.com/ombegov/2025-Federal-Agency-AI-Use-Case-Inventory",
        licence: "Works of the federal government, not subject to copyright in the United States (17 USC 105)",
    },
    Source {
        key: "ca",
        name: "AI Register of the Government of Canada",
        home: "https://open.canada.ca",
        licence: "Open Government Licence - Canada",
    },
    Source {
        key: "nyc",
        name: "Algorithmic Tools Reports of New York City",
        home: "https://opendata.cityofnewyork.us",
        licence: "Open data of the city, as NYC Open Data's terms of use say",
    },
];

/// The register with this key.
pub fn find(key: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.key == key)
}
