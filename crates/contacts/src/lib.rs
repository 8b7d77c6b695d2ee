#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod cluster;
mod decide;
mod facts;
mod limits;
mod name;
mod observe;
mod patterns;
mod persons;
mod reason;

pub use cluster::{Explanation, People, PersonRow, ReasonFor, Rule, Tier, cluster};
pub use decide::{Action, Blocked, Decision, Policy, decide};
pub use facts::{AddressFacts, Counts};
pub use limits::{MAX_NAME_CHARS, MAX_NAMES};
pub use name::person_name;
pub use observe::{Kind, Observation, Source, observe};
pub use patterns::{is_machine_address, is_no_reply, is_role_address};
pub use persons::{LogEntry, Persons};
pub use reason::Reason;
