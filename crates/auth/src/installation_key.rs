//! The installation's key: encrypts at rest the secrets that must be used again (AES-256-GCM).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use outbound_model::Generator;

use crate::AuthError;

/// 256 bits that every node of an installation shares; kept in a file beside the database.
pub struct InstallationKey {
    key: LessSafeKey,
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
        Ok(Self { key: LessSafeKey::new(key) })
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
