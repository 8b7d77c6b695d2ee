//! Everybody the team has written with, those of the last mail first.

use axum::extract::{Query, State};
use inboxlink::{ContactPlace, ContactView, Timestamp};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::Shared,
    pages::{Nav, Shown, empty, head, icon, page, settings},
    words,
};

/// Contacts on a page.
const ON_A_PAGE: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Words of a name or an address.
    q: String,
    /// The last one of the page before, as `moment-id`.
    before: String,
}

/// `GET /contacts`
pub(crate) async fn show(State(app): State<Shared>, Query(wanted): Query<Wanted>) -> Shown {
    let before = place(&wanted.before);
    let found = app
        .workspace
        .recent_contacts(&wanted.q, before, ON_A_PAGE)
        .await?;
    let counts = app.workspace.counts().await?;
    let config = app.workspace.config().await?;
    let connected = !config.inboxes.is_empty();
    let reading = settings::reading(&app, &config).await?;
    let searching = !wanted.q.trim().is_empty();
    let content = html! {
        (head(&[], "Contacts", html! {
            form.search role="search" action="/contacts" {
                (icon("search"))
                input type="search" name="q" value=(wanted.q) placeholder="Name or address" aria-label="Search contacts";
            }
        }))
        p.quiet #count data-live="contacts" aria-live="polite" {
            span { (words::count(counts.contacts, "contact")) " from " (words::count(counts.messages, "mail")) " in " (words::count(counts.threads, "conversation")) }
        }
        div.reading #reading data-live="inboxes" aria-live="polite" { (reading) }
        ul.rows #contacts data-live="contacts" {
            @for contact in &found.items { li { (row(contact)) } }
        }
        div #nobody data-live="contacts" {
            @if found.items.is_empty() {
                @if searching {
                    (empty("search", "Nobody found", "No name and no address holds these words.", html! { a.button href="/contacts" { "Show everybody" } }))
                } @else if connected {
                    (empty("people", "The first contacts are on their way", "They appear here as the history is read. Keep this page open.", html! {}))
                } @else {
                    (empty("people", "No contacts yet", "Connect an inbox, and everybody your team has written with appears here.",
                        html! { a.button.primary href="/settings/email/connect" { (icon("plus")) "Connect via IMAP" } }))
                }
            }
        }
        nav.pages #pages data-live="contacts" aria-label="Pages" {
            @if before.is_some() { a.button href={ "/contacts?q=" (encoded(&wanted.q)) } { "Back to the newest" } }
            @if let Some((at, id)) = found.next {
                a.button href={ "/contacts?q=" (encoded(&wanted.q)) "&before=" (at.0) "-" (id) } { "Show more" (icon("next")) }
            }
        }
    };
    Ok(page(Nav::Contacts, "Contacts", content))
}

fn row(contact: &ContactView) -> Markup {
    let name = words::contact_name(contact);
    let address = contact
        .addresses
        .first()
        .map(|it| it.as_str())
        .unwrap_or_default();
    html! {
        a.contact href={ "/contacts/" (contact.id) } data-email=(address) {
            (words::avatar(name))
            span.who { strong { (name) } span.quiet { (address)
                @if contact.addresses.len() > 1 { " +" (contact.addresses.len() - 1) } } }
            span.when { @if let Some(last) = contact.last_seen { (words::moment(last)) } }
            (icon("next"))
        }
    }
}

fn place(text: &str) -> Option<ContactPlace> {
    let (at, id) = text.rsplit_once('-')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// A search as part of an address.
pub(crate) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut out = String::new();
    for byte in text.bytes() {
        match plain(byte) {
            true => out.push(byte.into()),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_searches_travel_in_addresses() {
        let id = inboxlink::ContactId::from(7);
        assert_eq!(place(&format!("-5-{id}")), Some((Timestamp(-5), id)));
        assert_eq!(place("x"), None);
        assert_eq!(encoded("a b&q=ü"), "a%20b%26q%3D%C3%BC");
    }
}
