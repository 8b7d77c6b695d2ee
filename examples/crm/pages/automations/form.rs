//! The form of an automation: when it fires, and what it sends.

use axum::{
    Form as Posted,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use inboxlink::RuleId;
use maud::{Markup, html};

use crate::{
    app::Shared,
    automation::{FieldError, Form, WAITS, When},
    live::Topic,
    pages::{Failed, Nav, Shown, field_error, head, id, page},
};

/// What a new automation says, to be changed.
const BEGINNING: &str = "Hello {{first_name|there}},\n\nthank you for your answer! I will get back to you today.\n\nBest regards\n{{sender_name}}";

/// `GET /automations/new`
pub(crate) async fn new() -> Markup {
    let form = Form {
        name: "Thank for the reply".to_owned(),
        text: BEGINNING.to_owned(),
        ..Form::default()
    };
    show("New automation", "/automations/new", &form, &[])
}

/// `POST /automations/new`
pub(crate) async fn create(
    State(app): State<Shared>,
    Posted(form): Posted<Form>,
) -> Result<Response, Failed> {
    let _one_at_a_time = app.rules.lock().await;
    let rules = app.workspace.rules().await?;
    let highest = rules
        .iter()
        .map(|rule| rule.id.as_u128())
        .max()
        .unwrap_or_default();
    match form.rule(RuleId::new(highest.wrapping_add(1))) {
        Ok(rule) => {
            app.workspace.put_rule(rule).await?;
            app.changed(&[Topic::Activity]);
            Ok(Redirect::to("/automations").into_response())
        }
        Err(errors) => Ok(refused(
            "New automation",
            "/automations/new",
            &form,
            &errors,
        )),
    }
}

/// `GET /automations/{rule}`
pub(crate) async fn edit(State(app): State<Shared>, Path(rule): Path<String>) -> Shown {
    let wanted: RuleId = id(&rule)?;
    let rules = app.workspace.rules().await?;
    let form = rules.iter().find(|it| it.id == wanted).and_then(Form::of);
    let form = form.ok_or(Failed::Missing)?;
    Ok(show(
        "Edit automation",
        &format!("/automations/{wanted}"),
        &form,
        &[],
    ))
}

/// `POST /automations/{rule}`
pub(crate) async fn update(
    State(app): State<Shared>,
    Path(rule): Path<String>,
    Posted(form): Posted<Form>,
) -> Result<Response, Failed> {
    let wanted: RuleId = id(&rule)?;
    match form.rule(wanted) {
        Ok(rule) => {
            let _one_at_a_time = app.rules.lock().await;
            let rules = app.workspace.rules().await?;
            let old = rules.iter().find(|it| it.id == wanted);
            let enabled = old.ok_or(Failed::Missing)?.enabled;
            let rule = inboxlink::Rule { enabled, ..rule };
            app.workspace.put_rule(rule).await?;
            app.changed(&[Topic::Activity]);
            Ok(Redirect::to("/automations").into_response())
        }
        Err(errors) => {
            let address = format!("/automations/{wanted}");
            Ok(refused("Edit automation", &address, &form, &errors))
        }
    }
}

fn refused(title: &str, address: &str, form: &Form, errors: &[FieldError]) -> Response {
    let page = show(title, address, form, errors);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

fn show(title: &str, address: &str, form: &Form, errors: &[FieldError]) -> Markup {
    let error = |field: &str| {
        let here = errors.iter().find(|(at, _)| *at == field);
        field_error(field, here.map(|(_, text)| html! { (text) }))
    };
    let line = |field: &str, label: &str, value: &str, hint: &str| {
        html! {
            div.field {
                label for=(field) { (label) }
                input id=(field) name=(field) value=(value) autocomplete="off" aria-describedby={ "error-" (field) " hint-" (field) };
                (error(field))
                @if !hint.is_empty() { p.hint id={ "hint-" (field) } { (hint) } }
            }
        }
    };
    let content = html! {
        (head(&[("/automations", "Automations")], title, html! {}))
        form.card.form #automation method="post" action=(address) {
            (line("name", "Name", &form.name, "What your team calls it. Contacts never see it."))
            fieldset {
                legend { span.step { "When" } }
                div.field {
                    label for="condition" { "Condition" }
                    select #condition name="condition" aria-describedby="error-condition hint-condition" {
                        @for when in When::ALL {
                            option value=(when.as_str()) selected[form.condition == when] { (when.label()) }
                        }
                    }
                    (error("condition"))
                    p.hint #hint-condition { "Out-of-office notes, bounces and newsletters never count as a reply." }
                }
                div.field {
                    label for="within" { "… within (only where it waits for a reply)" }
                    select #within name="within" aria-describedby="error-within hint-within" {
                        @for (iso, said) in WAITS {
                            option value=(iso) selected[form.within == iso || (form.within.is_empty() && iso == "P3D")] { (said) }
                        }
                    }
                    (error("within"))
                    p.hint #hint-within { "It fires when every inbox that could hold the reply was read up to that moment. A reply ends the wait; an inbox that is out of reach never looks like silence." }
                }
                (line("subject_contains", "… and the subject contains (optional)", &form.subject_contains, "Whole words. End with * to find longer ones too: pric* finds price and pricing."))
                (line("text_contains", "… and the text contains (optional)", &form.text_contains, "Only what the contact newly wrote counts, not what they quoted."))
                (line("from_contains", "… and the contact is (optional)", &form.from_contains, "A name, an address, or a whole company: @example.com"))
            }
            fieldset {
                legend { span.step { "Then" } "send a follow-up" }
                (line("subject", "Subject (optional)", &form.subject, "Left empty, it answers under the same subject, which keeps the conversation together."))
                div.field {
                    label for="text" { "Text" }
                    textarea #text name="text" rows="9" aria-describedby="error-text hint-text" { (form.text) }
                    (error("text"))
                    p.hint #hint-text { "Placeholders: " code { "{{first_name|there}}" } " " code { "{{name}}" } " " code { "{{email}}" } " " code { "{{subject}}" } " " code { "{{sender_name}}" }
                        ". Behind the bar stands what is written where there is no name." }
                }
            }
            div.submit {
                button.button.primary.big #save type="submit" { "Save" }
                a.button href="/automations" { "Cancel" }
            }
        }
    };
    page(Nav::Automations, title, content)
}
