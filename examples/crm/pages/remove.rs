//! Removing an inbox, with its history or without.

use axum::{
    Form,
    extract::{Path, State},
    response::Redirect,
};
use inboxlink::{Inbox, InboxId, InboxState};
use maud::html;
use serde::Deserialize;

use crate::{
    app::{App, Shared},
    live::Topic,
    pages::{Done, Failed, Nav, Shown, head, id, page},
};

/// What becomes of the mail that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum History {
    Keep,
    Erase,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Removal {
    history: History,
}

async fn inbox(app: &App, id: InboxId) -> Result<Inbox, Failed> {
    let config = app.workspace.config().await?;
    let there = |inbox: &&Inbox| inbox.state != InboxState::Removed;
    let inbox = config.inbox(id).filter(there);
    inbox.cloned().ok_or(Failed::Missing)
}

/// `GET /settings/email/{inbox}/remove`
pub(crate) async fn ask(State(app): State<Shared>, Path(path): Path<String>) -> Shown {
    let inbox = inbox(&app, id(&path)?).await?;
    let choices = [
        (
            "keep",
            "Remove, and keep the history",
            "Nothing new is read. The mail that is here stays on the timelines, for those who can see it now. \
             You can connect the inbox again later; it goes on where it was.",
        ),
        (
            "erase",
            "Remove with its history",
            "Every mail that only this inbox has is deleted here, and so are the contacts who appear in nothing else. \
             This cannot be undone.",
        ),
    ];
    let content = html! {
        (head(&[("/settings/email", "Workspace settings"), ("/settings/email", "Email"), ("/settings/email", "Connected Inboxes")],
            &format!("Remove {}", inbox.name), html! {}))
        p.lead { "The mailbox itself, " strong { (inbox.username) } ", is not touched: every mail in it stays where it is." }
        @for (value, label, what) in choices {
            form.card.form method="post" action={ "/settings/email/" (inbox.id) "/remove" } {
                p { (what) }
                input type="hidden" name="history" value=(value);
                div.submit { button.button type="submit" id={ "remove-" (value) } { (label) } }
            }
        }
        p { a.button href="/settings/email" { "Cancel" } }
    };
    Ok(page(Nav::Inboxes, "Remove an inbox", content))
}

/// `POST /settings/email/{inbox}/remove`
pub(crate) async fn remove(
    State(app): State<Shared>,
    Path(path): Path<String>,
    Form(removal): Form<Removal>,
) -> Done {
    let inbox = inbox(&app, id(&path)?).await?;
    app.inboxes.forget(inbox.id);
    match removal.history {
        History::Keep => app.workspace.remove_inbox(inbox.id).await?,
        History::Erase => drop(app.workspace.erase_inbox(inbox.id).await?),
    }
    app.changed(&[Topic::Inboxes]);
    Ok(Redirect::to("/settings/email"))
}
