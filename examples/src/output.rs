//! JSON lines on stdout, one sentence on stderr, and the exit code.

use std::{
    fmt::Display,
    io::{self, BufWriter, StdoutLock, Write},
    process::ExitCode,
};

use serde::Serialize;

/// Why an example stops before its end.
#[derive(Debug)]
pub enum Failure {
    /// The reader of our output has gone (`… | head`): nothing is wrong.
    Closed,
    /// It cannot do its work: one sentence that says what to do next.
    Cannot(String),
}

impl Failure {
    /// A failure with its sentence.
    pub fn new(sentence: impl Display) -> Self {
        Self::Cannot(sentence.to_string())
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

/// Writes one JSON value a line.
#[derive(Debug)]
pub struct JsonLines<W: Write = BufWriter<StdoutLock<'static>>> {
    out: W,
    some_failed: bool,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            some_failed: false,
        }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// [`Failure::Closed`] where nobody reads any more.
    pub fn line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.out.write_all(&line).map_err(output_failure)
    }

    /// Writes a line that names an item that failed; the exit code will be 2.
    ///
    /// # Errors
    /// As [`JsonLines::line`].
    pub fn error(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        self.some_failed = true;
        self.line(value)
    }

    /// Hands all lines on now, for whoever follows along.
    ///
    /// # Errors
    /// As [`JsonLines::line`].
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(output_failure)
    }
}

fn output_failure(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::Closed,
        _ => Failure::new(format!("The output cannot be written: {error}.")),
    }
}

/// Runs an example. Exit code 0: all well; 2: some items failed and are named
/// in the output; 1: it could not do its work, as a sentence on stderr says.
pub fn run(body: impl FnOnce(&mut JsonLines) -> Result<(), Failure>) -> ExitCode {
    let mut out = JsonLines::new(BufWriter::new(io::stdout().lock()));
    let result = body(&mut out).and_then(|()| out.flush());
    if let Err(Failure::Cannot(sentence)) = &result {
        // What was found before the failure is still worth reading.
        let _ = out.flush();
        eprintln!("{sentence}");
    }
    ExitCode::from(code(&result, out.some_failed))
}

fn code(result: &Result<(), Failure>, some_failed: bool) -> u8 {
    match result {
        Err(Failure::Cannot(_)) => 1,
        Err(Failure::Closed) => 0,
        Ok(()) if some_failed => 2,
        Ok(()) => 0,
    }
}

/// The command line's arguments. A mistake in them ends the process with 1:
/// clap's own 2 means here that some items failed.
pub fn arguments<A: clap::Parser>() -> A {
    A::try_parse().unwrap_or_else(|error| {
        // Where even stderr is closed there is nobody left to tell.
        let _ = error.print();
        std::process::exit(i32::from(error.use_stderr()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn one_value_a_line() {
        let mut lines = JsonLines::new(Vec::new());
        lines.line(&["a\nb"]).unwrap();
        lines.line(&1).unwrap();
        assert_eq!(lines.out, b"[\"a\\nb\"]\n1\n");
    }

    #[test]
    fn exit_codes() {
        let mut lines = JsonLines::new(Vec::new());
        lines.error(&"x").unwrap();
        assert_eq!(code(&Ok(()), lines.some_failed), 2);
        assert_eq!(code(&Ok(()), false), 0);
        assert_eq!(code(&Err(Failure::new("no")), true), 1);
        let closed = JsonLines::new(Closed).line(&1);
        assert!(matches!(closed, Err(Failure::Closed)));
        assert_eq!(code(&closed, true), 0);
    }
}
