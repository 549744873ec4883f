//! People: who they are, what they submit and subscribe to, and the trail of what they did.

mod accounts;
pub mod audit;
mod bearers;
pub mod documents;
pub mod encrypting;
mod forgetting;
pub mod idempotency;
pub mod identities;
pub mod pending_grants;
pub mod previews;
pub mod quotas;
pub mod remarks;
pub mod replies;
pub mod sessions;
pub mod submissions;
pub mod uploads;
pub mod webhooks;

pub use accounts::{
    Person, Token, administrators, any, create, find, find_token, four_eyes, grant, grants, is_address,
    keep_token, list, revoke, revoke_token, set_active, set_four_eyes, token_of, tokens,
};
pub use bearers::{Bearer, bearer, end_all};
pub use forgetting::forget_private;
