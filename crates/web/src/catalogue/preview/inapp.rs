//! In-app: the notification on the lock screen, and the message in the brand's app.

use maud::{Markup, html};
use outbound_render::{Image, InAppPreview, Media, MediaKind, Notification};

use super::PreviewRenderer;
use super::elements::message_text;
use super::spans::Spans;
use crate::icons::{Icon, icon};
use crate::text;

impl PreviewRenderer<'_> {
    pub(super) fn in_app(&mut self, preview: &InAppPreview) -> Markup {
        let your_app = text::your_app();
        let app = preview.apps.first().map_or(&*your_app, String::as_str);
        html! {
            div class="lock-screen" role="group" aria-label=(text::lock_screen()) {
                div class="clock" aria-hidden="true" { "9:41" }
                (self.notification(&preview.notification, app, preview.image.as_ref()))
            }
            div class="app" role="group" aria-label=(text::in_the_app()) {
                div class="app-bar" aria-hidden="true" { (icon(Icon::InApp)) bdi { (app) } }
                div class="conversation" {
                    div class="bubble" {
                        @if let Some(image) = &preview.image { (self.media(&image_media(image), "wide")) }
                        @if preview.message.text.is_empty() { p class="empty" { (text::no_text()) } }
                        @else { div class="text" dir="auto" { (message_text(&preview.message)) } }
                    }
                }
            }
        }
    }

    fn notification(&mut self, notification: &Notification, app: &str, image: Option<&Image>) -> Markup {
        html! {
            div class="notification" {
                span class="app-icon" aria-hidden="true" { (icon(Icon::Logo)) }
                div class="notification-text" {
                    p class="app-name" { bdi { (app) } span aria-hidden="true" { (text::now()) } }
                    p class="notification-title" dir="auto" {
                        (Spans::new(&notification.title).cut(notification.title_cut, "…".into()).draw())
                    }
                    div class="text" dir="auto" {
                        (Spans::new(&notification.body).cut(notification.body_cuts.ios_lock_screen, "…".into()).draw())
                    }
                }
                @if let Some(image) = image { (self.media(&image_media(image), "thumbnail")) }
            }
        }
    }
}

/// The image of an in-app message, whatever the file type of its URL.
fn image_media(image: &Image) -> Media {
    Media { kind: Some(MediaKind::Image), address: image.address.clone() }
}
