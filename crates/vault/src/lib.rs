#![doc = include_str!("../README.md")]

mod aead;
mod error;
mod keyring;
pub mod limits;
mod master;
mod padding;
mod provider;

pub use error::VaultError;
pub use keyring::{Keyring, Place};
pub use master::MasterKeys;
pub use provider::{DataKey, KeyProvider, Providing};
