//! Thunderbird's autoconfiguration, as far as mail needs it.

use roxmltree::{Document, Node, ParsingOptions};

use super::Server;
use crate::{
    Security,
    host::read_host,
    limits::{MAX_AUTOCONFIG_BYTES, MAX_AUTOCONFIG_NODES},
};

/// What a page says.
pub(super) struct Read {
    pub(super) imap: Server,
    pub(super) smtp: Option<Server>,
    pub(super) username: Option<String>,
}

/// Reads a page; `None` where it is none, or knows no IMAP with encryption.
pub(super) fn read(page: &str, address: &str) -> Option<Read> {
    if page.len() > MAX_AUTOCONFIG_BYTES {
        return None;
    }
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_AUTOCONFIG_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(page, options).ok()?;
    let servers = |element: &'static str, kind: &'static str| {
        document
            .descendants()
            .filter(move |node| node.has_tag_name(element) && node.attribute("type") == Some(kind))
    };
    // The first is the one that is meant.
    let (imap, node) =
        servers("incomingServer", "imap").find_map(|node| Some((server(node, address)?, node)))?;
    Some(Read {
        imap,
        smtp: servers("outgoingServer", "smtp").find_map(|node| server(node, address)),
        username: child(node, "username").map(|text| filled(text, address)),
    })
}

fn server(node: Node<'_, '_>, address: &str) -> Option<Server> {
    let security = match child(node, "socketType")? {
        "SSL" => Security::Tls,
        "STARTTLS" => Security::StartTls,
        // There is no unencrypted mode here.
        _ => return None,
    };
    let host = read_host(&filled(child(node, "hostname")?, address)).ok()?;
    let port = child(node, "port")?
        .parse()
        .ok()
        .filter(|port| *port != 0)?;
    Some(Server::new(host, port, security))
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let child = node.children().find(|child| child.has_tag_name(name))?;
    let text = child.text()?.trim();
    (!text.is_empty()).then_some(text)
}

/// What stands for a part of the address, as that part.
fn filled(text: &str, address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    text.replace("%EMAILADDRESS%", address)
        .replace("%EMAILLOCALPART%", local)
        .replace("%EMAILDOMAIN%", domain)
}
