//! Builds requests to send a message.

use outbound_auth::Secret;
use serde::Serialize;
use serde_json::json;

use crate::content::{Content, OutgoingMessage, Template, TemplateHeader};
use crate::error::ConnectorError;
use crate::provider::Provider;
use crate::request::{BaseUrl, ProviderRequest, check_credential, check_setting};

/// The maximum length of a text message.
const MAX_TEXT_CHARACTERS: usize = 4096;

/// A sender at Meta.
#[derive(Clone, Debug)]
pub struct Connection {
    base_url: BaseUrl,
    version: String,
    phone_number_id: String,
    access_token: Secret,
}

impl Connection {
    /// `base_url` is `https://graph.facebook.com`, or that of a sandbox. `version` is a version of the Graph API
    /// such as `v23.0`, and `phone_number_id` Meta's id of the sending number.
    ///
    /// # Errors
    ///
    /// [`ConnectorError::Setting`]
    pub fn new(
        base_url: BaseUrl,
        version: &str,
        phone_number_id: &str,
        access_token: Secret,
    ) -> Result<Self, ConnectorError> {
        let version = check_setting("version", version)?;
        let phone_number_id = check_setting("phone number id", phone_number_id)?;
        check_credential("access token", &access_token)?;
        Ok(Self { base_url, version, phone_number_id, access_token })
    }
}

/// The request that sends a message.
///
/// # Errors
///
/// [`ConnectorError::EmptyContent`], [`ConnectorError::TooLong`] or [`ConnectorError::Unsupported`].
pub fn request(
    connection: &Connection,
    message: &OutgoingMessage,
) -> Result<ProviderRequest, ConnectorError> {
    let body = Body {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: message.recipient.digits(),
        content: content(&message.content)?,
        biz_opaque_callback_data: message.id.to_string(),
    };
    let Connection { base_url, version, phone_number_id, access_token } = connection;
    let headers = vec![
        ("authorization", format!("Bearer {}", access_token.expose())),
        ("content-type", "application/json".to_owned()),
    ];
    let url = base_url.join([version, phone_number_id, "messages"]);
    Ok(ProviderRequest::post(url, headers, json!(body).to_string().into_bytes()))
}

#[derive(Serialize)]
struct Body<'m> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    to: &'m str,
    #[serde(flatten)]
    content: MessageContent<'m>,
    biz_opaque_callback_data: String,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum MessageContent<'m> {
    Text { text: Text<'m> },
    Template { template: serde_json::Value },
}

#[derive(Serialize)]
struct Text<'m> {
    body: &'m str,
}

fn content(content: &Content) -> Result<MessageContent<'_>, ConnectorError> {
    match content {
        Content::Text(body) if body.trim().is_empty() => Err(ConnectorError::EmptyContent),
        Content::Text(body) if body.chars().nth(MAX_TEXT_CHARACTERS).is_some() => {
            Err(ConnectorError::TooLong { field: "the text", maximum: MAX_TEXT_CHARACTERS })
        }
        Content::Text(body) => Ok(MessageContent::Text { text: Text { body } }),
        Content::Template(filled) => Ok(MessageContent::Template { template: template(filled) }),
        Content::Rcs(_) => {
            Err(ConnectorError::Unsupported { provider: Provider::Meta, content: content.kind() })
        }
    }
}

fn template(template: &Template) -> serde_json::Value {
    let text = |text: &String| json!({"type": "text", "text": text});
    let component =
        |kind: &str, parameters: Vec<serde_json::Value>| json!({"type": kind, "parameters": parameters});
    let mut components = Vec::new();
    if let Some(header) = template.header() {
        let media = |kind: &str, link: &String| vec![json!({"type": kind, kind: {"link": link}})];
        let parameters = match header {
            TemplateHeader::Text(parameters) => parameters.iter().map(text).collect(),
            TemplateHeader::Image(link) => media("image", link),
            TemplateHeader::Video(link) => media("video", link),
            TemplateHeader::Document(link) => media("document", link),
        };
        components.push(component("header", parameters));
    }
    if !template.body().is_empty() {
        components.push(component("body", template.body().iter().map(text).collect()));
    }
    components.extend(template.buttons().iter().map(|button| {
        json!({"type": "button", "sub_type": "url", "index": button.index.to_string(),
            "parameters": [text(&button.suffix)]})
    }));
    json!({"name": template.name(), "language": {"code": template.language()}, "components": components})
}
