//! A whole conversation: what each mail newly says, with quotations and
//! signatures folded away.

use axum::extract::{Path, Query, State};
use inboxlink::{
    Attachment, AttachmentKind, ContactId, Mailbox, SpanKind, StoredMessage, ThreadId,
    reply_text_of,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::Shared,
    pages::{Failed, Nav, Shown, contact::badge, head, icon, id, page},
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
    Path(thread): Path<String>,
    Query(from): Query<From>,
) -> Shown {
    let mails = app.workspace.thread(id::<ThreadId>(&thread)?).await?;
    let first = mails.first().ok_or(Failed::Missing)?;
    let subject = words::subject(&first.message.subject);
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
        (head(&trail, subject, html! {}))
        p.quiet { (words::count(mails.len() as u64, "mail")) " in this conversation" }
        div #thread data-live="contacts" { @for mail in &mails { (message(mail)) } }
    };
    Ok(page(Nav::Contacts, subject, content))
}

fn message(mail: &StoredMessage) -> Markup {
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
            (body(mail))
            (attachments(&message.attachments))
            details.why {
                summary { "Why “" (words::class(mail.verdict.class)) "”?" }
                ul { @for seen in &mail.verdict.evidence { li { (words::evidence(seen)) } } }
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
