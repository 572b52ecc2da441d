//! Builds requests to send a message.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::Serializer;
use outbound_auth::Secret;
use serde_json::{Map, Value};
use url::Url;

use super::MESSAGE_PARAMETER;
use crate::content::{Content, OutgoingMessage, Template};
use crate::e164::E164;
use crate::error::ConnectorError;
use crate::provider::Provider;
use crate::request::{BaseUrl, ProviderRequest, check_credential, check_setting};

/// The maximum length of a text message, for SMS and WhatsApp.
const MAX_TEXT_CHARACTERS: usize = 1600;
/// The limits of `ValidityPeriod`, in seconds.
const VALIDITY_SECONDS: (u64, u64) = (1, 36_000);
/// Without this part of the URL, Twilio sends a status callback only once. With it, it tries three times more if
/// the connection fails or times out, or the response is an error of the server.
pub(super) const RETRIES: &str = "rc=3&rp=ct,rt,5xx";

/// An account and a sender at Twilio.
#[derive(Clone, Debug)]
pub struct Connection {
    base_url: BaseUrl,
    account_sid: String,
    /// The account or an API key.
    user: String,
    password: Secret,
    sender: Sender,
    status_callback: Url,
}

/// What messages are sent from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Sender {
    /// SMS from a phone number, short code or name.
    Sms(String),
    /// SMS from one of the senders of a messaging service, which Twilio chooses.
    Service(String),
    /// WhatsApp. Templates also need the id of Twilio's content (`HX…`).
    WhatsApp {
        /// The sending number.
        number: E164,
        /// Twilio's content, which the template was created as.
        content_sid: Option<String>,
    },
}

impl Connection {
    /// `base_url` is `https://api.twilio.com`, or that of a sandbox. `user` and `password` are the account's id and
    /// token, or those of an API key. `status_callback` is the public URL that receives status callbacks.
    ///
    /// # Errors
    ///
    /// [`ConnectorError::Setting`]
    pub fn new(
        base_url: BaseUrl,
        account_sid: &str,
        (user, password): (&str, Secret),
        sender: Sender,
        status_callback: Url,
    ) -> Result<Self, ConnectorError> {
        let account_sid = check_setting("account", account_sid)?;
        let user = check_setting("user", user)?;
        check_credential("password", &password)?;
        match &sender {
            // Names of senders may contain spaces.
            Sender::Sms(name) => check_setting("sender", &name.replace(' ', "_"))?,
            Sender::Service(sid) => check_setting("messaging service", sid)?,
            Sender::WhatsApp { content_sid: Some(sid), .. } => check_setting("content", sid)?,
            Sender::WhatsApp { content_sid: None, .. } => String::new(),
        };
        Ok(Self { base_url, account_sid, user, password, sender, status_callback })
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
    let Connection { base_url, account_sid, user, password, sender, status_callback } = connection;
    let mut form = Serializer::new(String::new());
    let recipient = message.recipient.as_str();
    match sender {
        Sender::Sms(sender) => form.append_pair("To", recipient).append_pair("From", sender),
        Sender::Service(sid) => form.append_pair("To", recipient).append_pair("MessagingServiceSid", sid),
        Sender::WhatsApp { number, .. } => form
            .append_pair("To", &format!("whatsapp:{recipient}"))
            .append_pair("From", &format!("whatsapp:{}", number.as_str())),
    };
    append_content(&mut form, sender, &message.content)?;
    let mut callback = status_callback.clone();
    callback.query_pairs_mut().append_pair(MESSAGE_PARAMETER, &message.id.to_string());
    callback.set_fragment(Some(RETRIES));
    form.append_pair("StatusCallback", callback.as_str());
    if let Some(valid_for) = message.valid_for {
        form.append_pair("ValidityPeriod", &validity_seconds(valid_for).to_string());
    }
    let credentials = STANDARD.encode(format!("{user}:{}", password.expose()));
    let headers = vec![
        ("authorization", format!("Basic {credentials}")),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
    ];
    let url = base_url.join(["2010-04-01", "Accounts", account_sid, "Messages.json"]);
    Ok(ProviderRequest::post(url, headers, form.finish().into_bytes()))
}

fn validity_seconds(valid_for: Duration) -> u64 {
    let (minimum, maximum) = VALIDITY_SECONDS;
    valid_for.as_secs().clamp(minimum, maximum)
}

fn append_content(
    form: &mut Serializer<'_, String>,
    sender: &Sender,
    content: &Content,
) -> Result<(), ConnectorError> {
    match (content, sender) {
        (Content::Text(text), _) if text.trim().is_empty() => return Err(ConnectorError::EmptyContent),
        (Content::Text(text), _) if text.chars().nth(MAX_TEXT_CHARACTERS).is_some() => {
            return Err(ConnectorError::TooLong { field: "the text", maximum: MAX_TEXT_CHARACTERS });
        }
        (Content::Text(text), _) => form.append_pair("Body", text),
        (Content::Template(template), Sender::WhatsApp { content_sid: Some(sid), .. }) => {
            form.append_pair("ContentSid", sid).append_pair("ContentVariables", &content_variables(template))
        }
        _ => {
            let content = content.kind();
            return Err(ConnectorError::Unsupported { provider: Provider::Twilio, content });
        }
    };
    Ok(())
}

/// Twilio numbers the variables of a content across all of its parts.
fn content_variables(template: &Template) -> String {
    let numbered = template.values().zip(1_usize..).map(|(value, number)| (number.to_string(), value.into()));
    Value::Object(numbered.collect::<Map<_, _>>()).to_string()
}
