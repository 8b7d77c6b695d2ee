//! LIST, LSUB and STATUS (RFC 3501 §6.3.8–10, RFC 5258, RFC 5819, RFC 6154).

use super::encode::mailbox;
use super::parse::{ListArguments, StatusItem};
use super::response::{Refusal, Response, Untagged};
use super::session::Session;
use crate::model::{Account, Folder};

impl Session {
    pub(crate) fn list(&self, list: &ListArguments, out: &mut Untagged) -> Result<String, Refusal> {
        let delimiter = self.shared.profile.delimiter;
        let patterns: Vec<String> = list
            .patterns
            .iter()
            .map(|pattern| format!("{}{pattern}", list.reference))
            .collect();
        if !list.extended && list.patterns.iter().all(String::is_empty) {
            out.push(format_args!("LIST (\\Noselect) \"{delimiter}\" \"\""));
            return Ok("List completed".to_owned());
        }
        let special_use = self.offers("SPECIAL-USE");
        let lower_case = self.shared.profile.special_uses_in_lower_case;
        let newest = self.shared.profile.newest;
        self.with_account(|account| {
            let mut status_lines = Vec::new();
            for (name, folder) in account.folders() {
                let chosen = patterns.iter().any(|p| matches(p, name, delimiter))
                    && (folder.subscribed || !list.only_subscribed)
                    && (folder.special_use.is_some() || !list.only_special_use);
                if !chosen {
                    continue;
                }
                let mut attributes = vec![children(account, name, delimiter).to_owned()];
                attributes.extend((!folder.selectable).then(|| "\\Noselect".to_owned()));
                let subscribed = list.show_subscribed || list.only_subscribed;
                attributes
                    .extend((subscribed && folder.subscribed).then(|| "\\Subscribed".to_owned()));
                let uses = folder.special_use.filter(|_| special_use);
                attributes.extend(uses.map(|special_use| match lower_case {
                    true => special_use.attribute().to_lowercase(),
                    false => special_use.attribute().to_owned(),
                }));
                out.push(format_args!(
                    "LIST ({}) \"{delimiter}\" {}",
                    attributes.join(" "),
                    mailbox(name)
                ));
                if let (Some(items), true) = (&list.status, folder.selectable) {
                    status_lines.push(status_line(name, folder, items, newest));
                }
            }
            out.first.extend(status_lines);
            Ok("List completed".to_owned())
        })
    }

    pub(crate) fn lsub(
        &self,
        reference: &str,
        pattern: &str,
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        let delimiter = self.shared.profile.delimiter;
        let pattern = format!("{reference}{pattern}");
        self.with_account(|account| {
            for (name, folder) in account.folders() {
                if folder.subscribed && matches(&pattern, name, delimiter) {
                    out.push(format_args!("LSUB () \"{delimiter}\" {}", mailbox(name)));
                }
            }
            Ok("Lsub completed".to_owned())
        })
    }

    pub(crate) fn status(
        &mut self,
        name: &str,
        items: &[StatusItem],
        out: &mut Untagged,
    ) -> Result<String, Refusal> {
        self.condstore |= items.contains(&StatusItem::HighestModseq);
        let newest = self.shared.profile.newest;
        self.with_folder(name, |folder| {
            out.first.push(status_line(name, folder, items, newest));
            Ok("Status completed".to_owned())
        })
    }
}

fn status_line(
    name: &str,
    folder: &Folder,
    items: &[StatusItem],
    newest: Option<usize>,
) -> Response {
    let shown = folder.messages().len();
    let shown = newest.map_or(shown, |newest| shown.min(newest));
    let values: Vec<String> = items
        .iter()
        .map(|item| match item {
            StatusItem::Messages => format!("MESSAGES {shown}"),
            StatusItem::Recent => "RECENT 0".to_owned(),
            StatusItem::UidNext => format!("UIDNEXT {}", folder.uid_next),
            StatusItem::UidValidity => format!("UIDVALIDITY {}", folder.uid_validity),
            StatusItem::Unseen => {
                let messages = folder.messages().iter();
                let unseen = messages.filter(|m| !m.flags.contains("\\Seen")).count();
                format!("UNSEEN {unseen}")
            }
            StatusItem::HighestModseq => format!("HIGHESTMODSEQ {}", folder.highest_modseq),
        })
        .collect();
    Response::untagged(format_args!(
        "STATUS {} ({})",
        mailbox(name),
        values.join(" ")
    ))
}

fn children(account: &Account, name: &str, delimiter: char) -> &'static str {
    let below = format!("{name}{delimiter}");
    // Folders are in order, so that a child, if any, is the first after it.
    match account.folders().range(below.clone()..).next() {
        Some((child, _)) if child.starts_with(&below) => "\\HasChildren",
        _ => "\\HasNoChildren",
    }
}

/// Whether a name fits a pattern: `*` is anything, `%` anything without the
/// delimiter. Steps: pattern × name, whatever the wildcards.
fn matches(pattern: &str, name: &str, delimiter: char) -> bool {
    let name: Vec<char> = name.chars().collect();
    // INBOX is INBOX in any case.
    let inbox = name.iter().collect::<String>() == "INBOX";
    // fits[i]: what was read of the pattern fits the first i characters.
    let mut fits = vec![false; name.len() + 1];
    if let Some(empty) = fits.first_mut() {
        *empty = true;
    }
    for wanted in pattern.chars() {
        let mut next = vec![false; name.len() + 1];
        let mut before = None;
        for (at, slot) in next.iter_mut().enumerate() {
            let here = fits.get(at).copied().unwrap_or_default();
            let last = at.checked_sub(1).and_then(|at| name.get(at)).copied();
            *slot = match (wanted, before) {
                ('*', _) => here || before.is_some_and(|(_, fitted)| fitted),
                ('%', _) => {
                    here || before.is_some_and(|(_, fitted)| fitted && last != Some(delimiter))
                }
                (_, Some((fitted, _))) => {
                    let same = |c: char| c == wanted || (inbox && c.eq_ignore_ascii_case(&wanted));
                    fitted && last.is_some_and(same)
                }
                (_, None) => false,
            };
            before = Some((here, *slot));
        }
        fits = next;
    }
    fits.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_know_the_hierarchy() {
        for (pattern, name, fits) in [
            ("*", "A/B/C", true),
            ("%", "A/B", false),
            ("%", "A", true),
            ("A/%", "A/B", true),
            ("A/%", "A/B/C", false),
            ("A/*/C", "A/B/B/C", true),
            ("%/%", "A/B", true),
            ("inbox", "INBOX", true),
            ("sent", "Sent", false),
            ("", "A", false),
            ("A", "AB", false),
        ] {
            assert_eq!(matches(pattern, name, '/'), fits, "{pattern} {name}");
        }
        assert!(!matches(&"*a".repeat(300), &"a".repeat(299), '/'));
    }
}
