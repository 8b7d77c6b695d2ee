//! What was sealed opens in its place, whole, and nowhere else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

use inboxlink_model::{InboxId, WorkspaceId};
use inboxlink_vault::{Keyring, MasterKeys, Place, VaultError, limits::BLOCK_BYTES};
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

fn master(byte: u8) -> MasterKeys {
    MasterKeys::parse(&format!("{byte:02x}").repeat(32)).unwrap()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

/// A workspace's ring with so many keys, and those wrapped.
fn ring(workspace: u64, keys: usize) -> (Keyring, Vec<Vec<u8>>) {
    let mut ring = Keyring::new(WorkspaceId::from(workspace));
    let wrapped = (0..keys).map(|_| block_on(ring.add_key(&master(1))).unwrap());
    let wrapped = wrapped.collect();
    (ring, wrapped)
}

fn place(inbox: u64, field: &str) -> Place<'_> {
    Place {
        inbox: InboxId::from(inbox),
        field,
    }
}

fn open(ring: &Keyring, place: Place<'_>, sealed: &[u8]) -> Result<String, VaultError> {
    let secret = ring.unseal(place, sealed)?;
    Ok(secret.expose_secret().to_owned())
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let (ring, wrapped) = ring(1, 1);
    let here = place(7, "password");
    let sealed = ring
        .seal(here, &SecretString::from("correct horse"))
        .unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&ring, here, &changed).is_err(), "bit {bit}");
    }
    for cut in 0..sealed.len() {
        assert!(open(&ring, here, &sealed[..cut]).is_err(), "cut at {cut}");
    }
    for bit in 0..wrapped[0].len() * 8 {
        let mut changed = wrapped[0].clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let mut other = Keyring::new(WorkspaceId::from(1));
        // A key of another number opens nothing.
        let taken = block_on(other.open_key(&changed, &master(1)));
        assert!(
            taken.is_err() || open(&other, here, &sealed).is_err(),
            "bit {bit}"
        );
    }
}

#[test]
fn nothing_opens_in_another_place() {
    let (ring, wrapped) = ring(1, 2);
    let here = place(7, "password");
    let sealed = ring
        .seal(here, &SecretString::from("correct horse"))
        .unwrap();
    assert_eq!(open(&ring, here, &sealed).unwrap(), "correct horse");
    for elsewhere in [
        place(8, "password"),
        place(7, "refresh_token"),
        place(7, ""),
    ] {
        assert_eq!(open(&ring, elsewhere, &sealed), Err(VaultError::Refused));
    }
    // Another workspace: neither the secret nor the key, even under the same
    // master key.
    let mut other = Keyring::new(WorkspaceId::from(2));
    for wrapped in &wrapped {
        let taken = block_on(other.open_key(wrapped, &master(1)));
        assert_eq!(taken, Err(VaultError::Refused));
    }
    let (other, _) = self::ring(2, 2);
    assert_eq!(open(&other, here, &sealed), Err(VaultError::Refused));
}

#[test]
fn keys_rotate_without_a_pause() {
    let (mut ring, mut stored) = ring(1, 1);
    let here = place(7, "password");
    let old = ring
        .seal(here, &SecretString::from("correct horse"))
        .unwrap();
    assert!(ring.is_current(&old));
    // A new data key: the old secret opens, and says that it is old.
    stored.push(block_on(ring.add_key(&master(1))).unwrap());
    assert!(!ring.is_current(&old));
    let new = ring.seal(here, &ring.unseal(here, &old).unwrap()).unwrap();
    assert!(ring.is_current(&new));
    // A new master key in front of the old one: every data key is wrapped
    // anew, one after another; in between both kinds are there.
    let both = MasterKeys::parse(&format!("{}, {}", "02".repeat(32), "01".repeat(32))).unwrap();
    stored[0] = block_on(ring.rewrap_key(&stored[0], &both)).unwrap();
    let reopen = |stored: &[Vec<u8>], master: &MasterKeys| {
        let mut ring = Keyring::new(WorkspaceId::from(1));
        for wrapped in stored {
            block_on(ring.open_key(wrapped, master))?;
        }
        open(&ring, here, &old)?;
        open(&ring, here, &new)
    };
    assert_eq!(reopen(&stored, &both).unwrap(), "correct horse");
    assert_eq!(reopen(&stored, &master(2)), Err(VaultError::UnknownKey));
    stored[1] = block_on(ring.rewrap_key(&stored[1], &both)).unwrap();
    assert_eq!(reopen(&stored, &master(2)).unwrap(), "correct horse");
    assert_eq!(reopen(&stored, &master(1)), Err(VaultError::UnknownKey));
}

