//! What a search asks of DNS.

use std::{fmt, future::Future, pin::Pin};

use inboxlink_settings::discovery::Service;

/// An answer still on its way.
pub type Looking<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Looks records up: by the system's configuration, in one's own way, or a
/// test's. What cannot be found out is nothing.
pub trait Dns: fmt::Debug + Send + Sync {
    /// SRV records.
    fn services<'a>(&'a self, name: &'a str) -> Looking<'a, Vec<Service>>;

    /// The hosts of MX records, the preferred ones first.
    fn exchangers<'a>(&'a self, domain: &'a str) -> Looking<'a, Vec<String>>;

    /// Whether a host has an address.
    fn exists<'a>(&'a self, host: &'a str) -> Looking<'a, bool>;
}
