//! The stages of `cargo xtask test`, in their order: the quick ones first, and
//! each on the build products of those before it.

mod fuzz;

use std::time::Duration;

use crate::command::{run, run_and_look};
use crate::counts::Counts;
use crate::error::Error;
use crate::needs;
use crate::workspace::Workspace;

/// One stage.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// What it may take on two cores with nothing built.
    pub(crate) budget: Duration,
    run: fn(&mut Plan) -> Result<Outcome, Error>,
}

/// What became of a stage that didn't fail.
pub(crate) enum Outcome {
    Done,
    /// Left out, and why.
    LeftOut(&'static str),
}

/// What all stages share.
pub(crate) struct Plan {
    workspace: Workspace,
    install: bool,
    long: bool,
    /// The tests so far.
    pub(crate) counts: Counts,
}

impl Plan {
    pub(crate) fn new(workspace: Workspace, install: bool, long: bool) -> Self {
        Self {
            workspace,
            install,
            long,
            counts: Counts::default(),
        }
    }
}

impl Stage {
    const fn new(
        name: &'static str,
        what: &'static str,
        budget_minutes: u64,
        run: fn(&mut Plan) -> Result<Outcome, Error>,
    ) -> Self {
        Self {
            name,
            what,
            budget: Duration::from_secs(budget_minutes * 60),
            run,
        }
    }

    pub(crate) fn run(&self, plan: &mut Plan) -> Result<Outcome, Error> {
        (self.run)(plan)
    }
}

/// All stages. The budgets add up to what a cold run may take.
pub(crate) const STAGES: &[Stage] = &[
    Stage::new("needs", "what the tests need is installed", 8, needs),
    Stage::new("fmt", "formatting", 1, fmt),
    Stage::new("clippy", "lints of every target", 5, clippy),
    Stage::new("deny", "licences, banned crates, sources", 1, deny),
    Stage::new("examples", "the examples, built as users do", 10, examples),
    Stage::new("test", "unit, property, structure and doc tests", 8, test),
    Stage::new("servers", "tests against real servers", 3, servers),
    Stage::new("browser", "the demo CRM in headless Chromium", 3, browser),
    Stage::new("data", "tests on data kept outside the project", 3, data),
    Stage::new("doc", "documentation without a warning", 2, doc),
    Stage::new("package", "the packages as they are published", 1, package),
    Stage::new("fuzz", "each fuzz target for ten seconds", 6, fuzz::run_all),
    Stage::new("bench", "the sync benchmark on a small mailbox", 1, bench),
];

pub(crate) fn find(name: &str) -> Option<&'static Stage> {
    STAGES.iter().find(|stage| stage.name == name)
}

fn needs(plan: &mut Plan) -> Result<Outcome, Error> {
    needs::require_all(&plan.workspace, plan.install)?;
    Ok(Outcome::Done)
}

fn fmt(plan: &mut Plan) -> Result<Outcome, Error> {
    cargo(plan, &["fmt", "--all", "--check"])
}

/// Features that are off by default and tested all the same.
const OPTIONAL: &[&str] = &[
    "--features",
    "inboxlink-timeline/html,inboxlink-dial/platform-verifier,inboxlink/discover",
];

fn clippy(plan: &mut Plan) -> Result<Outcome, Error> {
    let lints = ["--", "-D", "warnings"];
    let scope = ["clippy", "--workspace", "--all-targets", "--locked"];
    cargo(plan, &[&scope[..], OPTIONAL, &lints].concat())
}

fn deny(plan: &mut Plan) -> Result<Outcome, Error> {
    cargo(
        plan,
        &["deny", "--locked", "check", "licenses", "bans", "sources"],
    )
}

fn test(plan: &mut Plan) -> Result<Outcome, Error> {
    let (counts, result) = cargo_test(plan, &[]);
    plan.counts = counts;
    result
}

fn examples(plan: &mut Plan) -> Result<Outcome, Error> {
    build_examples(&plan.workspace)?;
    Ok(Outcome::Done)
}

/// Builds the examples as the README does; tests and benchmarks run them, so
/// this comes before any of those.
pub(crate) fn build_examples(workspace: &Workspace) -> Result<(), Error> {
    run(&mut workspace.cargo(&["build", "--release", "--examples", "--locked"]))
}

fn servers(plan: &mut Plan) -> Result<Outcome, Error> {
    // Whatever needs the browser too is the next stage's.
    ignored_tests(plan, &["dovecot_", "python_", "--skip", "chromium_"])
}

fn browser(plan: &mut Plan) -> Result<Outcome, Error> {
    ignored_tests(plan, &["chromium_"])
}

fn data(plan: &mut Plan) -> Result<Outcome, Error> {
    if std::env::var_os("INBOXLINK_TEST_DATA").is_none() {
        return Ok(Outcome::LeftOut("INBOXLINK_TEST_DATA is not set"));
    }
    ignored_tests(plan, &["data_"])
}

fn doc(plan: &mut Plan) -> Result<Outcome, Error> {
    let scope = ["doc", "--workspace", "--no-deps", "--locked"];
    run(plan
        .workspace
        .cargo(&scope)
        .env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::Done)
}

fn package(plan: &mut Plan) -> Result<Outcome, Error> {
    let mut command = plan
        .workspace
        .cargo(&["package", "--locked", "--allow-dirty"]);
    for name in &plan.workspace.published {
        command.args(["--package", name]);
    }
    if !plan.long {
        // Building each from its archive takes as long as all before.
        command.arg("--no-verify");
    }
    run(&mut command)?;
    Ok(Outcome::Done)
}

fn bench(plan: &mut Plan) -> Result<Outcome, Error> {
    // As a test: what is measured are release builds either way, and the
    // harness is already built.
    let scope = [
        "test",
        "--locked",
        "--package",
        "inboxlink-benches",
        // The others need a release build to end within minutes.
        "--bench",
        "sync_dovecot",
    ];
    let mut command = plan.workspace.cargo(&scope);
    command
        .env("INBOXLINK_BENCH_MAILS", "200")
        .env("INBOXLINK_EXAMPLES_DIR", plan.workspace.examples());
    run(&mut command)?;
    Ok(Outcome::Done)
}

fn cargo(plan: &Plan, arguments: &[&str]) -> Result<Outcome, Error> {
    run(&mut plan.workspace.cargo(arguments))?;
    Ok(Outcome::Done)
}

/// Runs those tests that plain `cargo test` leaves out and whose names hold
/// one of `filters`, which are the test harness's.
fn ignored_tests(plan: &mut Plan, filters: &[&str]) -> Result<Outcome, Error> {
    // `--tests`: no doc test is ever one of them.
    let chosen = [&["--tests", "--", "--ignored"], filters].concat();
    let (counts, result) = cargo_test(plan, &chosen);
    plan.counts.add_ignored_run(counts);
    result
}

/// The tests of the whole workspace; the counts are told even if some fail.
fn cargo_test(plan: &Plan, arguments: &[&str]) -> (Counts, Result<Outcome, Error>) {
    let scope = ["test", "--workspace", "--locked", "--no-fail-fast"];
    let mut command = plan
        .workspace
        .cargo(&[&scope[..], OPTIONAL, arguments].concat());
    command
        .env("INBOXLINK_EXAMPLES_DIR", plan.workspace.examples())
        // WebDriver speaks HTTP to this machine, past any proxy.
        .env("NO_PROXY", "127.0.0.1,localhost");
    let mut counts = Counts::default();
    let result = run_and_look(&mut command, |line| counts.add_line(line));
    (counts, result.map(|()| Outcome::Done))
}
