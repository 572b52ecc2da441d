//! `sms-twilio`: an SMS sent through Twilio (contract §3.3, §3.4).

use crate::json_macros::{json_object, json_tagged};

json_object! {
    /// An SMS.
    pub struct SmsTwilio {
        /// Language code of the text.
        language as "language": Option<String>,
        /// The sender: a phone number, short code or name.
        outboundnumber as "outboundnumber": Option<String>,
        /// One body.
        message_components as "messageComponents": Vec<SmsComponent>,
    }
}

json_tagged! {
    /// A component of an SMS.
    pub enum SmsComponent {
        /// The text.
        Body(SmsBody) as "body",
    }
}

json_object! {
    /// The text of an SMS and its opt-out line.
    pub struct SmsBody {
        /// The text with its placeholders.
        content as "content": Option<String>,
        /// The placeholder numbers used in `content`.
        variables as "variables": Option<Vec<String>>,
        /// The opt-out instruction, appended to the text.
        opt_out as "optOut": Option<String>,
    }
}
