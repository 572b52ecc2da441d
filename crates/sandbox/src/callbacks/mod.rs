//! The callbacks of the simulated APIs, with their signatures.

mod meta;
mod rbm;
mod relay;
mod twilio;

use outbound_model::Timestamp;
use serde_json::Value;
use url::Url;

use crate::api_name::ApiName;
use crate::config::SigningSecrets;
use crate::plan::{Event, PhoneReply};
use crate::queue::Conversation;
use crate::receiver::CallbackRequest;

/// The key of wrong signatures.
const WRONG_KEY: &str = "wrong";

/// Builds the callbacks of a conversation.
pub(crate) struct CallbackBuilder<'c> {
    pub(crate) secrets: &'c SigningSecrets,
    pub(crate) now: Timestamp,
    /// For ids of events.
    pub(crate) random: [u8; 16],
    pub(crate) conversation: &'c Conversation,
}

impl CallbackBuilder<'_> {
    /// The callback about a status; `None` if the API has none, or no address is known.
    pub(crate) fn status(&self, event: &Event) -> Option<CallbackRequest> {
        let url = self.conversation.status_url.clone()?;
        match self.conversation.api {
            ApiName::Meta => Some(meta::status(self, url, event)),
            ApiName::Twilio => twilio::status(self, url, event),
            ApiName::Rbm => rbm::status(self, url, event),
            ApiName::Relay => Some(relay::status(self, url, event)),
        }
    }

    /// The callback about a reply, the id of the reply, and its content.
    pub(crate) fn reply(&self, url: Url, reply: &PhoneReply) -> (CallbackRequest, String, Value) {
        match self.conversation.api {
            ApiName::Meta => meta::reply(self, url, reply),
            ApiName::Twilio => twilio::reply(self, url, reply),
            ApiName::Rbm => rbm::reply(self, url, reply),
            ApiName::Relay => relay::reply(self, url, reply),
        }
    }

    /// The key that the callback is signed with.
    fn key<'k>(&self, secret: &'k str) -> &'k [u8] {
        if self.conversation.has_wrong_signature { WRONG_KEY.as_bytes() } else { secret.as_bytes() }
    }
}

/// The code of a failure that a callback reports. RBM and the relay report none.
pub(crate) fn error_code(api: ApiName, event: &Event) -> Option<u32> {
    let Event::Failed(failure) = event else { return None };
    match api {
        ApiName::Meta => Some(meta::failure_code(*failure)),
        ApiName::Twilio => Some(twilio::failure_code(*failure)),
        ApiName::Rbm | ApiName::Relay => None,
    }
}
