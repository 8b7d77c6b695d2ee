//! The mail server and account that `sync` and `connect` are told of.

use std::path::PathBuf;

use clap::Args;
use inboxlink::{
    ConnectionSettings, CreateContacts, HostPolicy, Options, OwnerId, Security, SettingsForm,
    providers, validate,
};

use crate::Failure;

/// The team member that the examples know.
pub const OWNER: u64 = 1;

/// Where the mailbox is. The password comes from `INBOXLINK_PASSWORD`, so
/// that it stands in no process list.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// Host name of the IMAP server [default: the provider's, by the user name]
    #[arg(long)]
    host: Option<String>,
    /// Port [default: 993, or 143 with --starttls]
    #[arg(long)]
    port: Option<u16>,
    /// User name, mostly the full e-mail address
    #[arg(long)]
    username: String,
    /// Start in plain text and switch to TLS before anything is said
    #[arg(long)]
    starttls: bool,
    /// The host is meant as typed, though it seems to be another one
    #[arg(long)]
    keep_host: bool,
    /// Trust the certificates in this PEM file too
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
    /// Allow hosts in private networks, and any port
    #[arg(long)]
    allow_private_hosts: bool,
}

impl ServerArgs {
    /// How to connect.
    ///
    /// # Errors
    /// If the file with certificates cannot be read.
    pub fn options(&self) -> Result<Options, Failure> {
        let mut options = Options::default();
        options.host_policy = self.policy();
        if let Some(path) = &self.ca {
            let pem = std::fs::read_to_string(path).map_err(|error| {
                Failure::new(format!(
                    "The certificates in {} cannot be read: {error}.",
                    path.display()
                ))
            })?;
            options.extra_roots.push(pem);
        }
        Ok(options)
    }

    /// Where connections may lead.
    pub fn policy(&self) -> HostPolicy {
        match self.allow_private_hosts {
            true => HostPolicy::allowing_private(),
            false => HostPolicy::public_only(),
        }
    }

    /// The settings, checked.
    ///
    /// # Errors
    /// If the password is missing, or a field is faulty: all faults at once.
    pub fn settings(&self, create_contacts: CreateContacts) -> Result<ConnectionSettings, Failure> {
        let mut form = self.form()?;
        form.create_contacts = match create_contacts {
            CreateContacts::Off => "off",
            CreateContacts::Sent => "sent",
            CreateContacts::All => "all",
        }
        .to_owned();
        Ok(validate(&form, &self.policy())?)
    }

    /// The host as typed, or as it is known by the address's domain.
    fn known_host(&self) -> Result<String, Failure> {
        let domain = self.username.rsplit_once('@').map(|(_, domain)| domain);
        let provider = || domain.and_then(providers::by_domain);
        let known = || provider().map(|it| it.imap_host().to_owned());
        self.host.clone().or_else(known).ok_or_else(|| {
            Failure::new("Name the mail server with --host; `connect` can find it by your address.")
        })
    }

    /// The e-mail address whose servers are to be found, where no host was
    /// named.
    pub fn address_to_find(&self) -> Option<&str> {
        self.host.is_none().then_some(self.username.as_str())
    }

    /// The host is this one: it was found by the address.
    pub fn found(&mut self, host: &str, port: u16, security: Security) {
        self.host = Some(host.to_owned());
        self.port = Some(port);
        self.starttls = security == Security::StartTls;
    }

    /// The form as it was typed on the command line.
    ///
    /// # Errors
    /// If the password is missing.
    pub fn form(&self) -> Result<SettingsForm, Failure> {
        let password = std::env::var("INBOXLINK_PASSWORD").map_err(|_| {
            Failure::new(
                "The password is missing: put it into the environment variable INBOXLINK_PASSWORD.",
            )
        })?;
        let security = match self.starttls {
            true => Security::StartTls,
            false => Security::Tls,
        };
        Ok(SettingsForm {
            name: "command line".to_owned(),
            host: self.known_host()?,
            keep_host: self.keep_host,
            username: self.username.clone(),
            password: password.into(),
            port: self.port.map(|port| port.to_string()).unwrap_or_default(),
            security: security.as_str().to_owned(),
            owner: OwnerId::from(OWNER).to_string(),
            ..SettingsForm::default()
        })
    }
}
