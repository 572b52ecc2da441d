//! Icons: symbols of `assets/icons.svg`. They always accompany a label.

use maud::{Markup, html};
use outbound_model::ChannelType;

use crate::assets::Asset;
use crate::text::{self, Text};

/// Defines the enum of icons with the id of each symbol.
macro_rules! icons {
    ($($(#[$meta:meta])* $Name:ident = $id:literal,)*) => {
        /// A symbol in `assets/icons.svg`.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Icon { $($(#[$meta])* $Name,)* }

        impl Icon {
            /// Every icon.
            pub const ALL: &[Icon] = &[$(Icon::$Name),*];

            /// The symbol's id.
            pub fn id(self) -> &'static str {
                match self { $(Icon::$Name => $id,)* }
            }
        }
    };
}

icons! {
    /// The product.
    Logo = "logo",
    /// WhatsApp.
    WhatsApp = "wa",
    /// SMS.
    Sms = "sms",
    /// Apple Messages.
    Apple = "apple",
    /// RCS.
    Rcs = "rcs",
    /// In-app.
    InApp = "inapp",
    /// A reply.
    Reply = "reply",
    /// A URL to open.
    Link = "link",
    /// A number to call.
    Phone = "phone",
    /// A list of choices.
    List = "list",
    /// An image.
    Image = "image",
    /// A video.
    Video = "video",
    /// An audio file.
    Audio = "audio",
    /// A file.
    Document = "document",
    /// Add.
    Plus = "plus",
    /// Remove.
    Trash = "trash",
    /// Move up.
    Up = "up",
    /// Move down.
    Down = "down",
    /// Success.
    Check = "check",
    /// A warning.
    Warning = "warning",
    /// An error.
    Error = "error",
    /// An automatic fix.
    Wand = "wand",
    /// A placeholder.
    Braces = "braces",
    /// Light or dark.
    Theme = "theme",
    /// A user.
    User = "user",
    /// A verified sender.
    Verified = "verified",
}

impl Icon {
    /// The icon of a channel.
    pub fn of_channel(channel: ChannelType) -> Self {
        match channel {
            ChannelType::WhatsApp => Icon::WhatsApp,
            ChannelType::SmsTwilio => Icon::Sms,
            ChannelType::AppleTwilio => Icon::Apple,
            ChannelType::GoogleRcs => Icon::Rcs,
            ChannelType::InApp => Icon::InApp,
        }
    }
}

/// Draws an icon. Screen readers skip it, because a label is next to it.
pub fn icon(icon: Icon) -> Markup {
    let target = format!("{}#{}", Asset::Icons.path(), icon.id());
    html! { svg class="icon" aria-hidden="true" { use href=(target) {} } }
}

/// The display name of a channel.
pub(crate) fn channel_name(channel: ChannelType) -> Text {
    match channel {
        ChannelType::WhatsApp => text::channel_whatsapp(),
        ChannelType::SmsTwilio => text::channel_sms(),
        ChannelType::AppleTwilio => text::channel_apple(),
        ChannelType::GoogleRcs => text::channel_rcs(),
        ChannelType::InApp => text::channel_in_app(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_icon_has_a_symbol_and_each_symbol_an_icon() {
        let file = Asset::Icons.content();
        for icon in Icon::ALL {
            assert!(file.contains(&format!(r#"<symbol id="{}""#, icon.id())), "{icon:?}");
        }
        assert_eq!(file.matches("<symbol ").count(), Icon::ALL.len());
    }
}
