//! Syncs a whole mailbox into an SQLite database, and with `--follow` stays
//! to tell of what arrives.
//!
//! ```sh
//! INBOXLINK_PASSWORD=… cargo run --release --example sync -- \
//!     --host imap.example.com --username anna@example.com --db crm.db --follow
//! ```
//!
//! The last line of the sync counts what was new in this run, and every
//! folder's messages: `stored + skipped + failed = server`. After it, with
//! `--follow`, each event is a line with the milliseconds since the server's
//! notice.

use std::{
    collections::BTreeSet, io::IsTerminal as _, path::PathBuf, process::ExitCode, time::Instant,
};

use clap::Parser;
use inboxlink::{
    Address, ConnectedInbox, CreateContacts, Event, FolderReport, Owner, OwnerId, Progress, Rule,
    RuleSet, Service, SqliteStore, Workspace, WorkspaceId, when,
};
use inboxlink_examples::{Failure, JsonLines, OWNER, ServerArgs, arguments, run};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

#[derive(Parser)]
#[command(about = "Sync a mailbox into SQLite; the password is read from INBOXLINK_PASSWORD")]
struct Args {
    #[command(flatten)]
    server: ServerArgs,
    /// The database file; it is made where it is missing
    #[arg(long, value_name = "FILE")]
    db: PathBuf,
    /// An address of the mailbox's owner, beside the user name
    #[arg(long, value_name = "A")]
    owner_address: Vec<Address>,
    /// Sync only this folder
    #[arg(long, value_name = "F")]
    folder: Vec<String>,
    /// For whom contacts are made
    #[arg(long, value_enum, default_value_t = Create::All)]
    create_contacts: Create,
    /// A JSON file of rules [default: one rule that fires on every reply]
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Stay, and print a line for each event
    #[arg(long)]
    follow: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Create {
    Off,
    Sent,
    All,
}

/// The last line of a sync.
#[derive(Serialize)]
struct Summary {
    messages: u64,
    threads: u64,
    contacts: u64,
    bytes_received: u64,
    seconds: f64,
    folders: Vec<FolderReport>,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    run(|out| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(sync(&args, out))
    })
}

async fn sync(args: &Args, out: &mut JsonLines) -> Result<(), Failure> {
    let mut options = args.server.options()?;
    options.folders.clone_from(&args.folder);
    let settings = args.server.settings(match args.create_contacts {
        Create::Off => CreateContacts::Off,
        Create::Sent => CreateContacts::Sent,
        Create::All => CreateContacts::All,
    })?;
    let start = Instant::now();
    let service = Service::with_options(SqliteStore::open(&args.db)?, options);
    let workspace = service.workspace(WorkspaceId::from(1));
    set_up(args, &workspace).await?;
    let inbox = workspace.inbox(settings);

    let before = workspace.counts().await?;
    let bar = progress_bar();
    let report = inbox.sync(|progress| show(&bar, &progress)).await;
    bar.finish_and_clear();
    let report = report?;
    let after = workspace.counts().await?;
    let complete = report.is_complete();
    let summary = Summary {
        messages: after.messages - before.messages,
        threads: after.threads.saturating_sub(before.threads),
        contacts: after.contacts - before.contacts,
        bytes_received: report.bytes_received,
        seconds: (start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
        folders: report.folders,
    };
    if complete {
        out.line(&summary)?
    } else {
        out.error(&summary)?
    }
    out.flush()?;
    if args.follow {
        Box::pin(follow(&workspace, &inbox, out)).await
    } else {
        Ok(())
    }
}

/// The owner, and the rules.
async fn set_up(args: &Args, workspace: &Workspace) -> Result<(), Failure> {
    let addresses: BTreeSet<Address> = args.owner_address.iter().cloned().collect();
    workspace
        .put_owner(Owner {
            id: OwnerId::from(OWNER),
            name: "Owner".to_owned(),
            addresses,
        })
        .await?;
    if let Some(path) = &args.rules {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(format!(
                "The rules in {} cannot be read: {error}.",
                path.display()
            ))
        })?;
        workspace.put_rules(RuleSet::parse(&text)?.rules).await?;
    } else if workspace.rules().await?.is_empty() {
        workspace
            .put_rules(vec![Rule::new(1, "reply", &when::reply())?])
            .await?;
    }
    Ok(())
}

/// Prints events as they are committed, until interrupted.
async fn follow(
    workspace: &Workspace,
    inbox: &ConnectedInbox,
    out: &mut JsonLines,
) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Line {
        #[serde(flatten)]
        event: Event,
        ms: f64,
    }
    let mut events = workspace.events().await?;
    let (committed, mut news) = tokio::sync::mpsc::unbounded_channel();
    let following = inbox.follow(move |live| {
        let _ = committed.send(live.noticed);
    });
    let printing = async {
        while let Some(noticed) = news.recv().await {
            while let Some(event) = events.try_next().await? {
                let ms = (noticed.elapsed().as_secs_f64() * 1e6).round() / 1e3;
                out.line(&Line { event, ms })?;
            }
            out.flush()?;
        }
        Ok(())
    };
    tokio::select! {
        stopped = following => Err(stopped.into()),
        printed = printing => printed,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: &Progress) {
    if bar.message() != progress.folder {
        bar.set_message(progress.folder.clone());
    }
    bar.set_length(progress.server);
    bar.set_position(progress.stored);
}
