//! The AppJWT: a signed token that lets a client call the API of an account (contract §2.1, design §5).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use outbound_model::{AccountId, ClientId, Scopes, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{AuthError, KeyRing};

/// Lifetime of issued tokens, and the maximum lifetime of accepted ones.
pub const TOKEN_LIFETIME_SECONDS: i64 = 3600;
/// Tolerated difference between the clocks of two machines.
pub(crate) const LEEWAY_SECONDS: i64 = 30;
const ISSUER: &str = "Sentinel";
/// Issued tokens have less than 800 bytes. Longer ones are rejected without parsing them.
const MAX_TOKEN_BYTES: usize = 4096;

/// The claims of a verified token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claims {
    /// `aud`: the account that the token is for.
    pub account: AccountId,
    /// `azp`: the client that requested the token. The caller must check that the client is not revoked.
    pub client: ClientId,
    /// `scope`: the scopes that the token grants.
    pub scopes: Scopes,
    /// `exp`: when the token expires.
    pub expires_at: Timestamp,
}

impl Claims {
    /// Whether a token with these claims is still accepted at `now`, including the leeway.
    pub fn live_at(&self, now: Timestamp) -> bool {
        now < self.expires_at.plus_seconds(LEEWAY_SECONDS)
    }
}

/// Why a token was rejected.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// Not a JWT of three parts with the claims of an AppJWT.
    #[error("the access token is malformed")]
    Malformed,
    /// The header has a `crit` member (RFC 7515 §4.1.11). Either it names critical extensions, of which none
    /// are supported, or it is not the non-empty list that the standard requires.
    #[error("the access token's header requires an extension (crit) that is not supported")]
    Critical,
    /// Signed with an algorithm other than RS256.
    #[error("the access token is not signed with RS256")]
    Algorithm,
    /// The `kid` is unknown or belongs to a retired key.
    #[error("the access token is signed with an unknown key")]
    UnknownKey(String),
    /// The signature does not match.
    #[error("the access token's signature is wrong")]
    Signature,
    /// Expired. The message is the one that the vendor documents for a related API.
    #[error("jwt expired")]
    Expired,
    /// Not valid yet, valid for more than an hour, or from another issuer.
    #[error("the access token's claims are not acceptable")]
    Claims,
}

#[derive(Deserialize, Serialize)]
struct WireClaims {
    aud: String,
    azp: String,
    scope: String,
    iss: String,
    exp: i64,
    iat: i64,
    /// Not before. Issued tokens do not have it.
    #[serde(default)]
    nbf: Option<i64>,
}

/// Issues a token with `claims` at time `now`.
pub fn sign(ring: &KeyRing, claims: &Claims, now: Timestamp) -> Result<String, AuthError> {
    // Not with jsonwebtoken, because it parses the private key for each signature.
    let key = ring.signing_at(now).ok_or(AuthError::NoSigningKey)?;
    let header = json!({ "kid": key.kid, "typ": "JWT", "alg": "RS256" });
    let claims = json!({
        "aud": claims.account.as_str(), "azp": claims.client.as_str(), "scope": claims.scopes.to_string(),
        "iss": ISSUER, "exp": claims.expires_at.seconds(), "iat": now.seconds(),
    });
    let encode_part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signing_input = format!("{}.{}", encode_part(header), encode_part(claims));
    let mut signature = vec![0; key.pair.public_modulus_len()];
    key.pair
        .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing_input.as_bytes(), &mut signature)
        .map_err(|_| AuthError::Crypto("sign a token"))?;
    Ok(format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Verifies a token's format, algorithm, key, signature and times. The caller must check the claims: the
/// account against the path, the client against the store and the scopes against the operation.
pub fn verify(ring: &KeyRing, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Malformed);
    }
    let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
    if has_crit(token)? {
        return Err(TokenError::Critical);
    }
    if header.alg != Algorithm::RS256 {
        return Err(TokenError::Algorithm);
    }
    let kid = header.kid.ok_or(TokenError::Malformed)?;
    let key = ring.verifying_at(&kid, now).ok_or(TokenError::UnknownKey(kid))?;
    let claims = decode::<WireClaims>(token, key, &signature_only()).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenError::Signature,
        _ => TokenError::Malformed,
    })?;
    validate(&claims.claims, now)
}

/// Whether the header has a `crit` member, whatever its value. The library treats `null` as absent.
fn has_crit(token: &str) -> Result<bool, TokenError> {
    let encoded = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| TokenError::Malformed)?;
    let members: Map<String, Value> = serde_json::from_slice(&header).map_err(|_| TokenError::Malformed)?;
    Ok(members.contains_key("crit"))
}

/// Disables the library's checks of times and issuer, because it reads the system clock and compares issuers
/// case-sensitively. [`validate`] checks both.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn validate(claims: &WireClaims, now: Timestamp) -> Result<Claims, TokenError> {
    let now = now.seconds();
    if claims.exp.saturating_add(LEEWAY_SECONDS) <= now {
        return Err(TokenError::Expired);
    }
    let lifetime = claims.exp.saturating_sub(claims.iat);
    let starts = claims.nbf.map_or(claims.iat, |nbf| nbf.max(claims.iat));
    let not_yet_valid = starts.saturating_sub(LEEWAY_SECONDS) > now;
    if not_yet_valid || !(1..=TOKEN_LIFETIME_SECONDS).contains(&lifetime) {
        return Err(TokenError::Claims);
    }
    if !claims.iss.eq_ignore_ascii_case(ISSUER) {
        return Err(TokenError::Claims);
    }
    let malformed = |_| TokenError::Malformed;
    Ok(Claims {
        account: claims.aud.parse().map_err(malformed)?,
        client: claims.azp.parse().map_err(malformed)?,
        // Ignores scopes that only another version of this program defines.
        scopes: claims.scope.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect(),
        expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1000)).ok_or(TokenError::Malformed)?,
    })
}
