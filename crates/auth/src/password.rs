//! Users' passwords. They have little entropy, so they are stored as a slow, memory-hard hash (argon2id,
//! RFC 9106).

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use outbound_model::Generator;

use crate::{AuthError, Secret};

/// Minimum number of characters of a password.
pub const MIN_PASSWORD_CHARACTERS: usize = 10;
/// Maximum number of bytes of a password. Longer passwords never match.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// 19 MiB, two passes, one lane: one of the settings that OWASP's Password Storage Cheat Sheet recommends.
const PARAMS: Params = Params::DEFAULT;

/// Compared for users that do not exist, so that they take as long as others. No password has this hash.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The working memory of one hash, 19 MiB. Reuse it: if it is allocated for each login, an allocator may
/// retain freed memory per thread, so that the process grows far beyond what concurrent logins need.
pub struct HashMemory(Vec<Block>);

impl Default for HashMemory {
    fn default() -> Self {
        Self(vec![Block::new(); PARAMS.block_count()])
    }
}

impl HashMemory {
    /// Hashes a password. The parameters define the length of the hash.
    fn hash(&mut self, argon2: &Argon2<'_>, password: &Secret, salt: &Salt) -> Result<Output, AuthError> {
        let blocks = argon2.params().block_count();
        if self.0.len() < blocks {
            self.0.resize(blocks, Block::new());
        }
        let length = argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut buffer = [0; Output::MAX_LENGTH];
        let failed = || AuthError::Crypto("hash a password");
        let hash = buffer.get_mut(..length).ok_or_else(failed)?;
        argon2
            .hash_password_into_with_memory(password.expose().as_bytes(), salt, hash, &mut self.0)
            .map_err(|_| failed())?;
        Output::new(hash).map_err(|_| failed())
    }
}

/// Hashes a password for storage, in the PHC string format with salt and parameters. Takes tens of
/// milliseconds.
pub fn password_hash(
    password: &Secret,
    generator: &dyn Generator,
    memory: &mut HashMemory,
) -> Result<String, AuthError> {
    let mut salt = [0; 16];
    generator.fill(&mut salt);
    let failed = |_| AuthError::Crypto("hash a password");
    let salt = Salt::new(&salt).map_err(failed)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS);
    let stored = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&PARAMS).map_err(|_| AuthError::Crypto("hash a password"))?,
        salt: Some(salt),
        hash: Some(memory.hash(&argon2, password, &salt)?),
    };
    Ok(stored.to_string())
}

/// Whether `password` matches the stored hash. Takes equally long if the user does not exist (`None`), so
/// that response times do not reveal which users exist.
pub fn password_matches(
    password: &Secret,
    hash: Option<&str>,
    memory: &mut HashMemory,
) -> Result<bool, AuthError> {
    let unreadable = || AuthError::PasswordHash;
    let stored = PasswordHash::new(hash.unwrap_or(DUMMY_HASH)).map_err(|_| unreadable())?;
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|_| unreadable())?;
    let version = stored.version.map_or(Ok(Version::default()), Version::try_from);
    let params = Params::try_from(&stored).map_err(|_| unreadable())?;
    let argon2 = Argon2::new(algorithm, version.map_err(|_| unreadable())?, params);
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Err(unreadable()) };
    // `Output` compares in constant time.
    let matches = memory.hash(&argon2, password, salt)? == *expected;
    Ok(matches && hash.is_some() && password.expose().len() <= MAX_PASSWORD_BYTES)
}
