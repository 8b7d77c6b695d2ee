//! A small CRM in the browser: connect an inbox, watch contacts and timelines
//! appear, reply as a customer, see the automation answer.
//!
//! ```sh
//! cargo run --release --example crm
//! ```
//!
//! Without an account it brings its own mail server and mailbox. The address
//! to open is all that it prints; `RUST_LOG=inboxlink=debug` shows more.
//!
//! Where to read on: [`app`] joins the parts; `pages` has a file for each
//! page; `guard` is what an embedder of a web front end should copy.

mod app;
mod assets;
mod automation;
mod demo;
mod feed;
mod guard;
mod inboxes;
mod live;
mod pages;
mod server;
#[cfg(test)]
mod tests;
mod viewer;
mod words;

use std::{
    io::{IsTerminal as _, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use inboxlink_examples::{Failure, arguments, run};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::app::App;

#[derive(Parser)]
#[command(about = "A demo CRM with connected inboxes; it prints the address to open")]
struct Args {
    /// Port of the website; another one where it is taken, 0 for any
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The database file [default: a fresh one, deleted at the end]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Allow mail servers in private networks, and any port
    #[arg(long)]
    allow_private_hosts: bool,
    /// Do without the demo's own mail server
    #[arg(long)]
    no_demo_server: bool,
    /// Trust the certificates in this PEM file too
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args: Args = arguments();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    run(|_| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        runtime.block_on(crm(args))
    })
}

async fn crm(args: Args) -> Result<(), Failure> {
    let listener = listen(args.port).await?;
    let address = listener.local_addr()?;
    // Deleted when it is dropped, after everything that writes to it.
    let folder = tempfile::Builder::new()
        .prefix("inboxlink-crm-")
        .tempdir()?;
    let db = args.db.unwrap_or_else(|| folder.path().join("crm.db"));
    let extra_roots = match &args.ca {
        Some(path) => vec![std::fs::read_to_string(path).map_err(|error| {
            Failure::new(format!(
                "The certificates in {} cannot be read: {error}.",
                path.display()
            ))
        })?],
        None => Vec::new(),
    };
    let start = app::Start {
        db,
        allow_private_hosts: args.allow_private_hosts,
        demo: !args.no_demo_server,
        extra_roots,
    };
    let app = App::start(start).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "http://{address}/")?;
    out.flush()?;
    drop(out);
    server::serve(listener, app).await
}

/// The port asked for, else any that is free. Only this machine reaches it.
async fn listen(port: u16) -> Result<TcpListener, Failure> {
    match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            tracing::warn!(port, "the port is taken; another one is used");
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?)
        }
        bound => Ok(bound?),
    }
}
