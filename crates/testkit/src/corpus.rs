//! Mails that stand on a disk, and how they are dealt out over a mailbox.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::TestkitError;

/// The folders of a spread mailbox.
pub const FOLDERS: [&str; 5] = ["INBOX", "Sent", "Archive", "Projects", "Newsletters"];

/// Every single-mail file below `folder`, sorted by path. A file is a mail if
/// it begins with a header field or a `From ` line, which leaves out licences,
/// labels and scripts standing beside a corpus.
///
/// # Errors
/// [`TestkitError::Io`] if the folder or a file cannot be read.
pub fn mail_files(folder: &Path) -> Result<Vec<PathBuf>, TestkitError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let what = || format!("read {}", folder.display());
        for entry in fs::read_dir(&folder).map_err(TestkitError::io(what()))? {
            let path = entry.map_err(TestkitError::io(what()))?.path();
            if path.is_dir() {
                open.push(path);
            } else if begins_like_a_mail(&path)? {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn begins_like_a_mail(path: &Path) -> Result<bool, TestkitError> {
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(100).read_to_end(&mut start))
        .map_err(TestkitError::io(format!("read {}", path.display())))?;
    if start.starts_with(b"From ") {
        return Ok(true);
    }
    let name: Vec<u8> = start.iter().copied().take_while(|&b| b != b':').collect();
    let is_field = !name.is_empty() && name.len() < start.len();
    Ok(is_field && name.iter().all(u8::is_ascii_graphic))
}

/// The folder of the mail number `index`: of ten, five go to INBOX, two to Sent
/// and one to each of the others.
#[must_use]
pub fn folder_of(index: usize) -> &'static str {
    let [inbox, sent, archive, projects, newsletters] = FOLDERS;
    match index % 10 {
        0..=4 => inbox,
        5 | 6 => sent,
        7 => archive,
        8 => projects,
        _ => newsletters,
    }
}

/// Deals mails out over [`FOLDERS`] by [`folder_of`].
pub fn spread<T>(mails: impl IntoIterator<Item = T>) -> [(&'static str, Vec<T>); 5] {
    let mut folders = FOLDERS.map(|name| (name, Vec::new()));
    for (index, mail) in mails.into_iter().enumerate() {
        let name = folder_of(index);
        let folder = folders.iter_mut().find(|(folder, _)| *folder == name);
        if let Some((_, mails)) = folder {
            mails.push(mail);
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mails_are_found_in_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        for (name, text) in [
            ("b/2", "Subject: hi\n\n"),
            ("1", "From anna Mon Jan  1\nSubject: hi\n"),
            ("LICENSE", "Permission is granted: to all\n"),
            ("labels.tsv", "path\tlabel\n"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let found = mail_files(folder.path()).unwrap();
        assert_eq!(found, [folder.path().join("1"), folder.path().join("b/2")]);
    }

    #[test]
    fn every_mail_lands_in_one_folder() {
        let sizes = spread(0..25).map(|(name, mails)| (name, mails.len()));
        let expected = [15, 4, 2, 2, 2];
        assert_eq!(sizes.map(|(_, n)| n), expected);
        assert_eq!(sizes.map(|(name, _)| name), FOLDERS);
    }
}
