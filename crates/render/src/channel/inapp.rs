//! In-app: a push notification, and in the app a bubble with an image (channel-rules §6, §7).

use outbound_model::{InApp, InAppComponent, InAppImage, InAppText};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

use crate::draft::{Draft, first};
use crate::{Component, Text};

/// An in-app message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct InAppPreview {
    /// The apps that receive it.
    pub apps: Vec<String>,
    /// What the lock screen shows.
    pub notification: Notification,
    /// The bubble in the app.
    pub message: Text,
    /// The picture in the app, also in the notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
}

/// A push notification.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct Notification {
    /// Its title.
    pub title: Text,
    /// The byte where the title is cut, if it is too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_cut: Option<usize>,
    /// Its text.
    pub body: Text,
    /// Whether that is the message itself (`isSameMessageForNotification`).
    pub same_as_message: bool,
    /// Where the text is cut.
    pub body_cuts: BodyCuts,
}

/// The bytes where devices cut the text of a notification, about; absent where it fits (INA-06).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
pub struct BodyCuts {
    /// On the lock screen of iOS: 160 characters, 130 beside an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ios_lock_screen: Option<usize>,
    /// In a banner of iOS: 80 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ios_banner: Option<usize>,
    /// Collapsed on Android: 49 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub android_collapsed: Option<usize>,
    /// Expanded on Android: 600 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub android_expanded: Option<usize>,
}

/// Characters of a title that show (INA-06).
const TITLE_CHARACTERS: usize = 50;

/// A picture and what a tap on it opens.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewImage)]
pub struct Image {
    /// Where it is. It is never fetched.
    pub address: Text,
    /// What a tap opens; absent unless the image is clickable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<Text>,
}

pub(super) fn render(draft: &mut Draft<'_>, inapp: &InApp) -> InAppPreview {
    let (mut text, mut image) = (None, None);
    draft.sort_out(&inapp.message_components, |component| match component {
        InAppComponent::Text(part) => first(&mut text, part),
        InAppComponent::Image(part) => first(&mut image, part),
        InAppComponent::Unknown(_) => false,
    });
    let image = image.map(|image| render_image(draft, image));
    let message =
        text.and_then(|text: &InAppText| draft.fill_some(Component::Body, text.message_text.as_ref()));
    let message = message.unwrap_or_default();
    let notification = render_notification(draft, text, &message, image.is_some());
    InAppPreview { apps: inapp.app_names.clone().unwrap_or_default(), notification, message, image }
}

fn render_notification(
    draft: &mut Draft<'_>,
    text: Option<&InAppText>,
    message: &Text,
    with_image: bool,
) -> Notification {
    let same_as_message = text.is_some_and(|text| text.is_same_message_for_notification == Some(true));
    let mut fill = |field: fn(&InAppText) -> Option<&String>| {
        text.and_then(|text| draft.fill_some(Component::Body, field(text))).unwrap_or_default()
    };
    let title = fill(|text| text.notification_title.as_ref());
    // Filled in even when it is not shown: its placeholders need values all the same (INA-03).
    let own = fill(|text| text.notification_message.as_ref());
    let body = if same_as_message { message.clone() } else { own };
    let title_cut = cut(&title.text, TITLE_CHARACTERS);
    Notification { title, title_cut, body_cuts: BodyCuts::of(&body.text, with_image), body, same_as_message }
}

fn render_image(draft: &mut Draft<'_>, image: &InAppImage) -> Image {
    let clickable = image.is_clickable == Some(true);
    Image {
        address: draft.fill_some(Component::Header, image.url.as_ref()).unwrap_or_default(),
        destination: draft.fill_some(Component::Header, image.destination_url.as_ref()).filter(|_| clickable),
    }
}

impl BodyCuts {
    fn of(body: &str, with_image: bool) -> Self {
        Self {
            ios_lock_screen: cut(body, if with_image { 130 } else { 160 }),
            ios_banner: cut(body, 80),
            android_collapsed: cut(body, 49),
            android_expanded: cut(body, 600),
        }
    }
}

/// Where a text of more than `most` characters is cut; never within what a reader sees as one.
fn cut(text: &str, most: usize) -> Option<usize> {
    text.char_indices().nth(most)?;
    let mut characters = 0;
    let mut clusters = text.grapheme_indices(true);
    clusters.find_map(|(start, cluster)| {
        characters += cluster.chars().count();
        (characters > most).then_some(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_keeps_what_is_seen_as_one_character() {
        for (text, most, at) in
            [("abc", 3, None), ("abcd", 3, Some(3)), ("éàü", 2, Some(4)), ("ab👨‍👩‍👧", 3, Some(2)), ("", 0, None)]
        {
            assert_eq!(cut(text, most), at, "{text}");
        }
    }
}
