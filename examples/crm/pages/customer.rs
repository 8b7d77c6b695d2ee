//! Being the customer: answer a mail of the team's, and see what comes back.

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{Query, State},
    response::Redirect,
};
use inboxlink::reply_text_of;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::{App, Shared},
    demo::{Demo, Kind, Received},
    live::Topic,
    pages::{Done, Failed, Nav, Shown, activity, contacts::encoded, empty, head, icon, page},
    words,
};

/// Mails to choose from.
const OFFERED: usize = 200;

/// Mails shown in the customer's inbox.
const SHOWN: usize = 20;

/// Lines shown of what the CRM made of the answer.
const LINES: usize = 6;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// The customer's address.
    r#as: String,
    /// Whether a reply was just sent.
    sent: bool,
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Reply {
    /// The Message-ID of the mail that is answered.
    mail: String,
    kind: Kind,
    text: String,
}

/// `GET /customer`
pub(crate) async fn show(State(app): State<Shared>, Query(wanted): Query<Wanted>) -> Shown {
    let content = match &app.demo {
        Some(demo) => {
            let inboxes = app.workspace.config().await?.inboxes;
            let connected = inboxes.into_iter().map(|inbox| inbox.username).collect();
            panel(&app, demo, &wanted, &connected)
        }
        None => html! {
            (head(&[], "Be the customer", html! {}))
            (empty("mask", "This panel needs the demo’s mail server",
                "The program was started without it. Start it again without --no-demo-server, or write to your inbox from another account.",
                html! { a.button href="/activity" { "See the activity" } }))
        },
    };
    Ok(page(Nav::Customer, "Be the customer", content))
}

fn panel(app: &App, demo: &Demo, wanted: &Wanted, connected: &BTreeSet<String>) -> Markup {
    let mut received = demo.received();
    // Answers to an inbox that is not connected reach nobody here.
    let unseen = |mail: &Received| !connected.contains(&mail.account);
    received.sort_by_key(|mail| unseen(mail));
    let address = |mail: &Received| mail.customer.address.as_str() == wanted.r#as;
    let chosen = received.iter().find(|mail| address(mail));
    let chosen = chosen.or(received.first());
    let customer = chosen.map(|mail| &mail.customer);
    let theirs = received.iter().filter(|mail| {
        let mut to = mail.message.recipients();
        customer.is_some_and(|customer| to.any(|to| to.address == customer.address))
    });
    let is_chosen = |mail: &Received| chosen.is_some_and(|it| it.id() == mail.id());
    let mut offered: Vec<_> = received.iter().take(OFFERED).collect();
    if let Some(older) = chosen.filter(|_| !offered.iter().any(|mail| is_chosen(mail))) {
        offered.insert(0, older);
    }
    let option = |mail: &Received| {
        html! {
            option value=(mail.id()) data-key=(encoded(mail.customer.address.as_str()))
                selected[is_chosen(mail)] {
                (words::name(&mail.customer)) " · " (words::subject(&mail.message.subject))
            }
        }
    };
    html! {
        (head(&[], "Be the customer", html! {}))
        p.lead {
            "Choose a mail that a customer got from your team, and answer it as they would. "
            "A person’s answer starts your automations; an out-of-office note does not."
        }
        @if wanted.sent {
            p.note role="status" { (icon("check")) "Your answer is on its way." }
        }
        div.two {
            form.card.form #reply method="post" action="/customer" {
                h2 { "Answer" }
                div.field {
                    label for="mail" { "Which mail" }
                    select #mail name="mail" required data-shows="/customer?as=" {
                        @for mail in offered.iter().filter(|mail| !unseen(mail)) { (option(mail)) }
                        @if offered.iter().any(|mail| unseen(mail)) {
                            optgroup label="To an inbox that is not connected: your CRM will not see the answer" {
                                @for mail in offered.iter().filter(|mail| unseen(mail)) { (option(mail)) }
                            }
                        }
                    }
                }
                fieldset.field {
                    legend { "Who answers" }
                    label.check { input type="radio" name="kind" value="human" checked; " The customer, in person" }
                    label.check { input type="radio" name="kind" value="out_of_office"; " Their mail program: they are out of office" }
                }
                div.field {
                    label for="text" { "Text" }
                    textarea #text name="text" rows="6" required { "Thank you, that sounds good. What would the price be?" }
                }
                div.submit { button.button.primary #send type="submit" { "Send the answer" } }
            }
            section.card aria-labelledby="inbox-title" {
                h2 #inbox-title data-live="customers" {
                    span { @if let Some(customer) = customer { "What " (words::name(customer)) " sees" } @else { "The customer’s inbox" } }
                }
                ol.mails #customer-inbox data-live="customers activity" aria-live="polite" {
                    @for mail in theirs.take(SHOWN) { (in_inbox(mail)) }
                }
            }
        }
        (reaction(app))
    }
}

/// What the CRM makes of it.
fn reaction(app: &App) -> Markup {
    let lines = app.feed.lines();
    let live: Vec<_> = lines
        .iter()
        .filter(|line| !line.historical)
        .take(LINES)
        .collect();
    html! {
        section aria-labelledby="reaction-title" {
            h2 #reaction-title { "What your CRM makes of it" }
            ol.feed #reaction data-live="activity" aria-live="polite" { @for line in &live { (activity::entry(line)) } }
            div #no-reaction data-live="activity" {
                @if live.is_empty() {
                    p.quiet { "Nothing yet. Connect the inbox of the team member who is answered, and make an "
                        a href="/automations" { "automation" } " that waits for a reply." }
                }
            }
        }
    }
}

fn in_inbox(mail: &Received) -> Markup {
    let message = &mail.message;
    html! {
        li {
            p.top {
                strong { (message.author().map_or("", words::name)) }
                span.when { @if let Some(date) = &message.date { (words::moment(date.at)) } }
            }
            p.subject { (words::subject(&message.subject)) }
            div.text { (words::unwrapped(&reply_text_of(message).new_text())) }
        }
    }
}

/// `POST /customer`
pub(crate) async fn send(State(app): State<Shared>, Form(reply): Form<Reply>) -> Done {
    let demo = app.demo.as_ref().ok_or(Failed::Missing)?;
    let received = demo.received();
    let mail = received.iter().find(|mail| mail.id() == reply.mail);
    let mail = mail.ok_or(Failed::Missing)?;
    demo.reply(mail, reply.kind, &reply.text)?;
    app.changed(&[Topic::Customers]);
    let customer = encoded(mail.customer.address.as_str());
    Ok(Redirect::to(&format!("/customer?sent=true&as={customer}")))
}
