//! The message on top of a page about the action before it. The address contains only its name, so that a link
//! from elsewhere cannot put its own sentences on the page.

use crate::text::{self, Text};

/// The message with this name.
pub(crate) fn notice(name: &str) -> Option<Text> {
    Some(match name {
        "set-up" => text::notice_set_up(),
        "saved" => text::notice_saved(),
        "published" => text::notice_published(),
        "unpublished" => text::notice_unpublished(),
        "archived" => text::notice_archived(),
        "undone" => text::notice_undone(),
        "restored" => text::notice_restored(),
        "rolled-back" => text::notice_version_restored(),
        "settings" => text::notice_settings_saved(),
        "campaign-launch" => text::notice_campaign_launched(),
        "campaign-pause" => text::notice_campaign_paused(),
        "campaign-resume" => text::notice_campaign_resumed(),
        "campaign-cancel" => text::notice_campaign_cancelled(),
        "campaign-retry" => text::notice_campaign_retried(),
        "recipient-send-again" => text::notice_recipient_sent_again(),
        "recipient-counted-as-sent" => text::notice_recipient_counted_as_sent(),
        "sender-resumed" => text::notice_sender_resumed(),
        "opt-out-added" => text::notice_opt_out_added(),
        "opt-out-known" => text::notice_opt_out_known(),
        "opt-out-removed" => text::notice_opt_out_removed(),
        "consumer-erased" => text::notice_consumer_erased(),
        "sandbox-replied" => text::notice_sandbox_replied(),
        "file-deleted" => text::notice_file_deleted(),
        "client-revoked" => text::notice_client_revoked(),
        "key-revoked" => text::notice_api_key_revoked(),
        "user-revoked" => text::notice_user_revoked(),
        "role-changed" => text::notice_role_changed(),
        "password" => text::notice_password_changed(),
        "password-without-session" => text::notice_password_changed_log_in(),
        _ => return None,
    })
}
