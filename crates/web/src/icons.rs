//! The icons: symbols of one file of our own, drawn beside words and never instead of them.

use maud::{Markup, html};
use outbound_model::ChannelType;

use crate::assets::Asset;

/// Icons as an enum with the id of each symbol.
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
    /// An answer.
    Reply = "reply",
    /// An address to open.
    Link = "link",
    /// A number to call.
    Phone = "phone",
    /// A list of choices.
    List = "list",
    /// A picture.
    Image = "image",
    /// A film.
    Video = "video",
    /// A sound.
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
    /// All is well.
    Check = "check",
    /// A warning.
    Warning = "warning",
    /// An error.
    Error = "error",
    /// Mend it.
    Wand = "wand",
    /// A placeholder.
    Braces = "braces",
    /// Light or dark.
    Theme = "theme",
    /// A person.
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

/// Draws an icon, which screen readers pass over: the words stand beside it.
pub fn icon(icon: Icon) -> Markup {
    let target = format!("{}#{}", Asset::Icons.path(), icon.id());
    html! { svg class="icon" aria-hidden="true" { use href=(target) {} } }
}

/// A channel's name for people.
pub fn channel_name(channel: ChannelType) -> &'static str {
    match channel {
        ChannelType::WhatsApp => "WhatsApp",
        ChannelType::SmsTwilio => "SMS",
        ChannelType::AppleTwilio => "Apple Messages",
        ChannelType::GoogleRcs => "RCS",
        ChannelType::InApp => "In-app",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_in_the_file_and_every_symbol_is_used() {
        let file = Asset::Icons.content();
        for icon in Icon::ALL {
            assert!(file.contains(&format!(r#"<symbol id="{}""#, icon.id())), "{icon:?}");
        }
        assert_eq!(file.matches("<symbol ").count(), Icon::ALL.len());
    }
}
