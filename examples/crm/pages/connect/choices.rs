//! The form's choices: encryption, who sees the mail, how much is read.

use inboxlink::{Field, SettingsForm};
use maud::{Markup, html};

use super::Problems;

/// A choice of encryption; there is none without.
pub(super) fn security(name: &str, label: &str, chosen: &str, error: Markup) -> Markup {
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
pub(super) fn keep(problems: &Problems, name: &'static str, kept: bool, label: &str) -> Markup {
    html! {
        @if problems.may_keep.contains(&name) {
            label.check { input type="checkbox" name=(name) value="true"; " " (label) }
        } @else if kept {
            input type="hidden" name=(name) value="true";
        }
    }
}

/// Who sees the mail: chosen here, in plain words.
pub(super) fn sharing(form: &SettingsForm, problems: &Problems) -> Markup {
    let choices = [
        (
            "everything",
            "The whole mail",
            "Subject, text and attachments.",
        ),
        (
            "subject",
            "The subject only",
            "Who wrote to whom, when, and about what. Not the text.",
        ),
        (
            "metadata",
            "That there is a mail",
            "Who wrote to whom, and when. Neither subject nor text.",
        ),
        (
            "private",
            "Nothing",
            "The mail is on nobody’s timeline but the owner’s.",
        ),
    ];
    let chosen = if form.sharing.is_empty() {
        "everything"
    } else {
        form.sharing.as_str()
    };
    html! {
        fieldset.field {
            legend { "What may your team see of this inbox’s mail?" }
            @for (value, label, hint) in choices {
                label.check { input type="radio" name="sharing" value=(value) checked[chosen == value]; " " strong { (label) } " " span.hint { (hint) } }
            }
            (problems.of(Field::Sharing))
            p.hint { "The inbox’s owner always sees everything. You can change this later." }
            label.check { input type="checkbox" name="team_inbox" value="true" checked[form.team_inbox]; " This is a shared inbox, such as info@ or sales@, and nobody’s own" }
        }
    }
}

/// How much of the mail is read.
pub(super) fn mail(form: &SettingsForm, problems: &Problems) -> Markup {
    let fields = [
        Field::History,
        Field::Exclusions,
        Field::Folders,
        Field::FoldersLeftOut,
    ];
    let open = problems
        .fields
        .iter()
        .any(|(field, _)| fields.contains(field));
    let lines = |field: Field, label: &str, value: &str, hint: &str| {
        let name = field.as_str();
        html! {
            div.field {
                label for=(name) { (label) }
                textarea id=(name) name=(name) rows="2" aria-describedby={ "hint-" (name) " error-" (name) } { (value) }
                (problems.of(field))
                p.hint id={ "hint-" (name) } { (hint) }
            }
        }
    };
    html! {
        details.more open[open] {
            summary { "What is read, and what is left out" }
            div.field {
                label for="history" { "How far back" }
                input #history name="history" type="text" value=(form.history) placeholder="all" autocomplete="off" aria-describedby="hint-history error-history";
                (problems.of(Field::History))
                p.hint #hint-history { "Empty for the whole history, or a day such as 2024-01-31: older mail stays where it is." }
            }
            (lines(Field::Exclusions, "Never show mail with", &form.exclusions, "Addresses or domains, one a line: lawyer@example.com, bank.example. Taken off again, their mail is back."))
            label.check { input type="checkbox" name="internal" value="true" checked[form.internal]; " Show mail between colleagues too" }
            (lines(Field::Folders, "Only these folders", &form.folders, "One a line. Empty for all that matter: drafts, spam and the bin are never read."))
            (lines(Field::FoldersLeftOut, "Leave these folders out", &form.folders_left_out, "One a line."))
        }
    }
}
