//! The pages, and the frame around each of them.

pub(crate) mod activity;
pub(crate) mod automations;
pub(crate) mod connect;
pub(crate) mod contact;
pub(crate) mod contacts;
pub(crate) mod customer;
mod icons;
pub(crate) mod remove;
pub(crate) mod settings;
pub(crate) mod team;
pub(crate) mod thread;
pub(crate) mod welcome;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use inboxlink::Error;
use maud::{DOCTYPE, Markup, html};

pub(crate) use icons::icon;

/// Where in the website a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nav {
    None,
    Contacts,
    Automations,
    Activity,
    Customer,
    Inboxes,
    Team,
}

/// The entries of the menu: where, address, icon, text.
const WORK: [(Nav, &str, &str, &str); 3] = [
    (Nav::Contacts, "/contacts", "people", "Contacts"),
    (Nav::Automations, "/automations", "bolt", "Automations"),
    (Nav::Activity, "/activity", "pulse", "Activity"),
];
const SETTINGS: [(Nav, &str, &str, &str); 2] = [
    (
        Nav::Inboxes,
        "/settings/email",
        "inbox",
        "Connected Inboxes",
    ),
    (Nav::Team, "/settings/team", "team", "Team"),
];
const DEMO: [(Nav, &str, &str, &str); 1] =
    [(Nav::Customer, "/customer", "mask", "Be the customer")];

/// A whole page.
pub(crate) fn page(nav: Nav, title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · inboxlink CRM" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/crm.css";
                script src="/assets/crm.js" defer {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header.side {
                    a.brand href="/" { (icon("logo")) span { "inboxlink" } small { "demo CRM" } }
                    nav aria-label="Main" {
                        (menu(nav, None, &WORK))
                        (menu(nav, Some("Workspace settings"), &SETTINGS))
                        (menu(nav, Some("Try it out"), &DEMO))
                    }
                    p.fine { "Runs on this computer only. Passwords stay in memory and are gone when the program ends." }
                }
                main #content { (content) }
            }
        }
    }
}

fn menu(here: Nav, title: Option<&str>, entries: &[(Nav, &str, &str, &str)]) -> Markup {
    html! {
        @if let Some(title) = title { p.menu-title { (title) } }
        ul {
            @for (nav, address, symbol, text) in entries {
                li {
                    a href=(address) aria-current=[(here == *nav).then_some("page")] {
                        (icon(symbol)) span { (text) }
                    }
                }
            }
        }
    }
}

/// The head of a page: where we are, the title, and what can be done here.
pub(crate) fn head(trail: &[(&str, &str)], title: &str, action: Markup) -> Markup {
    html! {
        div.head {
            div {
                @if !trail.is_empty() {
                    nav.trail aria-label="Breadcrumb" {
                        @for (address, text) in trail {
                            a href=(address) { (text) } span aria-hidden="true" { "›" }
                        }
                    }
                }
                h1 { (title) }
            }
            div.actions { (action) }
        }
    }
}

/// What is shown where there is nothing yet.
pub(crate) fn empty(symbol: &str, title: &str, text: &str, action: Markup) -> Markup {
    html! {
        div.empty {
            (icon(symbol))
            h2 { (title) }
            p { (text) }
            (action)
        }
    }
}

/// What is wrong with a field; the place is there for screen readers also
/// while nothing is.
pub(crate) fn field_error(field: &str, error: Option<Markup>) -> Markup {
    html! {
        div.error id={ "error-" (field) } role=[error.is_some().then_some("alert")] {
            @if let Some(error) = error { (error) }
        }
    }
}

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) enum Failed {
    /// There is no such thing.
    Missing,
    /// The library's.
    Error(Error),
    /// A sentence.
    Said(String),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<inboxlink_examples::Failure> for Failed {
    fn from(failure: inboxlink_examples::Failure) -> Self {
        match failure {
            inboxlink_examples::Failure::Cannot(sentence) => Self::Said(sentence),
            inboxlink_examples::Failure::Closed => Self::Missing,
        }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (code, title, text) = match self {
            Self::Missing => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "It may have been deleted, or the address is not quite right.".to_owned(),
            ),
            Self::Error(error) => {
                tracing::error!(%error, "a page failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "That did not work",
                    error.to_string(),
                )
            }
            Self::Said(text) => (StatusCode::UNPROCESSABLE_ENTITY, "That did not work", text),
        };
        let back = html! { a.button href="/contacts" { "Go to the contacts" } };
        let content = empty("search", title, &text, back);
        (code, page(Nav::None, title, content)).into_response()
    }
}

/// What a page answers.
pub(crate) type Shown = Result<Markup, Failed>;

/// What a form answers.
pub(crate) type Done = Result<Redirect, Failed>;

/// An address that leads nowhere.
pub(crate) async fn missing() -> Failed {
    Failed::Missing
}

/// Reads an id out of an address.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T, Failed> {
    text.parse().map_err(|_| Failed::Missing)
}
