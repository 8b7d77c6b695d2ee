//! DNS by the system's configuration.

use std::{fmt, io, net::SocketAddr};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::RData,
};
use inboxlink_settings::discovery::Service;

use crate::{Dns, Looking, limits::MAX_RECORDS};

/// Asks the name servers that the system is configured with.
pub struct SystemDns(TokioResolver);

impl SystemDns {
    /// Reads the system's configuration.
    ///
    /// # Errors
    /// If there is none that can be read.
    pub fn new() -> io::Result<Self> {
        let builder = TokioResolver::builder_tokio().map_err(io::Error::other)?;
        builder.build().map(Self).map_err(io::Error::other)
    }

    /// Asks this name server, and no other.
    ///
    /// # Errors
    /// If it cannot be used.
    pub fn at(server: SocketAddr) -> io::Result<Self> {
        let mut udp = ConnectionConfig::udp();
        udp.port = server.port();
        let server = NameServerConfig::new(server.ip(), true, vec![udp]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let provider = TokioRuntimeProvider::default();
        let builder = TokioResolver::builder_with_config(config, provider);
        builder.build().map(Self).map_err(io::Error::other)
    }
}

/// A name that is not completed by the system's search list.
fn whole(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

impl Dns for SystemDns {
    fn services<'a>(&'a self, name: &'a str) -> Looking<'a, Vec<Service>> {
        Box::pin(async move {
            let Ok(found) = self.0.srv_lookup(whole(name)).await else {
                return Vec::new();
            };
            let services = found
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::SRV(srv) => Some(Service {
                        priority: srv.priority,
                        weight: srv.weight,
                        port: srv.port,
                        target: srv.target.to_ascii(),
                    }),
                    _ => None,
                });
            services.take(MAX_RECORDS).collect()
        })
    }

    fn exchangers<'a>(&'a self, domain: &'a str) -> Looking<'a, Vec<String>> {
        Box::pin(async move {
            let Ok(found) = self.0.mx_lookup(whole(domain)).await else {
                return Vec::new();
            };
            let hosts = found
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::MX(mx) => Some((mx.preference, mx.exchange.to_ascii())),
                    _ => None,
                });
            let mut hosts: Vec<(u16, String)> = hosts.take(MAX_RECORDS).collect();
            hosts.sort();
            hosts.into_iter().map(|(_, host)| host).collect()
        })
    }

    fn exists<'a>(&'a self, host: &'a str) -> Looking<'a, bool> {
        Box::pin(async move {
            let found = self.0.lookup_ip(whole(host)).await;
            found.is_ok_and(|found| found.iter().next().is_some())
        })
    }
}

impl fmt::Debug for SystemDns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemDns")
    }
}
