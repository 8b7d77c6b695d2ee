//! From a server's folder list to the folders of an inbox.

use std::collections::BTreeMap;

use inboxlink_model::{FolderId, FolderRole};

use crate::{
    FolderPolicy, FolderState, SkipReason, decode_mailbox_name,
    role::{declared_role, named_role, policy_of},
};

/// One LIST response (RFC 9051 §7.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFolder {
    /// The name as the server spells it.
    pub raw_name: String,
    /// What separates the levels of names, where there are any.
    pub delimiter: Option<char>,
    /// The attributes as the server spells them (`\HasNoChildren`, `\Sent`).
    pub attributes: Vec<String>,
}

/// Joins a new listing with what is known: known folders keep their number
/// and their cursor, new ones get the next numbers, INBOX first, then by name, and
/// what is listed no more stays, with [`SkipReason::Gone`].
///
/// With `chosen`, only folders of these names (as a person reads them, or as
/// the server spells them; INBOX in any case) are fetched, whatever they are
/// for; the others are [`SkipReason::NotChosen`].
///
/// A name alone (`Trash`) makes a system folder only where the server
/// declares no other folder for that use.
pub fn merge_listing(
    known: &[FolderState],
    listed: &[ListedFolder],
    chosen: Option<&[String]>,
) -> Vec<FolderState> {
    let declared: Vec<FolderRole> = listed
        .iter()
        .filter_map(|folder| declared_role(&folder.attributes, &folder.raw_name))
        .collect();
    let mut folders: Vec<FolderState> = known.to_vec();
    for folder in &mut folders {
        folder.policy = FolderPolicy::Skip(SkipReason::Gone);
    }
    let mut next_id = known
        .iter()
        .map(|f| f.id.0.saturating_add(1))
        .max()
        .unwrap_or(0);
    let mut places: BTreeMap<String, usize> = folders
        .iter()
        .enumerate()
        .map(|(place, folder)| (name_key(&folder.raw_name), place))
        .collect();
    // Servers list in any order, and not always in the same one: names decide
    // which new folder gets which number.
    let mut listed: Vec<&ListedFolder> = listed.iter().collect();
    listed.sort_by_cached_key(|folder| {
        let key = name_key(&folder.raw_name);
        (key != "INBOX", key)
    });
    for listed in listed {
        let role = declared_role(&listed.attributes, &listed.raw_name)
            .or_else(|| {
                named_role(&listed.raw_name, listed.delimiter)
                    .filter(|role| !declared.contains(role))
            })
            .unwrap_or(FolderRole::Other);
        let name = decode_mailbox_name(&listed.raw_name);
        let policy = policy_of(role, &listed.attributes, &listed.raw_name);
        let policy = match chosen {
            Some(_) if policy == FolderPolicy::Skip(SkipReason::NotSelectable) => policy,
            Some(chosen) => choose(chosen, &name, &listed.raw_name),
            None => policy,
        };
        let place = *places
            .entry(name_key(&listed.raw_name))
            .or_insert(folders.len());
        if let Some(folder) = folders.get_mut(place) {
            (folder.role, folder.policy) = (role, policy);
            continue;
        }
        let id = FolderId(next_id);
        next_id = next_id.saturating_add(1);
        let raw_name = listed.raw_name.clone();
        folders.push(FolderState::new(id, raw_name, name, role, policy));
    }
    // A server whose only mail folder is a view of all mail: then that is it.
    let view = FolderPolicy::Skip(SkipReason::View);
    if chosen.is_none() && !folders.iter().any(|f| f.policy == FolderPolicy::Sync) {
        let all = |f: &&mut FolderState| f.role == FolderRole::All && f.policy == view;
        if let Some(folder) = folders.iter_mut().find(all) {
            folder.policy = FolderPolicy::Sync;
        }
    }
    folders
}

fn choose(chosen: &[String], name: &str, raw_name: &str) -> FolderPolicy {
    let hit = |choice: &String| choice == name || name_key(choice) == name_key(raw_name);
    match chosen.iter().any(hit) {
        true => FolderPolicy::Sync,
        false => FolderPolicy::Skip(SkipReason::NotChosen),
    }
}

/// Names differ by case, save INBOX (RFC 9051 §5.1).
fn name_key(raw_name: &str) -> String {
    match raw_name.eq_ignore_ascii_case("INBOX") {
        true => "INBOX".to_owned(),
        false => raw_name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(raw_name: &str, attributes: &[&str]) -> ListedFolder {
        ListedFolder {
            raw_name: raw_name.to_owned(),
            delimiter: Some('/'),
            attributes: attributes.iter().map(|a| (*a).to_owned()).collect(),
        }
    }

    fn told(folders: &[FolderState]) -> Vec<(u32, &str, FolderPolicy)> {
        folders
            .iter()
            .map(|f| (f.id.0, f.name.as_str(), f.policy))
            .collect()
    }

    #[test]
    fn numbers_stay_and_new_folders_follow() {
        let first = merge_listing(&[], &[listed("INBOX", &[]), listed("Old", &[])], None);
        let second = [listed("A", &[]), listed("inbox", &[])];
        let merged = merge_listing(&first, &second, None);
        assert_eq!(
            told(&merged),
            [
                (0, "INBOX", FolderPolicy::Sync),
                (1, "Old", FolderPolicy::Skip(SkipReason::Gone)),
                (2, "A", FolderPolicy::Sync),
            ]
        );
        assert_eq!(merge_listing(&merged, &second, None), merged);
    }

    #[test]
    fn a_declared_folder_outdoes_a_name() {
        let list = [listed("Trash", &[]), listed("Deleted Items", &["\\Trash"])];
        let merged = merge_listing(&[], &list, None);
        let policy = |name: &str| merged.iter().find(|f| f.name == name).unwrap().policy;
        assert_eq!(policy("Trash"), FolderPolicy::Sync);
        assert_eq!(
            policy("Deleted Items"),
            FolderPolicy::Skip(SkipReason::Trash)
        );
    }

    #[test]
    fn only_the_chosen_are_fetched() {
        let list = [
            listed("INBOX", &[]),
            listed("Entw&APw-rfe", &["\\Drafts"]),
            listed("Top", &["\\Noselect"]),
        ];
        let chosen = ["Entwürfe".to_owned(), "Top".to_owned()];
        let merged = merge_listing(&[], &list, Some(&chosen));
        assert_eq!(
            merged.iter().map(|f| f.policy).collect::<Vec<_>>(),
            [
                FolderPolicy::Skip(SkipReason::NotChosen),
                FolderPolicy::Sync,
                FolderPolicy::Skip(SkipReason::NotSelectable),
            ]
        );
    }

    #[test]
    fn a_view_is_better_than_nothing() {
        let only = merge_listing(&[], &[listed("All", &["\\All"])], None);
        assert_eq!(only[0].policy, FolderPolicy::Sync);
        let both = merge_listing(
            &[],
            &[listed("All", &["\\All"]), listed("INBOX", &[])],
            None,
        );
        let all = both.iter().find(|f| f.name == "All").unwrap();
        assert_eq!(all.policy, FolderPolicy::Skip(SkipReason::View));
    }
}
