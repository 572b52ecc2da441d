//! Names of the states of campaigns and recipients.

use std::collections::HashMap;

use maud::{Markup, html};
use outbound_app::Campaign;
use outbound_campaigns::{CampaignStatus, RecipientState, SkipReason};

use crate::text::{self, Text, TextFn};

/// The states of recipients by their names in storage, with the names on pages.
pub(super) const STATES: [(&str, TextFn); 8] = [
    ("waiting", text::waiting),
    ("in_flight", text::in_flight),
    ("sent", text::sent),
    ("failed", text::failed),
    ("skipped", text::skipped),
    ("cancelled", text::cancelled),
    ("expired", text::expired),
    ("unknown", text::outcome_unknown),
];

/// Who created a campaign: the name of a client, or of a user.
pub(super) fn creator<'c>(campaign: &'c Campaign, names: &'c HashMap<String, String>) -> &'c str {
    names.get(&campaign.created_by).unwrap_or(&campaign.created_by)
}

/// The name of a state on pages.
pub(super) fn state_name(state: &str) -> Text {
    let found = STATES.iter().find(|(name, _)| *name == state);
    found.map_or_else(|| state.to_owned().into(), |(_, label)| label())
}

pub(super) fn state_badge(state: &RecipientState) -> Markup {
    let class = match state {
        RecipientState::Sent => "badge done",
        RecipientState::Failed(_) => "badge error",
        RecipientState::Unknown | RecipientState::Skipped(_) => "badge warning",
        RecipientState::Waiting | RecipientState::InFlight | RecipientState::Cancelled(_) => "badge",
    };
    html! { span class=(class) { (state_name(state.as_str())) } }
}

/// Why a recipient was skipped.
pub(super) fn skip_reason(reason: SkipReason) -> Text {
    match reason {
        SkipReason::OptedOut => text::skipped_opted_out(),
        SkipReason::OpenConversation => text::skipped_open_conversation(),
    }
}

pub(super) fn status_badge(status: CampaignStatus) -> Markup {
    let (class, name) = match status {
        CampaignStatus::Draft => ("badge", text::draft()),
        CampaignStatus::Running => ("badge published", text::running()),
        CampaignStatus::Paused => ("badge warning", text::paused()),
        CampaignStatus::Finished => ("badge done", text::finished()),
        CampaignStatus::Cancelled => ("badge", text::cancelled()),
    };
    html! { span class=(class) { (name) } }
}

#[cfg(test)]
mod tests {
    use outbound_campaigns::CancelReason;
    use outbound_reporting::ErrorKey;

    use super::*;

    #[test]
    fn every_state_has_a_name() {
        let error = ErrorKey::new("twilio".to_owned(), "30003".to_owned()).unwrap();
        let states = [
            RecipientState::Waiting,
            RecipientState::InFlight,
            RecipientState::Sent,
            RecipientState::Failed(error),
            RecipientState::Skipped(None),
            RecipientState::Cancelled(CancelReason::Cancelled),
            RecipientState::Cancelled(CancelReason::Expired),
            RecipientState::Unknown,
        ];
        assert_eq!(states.each_ref().map(RecipientState::as_str), STATES.map(|(name, _)| name));
    }
}
