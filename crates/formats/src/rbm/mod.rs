//! Messages of Google's RCS for Business API
//! (developers.google.com/business-communications/rcs-business-messaging, agent messages).
//!
//! A message has no name, language or placeholders, because it is the final message to one consumer.

mod head;
mod read;
mod suggestions;
mod values;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// The carousel within `richCard`, which a handoff keeps unchanged.
const CAROUSEL: &str = "carouselCard";
const RICH_CARD: &str = "richCard";
const FILE: &str = "contentInfo";

/// Contents that earlier versions stored in a component whose type is their key.
const OLD_CONTENTS: [&str; 2] = [CAROUSEL, "uploadedRbmFile"];
/// Fields of a file that earlier versions stored in the media component itself.
const OLD_FILE: [&str; 2] = ["thumbnailUrl", "forceRefresh"];

/// Key of the note about the number of suggestions in the card, if the card had fewer than possible.
const IN_CARD: &str = "x-in-card";

/// Maximum number of suggestions in a card. The others are shown below the message.
const CARD_SUGGESTIONS: usize = 4;
