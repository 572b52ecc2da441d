//! In-app messages: a push notification, and a bubble with an image in the app (channel-rules §6, §7).

use outbound_model::{InApp, InAppComponent, InAppImage, InAppText};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

use crate::state::{RenderState, first};
use crate::{Component, Text};

/// An in-app message.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct InAppPreview {
    /// The apps that receive it.
    pub apps: Vec<String>,
    /// The push notification.
    pub notification: Notification,
    /// The bubble in the app.
    pub message: Text,
    /// The image in the app and in the notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
}

/// A push notification.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct Notification {
    /// The title.
    pub title: Text,
    /// The byte offset at which the title is truncated, if it is too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_cut: Option<usize>,
    /// The text.
    pub body: Text,
    /// Whether the text is the message itself (`isSameMessageForNotification`).
    pub same_as_message: bool,
    /// Where devices truncate the text.
    pub body_cuts: BodyCuts,
}

/// Approximate byte offsets at which devices truncate the text of a notification; absent if it fits (INA-06).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
pub struct BodyCuts {
    /// On the iOS lock screen: 160 characters, 130 beside an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ios_lock_screen: Option<usize>,
    /// In an iOS banner: 80 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ios_banner: Option<usize>,
    /// Collapsed on Android: 49 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub android_collapsed: Option<usize>,
    /// Expanded on Android: 600 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub android_expanded: Option<usize>,
}

/// Number of visible characters of a title (INA-06).
const TITLE_CHARACTERS: usize = 50;

/// An image and the URL that a tap on it opens.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = PreviewImage)]
pub struct Image {
    /// The URL of the image. It is never fetched.
    pub address: Text,
    /// The URL that a tap opens; absent unless the image is clickable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<Text>,
}

pub(super) fn render(state: &mut RenderState<'_>, inapp: &InApp) -> InAppPreview {
    let (mut text, mut image) = (None, None);
    state.visit(&inapp.message_components, |component| match component {
        InAppComponent::Text(part) => first(&mut text, part),
        InAppComponent::Image(part) => first(&mut image, part),
        InAppComponent::Unknown(_) => false,
    });
    let image = image.map(|image| render_image(state, image));
    let message =
        text.and_then(|text: &InAppText| state.fill_some(Component::Body, text.message_text.as_ref()));
    let message = message.unwrap_or_default();
    let notification = render_notification(state, text, &message, image.is_some());
    InAppPreview { apps: inapp.app_names.clone().unwrap_or_default(), notification, message, image }
}

fn render_notification(
    state: &mut RenderState<'_>,
    text: Option<&InAppText>,
    message: &Text,
    with_image: bool,
) -> Notification {
    let same_as_message = text.is_some_and(|text| text.is_same_message_for_notification == Some(true));
    let mut fill = |field: fn(&InAppText) -> Option<&String>| {
        text.and_then(|text| state.fill_some(Component::Body, field(text))).unwrap_or_default()
    };
    let title = fill(|text| text.notification_title.as_ref());
    // Filled in even if it is not shown, because its placeholders need values in any case (INA-03).
    let own_text = fill(|text| text.notification_message.as_ref());
    let body = if same_as_message { message.clone() } else { own_text };
    let title_cut = truncation(&title.text, TITLE_CHARACTERS);
    Notification { title, title_cut, body_cuts: BodyCuts::of(&body.text, with_image), body, same_as_message }
}

fn render_image(state: &mut RenderState<'_>, image: &InAppImage) -> Image {
    let clickable = image.is_clickable == Some(true);
    Image {
        address: state.fill_some(Component::Header, image.url.as_ref()).unwrap_or_default(),
        destination: state.fill_some(Component::Header, image.destination_url.as_ref()).filter(|_| clickable),
    }
}

impl BodyCuts {
    fn of(body: &str, with_image: bool) -> Self {
        Self {
            ios_lock_screen: truncation(body, if with_image { 130 } else { 160 }),
            ios_banner: truncation(body, 80),
            android_collapsed: truncation(body, 49),
            android_expanded: truncation(body, 600),
        }
    }
}

/// The byte offset at which a string is truncated to `max` characters, if it is longer. Grapheme clusters are
/// not split.
fn truncation(text: &str, max: usize) -> Option<usize> {
    text.char_indices().nth(max)?;
    let mut characters = 0;
    let mut clusters = text.grapheme_indices(true);
    clusters.find_map(|(start, cluster)| {
        characters += cluster.chars().count();
        (characters > max).then_some(start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_does_not_split_graphemes() {
        for (text, max, offset) in
            [("abc", 3, None), ("abcd", 3, Some(3)), ("éàü", 2, Some(4)), ("ab👨‍👩‍👧", 3, Some(2)), ("", 0, None)]
        {
            assert_eq!(truncation(text, max), offset, "{text}");
        }
    }
}
