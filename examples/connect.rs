//! The test connection, stage by stage.
//!
//! ```sh
//! INBOXLINK_PASSWORD=… cargo run --release --example connect -- \
//!     --host imap.example.com --username anna@example.com
//! ```
//!
//! Without `--host` the server is looked for by the address, and what was
//! found is the first line.
//!
//! A line for each stage, and where one fails, what happened and what to do.
//! Where a field is wrong as it stands, a line for each such field instead.
//! Sending is tested where its server is known or named; where reading works
//! and sending doesn't, the exit code is 2.

use std::process::ExitCode;

use clap::Parser;
use inboxlink::{
    ConnectionSettings, Error, MemoryStore, Service, StageReport, Workspace, WorkspaceId, validate,
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
    let mut args: Args = arguments();
    run(|out| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(connect(&mut args, out))
    })
}

async fn connect(args: &mut Args, out: &mut JsonLines) -> Result<(), Failure> {
    let service = Service::with_options(MemoryStore::new(), args.server.options()?);
    let workspace = service.workspace(WorkspaceId::from(1));
    find(&workspace, args, out).await?;
    let settings = settings(args, out)?;
    let sends = settings.provider().is_some() || args.smtp_host.is_some();
    let inbox = workspace.inbox(settings);
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

/// Looks for the servers of the address, where no host was named.
async fn find(workspace: &Workspace, args: &mut Args, out: &mut JsonLines) -> Result<(), Failure> {
    let Some(address) = args.server.address_to_find() else {
        return Ok(());
    };
    let Some(found) = workspace.discover(address).await? else {
        return Err(Failure::new(format!(
            "No mail server is known for {address}. Name it with --host; your provider's help pages call it the IMAP server."
        )));
    };
    out.line(&json!({ "found": found }))?;
    let (imap, smtp) = (&found.imap, &found.smtp);
    args.server.found(&imap.host, imap.port, imap.security);
    args.smtp_host.get_or_insert_with(|| smtp.host.clone());
    args.smtp_port.get_or_insert(smtp.port);
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
