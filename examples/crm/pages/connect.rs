//! The form that connects an inbox, and the test connection behind it.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use inboxlink::{
    Error, Faults, Field, InboxId, OwnerId, Provider, SettingsForm, Stage, StageReport, providers,
    validate,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    app::{App, Shared},
    demo::Demo,
    inboxes,
    pages::{Failed, Nav, Shown, field_error, head, icon, page},
    words,
};

/// What the form begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Begin {
    /// A demo account, counted from 1.
    demo: Option<usize>,
    /// A provider by its name.
    provider: Option<String>,
    /// An inbox to connect again.
    inbox: Option<String>,
}

/// What is wrong, where it is to be shown.
#[derive(Default)]
struct Problems {
    fields: Vec<(Field, Markup)>,
    /// What belongs to no field.
    whole: Option<Markup>,
    stages: Vec<StageReport>,
    /// Fields that may be kept as they were typed, though they look wrong.
    may_keep: Vec<&'static str>,
}

impl Problems {
    fn of(&self, field: Field) -> Markup {
        let here = self.fields.iter().find(|(at, _)| *at == field);
        field_error(field.as_str(), here.map(|(_, error)| error.clone()))
    }

    fn faults(faults: &Faults) -> Self {
        let shown = faults.iter().map(|fault| {
            let error = html! {
                (fault.message)
                @if let Some(instead) = &fault.suggestion { " Did you mean " strong { (instead) } "?" }
            };
            (fault.field, error)
        });
        Self {
            fields: shown.collect(),
            may_keep: faults
                .iter()
                .filter_map(|it| it.code.overruled_by())
                .collect(),
            ..Self::default()
        }
    }

    fn failed(error: &Error, stages: Vec<StageReport>) -> Self {
        let Some(advice) = error.advice() else {
            let whole = Some(html! { (error.to_string()) });
            return Self {
                whole,
                stages,
                ..Self::default()
            };
        };
        let said = html! {
            strong { (advice.happened) } " " (advice.todo)
            @if let Some(note) = advice.note { " " (note) }
            @if let Some(link) = advice.link {
                " " a href=(link) target="_blank" rel="noopener noreferrer" { "Show me how" }
            }
            @if let Some(words) = error.server_text() {
                details { summary { "The server’s own words" } code { (words) } }
            }
        };
        match advice.field {
            Some(field) => Self {
                fields: vec![(field, said)],
                stages,
                ..Self::default()
            },
            None => Self {
                whole: Some(said),
                stages,
                ..Self::default()
            },
        }
    }
}

/// `GET /settings/email/connect`
pub(crate) async fn show(State(app): State<Shared>, Query(begin): Query<Begin>) -> Shown {
    let form = begin.form(&app).await?;
    // The demo's passwords are no secrets: they alone are filled in.
    let demo = begin
        .demo
        .and_then(|n| app.demo.as_ref()?.accounts().get(n.checked_sub(1)?));
    let password = demo.map_or("", |account| account.password.as_str());
    show_form(&app, &form, password, &Problems::default()).await
}

/// `POST /settings/email/connect`
pub(crate) async fn connect(
    State(app): State<Shared>,
    Form(form): Form<SettingsForm>,
) -> Result<Response, Failed> {
    let settings = match validate(&form, &app.policy) {
        Ok(settings) => settings,
        Err(faults) => return refused(&app, &form, &Problems::faults(&faults)).await,
    };
    let inbox = app.workspace.inbox(settings);
    let mut stages = Vec::new();
    let mut tested = inbox.test(&mut |stage| stages.push(stage)).await;
    // What was typed has to work. What only follows from the reading side is
    // tried while the history is read: without it no follow-up can be sent,
    // and all else works.
    if tested.is_ok() && !(form.smtp_host.trim().is_empty() && form.smtp_port.trim().is_empty()) {
        tested = inbox.test_sending(&mut |stage| stages.push(stage)).await;
    }
    if let Err(error) = tested {
        return refused(&app, &form, &Problems::failed(&error, stages)).await;
    }
    inbox.store_settings().await?;
    inboxes::follow(&app, inbox);
    Ok(Redirect::to("/settings/email").into_response())
}

