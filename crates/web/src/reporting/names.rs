//! Names of what messages are reported by.

use maud::{Markup, html};
use outbound_model::ChannelType;
use outbound_reporting::{App, FunnelStep, MessageStatus, ReportingChannel, Source, Step, Transaction};

use crate::icons;
use crate::text::{self, Text};

pub(super) fn app_name(app: App) -> Text {
    match app {
        App::Proactive => text::app_proactive(),
        App::ConnectToMessaging => text::app_connect_to_messaging(),
    }
}

pub(crate) fn channel_name(channel: ReportingChannel) -> Text {
    icons::channel_name(match channel {
        ReportingChannel::Apple => ChannelType::AppleTwilio,
        ReportingChannel::GoogleRcs => ChannelType::GoogleRcs,
        ReportingChannel::InApp => ChannelType::InApp,
        ReportingChannel::Sms => ChannelType::SmsTwilio,
        ReportingChannel::WhatsApp => ChannelType::WhatsApp,
    })
}

pub(super) fn source_name(source: Source) -> Text {
    match source {
        Source::Api => text::source_api(),
        Source::Ui => text::source_ui(),
        Source::Workflow => text::source_workflow(),
    }
}

pub(super) fn funnel_step_name(step: FunnelStep) -> Text {
    match step {
        FunnelStep::Attempted => text::attempted(),
        FunnelStep::Eligible => text::eligible(),
        FunnelStep::Sent => text::sent(),
        FunnelStep::Delivered => text::delivered(),
        FunnelStep::Read => text::read(),
        FunnelStep::Conversations => text::conversations(),
    }
}

pub(super) fn status_name(status: MessageStatus) -> Text {
    match status {
        MessageStatus::Failed => text::failed(),
        MessageStatus::Skipped => text::skipped(),
        MessageStatus::Sent => text::sent(),
        MessageStatus::Delivered => text::delivered(),
        MessageStatus::Read => text::read(),
        MessageStatus::Responded => text::responded(),
    }
}

pub(super) fn step_name(step: Step) -> Text {
    match step {
        Step::Eligible => text::eligible(),
        Step::Invited => text::invited(),
        Step::Sent => text::sent(),
        Step::Delivered => text::delivered(),
        Step::Read => text::read(),
        Step::Failed => text::failed(),
        Step::Skipped => text::skipped(),
        Step::Cancelled => text::cancelled(),
        Step::ConversationCreated => text::conversation_created(),
        Step::ConversationClosed => text::conversation_closed(),
        Step::Csat => text::survey_answered(),
        Step::OptIn => text::opted_in(),
        Step::OptOut => text::opted_out(),
    }
}

/// The status, or what messages without a status are.
pub(super) fn status_badge(message: &Transaction) -> Markup {
    let (class, name) = match message.status() {
        Some(status @ MessageStatus::Failed) => ("badge error", status_name(status)),
        Some(status @ MessageStatus::Skipped) => ("badge warning", status_name(status)),
        Some(status) => ("badge done", status_name(status)),
        None if message.reported_error().is_some() => ("badge warning", text::not_sent()),
        None => ("badge", text::pending()),
    };
    html! { span class=(class) { (name) } }
}
