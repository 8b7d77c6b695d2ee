//! What a folder is for, and whether its mail is wanted.

use inboxlink_model::FolderRole;

use crate::{FolderPolicy, SkipReason, decode_mailbox_name};

/// Names that mail programs give folders in common languages, lower-cased.
/// Used only where the server says nothing (RFC 6154).
const NAMES: &[(FolderRole, &[&str])] = &[
    (
        FolderRole::Sent,
        &[
            "sent",
            "sent items",
            "sent messages",
            "sent mail",
            "sent-mail",
            "sentmail",
            "gesendet",
            "gesendete",
            "gesendete elemente",
            "gesendete objekte",
            "gesendete nachrichten",
            "envoyés",
            "envoyes",
            "éléments envoyés",
            "messages envoyés",
            "courrier envoyé",
            "enviados",
            "elementos enviados",
            "mensajes enviados",
            "itens enviados",
            "mensagens enviadas",
            "posta inviata",
            "inviati",
            "inviata",
            "verzonden",
            "verzonden items",
            "verzonden berichten",
            "wysłane",
            "elementy wysłane",
            "отправленные",
            "надіслані",
            "skickat",
            "skickade",
            "skickade objekt",
            "sendt",
            "sendte",
            "sendte elementer",
            "sendt post",
            "lähetetyt",
            "lähetetyt viestit",
            "odeslané",
            "odeslaná pošta",
            "odoslané",
            "elküldött",
            "elküldött elemek",
            "trimise",
            "elemente trimise",
            "gönderilmiş öğeler",
            "gönderilenler",
            "gönderilmiş postalar",
            "已发送",
            "已发送邮件",
            "已傳送郵件",
            "寄件備份",
            "送信済み",
            "送信済みアイテム",
            "送信済みメール",
            "보낸편지함",
            "보낸 편지함",
        ],
    ),
    (
        FolderRole::Drafts,
        &[
            "drafts",
            "draft",
            "entwürfe",
            "entwurf",
            "brouillons",
            "brouillon",
            "borradores",
            "borrador",
            "rascunhos",
            "rascunho",
            "bozze",
            "concepten",
            "szkice",
            "kopie robocze",
            "черновики",
            "чернетки",
            "utkast",
            "kladder",
            "luonnokset",
            "koncepty",
            "rozepsané",
            "piszkozatok",
            "ciorne",
            "taslaklar",
            "草稿",
            "草稿箱",
            "下書き",
            "임시보관함",
            "임시 보관함",
        ],
    ),
    (
        FolderRole::Junk,
        &[
            "junk",
            "junk email",
            "junk e-mail",
            "junk mail",
            "spam",
            "bulk",
            "bulk mail",
            "spamverdacht",
            "unerwünscht",
            "junk-e-mail",
            "courrier indésirable",
            "indésirables",
            "pourriel",
            "correo no deseado",
            "no deseado",
            "lixo eletrônico",
            "lixo eletrónico",
            "posta indesiderata",
            "indesiderata",
            "ongewenste e-mail",
            "ongewenst",
            "wiadomości-śmieci",
            "спам",
            "нежелательная почта",
            "skräppost",
            "søppelpost",
            "uønsket e-post",
            "uønsket mail",
            "roskaposti",
            "nevyžádaná pošta",
            "levélszemét",
            "önemsiz e-posta",
            "önemsiz",
            "垃圾邮件",
            "垃圾郵件",
            "迷惑メール",
            "스팸편지함",
            "스팸함",
            "정크 메일",
        ],
    ),
    (
        FolderRole::Trash,
        &[
            "trash",
            "deleted",
            "deleted items",
            "deleted messages",
            "bin",
            "papierkorb",
            "gelöscht",
            "gelöschte elemente",
            "gelöschte objekte",
            "corbeille",
            "éléments supprimés",
            "messages supprimés",
            "papelera",
            "elementos eliminados",
            "eliminados",
            "lixeira",
            "itens excluídos",
            "lixo",
            "cestino",
            "posta eliminata",
            "eliminata",
            "prullenbak",
            "verwijderde items",
            "kosz",
            "elementy usunięte",
            "корзина",
            "удаленные",
            "кошик",
            "papperskorgen",
            "borttagna objekt",
            "papirkurv",
            "papirkurven",
            "slettede elementer",
            "slettet post",
            "roskakori",
            "poistetut",
            "koš",
            "odstraněná pošta",
            "kôš",
            "törölt elemek",
            "kuka",
            "coș de gunoi",
            "elemente șterse",
            "çöp kutusu",
            "silinmiş öğeler",
            "已删除",
            "已删除邮件",
            "已刪除的郵件",
            "垃圾桶",
            "ごみ箱",
            "削除済みアイテム",
            "휴지통",
            "지운편지함",
            "지운 편지함",
        ],
    ),
];

/// What the server says a folder is for: RFC 6154's attributes (compared
/// without regard to case: Cyrus writes `\sent`), and INBOX by its name.
pub(crate) fn declared_role(attributes: &[String], raw_name: &str) -> Option<FolderRole> {
    // RFC 9051 §5.1: INBOX is a name of its own, in any case.
    if raw_name.eq_ignore_ascii_case("INBOX") {
        return Some(FolderRole::Inbox);
    }
    attributes
        .iter()
        .find_map(|attribute| match attribute.to_ascii_lowercase().as_str() {
            "\\sent" => Some(FolderRole::Sent),
            "\\drafts" => Some(FolderRole::Drafts),
            "\\junk" => Some(FolderRole::Junk),
            "\\trash" => Some(FolderRole::Trash),
            "\\archive" => Some(FolderRole::Archive),
            "\\all" => Some(FolderRole::All),
            "\\flagged" => Some(FolderRole::Flagged),
            "\\important" => Some(FolderRole::Important),
            _ => None,
        })
}

