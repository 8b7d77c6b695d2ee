//! The test connection, stage by stage.
//!
//! ```sh
//! INBOXLINK_PASSWORD=… cargo run --release --example connect -- \
//!     --host imap.example.com --username anna@example.com
//! ```
//!
//! A line for each stage, and where one fails, what happened and what to do.
//! Where a field is wrong as it stands, a line for each such field instead.
//! Sending is tested where its server is known or named; where reading works
//! and sending doesn't, the exit code is 2.

use std::process::ExitCode;

use clap::Parser;
use inboxlink::{
    ConnectionSettings, Error, MemoryStore, Service, StageReport, WorkspaceId, validate,
};
use inboxlink_examples::{Failure, JsonLines, ServerArgs, arguments, run};
use serde_json::json;

#[derive(Parser)]
#[command(about = "Test a connection; the password is read from INBOXLINK_PASSWORD")]
struct Args {
    #[command(flatten)]
    server: ServerArgs,
    /// Host name of the SMTP server, for sending
    #[arg(long)]
    smtp_host: Option<String>,
    /// Its port [default: 465]
    #[arg(long)]
    smtp_port: Option<u16>,
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
    let settings = settings(args, out)?;
    let sends = settings.provider().is_some() || args.smtp_host.is_some();
    let service = Service::with_options(MemoryStore::new(), args.server.options()?);
    let inbox = service.workspace(WorkspaceId::from(1)).inbox(settings);
    let mut stages = Vec::new();
    let read = inbox.test(&mut |stage| stages.push(stage)).await;
    lines(&stages, out)?;
    if let Err(error) = read {
        tell(&error, out)?;
        return Err(error.into());
    }
    if sends {
        stages.clear();
        let sent = inbox.test_sending(&mut |stage| stages.push(stage)).await;
        lines(&stages, out)?;
        if let Err(error) = sent {
            tell(&error, out)?;
            out.error(&json!({ "reading": true, "sending": false }))?;
        }
    }
    Ok(())
}

/// The settings as typed, or a line for every field that is wrong.
fn settings(args: &Args, out: &mut JsonLines) -> Result<ConnectionSettings, Failure> {
    let mut form = args.server.form()?;
    form.smtp_host = args.smtp_host.clone().unwrap_or_default();
    form.smtp_port = args
        .smtp_port
        .map(|port| port.to_string())
        .unwrap_or_default();
    validate(&form, &args.server.policy()).map_err(|faults| {
        for fault in &faults {
            if let Err(closed) = out.line(fault) {
                return closed;
            }
        }
        faults.into()
    })
}

fn lines(stages: &[StageReport], out: &mut JsonLines) -> Result<(), Failure> {
    for stage in stages {
        let ms = (stage.elapsed.as_secs_f64() * 1e4).round() / 10.0;
        out.line(&json!({ "stage": stage.stage, "ok": stage.ok, "ms": ms }))?;
    }
    Ok(())
}

/// What happened, and what to do now.
fn tell(error: &Error, out: &mut JsonLines) -> Result<(), Failure> {
    let (Some(diagnosis), Some(advice)) = (error.diagnosis(), error.advice()) else {
        return Ok(());
    };
    out.line(&json!({
        "diagnosis": diagnosis.as_str(),
        "say": advice.say(),
        "link": advice.link,
        "field": advice.field,
        "server_says": error.server_text(),
    }))
}
