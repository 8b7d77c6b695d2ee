//! Commands, from their bytes.

mod arguments;
mod command;
mod cursor;
mod items;
mod keys;

pub(crate) use arguments::{ListArguments, SequenceSet, StatusItem, StoreMode};
pub(crate) use command::{Append, ChangedSince, Command, Qresync, Search, Store, parse};
pub(crate) use items::{Item, Items, Section, SectionText};
pub(crate) use keys::{Age, Key};
