//! Previews as plain text, for terminals and logs.
//!
//! Message content is untrusted. Control characters other than line breaks could control the terminal, so
//! they are shown as `�`.

mod sms;

use std::fmt::{self, Display, Formatter, Write};

use crate::{
    Action, ApplePreview, BodyCuts, Button, CardMedia, ChannelPreview, Header, InAppPreview, Interactive,
    Key, Media, MediaPlace, Preview, RcsCard, RcsContent, RcsPreview, Rendered, WhatsAppPreview,
};

impl Display for Rendered {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut writer = LineWriter(f);
        writer.text(0, format_args!("{} ({})", self.name, self.id))?;
        for channel in &self.channels {
            writer.text(0, "")?;
            writer.channel(channel)?;
        }
        if !self.surplus.is_empty() {
            writer.text(0, "")?;
            writer.keys(0, "Values without a place", &self.surplus)?;
        }
        Ok(())
    }
}

impl Display for ChannelPreview {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        LineWriter(f).channel(self)
    }
}

/// Writes indented lines without control characters.
struct LineWriter<'p, 'f>(&'p mut Formatter<'f>);

impl LineWriter<'_, '_> {
    fn text(&mut self, indent: usize, text: impl Display) -> fmt::Result {
        for line in text.to_string().split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if !line.is_empty() {
                write!(self.0, "{:1$}", "", indent * 2)?;
            }
            line.chars().try_for_each(|c| self.0.write_char(if c.is_control() { '\u{fffd}' } else { c }))?;
            self.0.write_char('\n')?;
        }
        Ok(())
    }

    fn keys(&mut self, indent: usize, title: &str, keys: &[Key]) -> fmt::Result {
        let keys: Vec<_> = keys.iter().map(Key::to_string).collect();
        self.text(indent, format_args!("{title}: {}", keys.join(", ")))
    }

    fn channel(&mut self, channel: &ChannelPreview) -> fmt::Result {
        let mut title = match &channel.preview {
            Preview::WhatsApp(_) => "WhatsApp",
            Preview::Sms(_) => "SMS",
            Preview::Apple(_) => "Apple Messages",
            Preview::Rcs(_) => "RCS",
            Preview::InApp(_) => "In-app",
            Preview::Unknown { name } => name,
        }
        .to_owned();
        if let Some(language) = &channel.language {
            title.extend([", ", language]);
        }
        if let Some(sender) = &channel.sender {
            title.extend([", from ", sender]);
        }
        if channel.right_to_left {
            title.push_str(", right to left");
        }
        self.text(0, title)?;
        match &channel.preview {
            Preview::WhatsApp(wa) => self.whatsapp(wa)?,
            Preview::Sms(sms) => self.sms(sms)?,
            Preview::Apple(apple) => self.apple(apple)?,
            Preview::Rcs(rcs) => self.rcs(rcs)?,
            Preview::InApp(inapp) => self.inapp(inapp)?,
            Preview::Unknown { .. } => self.text(1, "(a channel that cannot be shown)")?,
        }
        if !channel.missing.is_empty() {
            self.keys(1, "Missing values", &channel.missing)?;
        }
        if !channel.left_out.is_empty() {
            self.text(1, format_args!("Components not shown: {}", channel.left_out.len()))?;
        }
        Ok(())
    }

    fn whatsapp(&mut self, wa: &WhatsAppPreview) -> fmt::Result {
        match &wa.header {
            Some(Header::Text(text)) => self.text(1, &text.text)?,
            Some(Header::Media(media)) => self.media(media, "")?,
            None => {}
        }
        if let Some(body) = &wa.body {
            self.text(1, &body.text)?;
        }
        if let Some(footer) = &wa.footer {
            self.text(1, format_args!("-- {footer}"))?;
        }
        let (shown, listed) = wa.buttons.split_at(wa.buttons_shown.min(wa.buttons.len()));
        self.buttons(1, shown)?;
        if !listed.is_empty() {
            self.text(1, "[See all options]")?;
            self.buttons(2, listed)?;
        }
        Ok(())
    }

    fn apple(&mut self, apple: &ApplePreview) -> fmt::Result {
        self.text(1, &apple.message.text)?;
        if let Some(media) = &apple.media {
            self.media(media, "")?;
        }
        match &apple.interactive {
            Some(Interactive::QuickReply { items }) => {
                items.iter().try_for_each(|item| self.text(1, format_args!("( ) {}", item.text)))?;
            }
            Some(Interactive::RichLink { title, url, image }) => {
                image.iter().try_for_each(|image| self.media(image, ""))?;
                self.text(1, format_args!("{}: {}", title.text, url.text))?;
            }
            None => {}
        }
        if !apple.unsupported.is_empty() {
            self.text(1, "Not shown by Apple:")?;
            self.buttons(2, &apple.unsupported)?;
        }
        apple.as_sms.iter().try_for_each(|cost| self.cost(cost))
    }

    fn rcs(&mut self, rcs: &RcsPreview) -> fmt::Result {
        match &rcs.content {
            RcsContent::Text { text } => self.text(1, &text.text)?,
            RcsContent::Media { files } => files.iter().try_for_each(|file| self.media(file, ""))?,
            RcsContent::Card(card) => self.card(card)?,
        }
        rcs.chips.iter().try_for_each(|chip| self.text(1, format_args!("({})", ButtonText(chip))))
    }

    fn card(&mut self, card: &RcsCard) -> fmt::Result {
        if let Some(CardMedia { media, place }) = &card.media {
            let place = match place {
                MediaPlace::Top { height_dp } => format!(", {height_dp} dp high"),
                MediaPlace::Left { width_dp } => format!(", left, {width_dp} dp wide"),
                MediaPlace::Right { width_dp } => format!(", right, {width_dp} dp wide"),
            };
            self.media(media, &place)?;
        }
        for text in card.title.iter().chain(&card.description) {
            self.text(1, &text.text)?;
        }
        self.buttons(1, &card.suggestions)
    }

    fn inapp(&mut self, inapp: &InAppPreview) -> fmt::Result {
        let notification = &inapp.notification;
        self.text(1, format_args!("To: {}", inapp.apps.join(", ")))?;
        self.text(1, "Notification:")?;
        self.text(2, &notification.title.text)?;
        self.text(2, &notification.body.text)?;
        let BodyCuts { ios_lock_screen, ios_banner, android_collapsed, android_expanded } =
            notification.body_cuts;
        self.truncated("the title", &notification.title.text, notification.title_cut)?;
        for (place, at) in [
            ("the iOS lock screen", ios_lock_screen),
            ("the iOS banner", ios_banner),
            ("Android, collapsed,", android_collapsed),
            ("Android, expanded,", android_expanded),
        ] {
            self.truncated(place, &notification.body.text, at)?;
        }
        self.text(1, "Message:")?;
        self.text(2, &inapp.message.text)?;
        if let Some(image) = &inapp.image {
            self.text(2, format_args!("[image: {}]", image.address.text))?;
            image.destination.iter().try_for_each(|url| self.text(2, format_args!("opens {}", url.text)))?;
        }
        Ok(())
    }

    fn truncated(&mut self, place: &str, text: &str, at: Option<usize>) -> fmt::Result {
        match at.and_then(|at| text.get(..at)) {
            Some(shown) => self.text(2, format_args!("{place} shows: {}…", shown.replace('\n', " "))),
            None => Ok(()),
        }
    }

    fn media(&mut self, media: &Media, place: &str) -> fmt::Result {
        let kind = media.kind.map_or("media", |kind| kind.as_str());
        self.text(1, format_args!("[{kind}{place}: {}]", media.address.text))
    }

    fn buttons(&mut self, indent: usize, buttons: &[Button]) -> fmt::Result {
        buttons.iter().try_for_each(|button| self.text(indent, format_args!("[{}]", ButtonText(button))))
    }
}

/// A button's label and action.
struct ButtonText<'b>(&'b Button);

impl Display for ButtonText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.label.text)?;
        match &self.0.action {
            Action::Reply => Ok(()),
            Action::Open { url } => write!(f, " -> {}", url.text),
            Action::Dial { number } => write!(f, " -> {number}"),
            Action::Other { sub_type } => write!(f, " ({sub_type})"),
        }
    }
}
