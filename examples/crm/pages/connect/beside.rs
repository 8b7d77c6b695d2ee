//! What stands beside the form: help with filling it in, and the stages of
//! the test connection.

use inboxlink::{Stage, StageReport};
use maud::{Markup, html};

use super::{first_word, offered};
use crate::{app::App, pages::icon, words};

/// Ways to have the form filled in.
pub(super) fn help(app: &App, connected: &[&str]) -> Markup {
    let accounts = app.demo.iter().flat_map(|demo| demo.accounts());
    let free: Vec<_> = (1..)
        .zip(accounts)
        .filter(|(_, account)| !connected.contains(&account.address.as_str()))
        .collect();
    html! {
        @if let Some(((first, account), others)) = free.split_first() {
            section.card.tip {
                h2 { (icon("mail")) "Just looking?" }
                p { "Use an account of the demo’s own mail server. Everything is filled in for you; then press Confirm." }
                a.button.primary #fill-demo href={ "?demo=" (first) } { "Fill in " (first_word(&account.name)) "’s demo account" }
                @for (n, account) in others {
                    a.button href={ "?demo=" (n) } { "Fill in " (first_word(&account.name)) "’s" }
                }
            }
        } @else if let Some(demo) = &app.demo {
            section.card.tip {
                h2 { (icon("check")) "All demo accounts are connected" }
                p { "There are " (demo.accounts().len()) " of them. Now watch the " a href="/contacts" { "contacts" } "." }
            }
        }
        section.card {
            h2 { "Your own account" }
            form method="get" action="/settings/email/connect" {
                label for="find-address" { "Type your email address, and we look for its server." }
                input #find-address name="address" type="email" autocomplete="email" required;
                button.button #find type="submit" { "Fill in the form" }
            }
            p.quiet { "Or choose your provider." }
            div.chips {
                @for provider in offered() { a.chip href={ "?provider=" (provider.name) } { (provider.name) } }
            }
        }
        section.card {
            h2 { "What happens then" }
            ul.quiet {
                li { "We log in once, to see that everything works." }
                li { "Your history is read, newest mail first. Contacts appear as they are found." }
                li { "New mail is noticed the moment it arrives." }
                li { "Nothing in your mailbox is moved, deleted or marked as read." }
            }
        }
    }
}

/// The stages of the test connection, up to the one that failed.
pub(super) fn stages(stages: &[StageReport]) -> Markup {
    html! {
        ol.stages aria-label="Test connection" {
            @for report in stages {
                li data-ok=(report.ok) {
                    (icon(if report.ok { "check" } else { "cross" }))
                    (stage(report.stage))
                    span.quiet { (words::duration(report.elapsed.as_secs_f64() * 1e3)) }
                }
            }
        }
    }
}

const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "Find the server",
        Stage::Tcp => "Reach it",
        Stage::Tls => "Encrypt",
        Stage::Greeting => "Is it a mail server?",
        Stage::Capabilities => "What it can do",
        Stage::Login => "Log in",
        Stage::Folders => "List the folders",
        Stage::SentFolder => "Open what was sent",
        Stage::Smtp => "Sending",
        _ => "Read",
    }
}
