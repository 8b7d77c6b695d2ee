//! Providers and servers as profiles: what public sources tell of how they
//! behave, as far as a client can notice. What this server doesn't speak
//! (COMPRESS, QUOTA, SORT, UTF8=ACCEPT) is left out of their capabilities.

use std::time::Duration;

use super::{Profile, SpecialUse, words};
use crate::texts;

impl Profile {
    /// Every provider and server, each with a name for a test to print.
    pub fn all() -> [(&'static str, Self); 8] {
        [
            ("gmail", Self::gmail()),
            ("outlook", Self::outlook()),
            ("yahoo", Self::yahoo()),
            ("icloud", Self::icloud()),
            ("163", Self::netease()),
            ("courier", Self::courier()),
            ("cyrus", Self::cyrus()),
            ("dovecot", Self::dovecot()),
        ]
    }

    /// Gmail: folders are labels on All Mail (X-GM-EXT-1), CONDSTORE without
    /// QRESYNC, app passwords.
    pub fn gmail() -> Self {
        Self {
            greeting: "Gimap ready for requests".to_owned(),
            capabilities_before_login: words(
                "IMAP4rev1 UNSELECT IDLE NAMESPACE ID CHILDREN X-GM-EXT-1 SASL-IR AUTH=XOAUTH2 \
                 AUTH=PLAIN AUTH=OAUTHBEARER",
            ),
            capabilities: words(
                "IMAP4rev1 UNSELECT IDLE NAMESPACE ID CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE \
                 CONDSTORE ESEARCH LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE",
            ),
            login_refusal: texts::gmail::INVALID.to_owned(),
            web_password_refusal: texts::gmail::APP_PASSWORD.to_owned(),
            folders: folders(&[
                ("[Gmail]", None),
                ("[Gmail]/All Mail", Some(SpecialUse::All)),
                ("[Gmail]/Drafts", Some(SpecialUse::Drafts)),
                ("[Gmail]/Sent Mail", Some(SpecialUse::Sent)),
                ("[Gmail]/Spam", Some(SpecialUse::Junk)),
                ("[Gmail]/Starred", Some(SpecialUse::Flagged)),
                ("[Gmail]/Trash", Some(SpecialUse::Trash)),
            ]),
            not_selectable: words("[Gmail]"),
            all_mail: Some("[Gmail]/All Mail".to_owned()),
            ..Self::default()
        }
    }

    /// Outlook.com and Microsoft 365: access tokens only, no CONDSTORE, no
    /// SPECIAL-USE.
    pub fn outlook() -> Self {
        Self {
            greeting: "The Microsoft Exchange IMAP4 service is ready.".to_owned(),
            capabilities_before_login: words(
                "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN \
                 IDLE NAMESPACE LITERAL+",
            ),
            capabilities: words(
                "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT \
                 CHILDREN IDLE NAMESPACE LITERAL+",
            ),
            login_refusal: texts::outlook::TOKEN.to_owned(),
            password_refusal: Some(texts::outlook::BASIC_DISABLED.to_owned()),
            bye_after_refusal: true,
            folders: folders(&[
                ("Archive", None),
                ("Deleted Items", None),
                ("Drafts", None),
                ("Junk Email", None),
                ("Sent Items", None),
            ]),
            ..Self::default()
        }
    }

    /// Yahoo and AOL: 10,000 messages of a folder are shown, OBJECTID instead
    /// of CONDSTORE, an IDLE of three minutes.
    pub fn yahoo() -> Self {
        Self {
            greeting: "IMAP4rev1 Hello".to_owned(),
            capabilities_before_login: words(
                "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE NAMESPACE \
                 UIDPLUS LITERAL+ CHILDREN UNSELECT OBJECTID",
            ),
            capabilities: words(
                "IMAP4rev1 ID MOVE NAMESPACE UIDPLUS LITERAL+ CHILDREN UNSELECT OBJECTID IDLE \
                 ENABLE SPECIAL-USE LIST-EXTENDED LIST-STATUS",
            ),
            login_refusal: texts::yahoo::INVALID.to_owned(),
            web_password_refusal: texts::yahoo::INVALID.to_owned(),
            folders: folders(&[
                ("Archive", Some(SpecialUse::Archive)),
                ("Bulk", Some(SpecialUse::Junk)),
                ("Draft", Some(SpecialUse::Drafts)),
                ("Sent", Some(SpecialUse::Sent)),
                ("Trash", Some(SpecialUse::Trash)),
            ]),
            newest: Some(10_000),
            idle_limit: Some(Duration::from_secs(3 * 60)),
            ..Self::default()
        }
    }

    /// iCloud: garbled capabilities before login, none in its OK, QRESYNC with
    /// VANISHED malformed; the part before the `@` is the user name.
    pub fn icloud() -> Self {
        Self {
            greeting: "iSCREAM ready to rumble".to_owned(),
            capabilities_before_login: words(
                "XAPPLEPUSHSERVICE IMAP4 IMAP4rev1SASL-IR AUTH=ATOKENAUTH=PLAIN",
            ),
            capabilities: words(
                "XAPPLEPUSHSERVICE IMAP4 IMAP4rev1 SASL-IR LITERAL+ ID UIDPLUS MOVE IDLE \
                 NAMESPACE CHILDREN UNSELECT ENABLE ESEARCH CONDSTORE QRESYNC SPECIAL-USE \
                 LIST-EXTENDED LIST-STATUS",
            ),
            tells_capabilities_at_login: false,
            login_refusal: texts::icloud::FAILED.to_owned(),
            web_password_refusal: texts::icloud::FAILED.to_owned(),
            local_part_logs_in: true,
            folders: folders(&[
                ("Archive", Some(SpecialUse::Archive)),
                ("Deleted Messages", Some(SpecialUse::Trash)),
                ("Drafts", Some(SpecialUse::Drafts)),
                ("Junk", Some(SpecialUse::Junk)),
                ("Sent Messages", Some(SpecialUse::Sent)),
            ]),
            empty_vanished: true,
            ..Self::default()
        }
    }

    /// 163.com and 126.com: nothing opens before ID, UIDNEXT stays untold,
    /// there is no IDLE.
    pub fn netease() -> Self {
        Self {
            greeting: "Coremail System IMap Server Ready".to_owned(),
            capabilities_before_login: words("IMAP4rev1 ID UIDPLUS AUTH=XOAUTH2"),
            capabilities: words("IMAP4rev1 ID UIDPLUS AUTH=XOAUTH2"),
            tells_capabilities_at_login: false,
            login_refusal: texts::netease::FAILED.to_owned(),
            web_password_refusal: texts::netease::FAILED.to_owned(),
            id_required: true,
            id_refusal: texts::netease::UNSAFE.to_owned(),
            folders: folders(&[
                ("草稿箱", None),
                ("已发送", None),
                ("已删除", None),
                ("垃圾邮件", None),
            ]),
            tells_uid_next: false,
            ..Self::default()
        }
    }

    /// Courier: every folder below INBOX, no SPECIAL-USE, CONDSTORE, MOVE or
    /// UIDNEXT.
    pub fn courier() -> Self {
        Self {
            greeting: "Courier-IMAP ready.".to_owned(),
            capabilities_before_login: words(
                "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE AUTH=PLAIN",
            ),
            capabilities: words("IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE"),
            tells_capabilities_at_login: false,
            login_refusal: "Login failed.".to_owned(),
            web_password_refusal: "Login failed.".to_owned(),
            delimiter: '.',
            prefix: "INBOX.".to_owned(),
            folders: folders(&[
                ("INBOX.Drafts", None),
                ("INBOX.Sent", None),
                ("INBOX.Trash", None),
            ]),
            tells_uid_next: false,
            ..Self::default()
        }
    }

    /// Cyrus: QRESYNC, special uses in lower case.
    pub fn cyrus() -> Self {
        Self {
            greeting: "localhost Cyrus IMAP server ready".to_owned(),
            capabilities_before_login: words("IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR"),
            capabilities: words(
                "IMAP4rev1 LITERAL+ ID ENABLE IDLE NAMESPACE UIDPLUS MOVE UNSELECT CHILDREN \
                 SPECIAL-USE LIST-EXTENDED LIST-STATUS ESEARCH CONDSTORE QRESYNC OBJECTID",
            ),
            login_refusal: "authentication failure".to_owned(),
            web_password_refusal: "authentication failure".to_owned(),
            special_uses_in_lower_case: true,
            ..Self::default()
        }
    }

    /// Dovecot: QRESYNC, and whatever else a client likes.
    pub fn dovecot() -> Self {
        Self {
            greeting: "Dovecot ready.".to_owned(),
            capabilities_before_login: words(
                "IMAP4rev1 SASL-IR ID ENABLE IDLE LITERAL+ AUTH=PLAIN",
            ),
            capabilities: words(
                "IMAP4rev1 SASL-IR ID ENABLE IDLE LITERAL+ NAMESPACE UIDPLUS MOVE UNSELECT \
                 CHILDREN SPECIAL-USE LIST-EXTENDED LIST-STATUS ESEARCH CONDSTORE QRESYNC",
            ),
            ..Self::default()
        }
    }
}

fn folders(list: &[(&str, Option<SpecialUse>)]) -> Vec<(String, Option<SpecialUse>)> {
    let owned = list
        .iter()
        .map(|(name, special_use)| ((*name).to_owned(), *special_use));
    owned.collect()
}
