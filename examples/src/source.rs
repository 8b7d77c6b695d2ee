//! Mail from paths: files, folders, Maildirs, mbox files.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read as _},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::MboxReader;

/// The longest mail that is read, in bytes: no provider takes one half as long.
const MAX_MAIL_BYTES: usize = 256 << 20;

/// Where the mail is: arguments that several examples share.
#[derive(Debug, Clone, clap::Args)]
pub struct MailArgs {
    /// Mail: a file with a single mail, a folder, a Maildir, or an .mbox file
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Take every file for an mbox, whatever its name
    #[arg(long)]
    pub mbox: bool,
}

impl MailArgs {
    /// The mails there, in order.
    pub fn sources(&self) -> impl Iterator<Item = Result<SourceMail, SourceError>> + use<> {
        mail_sources(&self.paths, self.mbox)
    }
}

/// One mail, and where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceMail {
    /// The path as given or below it; `#1`, `#2` … after it within an mbox.
    pub path: String,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// A path that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceError {
    /// The path, as in [`SourceMail::path`].
    pub path: String,
    /// Why, in words.
    pub error: String,
}

/// All mails at the paths, read one at a time.
///
/// A file is one mail, an mbox where it is called `mbox` or `*.mbox` or `mbox`
/// says so. A folder is gone through in sorted order, hidden files left out;
/// of a Maildir its `cur`, `new` and subfolders are read, and nothing else.
/// What cannot be read is an error item, and the rest goes on.
pub fn mail_sources(
    paths: &[PathBuf],
    mbox: bool,
) -> impl Iterator<Item = Result<SourceMail, SourceError>> + use<> {
    Sources {
        // A stack: the next path is the last.
        pending: paths.iter().rev().cloned().collect(),
        mbox,
        open: None,
    }
}

struct Sources {
    pending: Vec<PathBuf>,
    mbox: bool,
    open: Option<OpenMbox>,
}

struct OpenMbox {
    path: PathBuf,
    mails: MboxReader<BufReader<File>>,
    count: usize,
}

impl Iterator for Sources {
    type Item = Result<SourceMail, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(mail) = open.mails.next() {
                    open.count += 1;
                    let path = format!("{}#{}", open.path.display(), open.count);
                    return Some(item(path, mail));
                }
                self.open = None;
            }
            let path = self.pending.pop()?;
            let read = self.visit(&path);
            if let Some(raw) = read.transpose() {
                return Some(item(path.display().to_string(), raw));
            }
        }
    }
}

impl Sources {
    /// Reads a single mail, or notes what to go on with.
    fn visit(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        if fs::metadata(path)?.is_dir() {
            let mut entries = folder_entries(path)?;
            entries.reverse();
            self.pending.append(&mut entries);
            return Ok(None);
        }
        let file = File::open(path)?;
        if self.mbox || is_mbox_name(path) {
            self.open = Some(OpenMbox {
                path: path.to_owned(),
                mails: MboxReader::new(BufReader::new(file), MAX_MAIL_BYTES),
                count: 0,
            });
            return Ok(None);
        }
        let mut raw = Vec::new();
        file.take(MAX_MAIL_BYTES as u64 + 1).read_to_end(&mut raw)?;
        if raw.len() > MAX_MAIL_BYTES {
            return Err(io::Error::other(format!(
                "the mail has more than {MAX_MAIL_BYTES} bytes"
            )));
        }
        Ok(Some(raw))
    }
}

fn item(path: String, raw: io::Result<Vec<u8>>) -> Result<SourceMail, SourceError> {
    match raw {
        Ok(raw) => Ok(SourceMail { path, raw }),
        Err(error) => Err(SourceError {
            path,
            error: error.to_string(),
        }),
    }
}

fn is_mbox_name(path: &Path) -> bool {
    let extension = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("mbox"));
    extension || path.file_name().is_some_and(|name| name == "mbox")
}

/// What to read in a folder, sorted.
fn folder_entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let maildir = is_maildir(folder);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let kind = entry.file_type()?;
        let wanted = if kind.is_dir() {
            // `.Sent` is a folder of a Maildir, `.git` is none; `tmp` holds
            // mail that is still being delivered.
            let being_delivered = maildir && entry.file_name() == "tmp";
            !being_delivered && (!hidden || is_maildir(&path))
        } else {
            // Links to folders are not followed: they may lead back. A dead
            // link is kept, to be named as unreadable.
            !hidden && !maildir && !path.is_dir()
        };
        if wanted {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn is_maildir(folder: &Path) -> bool {
    folder.join("cur").is_dir() && folder.join("new").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn names(root: &Path, mbox: bool) -> Vec<String> {
        mail_sources(&[root.to_owned()], mbox)
            .map(|mail| {
                let path = mail.map_or_else(|e| format!("!{}", e.path), |m| m.path);
                path.replace(&format!("{}/", root.display()), "")
            })
            .collect()
    }

    #[test]
    fn a_folder_in_order() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "b.eml", "S: b\n\n");
        write(root.path(), "a/2", "S: 2\n\n");
        write(root.path(), "a/1", "S: 1\n\n");
        write(root.path(), "c.mbox", "From \nS: 1\n\nFrom \nS: 2\n");
        write(root.path(), ".hidden", "");
        write(root.path(), ".git/config", "");
        let found = names(root.path(), false);
        assert_eq!(found, ["a/1", "a/2", "b.eml", "c.mbox#1", "c.mbox#2"]);
        let found = names(root.path(), true);
        assert_eq!(found[..2], ["a/1#1", "a/2#1"]);
    }

    #[test]
    fn a_maildir_with_its_folders() {
        let root = tempfile::tempdir().unwrap();
        for name in ["cur/1:2,S", "new/2", "tmp/3", "dovecot-uidlist"] {
            write(root.path(), name, "S: 1\n\n");
            write(root.path(), &format!(".Sent/{name}"), "S: 1\n\n");
        }
        let found = names(root.path(), false);
        assert_eq!(
            found,
            [".Sent/cur/1:2,S", ".Sent/new/2", "cur/1:2,S", "new/2"]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "a", "S: a\n\n");
        let paths = [root.path().join("nowhere"), root.path().join("a")];
        let found: Vec<_> = mail_sources(&paths, false).collect();
        assert!(
            matches!(&found[..], [Err(e), Ok(m)] if !e.error.is_empty() && m.raw == b"S: a\n\n")
        );
    }
}
