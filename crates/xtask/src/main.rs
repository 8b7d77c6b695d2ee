//! The workspace's own commands. `cargo xtask test` is the whole CI, here and
//! anywhere; `cargo xtask bench` measures against other mail clients.

mod command;
mod counts;
mod error;
mod needs;
mod stages;
mod summary;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;
use crate::stages::{Plan, STAGES};
use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The workspace's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run everything that must pass: formatting, lints, licences, tests with
    /// real servers and a browser, documentation, packages, a fuzz and a
    /// benchmark smoke.
    Test {
        /// Install what is missing (Debian packages, cargo tools).
        #[arg(long)]
        install: bool,
        /// Also what takes long: building every package as published, fuzzing
        /// for minutes instead of seconds.
        #[arg(long)]
        long: bool,
        /// Run only this stage (may be given again).
        #[arg(long, value_name = "STAGE")]
        only: Vec<String>,
        /// List the stages and end.
        #[arg(long)]
        list: bool,
    },
    /// Run the benchmarks, each beside its peers, in a release build.
    Bench,
}

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Task::Test { list: true, .. } => {
            for stage in STAGES {
                println!("{:10} {}", stage.name, stage.what);
            }
            Ok(())
        }
        Task::Test {
            install,
            long,
            only,
            ..
        } => test(install, long, &only),
        Task::Bench => bench(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn test(install: bool, long: bool, only: &[String]) -> Result<(), Error> {
    if let Some(name) = only.iter().find(|name| stages::find(name).is_none()) {
        return Err(Error::NoSuchStage(name.clone()));
    }
    let mut plan = Plan::new(Workspace::read()?, install, long);
    let mut summary = summary::Summary::default();
    let chosen = |name: &str| only.is_empty() || only.iter().any(|wanted| wanted == name);
    let result = STAGES
        .iter()
        .filter(|stage| chosen(stage.name))
        .try_for_each(|stage| summary.run(stage, &mut plan));
    summary.print(&plan.counts);
    result
}

fn bench() -> Result<(), Error> {
    let workspace = Workspace::read()?;
    needs::require_packages()?;
    stages::build_examples(&workspace)?;
    let scope = ["bench", "--locked", "--package", "inboxlink-benches"];
    let mut bench = workspace.cargo(&[&scope[..], &["--bench", "*"]].concat());
    bench.env("INBOXLINK_EXAMPLES_DIR", workspace.examples());
    command::run(&mut bench)?;
    // Once more without a disk, whose moods differ from client to client.
    if Path::new(MEMORY).is_dir() {
        command::run(bench.env("TMPDIR", MEMORY))?;
    }
    Ok(())
}
