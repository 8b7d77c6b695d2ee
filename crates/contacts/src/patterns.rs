//! Addresses behind which no person stands, by the look of them.

use std::{collections::HashSet, sync::OnceLock};

use foldhash::fast::FixedState;
use inboxlink_model::Address;

/// Local parts that ask not to be answered, without separators.
const NO_REPLY: &[&str] = &[
    "noreply",
    "noreplies",
    "donotreply",
    "dontreply",
    "nonreply",
    "noresponse",
    "noanswer",
    "nepasrepondre",
    "nepasrépondre",
    "pasdereponse",
    "noresponder",
    "norespondas",
    "noresponda",
    "nichtantworten",
    "keineantwort",
    "bittenichtantworten",
    "nonrispondere",
    "naoresponda",
    "naoresponder",
    "nietbeantwoorden",
    "nietantwoorden",
    "geenantwoord",
    "neodpowiadaj",
    "nieodpowiadaj",
    "svarainte",
    "svarikke",
    "svarejikke",
    "ikkesvar",
    "alavastaa",
    "äläväästaa",
    "neodpovidejte",
    "neodpovidat",
    "yanitlamayin",
    "cevaplamayin",
];

/// Local parts of mail systems themselves.
const MACHINE: &[&str] = &[
    "mailerdaemon",
    "maildaemon",
    "postmaster",
    "mailer",
    "bounce",
    "bounces",
    "mdaemon",
    "daemon",
    "autoreply",
    "autoresponder",
    "autoresponse",
    "listserv",
    "majordomo",
    "mailman",
    "msprvs1",
];

/// Local parts of desks instead of people, in common languages.
const ROLE: &[&str] = &[
    // Everywhere, and English.
    "abuse",
    "account",
    "accounting",
    "accounts",
    "admin",
    "administration",
    "administrator",
    "all",
    "billing",
    "board",
    "booking",
    "bookings",
    "career",
    "careers",
    "compliance",
    "contact",
    "contactus",
    "customercare",
    "customerservice",
    "customersupport",
    "dpo",
    "editor",
    "enquiries",
    "enquiry",
    "everyone",
    "events",
    "feedback",
    "finance",
    "ftp",
    "hello",
    "help",
    "helpdesk",
    "hi",
    "hostmaster",
    "hr",
    "info",
    "information",
    "inquiries",
    "inquiry",
    "invoice",
    "invoices",
    "invoicing",
    "it",
    "job",
    "jobs",
    "legal",
    "list",
    "lists",
    "mail",
    "marketing",
    "media",
    "news",
    "newsletter",
    "noc",
    "notification",
    "notifications",
    "notify",
    "office",
    "operations",
    "order",
    "orders",
    "payments",
    "payroll",
    "press",
    "privacy",
    "procurement",
    "purchasing",
    "reception",
    "recruiting",
    "recruitment",
    "reply",
    "reservations",
    "returns",
    "root",
    "sales",
    "security",
    "service",
    "services",
    "shipping",
    "shop",
    "spam",
    "staff",
    "subscribe",
    "subscriptions",
    "support",
    "sysadmin",
    "team",
    "tech",
    "unsubscribe",
    "update",
    "updates",
    "usenet",
    "uucp",
    "webmaster",
    "welcome",
    "www",
    // German.
    "anfrage",
    "anfragen",
    "auftrag",
    "bestellung",
    "bestellungen",
    "bewerbung",
    "bewerbungen",
    "buchhaltung",
    "buero",
    "datenschutz",
    "einkauf",
    "empfang",
    "kontakt",
    "kundenservice",
    "kundendienst",
    "personal",
    "post",
    "presse",
    "rechnung",
    "rechnungen",
    "redaktion",
    "sekretariat",
    "versand",
    "vertrieb",
    "verwaltung",
    "zentrale",
    // French.
    "accueil",
    "achats",
    "bonjour",
    "commande",
    "commandes",
    "commercial",
    "compta",
    "comptabilite",
    "direction",
    "emploi",
    "facturation",
    "factures",
    "recrutement",
    "reservation",
    "rh",
    "secretariat",
    "ventes",
    // Spanish and Portuguese.
    "administracion",
    "administracao",
    "atencionalcliente",
    "atendimento",
    "ayuda",
    "comercial",
    "compras",
    "contabilidad",
    "contabilidade",
    "contacto",
    "contato",
    "correo",
    "empleo",
    "facturacion",
    "faturamento",
    "financeiro",
    "informacion",
    "pedidos",
    "prensa",
    "recepcion",
    "reservas",
    "rrhh",
    "soporte",
    "suporte",
    "vendas",
    "ventas",
    // Italian.
    "acquisti",
    "amministrazione",
    "assistenza",
    "commerciale",
    "contatti",
    "fatture",
    "fatturazione",
    "lavoro",
    "ordini",
    "prenotazioni",
    "segreteria",
    "ufficio",
    "vendite",
    // Dutch.
    "administratie",
    "boekhouding",
    "facturen",
    "inkoop",
    "klantenservice",
    "receptie",
    "vacatures",
    "verkoop",
    // Polish and Czech.
    "biuro",
    "faktury",
    "kadry",
    "ksiegowosc",
    "obchod",
    "objednavky",
    "podpora",
    "pomoc",
    "praca",
    "prodej",
    "rekrutacja",
    "sekretariat",
    "sklep",
    "sprzedaz",
    "ucetni",
    "zamowienia",
    // Nordic.
    "asiakaspalvelu",
    "ekonomi",
    "faktura",
    "firmapost",
    "kundeservice",
    "kundtjanst",
    "laskutus",
    "myynti",
    "ordre",
    "posti",
    "postmottak",
    "regnskab",
    "regnskap",
    "salg",
    "toimisto",
    "tuki",
    // Turkish, Russian and Ukrainian.
    "bilgi",
    "buh",
    "destek",
    "iletisim",
    "muhasebe",
    "satis",
    "zakaz",
    "pochta",
];

