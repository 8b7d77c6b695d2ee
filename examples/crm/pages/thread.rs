//! A whole conversation: what each mail newly says, with quotations and
//! signatures folded away.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Redirect,
};
use inboxlink::{
    Attachment, AttachmentKind, ContactId, Mailbox, SeenMail, SpanKind, StoredMessage, ThreadId,
    ThreadView, Visibility, reply_text_of,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::Shared,
    live::Topic,
    pages::{Failed, Nav, Shown, contact::badge, head, icon, id, page},
    viewer::Eyes,
    words,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    /// The contact whose timeline led here.
    contact: String,
}

/// `GET /threads/{thread}`
pub(crate) async fn show(
    State(app): State<Shared>,
    eyes: Eyes,
    Path(thread): Path<String>,
    Query(from): Query<From>,
) -> Shown {
    let view = app.workspace.thread(eyes.viewer(), id(&thread)?).await?;
    let view = view.ok_or(Failed::Missing)?;
    let first = view.mails.first().or(view.quarantined.first());
    let subject = first.map_or("", |seen| words::subject(&seen.mail.message.subject));
    let mine = app.workspace.thread_levels(view.thread).await?;
    let mine = mine.iter().find(|said| said.owner == eyes.me());
    let private = mine.is_some_and(|said| said.level == Visibility::Private);
    let contact = match from.contact.parse::<ContactId>() {
        Ok(contact) => app.workspace.contact(contact).await?,
        Err(_) => None,
    };
    let address = contact.as_ref().map(|it| format!("/contacts/{}", it.id));
    let mut trail = vec![("/contacts", "Contacts")];
    if let (Some(contact), Some(address)) = (&contact, &address) {
        trail.push((address, words::contact_name(contact)));
    }
    let content = html! {
        (head(&trail, subject, eyes.choice(&format!("/threads/{}", view.thread))))
        p.quiet {
            (words::count(view.mails.len() as u64, "mail")) " in this conversation"
            @if view.left_out > 0 { "; " (words::count(view.left_out as u64, "more")) " left out by the inboxes’ settings" }
        }
        (sharing(&view, private))
        div #thread data-live="contacts" { @for seen in &view.mails { (message(seen)) } }
        @if !view.quarantined.is_empty() {
            details.card.folded #quarantined {
                summary { "Not part of this conversation (" (view.quarantined.len()) ")" }
                p.quiet { "These mails only name it. Nobody here ever wrote to their authors, who may have picked the name up anywhere: be careful." }
                @for seen in &view.quarantined { (message(seen)) }
            }
        }
    };
    Ok(page(Nav::Contacts, subject, content))
}

/// One click makes a thread private: for mail that only your inbox holds.
fn sharing(view: &ThreadView, private: bool) -> Markup {
    let (level, button, says) = if private {
        (
            "",
            "Share it again",
            "You keep this conversation to yourself.",
        )
    } else {
        ("private", "Keep it to myself", "")
    };
    html! {
        form.sharing method="post" action={ "/threads/" (view.thread) "/share" } {
            input type="hidden" name="level" value=(level);
            @if !says.is_empty() { span.quiet { (says) " " } }
            button.button type="submit" title="Mail that a colleague’s inbox holds too stays as that inbox shares it." { (button) }
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Share {
    level: String,
}

/// `POST /threads/{thread}/share`
pub(crate) async fn share(
    State(app): State<Shared>,
    eyes: Eyes,
    Path(thread): Path<String>,
    Form(form): Form<Share>,
) -> Result<Redirect, Failed> {
    let thread: ThreadId = id(&thread)?;
    let level = (form.level == "private").then_some(Visibility::Private);
    app.workspace.share_thread(eyes.me(), thread, level).await?;
    app.changed(&[Topic::Contacts]);
    Ok(Redirect::to(&format!("/threads/{thread}")))
}

fn message(seen: &SeenMail) -> Markup {
    let mail = &seen.mail;
    let message = &mail.message;
    let author = message.author().map_or("(unknown sender)", words::name);
    let people = |people: &[Mailbox]| {
        people
            .iter()
            .map(words::name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    html! {
        article.message.card id=(mail.identity) data-class=(mail.verdict.class) {
            header {
                (words::avatar(author))
                div {
                    strong { (author) } " " (badge(mail.verdict.class))
                    @if !mail.historical { " " span.badge.live { "Live" } }
                    p.quiet {
                        @if let Some(address) = message.author().map(Mailbox::to_send).filter(|it| *it != author) { (address) " · " }
                        "to " (people(&message.to)) @if !message.cc.is_empty() { ", copy to " (people(&message.cc)) }
                    }
                }
                span.when { (words::moment(mail.at)) }
            }
            @if seen.visibility.shows_content() {
                (body(mail))
                (attachments(&message.attachments))
                details.why {
                    summary { "Why “" (words::class(mail.verdict.class)) "”?" }
                    ul { @for seen in &mail.verdict.evidence { li { (words::evidence(seen)) } } }
                    p { a href={ "/mails/" (mail.identity) "/why" } { "Which automations fire for it, and why not?" } }
                }
            } @else {
                p.quiet { "Its owner does not share what it says." }
            }
        }
    }
}

/// What is folded away, and under which words.
fn fold(kind: SpanKind) -> Option<&'static str> {
    match kind {
        SpanKind::Quoted | SpanKind::Attribution => Some("Quoted text"),
        SpanKind::Signature | SpanKind::Disclaimer => Some("Signature"),
        SpanKind::Forwarded => Some("Forwarded mail"),
        _ => None,
    }
}

/// The text only: a stranger's HTML is never part of a page.
fn body(mail: &StoredMessage) -> Markup {
    let text = reply_text_of(&mail.message);
    let mut parts: Vec<(Option<&str>, String)> = Vec::new();
    for span in text.spans() {
        let folded = fold(span.kind);
        match parts.last_mut() {
            Some((last, part)) if *last == folded => part.push_str(text.text_of(span)),
            _ => parts.push((folded, text.text_of(span).to_owned())),
        }
    }
    parts.retain(|(_, part)| !part.trim().is_empty());
    html! {
        div.body {
            @for (folded, part) in &parts {
                @match folded {
                    None => div.text { (words::unwrapped(part.trim_matches('\n').trim_end())) },
                    Some(title) => details.folded { summary { (title) } div.text { (part.trim_matches('\n').trim_end()) } },
                }
            }
            @if parts.is_empty() { p.quiet { "This mail has no text." } }
            @if mail.message.truncated { p.quiet { "Only the beginning of this mail was read; the rest stays on the server." } }
        }
    }
}

fn attachments(all: &[Attachment]) -> Markup {
    let files: Vec<_> = all
        .iter()
        .filter(|it| it.kind == AttachmentKind::File)
        .collect();
    html! {
        @if !files.is_empty() {
            ul.attachments aria-label="Attachments" {
                @for file in files {
                    li { (icon("clip")) (file.name.as_deref().unwrap_or("(no name)"))
                        span.quiet { (file.content_type) " · " (words::size(file.size)) } }
                }
            }
        }
    }
}
