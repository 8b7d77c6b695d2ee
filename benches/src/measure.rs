//! Measuring other programs: time, processor time, peak memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4 as _;

use crate::BenchError;

/// One run of a program.
#[derive(Clone, Debug)]
pub struct Measured {
    /// From its start to its end.
    pub seconds: f64,
    /// User and system time.
    pub cpu_seconds: f64,
    /// Its greatest resident set.
    pub peak_rss_bytes: u64,
    /// What it printed.
    pub stdout: String,
}

/// Runs a program to its end.
///
/// # Errors
/// [`BenchError::Failed`] unless it succeeds.
pub fn measure(command: &mut Command) -> Result<Measured, BenchError> {
    let shown = format!("{command:?}");
    let what = || format!("run {shown}");
    let folder = tempfile::tempdir().map_err(BenchError::io(what()))?;
    // Files, not pipes: nobody need read along while the clock runs.
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let create = |path| fs::File::create(path).map_err(BenchError::io(what()));
    command
        .stdin(Stdio::null())
        .stdout(create(&out)?)
        .stderr(create(&err)?);

    let started = Instant::now();
    let child = command.spawn().map_err(BenchError::io(what()))?;
    let used = child.wait4().map_err(BenchError::io(what()))?;
    let seconds = started.elapsed().as_secs_f64();

    let read = |path| fs::read(path).map_err(BenchError::io(what()));
    if !used.status.success() {
        return Err(BenchError::Failed {
            command: shown.clone(),
            status: used.status.to_string(),
            stderr: String::from_utf8_lossy(&read(&err)?).trim().to_owned(),
        });
    }
    Ok(Measured {
        seconds,
        cpu_seconds: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
        peak_rss_bytes: used.rusage.maxrss,
        stdout: String::from_utf8_lossy(&read(&out)?).into_owned(),
    })
}

/// The middle value, or the mean of the two in the middle; 0 of none.
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2).copied().unwrap_or(0.0);
    let lower = values.get(values.len().saturating_sub(1) / 2).copied();
    f64::midpoint(lower.unwrap_or(upper), upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median([]), 0.0);
    }

    #[test]
    fn a_program_is_measured_and_its_failure_told() {
        let mut good = Command::new("sh");
        let run = measure(good.args(["-c", "sleep 0.05; echo hello"])).unwrap();
        assert_eq!(run.stdout, "hello\n");
        assert!(run.seconds >= 0.05);
        assert!(run.peak_rss_bytes > 100_000);
        let mut bad = Command::new("sh");
        let error = measure(bad.args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("why"), "{error}");
    }
}