/// What a folder's name says it is for. Only folders at the top, or right
/// below INBOX as some servers have it, are taken for system folders:
/// `Customers/Sent` is the user's own.
pub(crate) fn named_role(raw_name: &str, delimiter: Option<char>) -> Option<FolderRole> {
    let name = decode_mailbox_name(raw_name);
    let leaf = match delimiter.and_then(|d| name.rsplit_once(d)) {
        Some((parent, leaf)) => Some(leaf).filter(|_| parent.eq_ignore_ascii_case("INBOX"))?,
        None => name.as_str(),
    };
    let leaf = leaf.to_lowercase();
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&leaf.as_str()))
        .map(|(role, _)| *role)
}

/// What a folder is for, and whether its mail is fetched, from the attributes
/// and the name of one LIST response: what the server declares first, then
/// the name in common languages.
///
/// Whoever has the whole listing calls [`merge_listing`](crate::merge_listing),
/// which trusts a name only where no other folder is declared for that use.
///
/// ```
/// use inboxlink_model::FolderRole;
/// use inboxlink_sync::{FolderPolicy, SkipReason, folder_policy};
/// let (role, policy) = folder_policy(&["\\Sent".to_owned()], "Versendet", Some('/'));
/// assert_eq!((role, policy), (FolderRole::Sent, FolderPolicy::Sync));
/// let (role, policy) = folder_policy(&[], "Entw&APw-rfe", Some('/'));
/// assert_eq!((role, policy), (FolderRole::Drafts, FolderPolicy::Skip(SkipReason::Drafts)));
/// ```
pub fn folder_policy(
    attributes: &[String],
    raw_name: &str,
    delimiter: Option<char>,
) -> (FolderRole, FolderPolicy) {
    let role = declared_role(attributes, raw_name)
        .or_else(|| named_role(raw_name, delimiter))
        .unwrap_or(FolderRole::Other);
    (role, policy_of(role, attributes, raw_name))
}

/// Whether a folder of this role is fetched.
pub(crate) fn policy_of(role: FolderRole, attributes: &[String], raw_name: &str) -> FolderPolicy {
    let not_selectable = attributes.iter().any(|attribute| {
        attribute.eq_ignore_ascii_case("\\Noselect")
            || attribute.eq_ignore_ascii_case("\\NonExistent")
    });
    if not_selectable {
        return FolderPolicy::Skip(SkipReason::NotSelectable);
    }
    match role {
        FolderRole::Drafts => FolderPolicy::Skip(SkipReason::Drafts),
        FolderRole::Junk => FolderPolicy::Skip(SkipReason::Junk),
        FolderRole::Trash => FolderPolicy::Skip(SkipReason::Trash),
        FolderRole::Flagged | FolderRole::Important => FolderPolicy::Skip(SkipReason::View),
        // Gmail's archived mail lies in no other folder; its copies elsewhere
        // are told apart by X-GM-MSGID.
        FolderRole::All if !is_gmail(raw_name) => FolderPolicy::Skip(SkipReason::View),
        _ => FolderPolicy::Sync,
    }
}

fn is_gmail(raw_name: &str) -> bool {
    ["[Gmail]/", "[Google Mail]/"]
        .iter()
        .any(|prefix| raw_name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(attributes: &[&str], name: &str, delimiter: char, role: FolderRole, synced: bool) {
        let attributes: Vec<String> = attributes.iter().map(|a| (*a).to_owned()).collect();
        let (found, policy) = folder_policy(&attributes, name, Some(delimiter));
        assert_eq!(
            (found, policy == FolderPolicy::Sync),
            (role, synced),
            "{name}"
        );
    }

    #[test]
    fn the_server_is_asked_first() {
        check(&["\\sent"], "Trash", '/', FolderRole::Sent, true);
        check(
            &["\\HasNoChildren", "\\Junk"],
            "x",
            '/',
            FolderRole::Junk,
            false,
        );
        check(&["\\Drafts"], "inbox", '/', FolderRole::Inbox, true);
        check(&["\\All"], "[Gmail]/All Mail", '/', FolderRole::All, true);
        check(&["\\All"], "virtual/All", '/', FolderRole::All, false);
        check(
            &["\\Flagged"],
            "[Gmail]/Starred",
            '/',
            FolderRole::Flagged,
            false,
        );
        check(&["\\Noselect"], "[Gmail]", '/', FolderRole::Other, false);
        check(&["\\NonExistent"], "Sent", '/', FolderRole::Sent, false);
    }

    #[test]
    fn then_the_name_in_many_languages() {
        check(
            &[],
            "INBOX.Gel&APY-schte Objekte",
            '.',
            FolderRole::Trash,
            false,
        );
        check(
            &[],
            "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-",
            '|',
            FolderRole::Sent,
            true,
        );
        check(&[], "SENT ITEMS", '/', FolderRole::Sent, true);
        check(&[], "Customers/Sent", '/', FolderRole::Other, true);
        check(&[], "Sentinel", '/', FolderRole::Other, true);
    }

    #[test]
    fn names_are_spelt_as_they_are_compared() {
        for (_, names) in NAMES {
            for name in *names {
                assert_eq!(*name, name.to_lowercase());
            }
        }
    }
}
