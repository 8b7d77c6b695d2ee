//! A contact's profile: who they are, why they are here, and every mail.

use axum::extract::{Path, Query, State};
use inboxlink::{
    Class, ContactId, ContactView, Direction, Identity, InboxId, TimelineEntry, Timestamp,
    WorkspaceConfig,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::Shared,
    pages::{Failed, Nav, Shown, head, icon, id, page},
    viewer::Eyes,
    words,
};

/// Mails on a page.
const ON_A_PAGE: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// The last mail of the page before, as `moment-id`.
    before: String,
}

/// `GET /contacts/{contact}`
pub(crate) async fn show(
    State(app): State<Shared>,
    eyes: Eyes,
    Path(contact): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Shown {
    let contact: ContactId = id(&contact)?;
    let view = app
        .workspace
        .contact(contact)
        .await?
        .ok_or(Failed::Missing)?;
    let before = place(&wanted.before);
    let mails = app
        .workspace
        .timeline(eyes.viewer(), contact, before, ON_A_PAGE)
        .await?;
    let config = app.workspace.config().await?;
    let name = words::contact_name(&view);
    let content = html! {
        (head(&[("/contacts", "Contacts")], name, html! {
            (eyes.choice(&format!("/contacts/{contact}")))
            @if app.demo.is_some() {
                a.button href={ "/customer?as=" (view.addresses.first().map(|it| it.as_str()).unwrap_or_default()) } { (icon("mask")) "Be this customer" }
            }
        }))
        div.profile {
            aside.card { (facts(&view)) }
            section aria-label="Timeline" {
                ol #timeline data-live="contacts" { (timeline(contact, &config, &mails.items)) }
                nav.pages aria-label="Pages" {
                    @if before.is_some() { a.button href={ "/contacts/" (contact) } { "Back to the newest" } }
                    @if let Some((at, mail)) = mails.next {
                        a.button href={ "?before=" (at.0) "-" (mail) } { "Show older mail" (icon("next")) }
                    }
                }
            }
        }
    };
    Ok(page(Nav::Contacts, name, content))
}

fn facts(view: &ContactView) -> Markup {
    html! {
        div.portrait { (words::avatar(words::contact_name(view))) }
        dl.facts {
            div { dt { @if view.addresses.len() == 1 { "Address" } @else { "Addresses" } }
                @for address in &view.addresses { dd { (address.as_str()) } } }
            div { dt { "Why a contact" } dd { (words::reason(&view.reason)) } }
            @if let Some(first) = view.first_seen { div { dt { "First mail" } dd { (words::date(first)) } } }
            @if let Some(last) = view.last_seen { div { dt { "Last mail" } dd { (words::date(last)) } } }
        }
    }
}

/// The mails under their months; one that goes on with the conversation of
/// the one above it is drawn together with it.
fn timeline(contact: ContactId, config: &WorkspaceConfig, mails: &[TimelineEntry]) -> Markup {
    let above = std::iter::once(None).chain(mails.iter().map(Some));
    html! {
        @for (mail, above) in mails.iter().zip(above) {
            @let month = words::month(mail.at);
            @let above = above.filter(|it| words::month(it.at) == month);
            @if above.is_none() { li.month { (month) } }
            (entry(contact, config, mail, above.is_some_and(|it| it.thread == mail.thread)))
        }
    }
}

fn entry(
    contact: ContactId,
    config: &WorkspaceConfig,
    mail: &TimelineEntry,
    joined: bool,
) -> Markup {
    let (direction, symbol, said) = match mail.direction {
        Direction::Inbound => ("inbound", "in", "Received"),
        Direction::Outbound => ("outbound", "out", "Sent"),
        _ => ("internal", "team", "Within the team"),
    };
    html! {
        li.entry.joined[joined] data-direction=(direction) data-class=(mail.verdict.class) {
            span.mark title=(said) { (icon(symbol)) span.hidden { (said) } }
            a.card href={ "/threads/" (mail.thread) "?contact=" (contact) "#" (mail.message) } {
                span.top {
                    strong { (mail.from) }
                    (badge(mail.verdict.class))
                    @if !mail.historical { span.badge.live { "Live" } }
                    @if mail.attachments > 0 { span.files { (icon("clip")) (mail.attachments) span.hidden { " attached" } } }
                    span.when { (words::moment(mail.at)) }
                }
                @if !mail.visibility.shows_subject() { span.subject.quiet { "The subject is not shared" } }
                @else if !joined { span.subject { (words::subject(&mail.subject)) } }
                @if mail.visibility.shows_content() { span.snippet { (mail.snippet) } }
                @if mail.inboxes.len() > 1 { span.quiet { "In " (inbox_names(config, &mail.inboxes)) } }
            }
        }
    }
}

/// The inboxes that hold a mail.
fn inbox_names(config: &WorkspaceConfig, inboxes: &[InboxId]) -> String {
    let names = inboxes.iter().filter_map(|id| config.inbox(*id));
    let names: Vec<&str> = names.map(|inbox| inbox.name.as_str()).collect();
    names.join(", ")
}

/// What kind of mail it is, where it is no person's.
pub(super) fn badge(class: Class) -> Markup {
    html! {
        @if !matches!(class, Class::Human | Class::Team) {
            span.badge.{ "class-" (class) } { (words::class(class)) }
        }
    }
}

fn place(text: &str) -> Option<(Timestamp, Identity)> {
    let (at, id) = text.rsplit_once('-')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}
