#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod attribution;
mod compile;
mod condition;
mod error;
mod evaluate;
pub mod followup;
mod free_mail;
mod json;
pub mod limits;
mod rule;
mod text;

pub use attribution::{Attribution, Outbound, SenderRelation, Strength, Via, attribute};
pub use compile::{Compiled, compile};
pub use condition::{Condition, Filter, Place, Test, when};
pub use error::{CompileError, Problem};
pub use evaluate::{Evaluation, MailFacts, NodeTrace};
pub use rule::{Match, Rule, RuleSet, firing_key, matching};
