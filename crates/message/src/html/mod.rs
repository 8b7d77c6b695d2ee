//! HTML as a mail has it, read in one pass: tokens, entities, and the text.
//!
//! For finding what a mail says, not for showing it: nothing here is safe to
//! put in front of a browser.

mod entities;
mod flow;
mod text;
mod tokens;

pub use entities::decode;
pub use flow::Flow;
pub use tokens::{Tag, Token, Tokens};

pub(crate) use text::html_to_text;
