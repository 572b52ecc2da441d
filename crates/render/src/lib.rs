//! Previews of handoffs: fills in placeholders, shows each message as its channel displays it, and counts
//! SMS segments.
//!
//! Everything here is pure: nothing is sent, and no URL is fetched. [`render`] returns a structure that can
//! be serialized ([`serde::Serialize`]) or printed to a terminal ([`std::fmt::Display`]); [`sms`] counts
//! segments; [`substitute`] fills in a single string. Positions are byte offsets.

mod channel;
pub mod formatting;
mod parts;
pub mod sms;
mod state;
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
