#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

pub mod host_policy;

pub use host_policy::{HostPolicy, Refused};
