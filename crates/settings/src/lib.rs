#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::string_slice))]

mod advice;
mod authority;
mod connection;
mod diagnose;
mod diagnosis;
pub mod discovery;
mod fault;
mod form;
mod host;
pub mod host_policy;
pub mod limits;
pub mod messages;
pub mod providers;
mod refusals;
mod spelling;
mod submission;
mod validate;

pub use advice::{Advice, Side};
pub use connection::{ConnectionSettings, Security, SignIn};
pub use diagnose::{Cause, Stage, diagnose, shown_text};
pub use diagnosis::{CertificateFault, Diagnosis};
pub use fault::{Fault, FaultCode, Faults, Field};
pub use form::{Builder, SettingsForm};
pub use host_policy::{HostPolicy, Refused};
pub use providers::Provider;
pub use refusals::backoff;
pub use spelling::suggest_host;
pub use submission::SmtpEndpoint;
pub use validate::validate;
