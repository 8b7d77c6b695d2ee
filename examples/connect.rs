//! The test connection, stage by stage.
//!
//! ```sh
//! INBOXLINK_PASSWORD=… cargo run --release --example connect -- \
//!     --host imap.example.com --username anna@example.com
//! ```
//!
//! A line for each stage, and where one fails, what happened and what to do.
//! Where a field is wrong as it stands, a line for each such field instead.

use std::process::ExitCode;

use clap::Parser;
use inboxlink::{MemoryStore, Service, WorkspaceId, validate};
use inboxlink_examples::{Failure, JsonLines, ServerArgs, arguments, run};
use serde_json::json;

#[derive(Parser)]
#[command(about = "Test a connection; the password is read from INBOXLINK_PASSWORD")]
struct Args {
    #[command(flatten)]
    server: ServerArgs,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    run(|out| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(connect(&args, out))
    })
}

async fn connect(args: &Args, out: &mut JsonLines) -> Result<(), Failure> {
    let settings = match validate(&args.server.form()?, &args.server.policy()) {
        Ok(settings) => settings,
        Err(faults) => {
            for fault in &faults {
                out.line(fault)?;
            }
            return Err(faults.into());
        }
    };
    let host = settings.host().to_owned();
    let service = Service::with_options(MemoryStore::new(), args.server.options()?);
    let workspace = service.workspace(WorkspaceId::from(1));
    let mut stages = Vec::new();
    let answer = workspace
        .connect_watched(settings, |stage| stages.push(stage))
        .await;
    for stage in &stages {
        let ms = (stage.elapsed.as_secs_f64() * 1e4).round() / 10.0;
        out.line(&json!({ "stage": stage.stage, "ok": stage.ok, "ms": ms }))?;
    }
    let Err(error) = answer else { return Ok(()) };
    let Some(diagnosis) = error.diagnosis() else {
        return Err(error.into());
    };
    out.line(&json!({
        "diagnosis": diagnosis.as_str(),
        "say": diagnosis.say(&host),
        "link": diagnosis.link(&host),
    }))?;
    Err(Failure::new(diagnosis.say(&host)))
}
