//! What happened, as it happens.

use axum::extract::State;
use maud::{Markup, html};

use crate::{
    app::Shared,
    feed::Line,
    pages::{Nav, Shown, empty, head, icon, page},
    words,
};

/// `GET /activity`
pub(crate) async fn show(State(app): State<Shared>) -> Shown {
    let lines = app.feed.lines();
    let content = html! {
        (head(&[], "Activity", html! {}))
        p.lead { "Everything that the library tells a CRM, as it tells it. Times run from the mail server’s notice of a new mail." }
        ol.feed #events data-live="activity" aria-live="polite" { @for line in &lines { (entry(line)) } }
        div #quiet data-live="activity" {
            @if lines.is_empty() {
                (empty("pulse", "Nothing has happened yet", "Connect an inbox, and watch this page.",
                    html! { a.button.primary href="/settings/email" { "Connected Inboxes" } }))
            }
        }
    };
    Ok(page(Nav::Activity, "Activity", content))
}

pub(super) fn entry(line: &Line) -> Markup {
    let symbol = match line.event {
        "message_added" => "mail",
        "contact_created" => "people",
        "reply_received" => "in",
        "rule_fired" => "bolt",
        "inbox_caught_up" => "check",
        _ => "out",
    };
    html! {
        li data-event=(line.event) data-historical=(line.historical) {
            span.mark { (icon(symbol)) }
            div.what {
                @match &line.link {
                    Some(link) if !line.historical => a href=(link) { (line.summary()) },
                    _ => span { (line.summary()) },
                }
                @if let Some(detail) = &line.detail { span.quiet { (detail) } }
            }
            @if let Some(millis) = line.millis {
                span.badge.live title="From the mail server’s notice to this page" { (words::duration(millis)) " after the server’s notice" }
            }
            span.when { (words::clock(line.at)) }
        }
    }
}
