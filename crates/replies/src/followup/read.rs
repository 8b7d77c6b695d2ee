//! A template out of a rule's JSON: `{"subject": "…", "text": "…"}`.

use serde_json::Value;

use crate::{CompileError, Problem, error::shown, followup::FollowUpTemplate, json::wrong_type};

/// Reads and checks the template at a place of a document.
pub(crate) fn read_template(value: &Value, at: &str) -> Result<FollowUpTemplate, CompileError> {
    let Some(object) = value.as_object() else {
        return Err(wrong_type(at, "follow_up", "an object with a `text`"));
    };
    let mut template = FollowUpTemplate::default();
    for (field, value) in object {
        let text = value.as_str().map(str::to_owned);
        let place = match field.as_str() {
            "text" => {
                template.text = text.ok_or_else(|| wrong_type(at, "text", "a text"))?;
                continue;
            }
            "subject" => ("subject", &mut template.subject),
            "html" => ("html", &mut template.html),
            "unsubscribe" => ("unsubscribe", &mut template.unsubscribe),
            other => {
                let (field, known) = (shown(other), "subject, text, html, unsubscribe".to_owned());
                return Err(CompileError::new(
                    at,
                    Problem::UnknownField { field, known },
                ));
            }
        };
        *place.1 = Some(text.ok_or_else(|| wrong_type(at, place.0, "a text"))?);
    }
    let checked = template.check();
    checked.map_err(|error| CompileError::new(at, Problem::FollowUp(error)))?;
    Ok(template)
}
