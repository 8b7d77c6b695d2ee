//! Dovecot's configuration and the files that it names.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{MAIL_OWNER, Ports};
use crate::{Certificates, TestkitError, Tls};

pub(super) const LOG: &str = "dovecot.log";
pub(super) const CA: &str = "ca.pem";

pub(super) struct Input<'a> {
    pub(super) root: &'a Path,
    pub(super) owner: (u32, u32),
    pub(super) ports: Ports,
    pub(super) certificates: &'a Certificates,
    pub(super) users: &'a [(String, String)],
    pub(super) tls: Tls,
    pub(super) special_use: bool,
    pub(super) extra: &'a str,
}

/// Writes all files below the root and returns the configuration's path.
pub(super) fn write(input: &Input<'_>) -> Result<PathBuf, TestkitError> {
    let root = input.root;
    save(&root.join(CA), &input.certificates.ca_pem)?;
    save(&root.join("server.pem"), &input.certificates.server_pem)?;
    save(&root.join("server.key"), &input.certificates.key_pem)?;
    save(&root.join("users"), &users(input)?)?;
    let path = root.join("dovecot.conf");
    save(&path, &config(input))?;
    Ok(path)
}

/// The user's home below the server's folder.
pub(super) fn home(root: &Path, user: &str) -> PathBuf {
    root.join("home").join(user)
}

fn save(path: &Path, text: &str) -> Result<(), TestkitError> {
    fs::write(path, text).map_err(TestkitError::io(format!("write {}", path.display())))
}

/// The passwd-file; makes the homes on the way.
fn users(input: &Input<'_>) -> Result<String, TestkitError> {
    let (uid, gid) = input.owner;
    let mut lines = String::new();
    for (name, password) in input.users {
        // Colons part the fields, and a name is also a folder.
        let bad = |text: &str| text.is_empty() || text.contains([':', '\n', '\r', '\0']);
        if bad(name) || name.contains(['/', ' ']) || name.starts_with('.') {
            return Err(TestkitError::BadName {
                role: "a user's name",
                name: name.clone(),
            });
        }
        if bad(password) {
            return Err(TestkitError::BadName {
                role: "a password",
                name: password.clone(),
            });
        }
        let home = home(input.root, name);
        fs::create_dir_all(&home)
            .and_then(|()| chown(&home, Some(uid), Some(gid)))
            .map_err(TestkitError::io(format!("create {}", home.display())))?;
        let home = home.display();
        lines.push_str(&format!(
            "{name}:{{PLAIN}}{password}:{uid}:{gid}::{home}::\n"
        ));
    }
    Ok(lines)
}

fn config(input: &Input<'_>) -> String {
    let root = input.root.display();
    let Ports { imaps, imap, lmtp } = input.ports;
    let tls = if input.tls == Tls::Off {
        "ssl = no\n".to_owned()
    } else {
        format!(
            "ssl = yes\nssl_min_protocol = TLSv1.2\n\
             ssl_cert = <{root}/server.pem\nssl_key = <{root}/server.key\n"
        )
    };
    // Port 0 switches a listener off.
    let imaps = if input.tls == Tls::Off { 0 } else { imaps };
    let uid = input.owner.0;
    let (service_users, folders) = (service_users(input.owner), folders(input.special_use));
    let extra = input.extra;
    format!(
        "\
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/{LOG}
{service_users}{tls}
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_chars =
passdb {{
  driver = passwd-file
  args = username_format=%u {root}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {root}/users
}}
first_valid_uid = {uid}
mail_location = maildir:~/Maildir
# These mailboxes live for seconds.
mail_fsync = never
mail_max_userip_connections = 1000
# Mail written behind the server's back is noticed in IDLE even without inotify.
mailbox_idle_check_interval = 1 s
namespace inbox {{
  inbox = yes
  separator = /
{folders}}}
service imap-login {{
  chroot =
  # One process for all logins, which saves a fork for each.
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
  # No penalty for tests that try a wrong password again and again.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@example.com
}}
{extra}"
    )
}

/// Root's server uses the package's own users; anybody else's has only theirs.
fn service_users(owner: (u32, u32)) -> String {
    if owner == MAIL_OWNER {
        return String::new();
    }
    let name_of = |flag| {
        let output = Command::new("id").arg(flag).output();
        let name = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        name.unwrap_or_default()
    };
    let (user, group) = (name_of("-un"), name_of("-gn"));
    format!(
        "default_internal_user = {user}\ndefault_login_user = {user}\n\
         default_internal_group = {group}\n"
    )
}

fn folders(special_use: bool) -> String {
    let mut lines = String::new();
    for (name, attribute) in [
        ("Sent", "\\Sent"),
        ("Drafts", "\\Drafts"),
        ("Trash", "\\Trash"),
        ("Junk", "\\Junk"),
    ] {
        let attribute = if special_use {
            format!("    special_use = {attribute}\n")
        } else {
            String::new()
        };
        lines.push_str(&format!(
            "  mailbox {name} {{\n    auto = subscribe\n{attribute}  }}\n"
        ));
    }
    lines
}
