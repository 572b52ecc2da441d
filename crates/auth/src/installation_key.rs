//! The installation's key: encrypts at rest the secrets that must be used again (AES-256-GCM), and
//! marks texts as ours (HMAC-SHA256).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use outbound_model::Generator;

use crate::{AuthError, Secret};

/// 256 bits that every node of an installation shares; kept in a file beside the database.
pub struct InstallationKey {
    key: LessSafeKey,
    /// For marks; derived, so that no key has two uses.
    marks: hmac::Key,
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

impl InstallationKey {
    /// A new key as 64 hexadecimal digits, the form of its file.
    pub fn generate_hex(generator: &dyn Generator) -> String {
        let mut bytes = [0; 32];
        generator.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// Reads 64 hexadecimal digits, blanks around them ignored.
    pub fn from_hex(text: &str) -> Result<Self, AuthError> {
        let bytes = hex::decode(text.trim()).map_err(|_| AuthError::InstallationKey)?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| AuthError::InstallationKey)?;
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes), b"outbound: key for marks");
        let marks = hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref());
        Ok(Self { key: LessSafeKey::new(key), marks })
    }

    /// A mark that only this installation can put on `text`, as 64 hexadecimal digits. `what` names its
    /// use, so that a mark made for one is no good for another.
    pub fn mark(&self, what: &str, text: &Secret) -> Secret {
        Secret::new(hex::encode(hmac::sign(&self.marks, &marked(what, text))))
    }

    /// Whether `mark` is that of `text` for this use, in constant time.
    pub fn is_mark(&self, what: &str, text: &Secret, mark: &Secret) -> bool {
        let Ok(mark) = hex::decode(mark.expose()) else { return false };
        hmac::verify(&self.marks, &marked(what, text), &mark).is_ok()
    }

    /// Encrypts `plain` under a random nonce, which stands before the result. `what` names the
    /// secret and is authenticated with it, so that one sealed secret cannot stand in for another.
    pub fn seal(&self, what: &str, plain: &[u8], generator: &dyn Generator) -> Result<Vec<u8>, AuthError> {
        let mut nonce = [0; NONCE_LEN];
        generator.fill(&mut nonce);
        let mut text = plain.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(what), &mut text)
            .map_err(|_| AuthError::Crypto("encrypt"))?;
        Ok([&nonce[..], &text].concat())
    }

    /// Decrypts what [`seal`](Self::seal) made under the same `what`.
    pub fn open(&self, what: &str, sealed: &[u8]) -> Result<Vec<u8>, AuthError> {
        let failed = || AuthError::Sealed(what.to_owned());
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed())?;
        let mut text = text.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::from(what), &mut text).map_err(|_| failed())?;
        Ok(plain.to_vec())
    }
}

/// Use and text with a byte between that no use holds.
fn marked(what: &str, text: &Secret) -> Vec<u8> {
    [what.as_bytes(), b"\0", text.expose().as_bytes()].concat()
}
