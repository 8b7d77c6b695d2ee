//! Dovecot on loopback, one per test.

mod config;

use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::error::find_program;
use crate::maildir::FolderWriter;
use crate::process::Watched;
use crate::{Certificates, TestkitError, Tls, lmtp};

/// Usually up in well under a second; this is for a machine that is busy.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A free port can be taken by another test before the server has it.
const ATTEMPTS: usize = 3;

/// Debian's `mail` user: Dovecot refuses to open mail as root.
const MAIL_OWNER: (u32, u32) = (8, 8);

/// What a test wants of its server.
#[derive(Clone, Debug)]
pub struct DovecotBuilder {
    users: Vec<(String, String)>,
    tls: Tls,
    special_use: bool,
    extra: String,
}

impl DovecotBuilder {
    /// Adds a user. Names may hold `@`.
    #[must_use]
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.push((name.to_owned(), password.to_owned()));
        self
    }

    /// How the server does TLS; [`Tls::Trusted`] if not said.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Whether folders carry SPECIAL-USE attributes (RFC 6154); they do if not
    /// said.
    #[must_use]
    pub fn special_use(mut self, on: bool) -> Self {
        self.special_use = on;
        self
    }

    /// Further lines for the end of Dovecot's configuration.
    #[must_use]
    pub fn config(mut self, lines: &str) -> Self {
        self.extra.push_str(lines);
        self.extra.push('\n');
        self
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// [`TestkitError::NotInstalled`] names the package that is missing;
    /// [`TestkitError::DidNotStart`] carries Dovecot's log.
    pub fn start(self) -> Result<Dovecot, TestkitError> {
        let program = find_program("dovecot", "dovecot-imapd dovecot-lmtpd")?;
        let certificates = Certificates::new(self.tls)?;
        let mut attempt = 1;
        loop {
            match self.start_once(&program, &certificates) {
                Err(TestkitError::DidNotStart { log, .. })
                    if attempt < ATTEMPTS && log.contains("Address already in use") =>
                {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn start_once(
        &self,
        program: &Path,
        certificates: &Certificates,
    ) -> Result<Dovecot, TestkitError> {
        let folder = temporary_folder()?;
        let root = folder.path();
        let owner = mail_owner(root)?;
        let ports = free_ports()?;
        let config = config::write(&config::Input {
            root,
            owner,
            ports,
            certificates,
            users: &self.users,
            tls: self.tls,
            special_use: self.special_use,
            extra: &self.extra,
        })?;
        let args: [&OsStr; 3] = ["-F".as_ref(), "-c".as_ref(), config.as_os_str()];
        let process = Watched::start(program, &args, &root.join(config::LOG))?;
        let mut server = Dovecot {
            process,
            ca_pem: certificates.ca_pem.clone(),
            ports,
            owner,
            written: AtomicU64::new(0),
            folder,
        };
        server.wait_until_ready()?;
        Ok(server)
    }
}

/// The ports of one server, all on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
struct Ports {
    imaps: u16,
    imap: u16,
    lmtp: u16,
}

/// A running Dovecot with its own folder, users and certificates. It ends when
/// dropped, and its folder goes with it.
#[derive(Debug)]
pub struct Dovecot {
    // First, so that the server ends before its folder goes.
    process: Watched,
    ca_pem: String,
    ports: Ports,
    owner: (u32, u32),
    written: AtomicU64,
    folder: TempDir,
}

impl Dovecot {
    /// A server to be: no users yet, trusted TLS, SPECIAL-USE on.
    #[must_use]
    pub fn builder() -> DovecotBuilder {
        DovecotBuilder {
            users: Vec::new(),
            tls: Tls::Trusted,
            special_use: true,
            extra: String::new(),
        }
    }

    /// Whether Dovecot is installed here.
    #[must_use]
    pub fn available() -> bool {
        find_program("dovecot", "dovecot-imapd").is_ok()
    }

    /// The certificate to trust, as PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The file that holds [`ca_pem`](Self::ca_pem).
    #[must_use]
    pub fn ca_path(&self) -> PathBuf {
        self.folder.path().join(config::CA)
    }

    /// The port with implicit TLS. With [`Tls::Off`] nothing listens there.
    #[must_use]
    pub fn imaps_port(&self) -> u16 {
        self.ports.imaps
    }

    /// The port without TLS, which offers STARTTLS unless [`Tls::Off`].
    #[must_use]
    pub fn imap_port(&self) -> u16 {
        self.ports.imap
    }

    /// The port that takes mail by LMTP.
    #[must_use]
    pub fn lmtp_port(&self) -> u16 {
        self.ports.lmtp
    }

    /// The user's Maildir.
    #[must_use]
    pub fn maildir(&self, user: &str) -> PathBuf {
        config::home(self.folder.path(), user).join("Maildir")
    }

    /// What the server has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(config::LOG)).unwrap_or_default()
    }

    /// Writes mails straight into a folder of the user's Maildir, creating it
    /// where missing: far faster than a delivery, and unnoticed until the
    /// server next looks. `flags` are Maildir's letters: `S` seen, `R`
    /// answered, `F` flagged, `D` draft, `T` deleted. Their UIDs follow the
    /// order of the calls.
    ///
    /// # Errors
    /// [`TestkitError::Io`] if a file cannot be written.
    pub fn fill<B: AsRef<[u8]>, F: AsRef<str>>(
        &self,
        user: &str,
        folder: &str,
        mails: impl IntoIterator<Item = (B, F)>,
    ) -> Result<(), TestkitError> {
        let maildir = self.maildir(user);
        // The root too, else it would belong to whoever runs the test.
        FolderWriter::create(&maildir, "INBOX", self.owner)?;
        let writer = FolderWriter::create(&maildir, folder, self.owner)?;
        for (mail, flags) in mails {
            let number = self.written.fetch_add(1, Ordering::Relaxed);
            writer.write(number, mail.as_ref(), flags.as_ref())?;
        }
        Ok(())
    }

    /// Delivers a mail to the user's INBOX by LMTP, so that a client in IDLE
    /// hears of it at once. Returns when the server has taken it.
    ///
    /// # Errors
    /// [`TestkitError::Refused`] with the server's answer if it won't.
    pub fn deliver(&self, user: &str, mail: &[u8]) -> Result<(), TestkitError> {
        lmtp::deliver(self.ports.lmtp, user, mail)
    }

    fn wait_until_ready(&mut self) -> Result<(), TestkitError> {
        let deadline = Instant::now() + START_TIMEOUT;
        // The log line tells that it is our server which has the port.
        while !(self.log().contains("starting up") && answers(self.ports.imap)) {
            if !self.process.is_running() || Instant::now() > deadline {
                return Err(TestkitError::DidNotStart {
                    program: "dovecot",
                    log: self.log(),
                });
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

fn answers(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn temporary_folder() -> Result<TempDir, TestkitError> {
    let folder = tempfile::Builder::new()
        .prefix("inboxlink-")
        .tempdir()
        .map_err(TestkitError::io("make a temporary folder"))?;
    // The server's mail processes run as another user and must pass through.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
        .map_err(TestkitError::io("open the temporary folder"))?;
    Ok(folder)
}

/// Who owns the mail: ourselves, or `mail` if we are root.
fn mail_owner(folder: &Path) -> Result<(u32, u32), TestkitError> {
    let ours = folder
        .metadata()
        .map_err(TestkitError::io("look at the temporary folder"))?;
    Ok(if ours.uid() == 0 {
        MAIL_OWNER
    } else {
        (ours.uid(), ours.gid())
    })
}

fn free_ports() -> Result<Ports, TestkitError> {
    // All three are held until all are known, so that they differ.
    let listen = || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        Ok((listener, port))
    };
    let what = "find a free port";
    let (_imaps, imaps) = listen().map_err(TestkitError::io(what))?;
    let (_imap, imap) = listen().map_err(TestkitError::io(what))?;
    let (_lmtp, lmtp) = listen().map_err(TestkitError::io(what))?;
    Ok(Ports { imaps, imap, lmtp })
}
