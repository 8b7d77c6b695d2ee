#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod attribution;
mod compile;
mod condition;
pub mod enrolment;
mod error;
mod evaluate;
mod explain;
pub mod followup;
mod free_mail;
mod hours;
mod index;
mod json;
pub mod limits;
mod period;
mod rule;
mod schema;
mod text;
pub mod when;
mod zone;

pub use attribution::{
    Attribution, Outbound, SenderRelation, SentBox, SentMail, Strength, TokenKey, Via, attribute,
    attribute_among, ids_given_by,
};
pub use compile::{Compiled, Wait, compile};
pub use condition::{Condition, Filter, Place, Test};
pub use error::{CompileError, Problem};
pub use evaluate::{Circumstances, Evaluation, MailFacts, NodeTrace, Silence};
pub use explain::{DryRun, Outcome, dry_run};
pub use hours::{Hours, HoursError, Weekday};
pub use index::RuleIndex;
pub use period::{Period, PeriodError};
pub use rule::{Match, Rule, RuleSet, firing_key, matching};
