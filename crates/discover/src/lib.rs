#![doc = include_str!("../README.md")]

mod dns;
pub mod limits;
mod search;
#[cfg(feature = "system-dns")]
mod system;

pub use dns::{Dns, Looking};
pub use search::discover;
#[cfg(feature = "system-dns")]
pub use system::SystemDns;
