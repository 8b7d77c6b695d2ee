//! Workspace Settings → Email: the connected inboxes, and how far each is.

use axum::{
    extract::{Path, State},
    response::Redirect,
};
use inboxlink::{Diagnosis, Error, FolderReport, Inbox, InboxId, InboxState, WorkspaceConfig};
use maud::{Markup, html};

use crate::{
    app::{App, Shared},
    inboxes::{self, State as Doing, Trouble},
    live::Topic,
    pages::{Done, Nav, Shown, empty, head, icon, id, page},
    words,
};

/// `GET /settings/email`
pub(crate) async fn show(State(app): State<Shared>) -> Shown {
    let config = app.workspace.config().await?;
    let counts = app.workspace.counts().await?;
    let mut cards = Vec::new();
    for inbox in config
        .inboxes
        .iter()
        .filter(|it| it.state != InboxState::Removed)
    {
        let folders = app.workspace.folders(inbox.id).await?;
        cards.push(card(&app, &config, inbox, &folders));
    }
    let connect = html! {
        a.button.primary #connect-imap href="/settings/email/connect" { (icon("plus")) "Connect via IMAP" }
    };
    let content = html! {
        (head(&[("/settings/email", "Workspace settings"), ("/settings/email", "Email")], "Connected Inboxes",
            if cards.is_empty() { html! {} } else { connect.clone() }))
        p.lead {
            "Connect a mailbox, and every mail that your team exchanges with a contact stands on that contact’s "
            "timeline. Mail is only read: nothing in the mailbox is moved, deleted or marked."
        }
        div data-live="inboxes" id="overview" {
            @if !config.inboxes.is_empty() {
                dl.stats {
                    div { dt { "Mails" } dd { (words::number(counts.messages)) } }
                    div { dt { "Conversations" } dd { (words::number(counts.threads)) } }
                    div { dt { "Contacts" } dd { a href="/contacts" { (words::number(counts.contacts)) } } }
                }
            }
        }
        ul.cards #inboxes data-live="inboxes" aria-live="polite" { @for card in &cards { (card) } }
        @if cards.is_empty() {
            (empty("inbox", "No inbox is connected yet",
                "IMAP is the way in which mail programs read a mailbox. Nearly every provider offers it.", connect))
        } @else {
            p.after { "Contacts appear while the history is still being read. " a href="/contacts" { "See the contacts" } }
        }
    };
    Ok(page(Nav::Inboxes, "Connected Inboxes", content))
}

fn card(app: &App, config: &WorkspaceConfig, inbox: &Inbox, folders: &[FolderReport]) -> Markup {
    let doing = &match inbox.state {
        InboxState::Paused => Doing::Paused,
        _ => app.inboxes.state(inbox.id),
    };
    let sending = app.inboxes.sending(inbox.id);
    let owner = config.owners.iter().find(|owner| owner.id == inbox.owner);
    let edit = format!("/settings/email/connect?inbox={}", inbox.id);
    html! {
        li.card.inbox id={ "inbox-" (inbox.id) } {
            (words::avatar(owner.map_or(&inbox.name, |owner| &owner.name)))
            div.what {
                h2 { (inbox.name) }
                p.quiet {
                    (inbox.username) " · " (inbox.host)
                    @if let Some(owner) = owner { " · " (owner.name) }
                }
                (progress(doing, folders, &edit))
                @if let Some(trouble) = &sending {
                    div.alert { strong { "Follow-ups cannot be sent from this inbox yet." } " " (told(trouble))
                        " " a href=(edit) { "Change the settings" } }
                }
            }
            div.actions {
                @match doing {
                    Doing::Following => form method="post" action={ "/settings/email/" (inbox.id) "/pause" } {
                        button.button type="submit" { "Pause" }
                    },
                    Doing::Paused => form method="post" action={ "/settings/email/" (inbox.id) "/resume" } {
                        button.button type="submit" { "Resume" }
                    },
                    Doing::Stopped(_) if wants_password(inbox.state) => a.button.primary href=(edit) { "Enter the new password" },
                    Doing::Stopped(_) | Doing::PasswordNeeded => a.button.primary href=(edit) { "Connect again" },
                }
                @if matches!(doing, Doing::Following | Doing::Paused) { a.button href=(edit) { "Edit" } }
                a.button href={ "/settings/email/" (inbox.id) "/remove" } { "Remove" }
            }
        }
    }
}

/// Whether another password is what it waits for.
const fn wants_password(state: InboxState) -> bool {
    let InboxState::NeedsAction(why) = state else {
        return false;
    };
    matches!(
        why,
        Diagnosis::WrongPassword | Diagnosis::AppPasswordRequired
    )
}

