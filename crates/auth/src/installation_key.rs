//! The installation key: encrypts secrets at rest (AES-256-GCM) and authenticates strings that this
//! installation issued (HMAC-SHA256).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use outbound_model::Generator;

use crate::{AuthError, Secret};

/// A 256-bit key, stored in a file beside the database. All nodes of an installation share it.
pub struct InstallationKey {
    key: LessSafeKey,
    /// Derived from the installation key, so that encryption and MACs use different keys.
    mac_key: hmac::Key,
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

impl InstallationKey {
    /// Generates a key as 64 hexadecimal digits, the format of the key file.
    pub fn generate_hex(generator: &dyn Generator) -> String {
        let mut bytes = [0; 32];
        generator.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// Parses 64 hexadecimal digits. Surrounding whitespace is ignored.
    pub fn from_hex(text: &str) -> Result<Self, AuthError> {
        let bytes = hex::decode(text.trim()).map_err(|_| AuthError::InstallationKey)?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| AuthError::InstallationKey)?;
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes), b"outbound: key for marks");
        let mac_key = hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref());
        Ok(Self { key: LessSafeKey::new(key), mac_key })
    }

    /// Computes a MAC of `text`, as 64 hexadecimal digits. `what` names the purpose; a MAC for one purpose is
    /// not valid for another.
    pub fn mark(&self, what: &str, text: &Secret) -> Secret {
        Secret::new(hex::encode(hmac::sign(&self.mac_key, &mac_input(what, text))))
    }

    /// Verifies in constant time that `mark` is the MAC of `text` for this purpose.
    pub fn is_mark(&self, what: &str, text: &Secret, mark: &Secret) -> bool {
        let Ok(mark) = hex::decode(mark.expose()) else { return false };
        hmac::verify(&self.mac_key, &mac_input(what, text), &mark).is_ok()
    }

    /// Derives a key for one purpose, which `what` names. It is always the same, and reveals nothing about other keys.
    pub fn derive(&self, what: &str) -> [u8; 32] {
        let input = [b"derived key\0", what.as_bytes()].concat();
        let mut derived = [0; 32];
        derived.copy_from_slice(hmac::sign(&self.mac_key, &input).as_ref());
        derived
    }

    /// Encrypts `plain` with a random nonce, which is prepended to the result. `what` names the secret and is
    /// authenticated as associated data, so that one sealed secret cannot be swapped for another.
    pub fn seal(&self, what: &str, plain: &[u8], generator: &dyn Generator) -> Result<Vec<u8>, AuthError> {
        let mut nonce = [0; NONCE_LEN];
        generator.fill(&mut nonce);
        let mut ciphertext = plain.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(what), &mut ciphertext)
            .map_err(|_| AuthError::Crypto("encrypt"))?;
        Ok([&nonce[..], &ciphertext].concat())
    }

    /// Decrypts the result of [`seal`](Self::seal) with the same `what`.
    pub fn open(&self, what: &str, sealed: &[u8]) -> Result<Vec<u8>, AuthError> {
        let failed = || AuthError::Sealed(what.to_owned());
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or_else(failed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed())?;
        let mut buffer = ciphertext.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::from(what), &mut buffer).map_err(|_| failed())?;
        Ok(plain.to_vec())
    }
}

/// Purpose and string, separated by a byte that no purpose contains.
fn mac_input(what: &str, text: &Secret) -> Vec<u8> {
    [what.as_bytes(), b"\0", text.expose().as_bytes()].concat()
}
