//! The arguments of statements that save records, in the order of their columns.

use outbound_campaigns::CampaignId;
use outbound_store::{Connection, Lane, OpenConversation, OptOut};

use crate::args::Arg;

/// `id` is the id of the lane as a string.
pub(super) fn lane<'a>(lane: &'a Lane, id: &'a str) -> [Arg<'a>; 6] {
    [
        id.into(),
        i64::from(lane.rate).into(),
        lane.due_at.into(),
        lane.blocked_until.into(),
        lane.paused_reason.as_deref().into(),
        lane.claims.into(),
    ]
}

pub(super) fn opt_out(opt_out: &OptOut) -> [Arg<'_>; 5] {
    [
        opt_out.consumer.0.as_slice().into(),
        opt_out.sealed_address.as_slice().into(),
        opt_out.since.into(),
        opt_out.source.as_str().into(),
        opt_out.keyword.as_deref().into(),
    ]
}

pub(super) fn conversation(conversation: &OpenConversation) -> [Arg<'_>; 7] {
    [
        conversation.consumer.0.as_slice().into(),
        conversation.channel.as_str().into(),
        conversation.conversation_id.as_str().into(),
        conversation.campaign.as_ref().map(CampaignId::as_str).into(),
        conversation.skill.as_str().into(),
        conversation.opened_at.into(),
        conversation.last_message_at.into(),
    ]
}

pub(super) fn connection(connection: &Connection) -> [Arg<'_>; 6] {
    [
        connection.id.as_str().into(),
        connection.kind.as_str().into(),
        connection.name.as_str().into(),
        connection.sealed_settings.as_slice().into(),
        connection.callback_id.as_str().into(),
        connection.created_at.into(),
    ]
}
