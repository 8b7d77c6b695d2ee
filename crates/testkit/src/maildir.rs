//! Writing Maildir++ folders directly: filling a mailbox without a server.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::TestkitError;

/// The first mail's INTERNALDATE; each further one is a minute later.
const EPOCH: u64 = 1_704_067_200; // 2024-01-01T00:00:00Z

/// The folder's path below the Maildir: `""` for INBOX, `.Projects.2025` for
/// `Projects/2025`, with modified UTF-7 for what isn't ASCII (RFC 3501 §5.1.3).
#[must_use]
pub fn folder_on_disk(folder: &str) -> String {
    if folder.eq_ignore_ascii_case("INBOX") {
        return String::new();
    }
    format!(".{}", modified_utf7(folder).replace('/', "."))
}

fn modified_utf7(name: &str) -> String {
    let mut out = String::new();
    let mut pending = Vec::new();
    for letter in name.chars() {
        if matches!(letter, ' '..='~') {
            flush_base64(&mut out, &mut pending);
            out.push(letter);
            if letter == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            pending.extend(letter.encode_utf16(&mut units).iter().copied());
        }
    }
    flush_base64(&mut out, &mut pending);
    out
}

/// Base64 of big-endian UTF-16 with `,` for `/` and no padding, between `&` and `-`.
fn flush_base64(out: &mut String, pending: &mut Vec<u16>) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    if pending.is_empty() {
        return;
    }
    out.push('&');
    let (mut bits, mut count) = (0_u32, 0);
    let mut push = |bits: u32| {
        let letter = ALPHABET.get((bits & 63) as usize).copied();
        out.push(char::from(letter.unwrap_or(b'A')));
    };
    for unit in pending.drain(..) {
        bits = (bits << 16) | u32::from(unit);
        count += 16;
        while count >= 6 {
            count -= 6;
            push(bits >> count);
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        push(bits << (6 - count));
    }
    out.push('-');
}

/// Writes one folder of a Maildir.
pub(crate) struct FolderWriter {
    cur: PathBuf,
    owner: (u32, u32),
}

impl FolderWriter {
    /// Creates the folder where it is missing.
    pub(crate) fn create(
        maildir: &Path,
        folder: &str,
        owner: (u32, u32),
    ) -> Result<Self, TestkitError> {
        let root = maildir.join(folder_on_disk(folder));
        for path in [
            &root,
            &root.join("cur"),
            &root.join("new"),
            &root.join("tmp"),
        ] {
            fs::create_dir_all(path)
                .and_then(|()| chown(path, Some(owner.0), Some(owner.1)))
                .map_err(TestkitError::io(format!("create {}", path.display())))?;
        }
        if root != maildir {
            let marker = root.join("maildirfolder");
            File::create(&marker)
                .and_then(|_| chown(&marker, Some(owner.0), Some(owner.1)))
                .map_err(TestkitError::io(format!("create {}", marker.display())))?;
        }
        Ok(Self {
            cur: root.join("cur"),
            owner,
        })
    }

    /// Writes one mail; `number` is unique in the Maildir and orders the UIDs.
    /// `flags` are Maildir's letters (`S` seen, `R` answered, `F` flagged …).
    pub(crate) fn write(&self, number: u64, mail: &[u8], flags: &str) -> Result<(), TestkitError> {
        let seconds = EPOCH + number * 60;
        // With both sizes in the name, Dovecot needn't read a mail to tell them.
        let bare_newlines = count_bare_newlines(mail);
        let mut name = format!("{seconds}.M{number}P1.testkit,S={}", mail.len());
        let _ = write!(name, ",W={}:2,{flags}", mail.len() + bare_newlines);
        let path = self.cur.join(name);
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        File::create(&path)
            .and_then(|mut file| {
                file.write_all(mail)?;
                file.set_modified(received)
            })
            .and_then(|()| chown(&path, Some(self.owner.0), Some(self.owner.1)))
            .map_err(TestkitError::io(format!("write {}", path.display())))
    }
}

fn count_bare_newlines(mail: &[u8]) -> usize {
    let mut previous = 0;
    let mut count = 0;
    for &byte in mail {
        if byte == b'\n' && previous != b'\r' {
            count += 1;
        }
        previous = byte;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_follow_maildir_and_rfc_3501() {
        assert_eq!(folder_on_disk("inbox"), "");
        assert_eq!(folder_on_disk("Projects/2025"), ".Projects.2025");
        assert_eq!(folder_on_disk("R&D"), ".R&-D");
        // The RFC's own example.
        assert_eq!(folder_on_disk("台北"), ".&U,BTFw-");
        assert_eq!(folder_on_disk("Entwürfe"), ".Entw&APw-rfe");
        assert_eq!(folder_on_disk("😀"), ".&2D3eAA-");
    }

    #[test]
    fn the_virtual_size_counts_lines_as_crlf() {
        assert_eq!(count_bare_newlines(b"a\nb\r\nc\n"), 2);
    }

    #[test]
    fn mails_are_written_with_both_sizes() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let owner = folder.path().metadata().unwrap();
        let owner = (owner.uid(), owner.gid());
        let writer = FolderWriter::create(folder.path(), "Sent", owner).unwrap();
        writer.write(3, b"Subject: x\n\nhi\n", "RS").unwrap();
        let path = folder
            .path()
            .join(".Sent/cur/1704067380.M3P1.testkit,S=15,W=18:2,RS");
        assert_eq!(fs::read(path).unwrap(), b"Subject: x\n\nhi\n");
    }
}
