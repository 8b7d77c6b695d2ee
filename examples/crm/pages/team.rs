//! The team: who owns inboxes, and whose addresses are ours.

use std::collections::BTreeSet;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use inboxlink::{Address, Owner, OwnerId, WorkspaceConfig, providers};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::{App, Shared},
    pages::{Failed, Nav, Shown, field_error, head, page},
    words,
};

/// The form, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Member {
    /// Empty for a new one.
    id: String,
    name: String,
    addresses: String,
}

/// The company's domains, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Company {
    domains: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Edit {
    member: String,
}

/// `GET /settings/team`
pub(crate) async fn show(State(app): State<Shared>, Query(edit): Query<Edit>) -> Shown {
    let config = app.workspace.config().await?;
    let member = config
        .owners
        .iter()
        .find(|it| it.id.to_string() == edit.member);
    let form = member.map(|it| Member {
        id: it.id.to_string(),
        name: it.name.clone(),
        addresses: addresses(it).join(", "),
    });
    let company = Company::of(&config);
    show_form(&app, &form.unwrap_or_default(), &company, &[]).await
}

/// `POST /settings/team`
pub(crate) async fn save(
    State(app): State<Shared>,
    Form(form): Form<Member>,
) -> Result<Response, Failed> {
    let config = app.workspace.config().await?;
    let mut errors = Vec::new();
    let name = form.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        errors.push(("name", "Enter a name of at most 100 characters.".to_owned()));
    }
    let texts = form.addresses.split([',', ';', '\n']).map(str::trim);
    let read: Result<_, _> = texts
        .filter(|it| !it.is_empty())
        .map(str::parse::<Address>)
        .collect();
    let addresses = read.unwrap_or_else(|error| {
        errors.push((
            "addresses",
            format!("Separate the addresses by commas: {error}."),
        ));
        Default::default()
    });
    if !errors.is_empty() {
        let page = show_form(&app, &form, &Company::of(&config), &errors).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let highest = config
        .owners
        .iter()
        .map(|it| it.id.as_u128())
        .max()
        .unwrap_or_default();
    let id = form
        .id
        .parse()
        .unwrap_or(OwnerId::new(highest.wrapping_add(1)));
    let name = name.to_owned();
    app.workspace
        .put_owner(Owner {
            id,
            name,
            addresses,
        })
        .await?;
    Ok(Redirect::to("/settings/team").into_response())
}

impl Company {
    fn of(config: &WorkspaceConfig) -> Self {
        let domains: Vec<&str> = config.internal_domains.iter().map(String::as_str).collect();
        Self {
            domains: domains.join(", "),
        }
    }

    fn read(&self) -> Result<BTreeSet<String>, String> {
        let texts = self.domains.split([',', ';', ' ', '\n']).map(str::trim);
        let domains = texts.filter(|it| !it.is_empty()).map(str::to_lowercase);
        domains.map(domain).collect()
    }
}

fn domain(text: String) -> Result<String, String> {
    let domain = text.trim_start_matches('@');
    if domain.contains('@') || !domain.contains('.') {
        return Err(format!("“{text}” is no domain; it looks like example.com."));
    }
    match providers::by_domain(domain) {
        Some(provider) => Err(format!(
            "{domain} belongs to {} and is everybody’s; enter addresses above instead.",
            provider.name
        )),
        None => Ok(domain.to_owned()),
    }
}

/// `POST /settings/team/company`
pub(crate) async fn company(
    State(app): State<Shared>,
    Form(form): Form<Company>,
) -> Result<Response, Failed> {
    match form.read() {
        Ok(internal_domains) => {
            let config = app.workspace.config().await?;
            let config = WorkspaceConfig {
                internal_domains,
                ..config
            };
            app.workspace.put_config(config).await?;
            Ok(Redirect::to("/settings/team").into_response())
        }
        Err(why) => {
            let page = show_form(&app, &Member::default(), &form, &[("domains", why)]).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn addresses(owner: &Owner) -> Vec<&str> {
    owner.addresses.iter().map(Address::as_str).collect()
}

async fn show_form(
    app: &App,
    form: &Member,
    company: &Company,
    errors: &[(&str, String)],
) -> Shown {
    let config = app.workspace.config().await?;
    let error = |field: &str| -> Markup {
        let here = errors.iter().find(|(at, _)| *at == field);
        field_error(field, here.map(|(_, text)| html! { (text) }))
    };
    let content = html! {
        (head(&[("/settings/email", "Workspace settings")], "Team", html! {}))
        p.lead { "Mail from these addresses counts as yours: it never makes a contact, and never starts an automation." }
        ul.cards #team {
            @for owner in &config.owners {
                li.card.inbox {
                    (words::avatar(&owner.name))
                    div.what { h2 { (owner.name) } p.quiet { (addresses(owner).join(", ")) } }
                    div.actions { a.button href={ "?member=" (owner.id) "#member" } { "Edit" } }
                }
            }
        }
        form.card.form #member method="post" action="/settings/team" {
            h2 { @if form.id.is_empty() { "Add a team member" } @else { "Edit the team member" } }
            input type="hidden" name="id" value=(form.id);
            div.field {
                label for="name" { "Name" }
                input #name name="name" value=(form.name) autocomplete="off" aria-describedby="error-name";
                (error("name"))
            }
            div.field {
                label for="addresses" { "Email addresses" }
                input #addresses name="addresses" value=(form.addresses) autocomplete="off" aria-describedby="error-addresses hint-addresses";
                (error("addresses"))
                p.hint #hint-addresses { "Aliases too, separated by commas. The usernames of connected inboxes are known already." }
            }
            div.submit {
                button.button.primary type="submit" { "Save" }
                @if !form.id.is_empty() { a.button href="/settings/team" { "Cancel" } }
            }
        }
        form.card.form #company method="post" action="/settings/team/company" {
            h2 { "Your company" }
            div.field {
                label for="domains" { "Domains" }
                input #domains name="domains" value=(company.domains) autocomplete="off" placeholder="example.com" aria-describedby="error-domains hint-domains";
                (error("domains"))
                p.hint #hint-domains { "Everybody with an address there is a colleague, whether or not they have an inbox here." }
            }
            div.submit { button.button type="submit" { "Save" } }
        }
    };
    Ok(page(Nav::Team, "Team", content))
}
