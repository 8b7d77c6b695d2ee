//! XChaCha20-Poly1305 with random nonces: 192 bits, so that chance never
//! gives the same one twice (draft-irtf-cfrg-xchacha §3.1).

use chacha20poly1305::{
    Key, KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use secrecy::zeroize::Zeroizing;

use crate::VaultError;

/// A 256-bit key.
pub(crate) type KeyBytes = Zeroizing<[u8; 32]>;

const NONCE: usize = 24;

pub(crate) fn random_key() -> Result<KeyBytes, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *key).map_err(|_| VaultError::NoRandomness)?;
    Ok(key)
}

/// Nonce and ciphertext with its tag.
pub(crate) fn seal(key: &KeyBytes, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
    let payload = Payload {
        msg: plain,
        aad: bound,
    };
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| VaultError::BadSecret)?;
    Ok([&nonce[..], &sealed].concat())
}

pub(crate) fn unseal(
    key: &KeyBytes,
    bound: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, sealed) = sealed
        .split_first_chunk::<NONCE>()
        .ok_or(VaultError::Refused)?;
    let payload = Payload {
        msg: sealed,
        aad: bound,
    };
    let plain = cipher(key).decrypt(&XNonce::from(*nonce), payload);
    plain.map(Zeroizing::new).map_err(|_| VaultError::Refused)
}

fn cipher(key: &KeyBytes) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(**key))
}

/// What a ciphertext is bound to: pieces with their lengths, so that none runs
/// into the next.
pub(crate) fn bound(pieces: &[&[u8]]) -> Vec<u8> {
    let mut bound = Vec::new();
    for piece in pieces {
        bound.extend_from_slice(&(piece.len() as u64).to_be_bytes());
        bound.extend_from_slice(piece);
    }
    bound
}
