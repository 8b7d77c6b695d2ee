//! The fields that are names and choices.

use inboxlink_model::{CreateContacts, OwnerId};

use super::fault;
use crate::{
    Fault, FaultCode, Field, SignIn, authority,
    limits::{MAX_CA_BYTES, MAX_NAME_CHARS},
};

pub(super) fn name(typed: &str) -> Result<String, Fault> {
    let text = typed.trim();
    let bad = |code, message| Err(fault(Field::Name, code, message));
    if text.is_empty() {
        bad(
            FaultCode::Empty,
            "Give the inbox a name that your team will know it by; contacts never see it.",
        )
    } else if text.chars().any(char::is_control) {
        bad(
            FaultCode::ControlCharacter,
            "Write the name on one line, without tabs or line breaks.",
        )
    } else if text.chars().count() > MAX_NAME_CHARS {
        bad(
            FaultCode::TooLong,
            "Shorten the name to at most 100 characters.",
        )
    } else {
        Ok(text.to_owned())
    }
}

pub(super) fn owner(typed: &str) -> Result<OwnerId, Fault> {
    let text = typed.trim();
    if text.is_empty() {
        return Err(fault(
            Field::Owner,
            FaultCode::Empty,
            "Choose the team member whose inbox this is.",
        ));
    }
    let id = text.parse().ok();
    id.or_else(|| text.parse::<u64>().ok().map(OwnerId::from))
        .ok_or_else(|| {
            fault(
                Field::Owner,
                FaultCode::UnknownChoice,
                "Choose a team member from the list.",
            )
        })
}

pub(super) fn sign_in(typed: &str) -> Result<SignIn, Fault> {
    match typed.trim().to_ascii_lowercase().as_str() {
        "" | "password" => Ok(SignIn::Password),
        "oauth2" => Ok(SignIn::OAuth2),
        _ => Err(fault(
            Field::SignIn,
            FaultCode::UnknownChoice,
            "Choose password, or oauth2 for a sign-in in the browser.",
        )
        .suggest(Some("password"))),
    }
}

pub(super) fn create_contacts(typed: &str) -> Result<CreateContacts, Fault> {
    match typed.trim().to_ascii_lowercase().as_str() {
        "" | "all" | "on" | "true" => Ok(CreateContacts::All),
        "sent" => Ok(CreateContacts::Sent),
        "off" | "false" => Ok(CreateContacts::Off),
        _ => Err(fault(
            Field::CreateContacts,
            FaultCode::UnknownChoice,
            "Choose off, sent (people we wrote to) or all (everyone written with).",
        )
        .suggest(Some("all"))),
    }
}

pub(super) fn extra_ca(typed: &str) -> Result<Option<String>, Fault> {
    let bad = |code, message| Err(fault(Field::ExtraCa, code, message));
    let text = typed.trim();
    if text.is_empty() {
        Ok(None)
    } else if text.len() > MAX_CA_BYTES {
        bad(
            FaultCode::TooLong,
            "This is too long. Paste only the certificate of the authority that your server's \
             certificate was issued by.",
        )
    } else if authority::holds_private_key(text) {
        bad(
            FaultCode::CaIsPrivateKey,
            "This holds a private key, which must stay on its server. Paste only the part from \
             BEGIN CERTIFICATE to END CERTIFICATE.",
        )
    } else if !authority::is_pem(text) {
        bad(
            FaultCode::CaNotPem,
            "This is not a certificate in text form (PEM). It begins with -----BEGIN \
             CERTIFICATE----- and ends with -----END CERTIFICATE-----.",
        )
    } else {
        Ok(Some(text.to_owned()))
    }
}
