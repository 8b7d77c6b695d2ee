//! The demo CRM in a real browser, from the first page on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::large_futures,
    unreachable_pub
)] // a test may stop at the first surprise

mod browser;
mod crm;
#[path = "../common/example.rs"]
mod example;
mod form;
mod hostile;
mod newcomer;

use std::path::PathBuf;

use browser::Browser;

/// Takes a picture for `docs/`, if pictures are wanted.
async fn picture(browser: &Browser, name: &str) {
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        let docs = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"));
        std::fs::create_dir_all(&docs).unwrap();
        browser.screenshot(&docs.join(name)).await;
    }
}
