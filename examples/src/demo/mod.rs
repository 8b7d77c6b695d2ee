//! The demo mailbox: the mail of a small company that makes quiet booths for
//! loud offices, over fourteen months.
//!
//! Its people and what they write stand in `text/`, as scripts: who writes what
//! to whom, and when. From a seed and a point in time they become mails as real
//! programs send them, the same ones every time.
//!
//! ```
//! use inboxlink_examples::demo;
//! use inboxlink_model::Timestamp;
//!
//! let mailbox = demo::generate(1, Timestamp::from_seconds(1_767_603_600));
//! assert_eq!(mailbox.accounts[0].address, "anna@hushwell.example");
//! ```

mod body;
mod compose;
mod dates;
mod files;
mod letter;
mod machine;
mod people;
mod quote;
mod random;
mod reply;
mod script;
mod serve;
mod stage;

use inboxlink_model::{Class, Timestamp};

pub use reply::{customer_reply, out_of_office};
pub use serve::serve;

/// The company's own domain.
pub const DOMAIN: &str = "hushwell.example";

/// What both accounts are opened with: there is nothing to protect.
const PASSWORD: &str = "quiet-please";

/// Two teammates' mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoMailbox {
    /// Whose inboxes there are.
    pub accounts: Vec<Account>,
    /// All mail of all accounts, oldest first.
    pub mails: Vec<DemoMail>,
}

/// A teammate's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The teammate.
    pub name: String,
    /// Their address, which is also the user name.
    pub address: String,
    /// The password.
    pub password: String,
}

/// A copy of a mail, where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoMail {
    /// The address of the account.
    pub account: String,
    /// The folder's name on the server.
    pub folder: String,
    /// The mail's bytes.
    pub raw: Vec<u8>,
    /// When the server got it.
    pub received: Timestamp,
    /// IMAP's flags: `\Seen` …
    pub flags: Vec<String>,
    /// What kind of mail it is meant to be.
    pub class: Class,
    /// Mails with the same number belong to one conversation.
    pub conversation: usize,
}

/// What happens, in this order of files; within one in that of its threads.
const SCRIPTS: [&str; 8] = [
    include_str!("text/sales.txt"),
    include_str!("text/customers.txt"),
    include_str!("text/support.txt"),
    include_str!("text/languages.txt"),
    include_str!("text/partners.txt"),
    include_str!("text/team.txt"),
    include_str!("text/list.txt"),
    include_str!("text/machines.txt"),
];

/// Makes the mailbox: some 600 mails that end a few hours before `now`. The
/// seed decides minutes, ids and what has been filed away.
pub fn generate(seed: u64, now: Timestamp) -> DemoMailbox {
    let mut stage = stage::Stage::new(seed, now);
    for script in SCRIPTS {
        let (threads, _) = script::read(script);
        for thread in &threads {
            stage.play(thread);
        }
    }
    let mut mails = stage.mails;
    mails.sort_by_key(|mail| mail.received);
    DemoMailbox {
        accounts: accounts(),
        mails,
    }
}

/// The teammates' accounts: the same for every seed.
pub fn accounts() -> Vec<Account> {
    let team = people::TEAM.into_iter().filter_map(people::by_key);
    team.map(|person| Account {
        name: person.name.clone(),
        address: person.address.clone(),
        password: PASSWORD.to_owned(),
    })
    .collect()
}

#[cfg(test)]
mod tests;