/// Domains under which code hosts give people addresses that hide their own.
const PRIVATE_DOMAINS: &[&str] = &["users.noreply.github.com", "users.noreply.gitlab.com"];

/// Whether an address asks not to be answered.
///
/// The pattern is anchored: `no-reply@`, `noreply+abc@`, `orders-noreply@`;
/// not `gino.reply@`, and not the private address of a person at a code host.
///
/// ```
/// use inboxlink_contacts::is_no_reply;
/// assert!(is_no_reply(&"no-reply@example.com".parse()?));
/// assert!(!is_no_reply(&"123+login@users.noreply.github.com".parse()?));
/// # Ok::<(), inboxlink_model::AddressError>(())
/// ```
pub fn is_no_reply(address: &Address) -> bool {
    if is_private_address(address) {
        return false;
    }
    let words: Vec<&str> = words(address.local());
    // Any run of words at the beginning or the end, run together.
    (1..=words.len().min(4)).any(|count| {
        let run =
            |part: Option<&[&str]>| part.is_some_and(|w| NO_REPLY.contains(&w.concat().as_str()));
        run(words.get(..count)) || run(words.get(words.len() - count..))
    })
}

/// Whether an address belongs to a mail system: `mailer-daemon@`, `bounces+x@`.
pub fn is_machine_address(address: &Address) -> bool {
    let words = words(address.local());
    let starts = |count: usize| {
        words
            .get(..count)
            .is_some_and(|run| MACHINE.contains(&run.concat().as_str()))
    };
    !is_private_address(address) && (starts(1) && !is_name_like(&words) || starts(2))
}

/// Whether an address is a desk's instead of a person's: `info@`, `vertrieb@`.
pub fn is_role_address(address: &Address) -> bool {
    let local = address.local();
    let untagged = local.split('+').next().unwrap_or(local);
    !is_private_address(address) && ROLE.contains(&words(untagged).concat().as_str())
}

/// Whether a word is a desk's name.
pub(crate) fn is_role_word(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<&str, FixedState>> = OnceLock::new();
    WORDS
        .get_or_init(|| ROLE.iter().copied().collect())
        .contains(word)
}

fn is_private_address(address: &Address) -> bool {
    PRIVATE_DOMAINS.contains(&address.domain())
}

/// `mailer.smith` may be a person; `bounces+123-x` is not.
fn is_name_like(words: &[&str]) -> bool {
    words.len() == 2
        && words
            .iter()
            .all(|word| word.len() > 2 && word.chars().all(char::is_alphabetic))
        && !words.first().is_some_and(|word| word.starts_with("bounce"))
}

fn words(local: &str) -> Vec<&str> {
    local
        .split(['.', '-', '_', '+', '=', '"'])
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn no_reply_is_anchored() {
        for text in [
            "noreply@a.b",
            "no-reply@a.b",
            "do_not_reply@a.b",
            "noreply+x1@a.b",
            "calendar-no-reply@a.b",
            "nicht-antworten@a.b",
            "ne.pas.repondre@a.b",
        ] {
            assert!(is_no_reply(&address(text)), "{text}");
        }
        for text in [
            "123+login@users.noreply.github.com",
            "reply@a.b",
            "gino.reply@a.b",
            "anoreply@a.b",
            "ann@noreply.example",
        ] {
            assert!(!is_no_reply(&address(text)), "{text}");
        }
    }

    #[test]
    fn machines_and_desks() {
        for text in [
            "MAILER-DAEMON@a.b",
            "bounces+12-x@a.b",
            "postmaster@a.b",
            "bounce-7@a.b",
        ] {
            assert!(is_machine_address(&address(text)), "{text}");
        }
        assert!(!is_machine_address(&address("mailer.smith@a.b")));
        for text in [
            "info@a.b",
            "Vertrieb@a.b",
            "customer-service@a.b",
            "support+1@a.b",
        ] {
            assert!(is_role_address(&address(text)), "{text}");
        }
        for text in ["ann.info@a.b", "salesman@a.b", "infob@a.b"] {
            assert!(!is_role_address(&address(text)), "{text}");
        }
    }
}
