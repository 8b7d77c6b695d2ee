//! What is done with the mail: how far back, from which folders, for whom.

use std::collections::BTreeSet;

use inboxlink_model::{Address, Exclusions, FolderChoice, HistoryDepth, MailPolicy, Visibility};

use super::{fault, keep, visible};
use crate::{
    Fault, FaultCode, Field, SettingsForm,
    host::read_host,
    limits::{MAX_HOST_BYTES, MAX_LIST_BYTES},
};

/// `None` where a fault was added.
pub(super) fn policy(form: &SettingsForm, faults: &mut Vec<Fault>) -> Option<MailPolicy> {
    let history = keep(faults, history(&form.history));
    let sharing = keep(faults, sharing(&form.sharing));
    let exclusions = keep(faults, exclusions(&form.exclusions));
    let only = keep(faults, names(Field::Folders, &form.folders));
    let except = keep(faults, names(Field::FoldersLeftOut, &form.folders_left_out));
    let folders = keep(faults, folders(only?, except?))?;
    Some(MailPolicy {
        history: history?,
        folders,
        sharing: sharing?,
        exclusions: exclusions?,
        internal: form.internal,
    })
}

fn history(typed: &str) -> Result<HistoryDepth, Fault> {
    match typed.trim() {
        "" => Ok(HistoryDepth::All),
        all if all.eq_ignore_ascii_case("all") => Ok(HistoryDepth::All),
        day => day.parse().map(HistoryDepth::Since).map_err(|_| {
            fault(
                Field::History,
                FaultCode::DayInvalid,
                "Write the day like 2024-01-31 (year, month, day), or all to read everything.",
            )
            .suggest(Some("all"))
        }),
    }
}

fn sharing(typed: &str) -> Result<Visibility, Fault> {
    match typed.trim().to_ascii_lowercase().as_str() {
        "" | "everything" => Ok(Visibility::Everything),
        "subject" => Ok(Visibility::Subject),
        "metadata" => Ok(Visibility::Metadata),
        "private" => Ok(Visibility::Private),
        _ => Err(fault(
            Field::Sharing,
            FaultCode::UnknownChoice,
            "Choose what your team sees: everything, subject, metadata (who wrote to whom, and \
             when) or private.",
        )
        .suggest(Some("everything"))),
    }
}

/// Addresses, and domains with or without an `@` before them.
fn exclusions(typed: &str) -> Result<Exclusions, Fault> {
    let mut found = Exclusions::default();
    let text = short(Field::Exclusions, typed)?;
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
    for word in words.filter(|word| !word.is_empty()) {
        let domain = word.trim_start_matches('@');
        let bad = || {
            let shown: String = word.chars().take(80).collect();
            fault(
                Field::Exclusions,
                FaultCode::NotAnAddress,
                format!(
                    "{} is neither an e-mail address nor a domain. Write them like \
                     ann@example.com or example.com, one a line.",
                    crate::shown_text(&shown)
                ),
            )
        };
        if domain.contains('@') {
            let address: Address = word.parse().map_err(|_| bad())?;
            found.addresses.insert(address);
            continue;
        }
        let host = read_host(domain).map_err(|_| bad())?;
        let is_number = host.parse::<std::net::IpAddr>().is_ok();
        if is_number || !host.contains('.') || host.len() > MAX_HOST_BYTES {
            return Err(bad());
        }
        found.domains.insert(host);
    }
    Ok(found)
}

/// Names of folders, one a line.
fn names(field: Field, typed: &str) -> Result<Vec<String>, Fault> {
    let text = short(field, typed)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: BTreeSet<&str> = lines.collect();
    if names.iter().any(|name| name.contains(char::is_control)) {
        return Err(fault(
            field,
            FaultCode::ControlCharacter,
            "A folder's name has an invisible character in it. Type it instead of pasting it.",
        ));
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

fn folders(only: Vec<String>, except: Vec<String>) -> Result<FolderChoice, Fault> {
    match (only.is_empty(), except.is_empty()) {
        (true, true) => Ok(FolderChoice::Usual),
        (false, true) => Ok(FolderChoice::Only(only)),
        (true, false) => Ok(FolderChoice::Except(except)),
        (false, false) => Err(fault(
            Field::FoldersLeftOut,
            FaultCode::FoldersBoth,
            "Name either the folders to read, or those to leave out, and empty the other field.",
        )),
    }
}

fn short(field: Field, typed: &str) -> Result<String, Fault> {
    match typed.len() > MAX_LIST_BYTES {
        true => Err(fault(
            field,
            FaultCode::TooLong,
            "This list is too long. Leave some of it out.",
        )),
        false => Ok(visible(typed)),
    }
}