/// The inboxes whose history is being read, for pages that fill while it is.
pub(super) async fn reading(app: &App, config: &WorkspaceConfig) -> Result<Markup, Error> {
    let mut bars = Vec::new();
    for inbox in &config.inboxes {
        let folders = app.workspace.folders(inbox.id).await?;
        let sum = Sum::of(&folders);
        if matches!(app.inboxes.state(inbox.id), Doing::Following) && !sum.whole {
            bars.push((inbox, sum));
        }
    }
    Ok(html! {
        @for (inbox, sum) in &bars {
            div { strong { (inbox.name) } (sum.bar()) (sum.said()) }
        }
    })
}

/// An inbox's folders, as one.
struct Sum {
    stored: u64,
    server: u64,
    failed: u64,
    /// Whether everything that was there is read.
    whole: bool,
    /// The folder that is being read.
    now: Option<String>,
}

impl Sum {
    fn of(folders: &[FolderReport]) -> Self {
        let read = || folders.iter().filter(|it| it.reason.is_none());
        let now = read().find(|it| !it.caught_up);
        Self {
            stored: read().map(|it| it.stored).sum(),
            server: read().map(|it| it.server).sum(),
            failed: read().map(|it| it.failed).sum(),
            whole: !folders.is_empty() && now.is_none(),
            now: now.map(|it| it.name.clone()),
        }
    }

    fn bar(&self) -> Markup {
        let known = self.server > 0;
        html! {
            progress max=[known.then_some(self.server)] value=[known.then_some(self.stored)] aria-label="History stored" {}
        }
    }

    fn said(&self) -> Markup {
        html! {
            span {
                @match &self.now {
                    Some(folder) if self.server > 0 => {
                        "Reading " (folder) " · " (words::number(self.stored)) " of " (words::count(self.server, "mail"))
                    }
                    _ => "Connecting …",
                }
            }
        }
    }
}

/// How far an inbox is, in a bar and in words.
fn progress(doing: &Doing, folders: &[FolderReport], edit: &str) -> Markup {
    let sum = Sum::of(folders);
    let stored = words::count(sum.stored, "mail");
    html! {
        div.progress data-state=(state(doing, sum.whole)) {
            @match doing {
                Doing::Stopped(trouble) => p.say { span.dot {} (told(trouble)) },
                Doing::PasswordNeeded => p.say { span.dot {} "The program was started anew and forgot the password, as it should. "
                    a href=(edit) { "Enter it again" } " to go on where it was." },
                Doing::Paused => p.say { span.dot {} "Paused. " (stored) " stored; nothing new is read." },
                Doing::Following if sum.whole => p.say { span.dot {} "Up to date · " (stored) " stored · watching for new mail" },
                Doing::Following => { (sum.bar()) p.say { span.dot {} (sum.said()) } }
            }
            @if sum.failed > 0 {
                p.say.bad { (words::count(sum.failed, "mail")) " could not be read and will be tried again." }
            }
            @if !folders.is_empty() { (folder_table(folders)) }
        }
    }
}

fn told(trouble: &Trouble) -> Markup {
    html! {
        (trouble.say)
        @if let Some(link) = trouble.link { " " a href=(link) rel="noopener noreferrer" target="_blank" { "Show me how" } }
    }
}

const fn state(doing: &Doing, whole: bool) -> &'static str {
    match doing {
        Doing::Following if whole => "current",
        Doing::Following => "syncing",
        Doing::Paused => "paused",
        Doing::Stopped(_) | Doing::PasswordNeeded => "stopped",
    }
}

fn folder_table(folders: &[FolderReport]) -> Markup {
    html! {
        details {
            summary { "Folders" }
            table {
                thead { tr { th scope="col" { "Folder" } th scope="col" { "On the server" } th scope="col" { "Stored" } th scope="col" { "Left out" } } }
                tbody {
                    @for folder in folders {
                        tr {
                            th scope="row" { (folder.name) }
                            td { (words::number(folder.server)) }
                            td { (words::number(folder.stored)) }
                            td { @if folder.skipped > 0 || folder.reason.is_some() { (words::number(folder.skipped)) } @else { "–" }
                                @if folder.failed > 0 { " · " (words::number(folder.failed)) " failed" } }
                        }
                    }
                }
            }
        }
    }
}

/// `POST /settings/email/{inbox}/pause`
pub(crate) async fn pause(State(app): State<Shared>, Path(inbox): Path<String>) -> Done {
    let inbox: InboxId = id(&inbox)?;
    app.inboxes.pause(inbox);
    app.workspace.pause(inbox).await?;
    app.changed(&[Topic::Inboxes]);
    Ok(Redirect::to("/settings/email"))
}

/// `POST /settings/email/{inbox}/resume`
pub(crate) async fn resume(State(app): State<Shared>, Path(inbox): Path<String>) -> Done {
    let inbox: InboxId = id(&inbox)?;
    let Some(known) = app.inboxes.known(inbox) else {
        // Its password was forgotten meanwhile.
        let form = format!("/settings/email/connect?inbox={inbox}");
        return Ok(Redirect::to(&form));
    };
    app.workspace.resume(inbox).await?;
    inboxes::follow(&app, known);
    Ok(Redirect::to("/settings/email"))
}
