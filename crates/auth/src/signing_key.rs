//! The RSA key pairs that sign AppJWTs, with their public keys as JWKs (RFC 7517).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outbound_model::{Generator, Timestamp, random_u64};
use serde_json::json;

use crate::{AuthError, InstallationKey};

/// The stored form of a signing key.
#[derive(Clone, Debug)]
pub struct SigningKeyParts {
    /// The `kid`: `appjwt-`, the date, and four random digits.
    pub kid: String,
    /// The private key (PKCS #8), sealed under its `kid`.
    pub sealed_private_key: Vec<u8>,
    /// The public key as a JWK, as served at `/sentinel/well-known/jwks`.
    pub public_jwk: String,
    /// When the key starts to sign.
    pub signs_from: Timestamp,
}

/// Arguments of [`new_signing_key`].
#[derive(Clone, Copy)]
pub struct NewSigningKey<'k> {
    /// Encrypts the private key.
    pub installation: &'k InstallationKey,
    /// Generates the random digits of the `kid` and the nonce.
    pub generator: &'k dyn Generator,
    /// When the key starts to sign.
    pub signs_from: Timestamp,
}

/// Generates an RSA-2048 key pair. Takes some hundred milliseconds of CPU time.
pub fn new_signing_key(new: NewSigningKey<'_>) -> Result<SigningKeyParts, AuthError> {
    let failed = |_| AuthError::Crypto("make an RSA key");
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    let private: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
    let day = new.signs_from.to_string();
    let day = day.get(..10).unwrap_or_default();
    let kid = format!("appjwt-{day}-{:04x}", random_u64(new.generator) & 0xffff);
    let public = pair.public_key();
    let base64url = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
        "n": base64url(public.modulus().big_endian_without_leading_zero()),
        "e": base64url(public.exponent().big_endian_without_leading_zero()),
    });
    Ok(SigningKeyParts {
        sealed_private_key: new.installation.seal(&kid, private.as_ref(), new.generator)?,
        public_jwk: jwk.to_string(),
        signs_from: new.signs_from,
        kid,
    })
}
