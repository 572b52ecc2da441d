//! What a consumer will see: a handoff with values in the place of its placeholders, drawn as each
//! channel draws it, and what its SMS costs.
//!
//! Everything here is pure: nothing is sent, and no address is fetched. [`render`] gives a structure
//! to draw from (it is [`serde::Serialize`]), which prints itself for terminals; [`sms`] counts
//! segments; [`substitute`] fills in a single text. Every place in a text is a range of its bytes.

mod channel;
mod draft;
pub mod formatting;
mod parts;
pub mod sms;
mod substitute;
mod terminal;
mod values;

pub use channel::{
    ApplePreview, BodyCuts, CardMedia, ChannelPreview, Header, Image, InAppPreview, Interactive, MediaPlace,
    Notification, Orientation, Preview, RcsCard, RcsContent, RcsPreview, Rendered, SmsPreview,
    WhatsAppPreview, is_right_to_left, render, render_channel, render_with_samples,
};
pub use parts::{Action, Button, Media, MediaKind};
pub use substitute::{Filled, MAX_FILLED_IN, Text, substitute};
pub use values::{Component, Key, ValueError, Values};
