//! Passwords of people: few bits of chance, so they get a slow and memory-hard hash (argon2id,
//! RFC 9106).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use outbound_model::Generator;

use crate::{AuthError, Secret};

/// The fewest characters of a password.
pub const MIN_PASSWORD_CHARACTERS: usize = 10;
/// The most bytes of a password; longer ones are never right.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// 19 MiB, two passes, one lane: a setting that OWASP's cheat sheet on password storage recommends.
const PARAMS: Params = Params::DEFAULT;

/// A hash of the same cost as any, that no password has: its bytes are zeros.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS)
}

/// What is stored of a password: its hash in the PHC string format, with salt and parameters.
/// Takes some ten milliseconds and 19 MiB.
pub fn password_hash(password: &Secret, generator: &dyn Generator) -> Result<String, AuthError> {
    let mut salt = [0; 16];
    generator.fill(&mut salt);
    let hash = argon2().hash_password_with_salt(password.expose().as_bytes(), &salt);
    Ok(hash.map_err(|_| AuthError::Crypto("hash a password"))?.to_string())
}

/// Whether `password` has the stored hash. Costs the same for a user that there is not (`None`):
/// nobody learns from the time which users there are.
pub fn password_matches(password: &Secret, hash: Option<&str>) -> Result<bool, AuthError> {
    let stored = PasswordHash::new(hash.unwrap_or(NOBODYS_HASH)).map_err(|_| AuthError::PasswordHash)?;
    let fits = argon2().verify_password(password.expose().as_bytes(), &stored).is_ok();
    Ok(fits && hash.is_some() && password.expose().len() <= MAX_PASSWORD_BYTES)
}
