//! Being the customer: answer a mail of the team's, and see what comes back.

use axum::{
    Form,
    extract::{Query, State},
    response::Redirect,
};
use inboxlink::{Mailbox, Timestamp, reply_text_of};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::Shared,
    demo::{Demo, Kind, Received},
    live::Topic,
    pages::{Done, Failed, Nav, Shown, empty, head, icon, page},
    words,
};

/// Mails to choose from.
const OFFERED: usize = 100;

/// Mails shown in the customer's inbox.
const SHOWN: usize = 20;

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
        Some(demo) => panel(demo, &wanted),
        None => html! {
            (head(&[], "Be the customer", html! {}))
            (empty("mask", "This panel needs the demo’s mail server",
                "The program was started without it. Start it again without --no-demo-server, or write to your inbox from another account.",
                html! { a.button href="/activity" { "See the activity" } }))
        },
    };
    Ok(page(Nav::Customer, "Be the customer", content))
}

fn recipient(mail: &Received) -> Option<&Mailbox> {
    mail.message.recipients().next()
}

fn panel(demo: &Demo, wanted: &Wanted) -> Markup {
    let received = demo.received();
    let customer = received
        .iter()
        .filter_map(recipient)
        .find(|to| to.address.as_str() == wanted.r#as)
        .or_else(|| received.iter().find_map(recipient));
    let theirs: Vec<&Received> = received
        .iter()
        .filter(|mail| {
            customer.is_some_and(|it| mail.message.recipients().any(|to| to.address == it.address))
        })
        .collect();
    html! {
        (head(&[], "Be the customer", html! {}))
        p.lead { "Choose a mail that a customer got from your team, and answer it as they would. "
            "Then see what your automations make of it: a person’s answer starts them, an out-of-office note does not." }
        @if wanted.sent {
            p.note role="status" { (icon("check")) span { "Your answer is on its way. " a href="/activity" { "Watch what happens" } "." } }
        }
        div.two {
            form.card.form #reply method="post" action="/customer" {
                h2 { "Answer" }
                div.field {
                    label for="mail" { "Which mail" }
                    select #mail name="mail" required {
                        @for mail in received.iter().take(OFFERED) { (choice(mail, theirs.first().copied())) }
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
                h2 #inbox-title { @if let Some(customer) = customer { "What " (words::name(customer)) " sees" } @else { "The customer’s inbox" } }
                p.quiet { "The newest mail stands first. A follow-up appears here by itself." }
                ol.mails #customer-inbox data-live="customers activity" aria-live="polite" {
                    @for mail in theirs.iter().take(SHOWN) { (in_inbox(mail)) }
                }
            }
        }
    }
}

fn choice(mail: &Received, chosen: Option<&Received>) -> Markup {
    let message = &mail.message;
    let id = message
        .message_id
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let chosen = chosen.is_some_and(|it| it.message.message_id == message.message_id);
    html! {
        @if let Some(to) = recipient(mail) {
            option value=(id) selected[chosen] {
                (words::name(to)) " · " (words::subject(&message.subject))
                @if let Some(author) = message.author() { " · from " (words::name(author)) }
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
                span.when { @if let Some(date) = &message.date { (words::moment(Timestamp::from_seconds(date.at.seconds()))) } }
            }
            p.subject { (words::subject(&message.subject)) }
            div.text { (reply_text_of(message).new_text()) }
        }
    }
}

/// `POST /customer`
pub(crate) async fn send(State(app): State<Shared>, Form(reply): Form<Reply>) -> Done {
    let demo = app.demo.as_ref().ok_or(Failed::Missing)?;
    let received = demo.received();
    let of_it = |mail: &&Received| {
        let id = mail.message.message_id.as_ref();
        id.is_some_and(|id| id.to_string() == reply.mail)
    };
    let mail = received.iter().find(of_it).ok_or(Failed::Missing)?;
    demo.reply(mail, reply.kind, &reply.text)?;
    app.changed(&[Topic::Customers]);
    let customer = recipient(mail).map_or("", |it| it.address.as_str());
    Ok(Redirect::to(&format!(
        "/customer?sent=true&as={}",
        super::contacts::encoded(customer)
    )))
}
