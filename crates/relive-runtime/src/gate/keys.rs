use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The application's secret, from which a key for each use is derived.
pub(crate) struct Keys {
    secret: Vec<u8>,
}

/// The length of a signature: HMAC-SHA-256, cut to 128 bits.
pub(crate) const SIGNATURE: usize = 16;

impl Keys {
    pub(crate) fn new(secret: Vec<u8>) -> Self {
        Keys { secret }
    }

    /// Signs `parts` for one use. Parts are told apart by their lengths.
    pub(crate) fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; SIGNATURE] {
        let mut signature = [0; SIGNATURE];
        let full = self.mac(purpose, parts).finalize().into_bytes();
        signature.copy_from_slice(&full[..SIGNATURE]);
        signature
    }

    /// Checks a signature, in a time that does not tell how much of it is right.
    pub(crate) fn verify(&self, purpose: &str, parts: &[&[u8]], signature: &[u8]) -> bool {
        signature.len() == SIGNATURE
            && self
                .mac(purpose, parts)
                .verify_truncated_left(signature)
                .is_ok()
    }

    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut derive = hmac(&self.secret);
        derive.update(purpose.as_bytes());
        let mut mac = hmac(&derive.finalize().into_bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of every length")
}

/// Bytes as text for URLs, cookies and attributes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Exactly `N` bytes from their text.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
