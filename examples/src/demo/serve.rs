//! The demo mailbox on a mail server of its own.

use inboxlink_model::Timestamp;
use inboxlink_testserver::{Error, TestServer, User};

use super::generate;

/// Starts a mail server on loopback with the [generated](generate) mail of both
/// accounts in their folders.
///
/// # Errors
/// If the server cannot listen or make its certificates.
pub async fn serve(seed: u64, now: Timestamp) -> Result<TestServer, Error> {
    let mailbox = generate(seed, now);
    let mut builder = TestServer::builder().first_date(now.seconds());
    for account in &mailbox.accounts {
        builder = builder.user(User::new(&account.address, &account.password));
    }
    let server = builder.start().await?;
    for mail in &mailbox.mails {
        let flags: Vec<&str> = mail.flags.iter().map(String::as_str).collect();
        let date = Some(mail.received.seconds());
        server.append(&mail.account, &mail.folder, &mail.raw, &flags, date)?;
    }
    Ok(server)
}