#[test]
fn master_keys_come_from_files_and_tell_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    assert_eq!(
        MasterKeys::from_file(&path).unwrap_err(),
        VaultError::NoMasterKey
    );
    for (text, expected) in [
        (String::new(), Some(VaultError::NoMasterKey)),
        ("ab".repeat(31), Some(VaultError::BadMasterKey)),
        ("ab".repeat(33), Some(VaultError::BadMasterKey)),
        ("xy".repeat(32), Some(VaultError::BadMasterKey)),
        ("+1".repeat(32), Some(VaultError::BadMasterKey)),
        (format!("{}\n", "Ab".repeat(32)), None),
    ] {
        std::fs::write(&path, &text).unwrap();
        let read = MasterKeys::from_file(&path);
        assert_eq!(read.as_ref().err().copied(), expected, "{text}");
        if let Ok(keys) = read {
            assert_eq!(format!("{keys:?}"), "MasterKeys(1)");
        }
    }
    assert_eq!(
        MasterKeys::from_env("INBOXLINK_NO_SUCH_VARIABLE").unwrap_err(),
        VaultError::NoMasterKey
    );
}

#[test]
fn without_a_key_nothing_is_sealed() {
    let ring = Keyring::new(WorkspaceId::from(1));
    let secret = SecretString::from("x");
    assert_eq!(
        ring.seal(place(1, "password"), &secret),
        Err(VaultError::NoKey)
    );
    assert_eq!(
        ring.unseal(place(1, "password"), &[1, 0, 0, 0, 1])
            .unwrap_err(),
        VaultError::UnknownKey
    );
}

proptest! {
    /// Any secret comes back, its length shows by blocks only, and no two
    /// sealings are alike.
    #[test]
    fn secrets_come_back(secret in "\\PC{1,200}|[\0\u{80}]{1,130}") {
        let (ring, _) = ring(1, 1);
        let here = place(7, "password");
        let sealed = ring.seal(here, &SecretString::from(secret.clone())).unwrap();
        prop_assert_eq!(open(&ring, here, &sealed).unwrap(), secret.clone());
        prop_assert_eq!((sealed.len() - 1 - 4 - 24 - 16) % BLOCK_BYTES, 0);
        prop_assert_ne!(ring.seal(here, &SecretString::from(secret)).unwrap(), sealed);
    }

    /// Rows changed for other rows: inboxes and fields, however named.
    #[test]
    fn places_do_not_run_together(a in "[a-c0-2]{0,3}", b in "[a-c0-2]{0,3}", i in 0u64..3, j in 0u64..3) {
        let (ring, _) = ring(1, 1);
        let sealed = ring.seal(place(i, &a), &SecretString::from("x")).unwrap();
        prop_assert_eq!(open(&ring, place(j, &b), &sealed).is_ok(), (i, a) == (j, b));
    }

    /// No stored bytes panic.
    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (mut ring, _) = ring(1, 1);
        prop_assert!(open(&ring, place(1, "password"), &bytes).is_err());
        prop_assert!(block_on(ring.open_key(&bytes, &master(1))).is_err());
    }
}
