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
        match field.as_str() {
            "text" => template.text = text.ok_or_else(|| wrong_type(at, "text", "a text"))?,
            "subject" => match text {
                None => return Err(wrong_type(at, "subject", "a text")),
                subject => template.subject = subject,
            },
            other => {
                let (field, known) = (shown(other), "subject, text".to_owned());
                return Err(CompileError::new(
                    at,
                    Problem::UnknownField { field, known },
                ));
            }
        }
    }
    let checked = template.check();
    checked.map_err(|error| CompileError::new(at, Problem::FollowUp(error)))?;
    Ok(template)
}
