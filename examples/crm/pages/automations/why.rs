//! Why an automation fires for a mail, or does not: every part of its condition,
//! and what it saw.

use axum::extract::{Path, State};
use inboxlink::{DryRun, Identity, Outcome};
use maud::{Markup, html};

use crate::{
    app::Shared,
    pages::{Failed, Nav, Shown, head, id, page},
    viewer::Eyes,
    words,
};

/// `GET /mails/{message}/why`
pub(crate) async fn show(
    State(app): State<Shared>,
    eyes: Eyes,
    Path(message): Path<String>,
) -> Shown {
    let message: Identity = id(&message)?;
    let asked = app.workspace.explain(eyes.viewer(), message).await?;
    let asked = asked.ok_or(Failed::Missing)?;
    let seen = app.workspace.message(eyes.viewer(), message).await?;
    let mail = seen.ok_or(Failed::Missing)?.mail;
    let subject = words::subject(&mail.message.subject);
    let content = html! {
        (head(&[("/automations", "Automations")], "Why?", html! {}))
        p.lead { "What each automation would do with “" (subject) "”, were it new. Nothing happens by looking." }
        ul.cards #why { @for run in &asked { (card(run)) } }
        @if asked.is_empty() { p.quiet { "There is no automation yet." } }
    };
    Ok(page(Nav::Automations, "Why?", content))
}

fn card(run: &DryRun) -> Markup {
    let outcome = match run.outcome {
        Outcome::Fires => "It would fire",
        Outcome::SwitchedOff => "It would fire, and is switched off",
        Outcome::OurOwnMail => "It would fire, and your own mail starts nothing",
        _ => "It does not fire",
    };
    html! {
        li.card data-fires=(run.outcome == Outcome::Fires) {
            div.top {
                h2 { (run.name) }
                span.badge.live[run.outcome == Outcome::Fires] { (outcome) }
            }
            ul {
                @for node in &run.evaluation.trace {
                    li data-node=(node.node) {
                        @if node.matched { "✓ " } @else { "✗ " }
                        strong { (node.asks.replace('_', " ")) }
                        @if !node.saw.is_empty() { ": " (node.saw) }
                    }
                }
            }
        }
    }
}
