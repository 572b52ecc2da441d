//! `inapp`: a message in the brand's own app, with a push notification (contract §3.3, §3.4).

use crate::json_macros::{json_object, json_tagged};

json_object! {
    /// An in-app message.
    pub struct InApp {
        /// The apps (SDK data sources or bundle ids) that receive it.
        app_names as "appNames": Option<Vec<String>>,
        /// Language code of the text.
        language as "language": Option<String>,
        /// One text and an optional image. Placeholders are numbered across both.
        message_components as "messageComponents": Vec<InAppComponent>,
    }
}

json_tagged! {
    /// A component of an in-app message.
    pub enum InAppComponent {
        /// The message and its notification.
        Text(InAppText) as "text",
        /// An image.
        Image(InAppImage) as "image",
    }
}

json_object! {
    /// The message and its push notification.
    pub struct InAppText {
        /// The message shown in the app.
        message_text as "messageText": Option<String>,
        /// The title of the notification.
        notification_title as "notificationTitle": Option<String>,
        /// The text of the notification.
        notification_message as "notificationMessage": Option<String>,
        /// Whether the notification shows `messageText` instead of `notificationMessage`.
        is_same_message_for_notification as "isSameMessageForNotification": Option<bool>,
        /// The placeholder numbers used in the three fields above.
        variables as "variables": Option<Vec<String>>,
    }
}

json_object! {
    /// An image in the message.
    pub struct InAppImage {
        /// The URL of the image, or a placeholder for it.
        url as "url": Option<String>,
        /// Whether a tap opens `destinationUrl`.
        is_clickable as "isClickable": Option<bool>,
        /// The URL that a tap opens.
        destination_url as "destinationUrl": Option<String>,
        /// The placeholder numbers used in `url`, with the usual spelling of the key.
        lower_variables as "variables": Option<Vec<String>>,
        /// The same, with the spelling that the documented example uses.
        upper_variables as "Variables": Option<Vec<String>>,
    }
}

impl InAppImage {
    /// The placeholder numbers, under either spelling of the key.
    pub fn variables(&self) -> Option<&[String]> {
        self.upper_variables.as_deref().or(self.lower_variables.as_deref())
    }
}
