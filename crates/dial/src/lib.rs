#![doc = include_str!("../README.md")]

mod dialer;
pub mod limits;
mod resolver;
mod spoken;
mod tls;

pub use dialer::{Allowed, DialError, Dialer};
pub use resolver::{Resolver, Resolving, SystemResolver};
pub use spoken::Spoken;
pub use tls::{Encrypted, Listening, Tls, TlsError};
