//! What the tests need beyond Rust, and how it gets here.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::command::{output, run, succeeds};
use crate::error::Error;
use crate::workspace::Workspace;

/// A Debian package.
struct Package {
    name: &'static str,
    why: &'static str,
    /// The system service that it would leave running.
    service: Option<&'static str>,
}

const PACKAGES: &[Package] = &[
    Package {
        name: "g++",
        why: "compiles SQLite and libFuzzer",
        service: None,
    },
    Package {
        name: "dovecot-imapd",
        why: "the real server of the sync tests",
        service: Some("dovecot"),
    },
    Package {
        name: "dovecot-lmtpd",
        why: "delivers mail to it while a client waits",
        service: Some("dovecot"),
    },
    Package {
        name: "isync",
        why: "mbsync, the peer of the sync benchmark",
        service: None,
    },
    Package {
        name: "chromium",
        why: "the browser that clicks through the demo CRM",
        service: None,
    },
    Package {
        name: "chromium-driver",
        why: "through which tests drive it",
        service: None,
    },
    Package {
        name: "python3",
        why: "the foreign client of the test server",
        service: None,
    },
];

/// A cargo subcommand, built from source at one version.
struct Tool {
    subcommand: &'static str,
    package: &'static str,
    version: &'static str,
    why: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        subcommand: "deny",
        package: "cargo-deny",
        version: "0.20.2",
        why: "licences, banned crates, sources",
    },
    Tool {
        subcommand: "fuzz",
        package: "cargo-fuzz",
        version: "0.13.2",
        why: "the fuzz smoke",
    },
];

/// Everything that the stages need; what is missing is installed or named.
pub(crate) fn require_all(workspace: &Workspace, install: bool) -> Result<(), Error> {
    let packages = missing_packages();
    let tools = missing_tools(workspace);
    if install {
        install_packages(&packages)?;
        return tools
            .iter()
            .try_for_each(|tool| install_tool(workspace, tool));
    }
    let mut missing: Vec<String> = Vec::new();
    let mut by_hand = Vec::new();
    if !packages.is_empty() {
        by_hand.push(apt_line(&packages));
    }
    missing.extend(
        packages
            .iter()
            .map(|it| format!("{} ({})", it.name, it.why)),
    );
    for tool in tools {
        missing.push(format!("{} ({})", tool.package, tool.why));
        by_hand.push(format!("cargo {}", install_arguments(tool).join(" ")));
    }
    name_missing(&missing, &by_hand)
}

/// The Debian packages alone, which is all that the benchmarks need.
pub(crate) fn require_packages() -> Result<(), Error> {
    let packages = missing_packages();
    let missing: Vec<String> = packages
        .iter()
        .map(|it| format!("{} ({})", it.name, it.why))
        .collect();
    name_missing(&missing, &[apt_line(&packages)])
}

fn name_missing(missing: &[String], by_hand: &[String]) -> Result<(), Error> {
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::Missing {
        missing: missing.join(", "),
        by_hand: by_hand.join(" && "),
    })
}

fn missing_packages() -> Vec<&'static Package> {
    let is_missing = |package: &&Package| {
        let mut query = Command::new("dpkg-query");
        query.args(["--show", "--showformat=${db:Status-Status}", package.name]);
        output(&mut query).as_deref() != Some("installed")
    };
    PACKAGES.iter().filter(is_missing).collect()
}

fn missing_tools(workspace: &Workspace) -> Vec<&'static Tool> {
    // Any version that is there will do; CI's is the one written here.
    let is_missing =
        |tool: &&Tool| !succeeds(&mut workspace.cargo(&[tool.subcommand, "--version"]));
    TOOLS.iter().filter(is_missing).collect()
}

fn apt_line(packages: &[&Package]) -> String {
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    format!(
        "apt-get install -y --no-install-recommends {}",
        names.join(" ")
    )
}

fn install_packages(packages: &[&Package]) -> Result<(), Error> {
    if packages.is_empty() {
        return Ok(());
    }
    // A freshly installed mail server would start, on the machine's own ports.
    let _no_services = NoServices::begin()?;
    run(&mut as_root("apt-get update"))?;
    run(&mut as_root(&apt_line(packages)))?;
    for service in packages.iter().filter_map(|package| package.service) {
        // Nor at the next boot. Where there is no systemd there is no service.
        let _ = succeeds(&mut as_root(&format!("systemctl disable {service}")));
    }
    Ok(())
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// A command of plain words, through sudo unless we are root.
fn as_root(line: &str) -> Command {
    let mut words: Vec<&str> = line.split(' ').collect();
    if !is_root() {
        words.splice(0..0, ["sudo", "--preserve-env=DEBIAN_FRONTEND,RUNLEVEL"]);
    }
    let mut words = words.into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command
        .args(words)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1");
    command
}

/// While this lives, installing a package starts no service: Debian's
/// `policy-rc.d` forbids it. One that is already there is left alone.
struct NoServices {
    ours: bool,
}

impl NoServices {
    const POLICY: &str = "/usr/sbin/policy-rc.d";

    fn begin() -> Result<Self, Error> {
        let path = Path::new(Self::POLICY);
        // Without root the file can't be written; RUNLEVEL=1 does the same for
        // init scripts.
        let ours = is_root() && !path.exists();
        if ours {
            fs::write(path, "#!/bin/sh\nexit 101\n")
                .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
                .map_err(|source| Error::Io {
                    what: format!("write {}", Self::POLICY),
                    source,
                })?;
        }
        Ok(Self { ours })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.ours {
            let _ = fs::remove_file(Self::POLICY);
        }
    }
}

fn install_tool(workspace: &Workspace, tool: &Tool) -> Result<(), Error> {
    run(&mut workspace.cargo(&install_arguments(tool)))
}

fn install_arguments(tool: &Tool) -> [&'static str; 5] {
    [
        "install",
        tool.package,
        "--locked",
        "--version",
        tool.version,
    ]
}
