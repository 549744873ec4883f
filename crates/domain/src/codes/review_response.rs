//! What the publisher did with the advice.

codes! {
    /// What the publisher did with the advice.
    ReviewResponse, "review_response", "a response",
    "What the publisher did with the advice.";

    Accepted = "accepted", "Accepted", "Followed", also ["followed"];
    Partly = "partly", "Partly", "Followed in part";
    Rejected = "rejected", "Rejected", "Not followed", also ["not_followed"];
    Pending = "pending", "Pending", "No answer yet", also ["open"];
}