async fn refused(app: &App, form: &SettingsForm, problems: &Problems) -> Result<Response, Failed> {
    // The password is never sent back: it is typed again.
    let page = show_form(app, form, "", problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

impl Begin {
    async fn form(&self, app: &App) -> Result<SettingsForm, Failed> {
        let config = app.workspace.config().await?;
        let mut form = SettingsForm {
            port: "993".to_owned(),
            owner: config
                .owners
                .first()
                .map(|it| it.id.to_string())
                .unwrap_or_default(),
            ..SettingsForm::default()
        };
        if let (Some(n), Some(demo)) = (self.demo, &app.demo)
            && let Some(account) = n.checked_sub(1).and_then(|n| demo.accounts().get(n))
        {
            form.name = format!("{}’s inbox", first_word(&account.name));
            form.host = demo.host().to_owned();
            form.username = account.address.clone();
            form.port = demo.port().to_string();
            form.smtp_host = demo.host().to_owned();
            form.smtp_port = demo.smtp_port().to_string();
            let owner = config.owners.iter().find(|it| it.name == account.name);
            form.owner = owner.map_or(form.owner, |it| it.id.to_string());
        }
        if let Some(provider) = self.provider.as_deref().and_then(provider) {
            form.name = format!("{} inbox", provider.name);
            form.host = provider.imap_host().to_owned();
            form.port = provider.imap_port.to_string();
        }
        let inbox = self
            .inbox
            .as_deref()
            .and_then(|id| id.parse::<InboxId>().ok());
        if let Some(inbox) = inbox.and_then(|id| config.inbox(id)) {
            form.name.clone_from(&inbox.name);
            form.host.clone_from(&inbox.host);
            form.keep_host = true;
            form.port = inbox.port.to_string();
            form.username.clone_from(&inbox.username);
            form.owner = inbox.owner.to_string();
            form.keep_username = true;
            form.create_contacts = inbox.create_contacts.as_str().to_owned();
            // The demo's server is another one in every run.
            let theirs = |demo: &&Demo| {
                let mut accounts = demo.accounts().iter();
                inbox.host == demo.host() && accounts.any(|it| it.address == inbox.username)
            };
            if let Some(demo) = app.demo.as_ref().filter(theirs) {
                form.port = demo.port().to_string();
                form.smtp_host = demo.host().to_owned();
                form.smtp_port = demo.smtp_port().to_string();
            }
        }
        Ok(form)
    }
}

fn first_word(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// Those that a password opens, by their name.
fn provider(name: &str) -> Option<&'static Provider> {
    offered().find(|provider| provider.name == name)
}

fn offered() -> impl Iterator<Item = &'static Provider> {
    let password = |it: &&Provider| it.auth != providers::Auth::OAuth2Only;
    providers::PROVIDERS.iter().filter(password).take(8)
}

async fn show_form(app: &App, form: &SettingsForm, password: &str, problems: &Problems) -> Shown {
    let config = app.workspace.config().await?;
    let known = providers::by_host(&form.host);
    let owner: Option<OwnerId> = form.owner.parse().ok();
    let text = |field: Field,
                label: &str,
                value: &str,
                kind: &str,
                complete: &str,
                hint: Markup| {
        let name = field.as_str();
        html! {
            div.field {
                label for=(name) { (label) }
                input id=(name) name=(name) type=(kind) value=(value) autocomplete=(complete) spellcheck="false" autocapitalize="off"
                    aria-describedby={ "hint-" (name) " error-" (name) };
                (problems.of(field))
                p.hint id={ "hint-" (name) } { (hint) }
            }
        }
    };
    let create = [
        ("all", "For everybody you exchanged mail with"),
        ("sent", "Only for people you wrote to"),
        ("off", "Do not create contacts"),
    ];
    let inside = [
        Field::Security,
        Field::SmtpHost,
        Field::SmtpPort,
        Field::SmtpSecurity,
    ];
    let more = (problems.fields.iter()).any(|(field, _)| inside.contains(field));
    let content = html! {
        (head(&[("/settings/email", "Workspace settings"), ("/settings/email", "Email"), ("/settings/email", "Connected Inboxes")],
            "Connect via IMAP", html! {}))
        @if let Some(whole) = &problems.whole { div.alert role="alert" { (whole) } }
        @if !problems.stages.is_empty() { (stages(&problems.stages)) }
        div.with-aside {
        aside { (help(app, &config.inboxes.iter().map(|it| it.username.as_str()).collect::<Vec<_>>())) }
        form.card.form #connect method="post" action="/settings/email/connect" data-busy="Testing the connection …" {
            (text(Field::Name, "Name", &form.name, "text", "off", html! { "What your team calls this inbox. Contacts never see it." }))
            (text(Field::Host, "Host name", &form.host, "text", "off", html! {
                "The address of the mail server, such as " code { "imap.gmail.com" } ". Your provider’s help pages call it the IMAP server." }))
            (keep(problems, "keep_host", form.keep_host, "The host name is right as I typed it"))
            (text(Field::Username, "Username", &form.username, "text", "username", html! { "Mostly your full email address." }))
            (keep(problems, "keep_username", form.keep_username, "The username is right as I typed it"))
            (text(Field::Password, "Password", password, "password", "current-password", html! {
                "With two-step verification your provider wants an " em { "app password" } ": a second password, made for this program alone."
                @if let Some(link) = known.and_then(|it| it.password_link) {
                    " " a href=(link) target="_blank" rel="noopener noreferrer" { "Create one" }
                }
                " It is kept in memory only, and never written down." }))
            (text(Field::Port, "Port", &form.port, "text", "off", html! { "993 nearly everywhere." }))
            details.more open[more] {
                summary { "Sending and encryption" }
                p.hint { "Nearly everybody can leave this as it is: it follows from what stands above." }
                (security("security", "Encryption for reading", &form.security, problems.of(Field::Security)))
                (text(Field::SmtpHost, "Host name for sending", &form.smtp_host, "text", "off", html! { "Follow-ups are sent by the same account. Also called the SMTP server." }))
                (text(Field::SmtpPort, "Port for sending", &form.smtp_port, "text", "off", html! { "465 or 587 nearly everywhere." }))
                (security("smtp_security", "Encryption for sending", &form.smtp_security, problems.of(Field::SmtpSecurity)))
            }
            div.field {
                label for="owner" { "Team member" }
                select #owner name="owner" aria-describedby="error-owner hint-owner" {
                    @for member in &config.owners {
                        option value=(member.id) selected[owner == Some(member.id)] { (member.name) }
                    }
                }
                (problems.of(Field::Owner))
                p.hint #hint-owner { "Whose inbox this is. " a href="/settings/team" { "Add a team member" } }
            }
            div.field {
                label for="create_contacts" { "Create contact" }
                select #create_contacts name="create_contacts" aria-describedby="error-create_contacts hint-create" {
                    @for (value, label) in create {
                        option value=(value) selected[form.create_contacts == value] { (label) }
                    }
                }
                (problems.of(Field::CreateContacts))
                p.hint #hint-create { "Newsletters, no-reply addresses and your own team never become contacts." }
            }
            div.submit {
                button.button.primary.big #confirm type="submit" { "Confirm" }
                a.button href="/settings/email" { "Cancel" }
                span.hint { "We log in once to see that everything works." }
            }
        }
        }
    };
    Ok(page(Nav::Inboxes, "Connect via IMAP", content))
}

