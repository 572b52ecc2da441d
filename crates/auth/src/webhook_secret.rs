//! Signatures of webhook deliveries as specified by Standard Webhooks 1.0.0 (standardwebhooks.com):
//! HMAC-SHA256 over id, timestamp and body.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_model::Generator;

use crate::{AuthError, Secret};

const PREFIX: &str = "whsec_";
/// The specification requires 24 to 64 bytes.
const BYTES: usize = 32;

/// The signing secret that a webhook shares with its receiver.
#[derive(Clone, Eq, PartialEq)]
pub struct WebhookSecret([u8; BYTES]);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSecret {
    /// Generates a secret.
    pub fn random(generator: &dyn Generator) -> Self {
        let mut bytes = [0; BYTES];
        generator.fill(&mut bytes);
        Self(bytes)
    }

    /// Restores a stored secret.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuthError> {
        bytes.try_into().map(Self).map_err(|_| AuthError::Sealed("a webhook's secret".to_owned()))
    }

    /// Derives the secret of messages to and from a sandbox, whose only secret is its token.
    pub fn derive(token: &Secret) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, token.expose().as_bytes()).as_ref());
        Self(bytes)
    }

    /// The bytes of the secret. Encrypt them before storing.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The form shown to the user once: `whsec_` and base64.
    pub fn text(&self) -> Secret {
        Secret::new(format!("{PREFIX}{}", STANDARD.encode(self.0)))
    }

    /// The value of the header `webhook-signature` for a message sent at `seconds` since the epoch.
    pub fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        sign(&self.0, id, &seconds.to_string(), body)
    }

    /// Whether one of the signatures in a header `webhook-signature` is that of a message.
    pub fn verify(&self, signatures: &str, id: &str, timestamp: &str, body: &str) -> bool {
        let expected = sign(&self.0, id, timestamp, body);
        let is_equal = |found: &str| verify_slices_are_equal(found.as_bytes(), expected.as_bytes()).is_ok();
        signatures.split(' ').any(is_equal)
    }
}

fn sign(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vector of the specification's reference libraries.
    #[test]
    fn documented_message_has_documented_signature() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn one_of_several_signatures_has_to_be_correct() {
        let secret = WebhookSecret::derive(&Secret::new("token"));
        let signature = secret.sign("msg_1", 17, "{}");
        assert!(secret.verify(&format!("v1,AAAA {signature}"), "msg_1", "17", "{}"));
        for (signatures, id, timestamp, body) in [
            ("", "msg_1", "17", "{}"),
            ("v1,AAAA", "msg_1", "17", "{}"),
            (&*signature, "msg_2", "17", "{}"),
            (&*signature, "msg_1", "18", "{}"),
            (&*signature, "msg_1", "17", "{ }"),
        ] {
            assert!(!secret.verify(signatures, id, timestamp, body), "{signatures} {id} {timestamp} {body}");
        }
    }

    #[test]
    fn secrets_are_not_printed_by_debug() {
        let bytes: Vec<u8> = (0..32).collect();
        let secret = WebhookSecret::from_bytes(&bytes).unwrap();
        assert_eq!(secret.as_bytes(), bytes);
        assert_eq!(secret.text().expose(), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
        assert!(WebhookSecret::from_bytes(&bytes[1..]).is_err());
    }
}
