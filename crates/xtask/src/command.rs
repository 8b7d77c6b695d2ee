//! Running other programs, shown as they run.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};

use crate::error::Error;

/// Runs to the end; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    eprintln!("$ {}", shown(command));
    let status = command.status().map_err(start_error(command))?;
    check(command, status)
}

/// The same, with each line of stdout also handed to `look`.
pub(crate) fn run_and_look(command: &mut Command, mut look: impl FnMut(&str)) -> Result<(), Error> {
    eprintln!("$ {}", shown(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(start_error(command))?;
    if let Some(stdout) = child.stdout.take() {
        // A test may print bytes that aren't UTF-8.
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(start_error(command))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            look(&line);
        }
    }
    let status = child.wait().map_err(start_error(command))?;
    check(command, status)
}

/// Whether the program starts and succeeds, silently.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What the program prints, or nothing if it fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

fn check(command: &Command, status: ExitStatus) -> Result<(), Error> {
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed {
        command: shown(command),
        status: status.to_string(),
    })
}

fn start_error(command: &Command) -> impl FnOnce(std::io::Error) -> Error {
    let command = shown(command);
    move |source| Error::Start { command, source }
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let mut words: Vec<String> = command
        .get_envs()
        .filter_map(|(name, value)| {
            let value = value?.to_string_lossy();
            let quote = if value.contains(' ') { "'" } else { "" };
            Some(format!("{}={quote}{value}{quote}", name.to_string_lossy()))
        })
        .collect();
    words.push(program.to_string_lossy().into_owned());
    words.extend(
        command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
