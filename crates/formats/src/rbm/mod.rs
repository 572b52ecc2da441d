//! Messages of Google's RCS for Business, as its API sends them
//! (developers.google.com/business-communications/rcs-business-messaging, agent messages).
//!
//! A message has no name, no language and no placeholders: it is what one consumer gets.

mod read;
mod suggestions;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// Contents that a handoff keeps as they are, as components with the key as their type.
const KEPT_CONTENTS: [&str; 2] = ["carouselCard", "uploadedRbmFile"];

/// So many suggestions stand in a card; the others stand under the message.
const CARD_SUGGESTIONS: usize = 4;
