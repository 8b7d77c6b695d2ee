//! The automations: what they wait for, what they send, what they did.

pub(crate) mod form;
pub(crate) mod why;

use axum::{
    extract::{Path, State},
    response::Redirect,
};
use inboxlink::{FollowUp, FollowUpState, Rule, RuleId};
use maud::{Markup, html};

use crate::{
    app::Shared,
    automation::Form,
    feed::Firing,
    live::Topic,
    pages::{Done, Failed, Nav, Shown, empty, head, icon, id, page},
    words,
};

/// `GET /automations`
pub(crate) async fn show(State(app): State<Shared>) -> Shown {
    let rules = app.workspace.rules().await?;
    let mut cards = Vec::new();
    for rule in &rules {
        let mut fired = Vec::new();
        for firing in app.feed.firings(rule.id) {
            let sent = FollowUp::id_for(app.workspace.id(), rule.id, firing.message);
            fired.push((firing, app.workspace.follow_up(sent).await?));
        }
        cards.push(card(rule, &fired));
    }
    let new =
        html! { a.button.primary href="/automations/new" { (icon("plus")) "New automation" } };
    let content = html! {
        (head(&[], "Automations", if rules.is_empty() { html! {} } else { new.clone() }))
        p.lead { "An automation waits for a mail and answers it. It fires once for each mail, within a moment of its arrival, or of the time in which no reply came; never for history." }
        ul.cards #automations data-live="activity" {
            @for card in cards { (card) }
        }
        @if rules.is_empty() {
            (empty("bolt", "No automation yet", "Make one that answers a contact the moment they reply.", new))
        }
    };
    Ok(page(Nav::Automations, "Automations", content))
}

fn card(rule: &Rule, firings: &[Fired]) -> Markup {
    let form = Form::of(rule);
    html! {
        li.card.automation id={ "rule-" (rule.id) } data-enabled=(rule.enabled) {
            div.top {
                h2 { (rule.name) }
                span.badge.live[rule.enabled] { @if rule.enabled { "On" } @else { "Off" } }
                div.actions {
                    form method="post" action={ "/automations/" (rule.id) "/switch" } {
                        button.button type="submit" { @if rule.enabled { "Switch off" } @else { "Switch on" } }
                    }
                    @if form.is_some() { a.button href={ "/automations/" (rule.id) } { "Edit" } }
                    form method="post" action={ "/automations/" (rule.id) "/delete" } {
                        button.button.danger type="submit" { "Delete" }
                    }
                }
            }
            p.sentence {
                (icon("mail"))
                @match &form {
                    Some(form) => span { (form.sentence()) },
                    None => span { "When a condition holds that was made outside of this form" },
                }
            }
            p.sentence {
                (icon("out"))
                @match &rule.follow_up {
                    Some(template) => span {
                        "Then send a follow-up"
                        @if let Some(subject) = &template.subject { " “" (subject) "”" }
                        span.preview { (template.text.split_whitespace().collect::<Vec<_>>().join(" ")) }
                    },
                    None => span { "Then nothing is sent" },
                }
            }
            (fired(firings))
        }
    }
}

/// A firing, and the follow-up that was made of it.
type Fired = (Firing, Option<FollowUp>);

fn fired(firings: &[Fired]) -> Markup {
    html! {
        @if firings.is_empty() {
            p.quiet { "It has not fired yet." }
        } @else {
            h3 { "Fired" }
            ol.firings {
                @for (firing, sent) in firings {
                    li {
                        p.top {
                            @match firing.contact {
                                Some(contact) => a href={ "/contacts/" (contact) } { (firing.who) },
                                None => span { (firing.who) },
                            }
                            @match (sent, &firing.declined) {
                                (Some(sent), _) => (outcome(sent)),
                                (None, Some(why)) => span.quiet { "Nothing is sent: " (why) },
                                (None, None) => {}
                            }
                            span.when { (words::moment(firing.at)) }
                        }
                        details { summary { "Why" }
                            ul { @for seen in &firing.evidence { li { (words::evidence(seen)) } } } }
                    }
                }
            }
        }
    }
}

/// What became of a follow-up, and what can be done.
fn outcome(sent: &FollowUp) -> Markup {
    let state = match sent.state {
        FollowUpState::Accepted { .. } => "accepted",
        FollowUpState::Rejected { .. } => "rejected",
        FollowUpState::Unknown { .. } => "unknown",
        FollowUpState::Withdrawn { .. } => "withdrawn",
        FollowUpState::Bounced { .. } => "bounced",
        _ => "under_way",
    };
    html! {
        span.badge.follow-up data-state=(state) { "Follow-up " (words::sending(&sent.state)) }
        @if matches!(state, "rejected" | "unknown" | "bounced") {
            form method="post" action={ "/follow-ups/" (sent.id) "/again" } {
                button.button type="submit" { "Send it again" }
            }
        }
    }
}

/// `POST /follow-ups/{follow_up}/again`
pub(crate) async fn again(State(app): State<Shared>, Path(follow_up): Path<String>) -> Done {
    app.workspace.send_again(id(&follow_up)?).await?;
    app.changed(&[Topic::Activity]);
    Ok(Redirect::to("/automations"))
}

/// `POST /automations/{rule}/switch`
pub(crate) async fn switch(State(app): State<Shared>, Path(rule): Path<String>) -> Done {
    let _one_at_a_time = app.rules.lock().await;
    let wanted: RuleId = id(&rule)?;
    let rules = app.workspace.rules().await?;
    let rule = rules.iter().find(|it| it.id == wanted);
    let enabled = !rule.ok_or(Failed::Missing)?.enabled;
    app.workspace.switch_rule(wanted, enabled).await?;
    app.changed(&[Topic::Activity]);
    Ok(Redirect::to("/automations"))
}

/// `POST /automations/{rule}/delete`
pub(crate) async fn delete(State(app): State<Shared>, Path(rule): Path<String>) -> Done {
    app.workspace.remove_rule(id(&rule)?).await?;
    app.changed(&[Topic::Activity]);
    Ok(Redirect::to("/automations"))
}
