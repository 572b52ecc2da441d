//! Builds requests to send a message.

use outbound_auth::Secret;
use serde_json::{Value, json};

use super::content::content_message;
use crate::content::OutgoingMessage;
use crate::error::ConnectorError;
use crate::request::{BaseUrl, ProviderRequest, check_credential, check_setting};

/// An agent, which sends messages.
#[derive(Clone, Debug)]
pub struct Connection {
    base_url: BaseUrl,
    agent_id: String,
    access_token: Secret,
}

impl Connection {
    /// `base_url` is `https://{us|europe|asia}-rcsbusinessmessaging.googleapis.com` by the agent's region, or that of a
    /// sandbox. `access_token` is a token of OAuth 2.0 with the scope `rcsbusinessmessaging`.
    ///
    /// # Errors
    ///
    /// [`ConnectorError::Setting`]
    pub fn new(base_url: BaseUrl, agent_id: &str, access_token: Secret) -> Result<Self, ConnectorError> {
        let agent_id = check_setting("agent", agent_id)?;
        check_credential("access token", &access_token)?;
        Ok(Self { base_url, agent_id, access_token })
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
    let Connection { base_url, agent_id, access_token } = connection;
    let mut url = base_url.join(["v1", "phones", message.recipient.as_str(), "agentMessages"]);
    url.query_pairs_mut().append_pair("messageId", &message.id.to_string()).append_pair("agentId", agent_id);
    let mut body = json!({ "contentMessage": content_message(&message.content)? });
    if let (Value::Object(fields), Some(valid_for)) = (&mut body, message.valid_for) {
        fields.insert("ttl".to_owned(), format!("{}s", valid_for.as_secs().max(1)).into());
    }
    let headers = vec![
        ("authorization", format!("Bearer {}", access_token.expose())),
        ("content-type", "application/json".to_owned()),
    ];
    Ok(ProviderRequest::post(url, headers, body.to_string().into_bytes()))
}
