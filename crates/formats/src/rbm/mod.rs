//! Messages of Google's RCS for Business, as its API sends them
//! (developers.google.com/business-communications/rcs-business-messaging, agent messages).
//!
//! A message has no name, no language and no placeholders: it is what one consumer gets.

mod head;
mod read;
mod suggestions;
mod values;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// The card that a handoff keeps as it is. It stands within `richCard`.
const CAROUSEL: &str = "carouselCard";
const RICH_CARD: &str = "richCard";
const FILE: &str = "contentInfo";

/// Contents that earlier versions kept beside the type of a component, which is their key.
const OLD_CONTENTS: [&str; 2] = [CAROUSEL, "uploadedRbmFile"];
/// Fields of a file that they kept beside ours.
const OLD_FILE: [&str; 2] = ["thumbnailUrl", "forceRefresh"];

/// Where the extension notes how many suggestions stood in the card, if there was room for more.
const IN_CARD: &str = "x-in-card";

/// So many suggestions stand in a card; the others stand under the message.
const CARD_SUGGESTIONS: usize = 4;
