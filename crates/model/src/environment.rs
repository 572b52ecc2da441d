//! Time and randomness as arguments: what decides takes these, so that a test can be exact.

use crate::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Makes what nobody can guess.
pub trait Generator: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// A random number.
pub fn random_u64(generator: &dyn Generator) -> u64 {
    let mut bytes = [0; 8];
    generator.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// A random UUID (version 4, RFC 9562), as ids of clients and requests are.
pub fn random_uuid(generator: &dyn Generator) -> uuid::Uuid {
    let mut bytes = [0; 16];
    generator.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
