//! Tokens: 256 random bits, shown once, kept as a hash. They are random, so a fast hash is enough.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A new token.
pub(super) fn random() -> String {
    format!("hr_{}", secret())
}

/// 256 random bits as text.
pub(super) fn secret() -> String {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).expect("the operating system gives randomness");
    URL_SAFE_NO_PAD.encode(bits)
}

/// What is kept of a token, or of the secret of a session.
pub(super) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
