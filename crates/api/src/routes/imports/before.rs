//! What is said of a file that was uploaded before.

use domain::Code;
use store::people::uploads::Earlier;
use wire::{StateCount, UploadedBefore};

/// The earlier upload, as data.
pub(super) fn shown(earlier: &Earlier) -> UploadedBefore {
    let drafts = earlier.drafts.iter().map(|(state, count)| StateCount { state: *state, count: *count });
    UploadedBefore { id: earlier.id.clone(), at: earlier.at, drafts: drafts.collect() }
}

/// The same in a sentence.
pub(super) fn sentence(earlier: &Earlier) -> String {
    let at = earlier.at.format("%-d %B %Y at %H:%M UTC");
    let became: Vec<String> = earlier
        .drafts
        .iter()
        .map(|(state, count)| format!("{}: {count}", state.label().to_lowercase()))
        .collect();
    let became = match became.as_slice() {
        [] => "it made no drafts".to_owned(),
        some => format!("its drafts are now {}", some.join(", ")),
    };
    format!("this file was uploaded before, on {at}; {became}")
}

#[cfg(test)]
mod tests {
    use domain::codes::SubmissionState;

    use super::*;

    #[test]
    fn an_earlier_upload_is_said_with_what_became_of_it() {
        let mut earlier = Earlier {
            id: "1".to_owned(),
            at: "2026-11-21T09:05:00Z".parse().unwrap(),
            drafts: vec![(SubmissionState::Draft, 2), (SubmissionState::Published, 1)],
        };
        let begins = "this file was uploaded before, on 21 November 2026 at 09:05 UTC; ";
        assert_eq!(sentence(&earlier), format!("{begins}its drafts are now draft: 2, published: 1"));
        earlier.drafts.clear();
        assert_eq!(sentence(&earlier), format!("{begins}it made no drafts"));
    }
}
