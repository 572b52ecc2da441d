//! What signs webhooks, as the Standard Webhooks have it (standardwebhooks.com, version 1.0.0):
//! HMAC-SHA256 over id, time and body.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_model::Generator;

use crate::{AuthError, Secret};

const PREFIX: &str = "whsec_";
/// The specification wants 24 to 64.
const BYTES: usize = 32;

/// The secret that a webhook's receiver shares with us.
#[derive(Clone, Eq, PartialEq)]
pub struct WebhookSecret([u8; BYTES]);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSecret {
    /// A new one.
    pub fn random(generator: &dyn Generator) -> Self {
        let mut bytes = [0; BYTES];
        generator.fill(&mut bytes);
        Self(bytes)
    }

    /// One that was stored.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuthError> {
        bytes.try_into().map(Self).map_err(|_| AuthError::Sealed("a webhook's secret".to_owned()))
    }

    /// To be stored, encrypted.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is shown, once: `whsec_` and base64.
    pub fn text(&self) -> Secret {
        Secret::new(format!("{PREFIX}{}", STANDARD.encode(self.0)))
    }

    /// The signature of a message that is sent at `seconds` since 1970, as `webhook-signature` has it.
    pub fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        sign(&self.0, id, seconds, body)
    }
}

fn sign(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of the specification are tested with.
    #[test]
    fn the_documented_message_gets_the_documented_signature() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_stored_and_shown_and_never_printed() {
        let bytes: Vec<u8> = (0..32).collect();
        let secret = WebhookSecret::from_bytes(&bytes).unwrap();
        assert_eq!(secret.as_bytes(), bytes);
        assert_eq!(secret.text().expose(), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
        assert!(WebhookSecret::from_bytes(&bytes[1..]).is_err());
    }
}
