//! The fuzz stage: each target runs for a while from its seeds.

use std::fs;

use super::{Outcome, Plan};
use crate::command::{output, run};
use crate::error::Error;

/// Long enough to find what is plainly wrong.
const SMOKE_SECONDS: u32 = 10;
const LONG_SECONDS: u32 = 600;

pub(super) fn run_all(plan: &mut Plan) -> Result<Outcome, Error> {
    let workspace = &plan.workspace;
    let seconds = if plan.long {
        LONG_SECONDS
    } else {
        SMOKE_SECONDS
    };
    let limit = format!("-max_total_time={seconds}");
    let Some(targets) = output(&mut workspace.cargo(&["fuzz", "list"])) else {
        return Err(Error::NoFuzzTargets);
    };
    for target in targets.lines() {
        // What the run adds goes to the target folder, not among the seeds.
        let found = workspace.target.join("fuzz-corpus").join(target);
        fs::create_dir_all(&found).map_err(|source| Error::Io {
            what: format!("create {}", found.display()),
            source,
        })?;
        let seeds = workspace.root.join("fuzz").join("seeds").join(target);
        // Without a sanitizer it runs on stable Rust; debug assertions and
        // overflow checks are on.
        let mut command = workspace.cargo(&["fuzz", "run", "--sanitizer", "none", target]);
        command.arg(found);
        if seeds.is_dir() {
            command.arg(seeds);
        }
        command.args([
            "--",
            &limit,
            "-verbosity=0",
            "-rss_limit_mb=1024",
            "-timeout=5",
        ]);
        run(&mut command)?;
    }
    Ok(Outcome::Done)
}
