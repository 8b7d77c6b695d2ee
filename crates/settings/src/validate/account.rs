//! User name and password.

use secrecy::{ExposeSecret, SecretString};

use super::{fault, visible};
use crate::{
    Fault, FaultCode, Field, SettingsForm, SignIn,
    limits::{MAX_PASSWORD_BYTES, MAX_USERNAME_BYTES},
    providers::{Auth, Provider},
    spelling::suggest_domain,
};

pub(super) fn username(form: &SettingsForm, provider: Option<&Provider>) -> Result<String, Fault> {
    let text = visible(&form.username);
    let bad = |code, message: &str| fault(Field::Username, code, message);
    if text.is_empty() {
        return Err(bad(
            FaultCode::Empty,
            "Enter the name you sign in to your mail with: nearly always your whole e-mail address.",
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(bad(
            FaultCode::ControlCharacter,
            "The user name has a line break or another invisible character in it. \
             Type it instead of pasting it.",
        ));
    }
    if text.len() > MAX_USERNAME_BYTES {
        return Err(bad(
            FaultCode::TooLong,
            "This is too long for a user name. Enter your e-mail address.",
        ));
    }
    if let Some(address) = wrapped_address(&text) {
        return Err(bad(
            FaultCode::UsernameNotPlain,
            "Enter only the e-mail address, without name and brackets.",
        )
        .suggest(Some(address)));
    }
    if let Some(joined) = without_gaps(&text) {
        return Err(bad(
            FaultCode::UsernameHasSpaces,
            "An e-mail address has no spaces. Take them out.",
        )
        .suggest(Some(joined)));
    }
    match provider {
        Some(provider) if !form.keep_username => suits(&text, provider).map(|()| text),
        _ => Ok(text),
    }
}

/// Whether a provider knows people by names like this one.
fn suits(text: &str, provider: &Provider) -> Result<(), Fault> {
    let Some((local, domain)) = text.rsplit_once('@') else {
        let domain = provider.domains.first();
        return match provider.full_address {
            false => Ok(()),
            true => Err(fault(
                Field::Username,
                FaultCode::UsernameIncomplete,
                format!(
                    "{} wants your whole e-mail address here, with the part behind the @.",
                    provider.name
                ),
            )
            .suggest(domain.map(|domain| format!("{text}@{domain}")))),
        };
    };
    match suggest_domain(domain, provider) {
        None => Ok(()),
        Some(known) => Err(fault(
            Field::Username,
            FaultCode::UsernameMisspelled,
            format!("There seems to be a slip in the address. Did you mean {local}@{known}?"),
        )
        .suggest(Some(format!("{local}@{known}")))),
    }
}

/// The address in `Ann <ann@example.com>`, `<ann@example.com>` or
/// `mailto:ann@example.com`.
fn wrapped_address(text: &str) -> Option<String> {
    let inner = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => {
            let (scheme, rest) = text.split_once(':')?;
            scheme.eq_ignore_ascii_case("mailto").then_some(rest)?
        }
    };
    let inner = inner.trim();
    let plain = !inner.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ','));
    (plain && inner.contains('@')).then(|| inner.to_owned())
}

/// An address with the white space around its `@` and dots taken out, where
/// there was some. Other spaces may belong to a name.
fn without_gaps(text: &str) -> Option<String> {
    if !text.contains('@') {
        return None;
    }
    let mut joined = String::new();
    let mut gap = String::new();
    for c in text.chars() {
        if c.is_whitespace() {
            gap.push(c);
            continue;
        }
        if !matches!(c, '@' | '.') && !joined.ends_with(['@', '.']) {
            joined.push_str(&gap);
        }
        gap.clear();
        joined.push(c);
    }
    (joined != text).then_some(joined)
}

pub(super) fn password(
    form: &SettingsForm,
    sign_in: Option<SignIn>,
    provider: Option<&Provider>,
) -> Result<SecretString, Fault> {
    if sign_in == Some(SignIn::OAuth2) {
        // Whatever a password manager filled in is not asked for.
        return Ok(SecretString::default());
    }
    let bad = |code, message: &str| Err(fault(Field::Password, code, message));
    // A copied password often ends in the line break it was copied with.
    let text = form.password.expose_secret().trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        bad(
            FaultCode::Empty,
            "Enter the password; with two-step verification, an app password.",
        )
    } else if text.chars().any(char::is_control) {
        bad(
            FaultCode::ControlCharacter,
            "The password has a line break or another invisible character in it. \
             Copy it again, or type it.",
        )
    } else if text.len() > MAX_PASSWORD_BYTES {
        bad(
            FaultCode::TooLong,
            "This is too long for a password. Check what was pasted.",
        )
    } else if text.chars().all(|c| matches!(c, '•' | '●')) {
        bad(
            FaultCode::PasswordIsMask,
            "These are the dots that stand for a password. Copy the password itself, or type it.",
        )
    } else {
        Ok(ungrouped(text, provider).unwrap_or_else(|| text.into()))
    }
}

/// An app password without the spaces it was shown with: only where the
/// provider's are sixteen letters, and sixteen letters remain.
fn ungrouped(text: &str, provider: Option<&Provider>) -> Option<SecretString> {
    let Auth::AppPassword { letters16: true } = provider?.auth else {
        return None;
    };
    let letters = || text.chars().filter(|c| !c.is_whitespace());
    let fits = letters().count() == 16 && letters().all(|c| c.is_ascii_alphanumeric());
    fits.then(|| {
        // Grown, it would leave pieces of itself in memory.
        let mut joined = String::with_capacity(16);
        joined.extend(letters());
        joined.into()
    })
}
