//! The first page: what this is, and the one thing to do.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use maud::html;

use crate::{
    app::Shared,
    pages::{Failed, Nav, icon, page},
};

/// `GET /`
pub(crate) async fn show(State(app): State<Shared>) -> Result<Response, Failed> {
    if !app.workspace.config().await?.inboxes.is_empty() {
        return Ok(Redirect::to("/contacts").into_response());
    }
    let steps = [
        (
            "inbox",
            "Connect an inbox",
            "With your own account, or in three clicks with the demo account that is waiting for you.",
        ),
        (
            "people",
            "Watch contacts appear",
            "Everybody your team has written with becomes a contact, with every mail on one timeline. No import, no copying.",
        ),
        (
            "bolt",
            "Let a reply start something",
            "The moment a contact answers, an automation fires and sends a follow-up. Out-of-office notes do not fool it.",
        ),
    ];
    let content = html! {
        div.welcome {
            p.eyebrow { "Welcome" }
            h1 { "Your team’s mail, on every contact’s timeline." }
            p.lead {
                "This little CRM runs on your computer. Connect a mailbox and it fills itself with "
                "the people your team talks to, and answers them the moment they reply."
            }
            p.actions {
                a.button.primary.big href="/settings/email" { (icon("inbox")) "Set up Connected Inboxes" }
            }
            ol.steps {
                @for (symbol, title, text) in steps {
                    li { (icon(symbol)) h2 { (title) } p { (text) } }
                }
            }
            @if app.demo.is_some() {
                p.note { (icon("mail"))
                    "No account at hand? This program brings its own mail server with a small company’s mailboxes. "
                    "Nothing leaves this computer."
                }
            }
        }
    };
    Ok(page(Nav::None, "Welcome", content).into_response())
}
