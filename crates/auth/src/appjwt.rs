//! The AppJWT: a signed claim that a client may call for an account (contract §2.1, design §5).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use outbound_model::{AccountId, ClientId, Scopes, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{AuthError, KeyRing};

/// How long a token lives: the longest that is accepted, and what we give.
pub const TOKEN_LIFETIME_SECONDS: i64 = 3600;
/// How far another machine's clock may be off.
pub(crate) const LEEWAY_SECONDS: i64 = 30;
const ISSUER: &str = "Sentinel";
/// Ours are under 800 bytes; longer ones are not worth the work.
const MAX_TOKEN_BYTES: usize = 4096;

/// What a verified token says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claims {
    /// `aud`: the account it is for.
    pub account: AccountId,
    /// `azp`: the client that asked for it. Whether that client is still live is not known here.
    pub client: ClientId,
    /// `scope`: what it grants.
    pub scopes: Scopes,
    /// `exp`: until when.
    pub expires_at: Timestamp,
}

impl Claims {
    /// Whether a token with these claims is still good, with the leeway for another machine's clock.
    pub fn live_at(&self, now: Timestamp) -> bool {
        now < self.expires_at.plus_seconds(LEEWAY_SECONDS)
    }
}

/// Why a token was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of three parts with the claims of an AppJWT.
    #[error("the access token is malformed")]
    Malformed,
    /// The header names extensions that must be understood (`crit`, RFC 7515 §4.1.11). There are none that
    /// this program understands.
    #[error("the access token's header requires an extension (crit) that is not supported")]
    Critical,
    /// Signed with another algorithm than RS256.
    #[error("the access token is not signed with RS256")]
    Algorithm,
    /// The `kid` is not, or no longer, one of ours.
    #[error("the access token is signed with an unknown key")]
    UnknownKey(String),
    /// The signature is wrong.
    #[error("the access token's signature is wrong")]
    Signature,
    /// Too old. The sentence is the documented one of a sister API.
    #[error("jwt expired")]
    Expired,
    /// Not valid yet, or living longer than an hour, or of another issuer.
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
    /// Not before. Ours have none.
    #[serde(default)]
    nbf: Option<i64>,
}

/// Makes a token for `claims`, issued at `now`; its `exp` is that of the claims.
pub fn sign(ring: &KeyRing, claims: &Claims, now: Timestamp) -> Result<String, AuthError> {
    // By hand, because the library parses the private key anew for each signature.
    let key = ring.signing_at(now).ok_or(AuthError::NoSigningKey)?;
    let header = json!({ "kid": key.kid, "typ": "JWT", "alg": "RS256" });
    let claims = json!({
        "aud": claims.account.as_str(), "azp": claims.client.as_str(), "scope": claims.scopes.to_string(),
        "iss": ISSUER, "exp": claims.expires_at.seconds(), "iat": now.seconds(),
    });
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let mut signature = vec![0; key.pair.public_modulus_len()];
    key.pair
        .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| AuthError::Crypto("sign a token"))?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Checks a token's form, algorithm, key, signature and times. What it grants is for the caller to
/// compare: the account with the path, the client with the store, the scope with the call.
pub fn verify(ring: &KeyRing, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Malformed);
    }
    let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
    if header.crit.is_some() {
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
    accept(&claims.claims, now)
}

/// The library reads the system's clock and compares the issuer by case; both are done in `accept`.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn accept(claims: &WireClaims, now: Timestamp) -> Result<Claims, TokenError> {
    let now = now.seconds();
    if claims.exp.saturating_add(LEEWAY_SECONDS) <= now {
        return Err(TokenError::Expired);
    }
    let lifetime = claims.exp.saturating_sub(claims.iat);
    let starts = claims.nbf.map_or(claims.iat, |nbf| nbf.max(claims.iat));
    let from_the_future = starts.saturating_sub(LEEWAY_SECONDS) > now;
    if from_the_future || !(1..=TOKEN_LIFETIME_SECONDS).contains(&lifetime) {
        return Err(TokenError::Claims);
    }
    if !claims.iss.eq_ignore_ascii_case(ISSUER) {
        return Err(TokenError::Claims);
    }
    let malformed = |_| TokenError::Malformed;
    Ok(Claims {
        account: claims.aud.parse().map_err(malformed)?,
        client: claims.azp.parse().map_err(malformed)?,
        // A scope that another version of this program knew grants nothing here.
        scopes: claims.scope.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect(),
        expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1000)).ok_or(TokenError::Malformed)?,
    })
}
