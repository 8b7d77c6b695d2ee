//! Where the parts of a message lie in its bytes. Nothing is decoded: IMAP
//! serves mail as it came.

mod address;
mod content_type;
mod header;
mod part;

pub(crate) use address::{Address, addresses};
pub(crate) use content_type::{Parameterised, parameterised};
pub(crate) use header::{fields, first, unfold};
pub(crate) use part::{Content, Part, split_header};
