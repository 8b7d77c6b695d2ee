//! The form that connects an inbox, and the test connection behind it.

mod beside;
mod choices;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use inboxlink::{
    ConnectionSettings, Error, Faults, Field, InboxId, OwnerId, Provider, SettingsForm,
    StageReport, providers, validate,
};
use maud::{Markup, html};
use serde::Deserialize;

use self::{
    beside::{help, stages},
    choices::{keep, mail, security, sharing},
};
use crate::{
    app::{App, Shared},
    demo::Demo,
    inboxes,
    pages::{Failed, Nav, Shown, field_error, head, page},
};

/// What the form begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Begin {
    /// A demo account, counted from 1.
    demo: Option<usize>,
    /// A provider by its name.
    provider: Option<String>,
    /// An e-mail address whose servers are to be found.
    address: Option<String>,
    /// An inbox to connect again.
    inbox: Option<String>,
}

/// What is wrong, where it is to be shown.
#[derive(Default)]
struct Problems {
    fields: Vec<(Field, Markup)>,
    /// What belongs to no field.
    whole: Option<Markup>,
    /// What came of looking for an address's servers.
    note: Option<Markup>,
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
    let mut form = begin.form(&app).await?;
    let inbox = begin.inbox();
    let problems = Problems {
        note: begin.search(&app, &mut form).await?,
        ..Problems::default()
    };
    // The demo's passwords are no secrets: they alone are filled in.
    let demo = begin
        .demo
        .and_then(|n| app.demo.as_ref()?.accounts().get(n.checked_sub(1)?));
    let password = demo.map_or("", |account| account.password.as_str());
    show_form(&app, &form, password, inbox, &problems).await
}

/// `POST /settings/email/connect`; with `?inbox=` that one is edited.
pub(crate) async fn connect(
    State(app): State<Shared>,
    Query(begin): Query<Begin>,
    Form(form): Form<SettingsForm>,
) -> Result<Response, Failed> {
    let edited = begin.inbox();
    let settings = match validate(&form, &app.policy) {
        Ok(settings) => settings,
        Err(faults) => return refused(&app, &form, edited, &Problems::faults(&faults)).await,
    };
    let mut stages = Vec::new();
    // What was typed has to work. What only follows from the reading side is
    // tried while the history is read: without it no follow-up can be sent,
    // and all else works.
    let typed = !(form.smtp_host.trim().is_empty() && form.smtp_port.trim().is_empty());
    let connected = match tested(&app, &settings, typed, &mut stages).await {
        Err(failed) => Err(failed),
        Ok(()) => match edited {
            Some(inbox) => {
                let watch = |stage| stages.push(stage);
                app.workspace.edit_watched(inbox, settings, watch).await
            }
            None => {
                let watch = |stage| stages.push(stage);
                app.workspace.connect_watched(settings, watch).await
            }
        },
    };
    match connected {
        Ok(inbox) => inboxes::follow(&app, inbox),
        Err(error) => {
            let problems = Problems::failed(&error, stages);
            return refused(&app, &form, edited, &problems).await;
        }
    }
    Ok(Redirect::to("/settings/email").into_response())
}

/// Tries the sending side, where it was typed. A mistake in the reading side
/// is told first: the two often share it.
async fn tested(
    app: &App,
    settings: &ConnectionSettings,
    sends: bool,
    stages: &mut Vec<StageReport>,
) -> Result<(), Error> {
    if !sends {
        return Ok(());
    }
    let inbox = app.workspace.inbox(settings.clone());
    match inbox.test_sending(&mut |_| {}).await {
        Err(failed) => {
            let read = inbox.test(&mut |stage| stages.push(stage)).await;
            read.and(Err(failed))
        }
        Ok(()) => Ok(()),
    }
}

async fn refused(
    app: &App,
    form: &SettingsForm,
    edited: Option<InboxId>,
    problems: &Problems,
) -> Result<Response, Failed> {
    // The password is never sent back: it is typed again.
    let page = show_form(app, form, "", edited, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

impl Begin {
    /// The inbox to edit.
    fn inbox(&self) -> Option<InboxId> {
        self.inbox.as_deref().and_then(|id| id.parse().ok())
    }

    /// Looks for the servers of an address, and fills them in.
    async fn search(&self, app: &App, form: &mut SettingsForm) -> Result<Option<Markup>, Failed> {
        let Some(address) = self.address.as_deref().map(str::trim) else {
            return Ok(None);
        };
        address.clone_into(&mut form.username);
        let Some(found) = app.workspace.discover(address).await? else {
            return Ok(Some(html! {
                "We could not find the mail server of " strong { (address) } ". Your provider’s help pages name it: look for IMAP."
            }));
        };
        found.fill(form);
        address.clone_into(&mut form.name);
        let provider = found.provider.map_or("the mail server", |it| it.name);
        Ok(Some(html! {
            @if found.needs_sign_in() {
                (provider) " takes no passwords from programs any more; it wants you to sign in in the browser. "
                "This demo is not registered there, so connecting will not work here."
            } @else if found.foreign {
                "We found a server that is not below your address’s own domain: " strong { (found.imap.host) } ". "
                "Look at the name before you type your password."
            } @else {
                "We found " (provider) " and filled in the form. Only the password is missing."
            }
        }))
    }

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
        if let Some(inbox) = self.inbox().and_then(|id| config.inbox(id)) {
            form = SettingsForm::of(&inbox.name, inbox.owner, &inbox.mail);
            form.host.clone_from(&inbox.host);
            form.keep_host = true;
            form.port = inbox.port.to_string();
            form.security = inbox.security.as_str().to_owned();
            form.username.clone_from(&inbox.username);
            form.keep_username = true;
            form.create_contacts = inbox.create_contacts.as_str().to_owned();
            form.team_inbox = inbox.team_inbox;
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

async fn show_form(
    app: &App,
    form: &SettingsForm,
    password: &str,
    edited: Option<InboxId>,
    problems: &Problems,
) -> Shown {
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
    let action = match edited {
        Some(inbox) => format!("/settings/email/connect?inbox={inbox}"),
        None => "/settings/email/connect".to_owned(),
    };
    let content = html! {
        (head(&[("/settings/email", "Workspace settings"), ("/settings/email", "Email"), ("/settings/email", "Connected Inboxes")],
            "Connect via IMAP", html! {}))
        @if let Some(whole) = &problems.whole { div.alert role="alert" { (whole) } }
        @if let Some(note) = &problems.note { div.alert #found role="status" { (note) } }
        @if !problems.stages.is_empty() { (stages(&problems.stages)) }
        div.with-aside {
        aside { (help(app, &config.inboxes.iter().map(|it| it.username.as_str()).collect::<Vec<_>>())) }
        form.card.form #connect method="post" action=(action) data-busy="Testing the connection …" {
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
            (sharing(form, problems))
            (mail(form, problems))
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
