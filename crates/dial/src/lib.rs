#![doc = include_str!("../README.md")]

mod dialer;
#[cfg(feature = "https")]
mod https;
pub mod limits;
mod resolver;
mod spoken;
mod tls;
mod trust;

pub use dialer::{Allowed, DialError, Dialer};
#[cfg(feature = "https")]
pub use https::{Https, HttpsError};
pub use resolver::{Resolver, Resolving, SystemResolver};
pub use spoken::Spoken;
pub use tls::{Encrypted, Listening, Tls, TlsError};
pub use trust::Trust;
