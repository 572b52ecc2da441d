//! Contents of Twilio.

use serde::Deserialize;

use super::{PhoneContent, PhoneTemplate};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Form {
    body: Option<String>,
    media_url: Option<String>,
    content_sid: Option<String>,
}

/// A message or a reply, whose fields have the same names.
pub(super) fn message(content: &str) -> Option<PhoneContent> {
    let Form { body, media_url, content_sid } = serde_json::from_str(content).ok()?;
    let template = content_sid.map(|name| PhoneTemplate { name, ..PhoneTemplate::default() });
    let files = media_url.into_iter().collect();
    Some(PhoneContent { text: body.unwrap_or_default(), files, template, ..PhoneContent::default() })
}