/// A choice of encryption; there is none without.
fn security(name: &str, label: &str, chosen: &str, error: Markup) -> Markup {
    let choices = [
        ("", "As the port suggests"),
        ("tls", "TLS from the beginning"),
        ("starttls", "STARTTLS"),
    ];
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) aria-describedby={ "error-" (name) } {
                @for (value, label) in choices { option value=(value) selected[chosen == value] { (label) } }
            }
            (error)
        }
    }
}

/// Lets a doubt about a field be overruled, and stay so.
fn keep(problems: &Problems, name: &'static str, kept: bool, label: &str) -> Markup {
    html! {
        @if problems.may_keep.contains(&name) {
            label.check { input type="checkbox" name=(name) value="true"; " " (label) }
        } @else if kept {
            input type="hidden" name=(name) value="true";
        }
    }
}

/// Ways to have the form filled in.
fn help(app: &App, connected: &[&str]) -> Markup {
    let accounts = app.demo.iter().flat_map(|demo| demo.accounts());
    let free: Vec<_> = (1..)
        .zip(accounts)
        .filter(|(_, account)| !connected.contains(&account.address.as_str()))
        .collect();
    html! {
        @if let Some(((first, account), others)) = free.split_first() {
            section.card.tip {
                h2 { (icon("mail")) "Just looking?" }
                p { "Use an account of the demo’s own mail server. Everything is filled in for you; then press Confirm." }
                a.button.primary #fill-demo href={ "?demo=" (first) } { "Fill in " (first_word(&account.name)) "’s demo account" }
                @for (n, account) in others {
                    a.button href={ "?demo=" (n) } { "Fill in " (first_word(&account.name)) "’s" }
                }
            }
        } @else if let Some(demo) = &app.demo {
            section.card.tip {
                h2 { (icon("check")) "All demo accounts are connected" }
                p { "There are " (demo.accounts().len()) " of them. Now watch the " a href="/contacts" { "contacts" } "." }
            }
        }
        section.card {
            h2 { "Your own account" }
            p.quiet { "Choose your provider, and its addresses are filled in." }
            div.chips {
                @for provider in offered() { a.chip href={ "?provider=" (provider.name) } { (provider.name) } }
            }
        }
        section.card {
            h2 { "What happens then" }
            ul.quiet {
                li { "We log in once, to see that everything works." }
                li { "Your history is read, newest mail first. Contacts appear as they are found." }
                li { "New mail is noticed the moment it arrives." }
                li { "Nothing in your mailbox is moved, deleted or marked as read." }
            }
        }
    }
}

/// The stages of the test connection, up to the one that failed.
fn stages(stages: &[StageReport]) -> Markup {
    html! {
        ol.stages aria-label="Test connection" {
            @for report in stages {
                li data-ok=(report.ok) {
                    (icon(if report.ok { "check" } else { "cross" }))
                    (stage(report.stage))
                    span.quiet { (words::duration(report.elapsed.as_secs_f64() * 1e3)) }
                }
            }
        }
    }
}

const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "Find the server",
        Stage::Tcp => "Reach it",
        Stage::Tls => "Encrypt",
        Stage::Greeting => "Is it a mail server?",
        Stage::Capabilities => "What it can do",
        Stage::Login => "Log in",
        Stage::Folders => "List the folders",
        Stage::SentFolder => "Open what was sent",
        Stage::Smtp => "Sending",
        _ => "Read",
    }
}
