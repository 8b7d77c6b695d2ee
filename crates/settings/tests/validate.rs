//! The form: every mistake at its field, all at once; no password anywhere.
#![allow(clippy::unwrap_used, clippy::panic)] // a test may stop at the first surprise

use inboxlink_model::{
    CreateContacts, FolderChoice, HistoryDepth, MailPolicy, OwnerId, Visibility,
};
use inboxlink_settings::{
    ConnectionSettings, FaultCode, Field, HostPolicy, Security, SettingsForm, SignIn, limits,
    validate,
};
use proptest::prelude::*;
use secrecy::ExposeSecret;

const CANARY: &str = "canary-4711";

fn form() -> SettingsForm {
    SettingsForm {
        name: "Sales".into(),
        host: "imap.example.com".into(),
        username: "ann@example.com".into(),
        password: CANARY.to_owned().into(),
        owner: "7".into(),
        ..SettingsForm::default()
    }
}

fn code(form: &SettingsForm, field: Field) -> Option<(FaultCode, Option<String>)> {
    let faults = validate(form, &HostPolicy::default()).err()?;
    let fault = faults.of(field)?;
    Some((fault.code, fault.suggestion.clone()))
}

#[test]
fn a_good_form_becomes_settings() {
    let settings = validate(&form(), &HostPolicy::default()).unwrap();
    assert_eq!(settings.name(), "Sales");
    assert_eq!(settings.host(), "imap.example.com");
    assert_eq!((settings.port(), settings.security()), (993, Security::Tls));
    assert_eq!(settings.username(), "ann@example.com");
    assert_eq!(settings.password().expose_secret(), CANARY);
    assert_eq!(settings.owner(), OwnerId::from(7));
    assert_eq!(settings.create_contacts(), CreateContacts::All);
}

#[test]
fn what_is_done_with_the_mail_is_read_and_written_back() {
    let settings = |form: &SettingsForm| validate(form, &HostPolicy::default()).unwrap();
    assert_eq!(*settings(&form()).mail(), MailPolicy::default());
    let typed = SettingsForm {
        history: "2024-01-31".into(),
        sharing: "Metadata".into(),
        exclusions: "Bo@Example.org, @example.net\n bücher.example".into(),
        internal: true,
        folders_left_out: "Archive\n  Old mail  \n\nArchive".into(),
        ..form()
    };
    let mail = settings(&typed).mail().clone();
    let day = "2024-01-31".parse().unwrap();
    assert_eq!(mail.history, HistoryDepth::Since(day));
    assert_eq!(mail.sharing, Visibility::Metadata);
    for (address, excluded) in [
        ("bo@example.org", true),
        ("ann@example.org", false),
        ("x@mail.example.net", true),
        ("x@xn--bcher-kva.example", true),
    ] {
        let address = address.parse().unwrap();
        assert_eq!(mail.exclusions.contains(&address), excluded, "{address}");
    }
    assert!(mail.internal);
    let left_out = vec!["Archive".to_owned(), "Old mail".to_owned()];
    assert_eq!(mail.folders, FolderChoice::Except(left_out));

    let builder = ConnectionSettings::builder().host("imap.example.com");
    let builder = builder.username("ann").password("x").owner(7).mail(&mail);
    let built = builder.build(&HostPolicy::default()).unwrap();
    assert_eq!(*built.mail(), mail);
}

#[test]
fn mistakes_in_the_choices_are_told_at_their_field() {
    let typed = SettingsForm {
        sign_in: "magic".into(),
        history: "2024-02-30".into(),
        sharing: "some".into(),
        exclusions: "ann@example.org, not an address".into(),
        folders: "INBOX".into(),
        folders_left_out: "Archive".into(),
        ..form()
    };
    let faults = validate(&typed, &HostPolicy::default()).unwrap_err();
    let found: Vec<_> = faults
        .iter()
        .map(|fault| (fault.field, fault.code))
        .collect();
    assert_eq!(
        found,
        [
            (Field::SignIn, FaultCode::UnknownChoice),
            (Field::History, FaultCode::DayInvalid),
            (Field::Sharing, FaultCode::UnknownChoice),
            (Field::Exclusions, FaultCode::NotAnAddress),
            (Field::FoldersLeftOut, FaultCode::FoldersBoth),
        ]
    );
}

#[test]
fn who_signs_in_in_the_browser_needs_no_password() {
    let typed = SettingsForm {
        sign_in: "oauth2".into(),
        ..form()
    };
    let settings = validate(&typed, &HostPolicy::default()).unwrap();
    assert_eq!(settings.sign_in(), SignIn::OAuth2);
    // What a password manager filled in is forgotten.
    assert_eq!(settings.password().expose_secret(), "");
}

#[test]
fn an_empty_form_lists_every_field_that_must_be_filled() {
    let faults = validate(&SettingsForm::default(), &HostPolicy::default()).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|f| (f.field, f.code)).collect();
    let empty = [
        Field::Name,
        Field::Host,
        Field::Username,
        Field::Password,
        Field::Owner,
    ];
    assert_eq!(fields, empty.map(|field| (field, FaultCode::Empty)));
}

#[test]
fn mistakes_in_the_host_are_told_with_what_was_meant() {
    use FaultCode::*;
    const EXAMPLE: Option<&str> = Some("imap.example.com");
    const GMAIL: Option<&str> = Some("imap.gmail.com");
    for (typed, expected, suggestion) in [
        ("https://imap.example.com/", HostIsUrl, EXAMPLE),
        ("http://user:pw@imap.example.com:993", HostIsUrl, EXAMPLE),
        ("ann@gmail.com", HostIsAddress, GMAIL),
        ("ann@example.com", HostIsAddress, EXAMPLE),
        ("Ann <ann@imap.example.com>", HostIsAddress, EXAMPLE),
        ("imap.example.com:993", HostHasPort, EXAMPLE),
        ("imap example com", HostHasSpaces, EXAMPLE),
        ("Incoming: imap.example.com", HostHasSpaces, EXAMPLE),
        ("imap,example.com", HostInvalid, EXAMPLE),
        ("imap.gmial.com", HostMisspelled, GMAIL),
        ("imap.gmаil.com", HostLookalike, GMAIL),
        ("smtp.gmail.com", HostIsSmtp, GMAIL),
        ("smtp.example.com", HostIsSmtp, EXAMPLE),
        ("pop.gmail.com", HostIsPop3, GMAIL),
        ("pop3.example.com", HostIsPop3, EXAMPLE),
        ("mail.google.com", HostIsWebsite, GMAIL),
        ("gmail.com", HostIsWebsite, GMAIL),
        ("www.gmail.com", HostIsWebsite, GMAIL),
        ("webmail.example.com", HostIsWebsite, EXAMPLE),
        (
            "outlook.live.com",
            HostIsWebsite,
            Some("outlook.office365.com"),
        ),
        ("proton.me", HostIsWebsite, None),
        ("gmail", HostIncomplete, GMAIL),
        ("localhost", HostIncomplete, None),
        ("127.0.0.1", HostRefused, None),
        ("[::1]", HostRefused, None),
        ("169.254.169.254", HostRefused, None),
        ("0x7f.1", HostOddNumber, None),
        ("ex!ample☃️.com", HostNotAscii, None),
        ("a_b%.c", HostInvalid, None),
    ] {
        let form = SettingsForm {
            host: typed.into(),
            ..form()
        };
        let expected = (expected, suggestion.map(str::to_owned));
        assert_eq!(code(&form, Field::Host), Some(expected), "{typed}");
    }
    for (typed, host) in [
        (" IMAP.Example.com.\u{200b}\u{a0}", "imap.example.com"),
        ("imap.bücher.example", "imap.xn--bcher-kva.example"),
    ] {
        let form = SettingsForm {
            host: typed.into(),
            ..form()
        };
        let settings = validate(&form, &HostPolicy::default()).unwrap();
        assert_eq!(settings.host(), host);
    }
}

#[test]
fn a_doubt_can_be_overruled_and_a_certainty_cannot() {
    let at = |host: &str, username: &str| SettingsForm {
        host: host.into(),
        username: username.into(),
        ..form()
    };
    for form in [
        at("imap.gmial.com", "ann"),
        at("smtp.example.com", "ann"),
        at("www.example.com", "ann"),
        at("imap.gmail.com", "ann"),
        at("imap.gmail.com", "ann@gmial.com"),
    ] {
        let faults = validate(&form, &HostPolicy::default()).unwrap_err();
        assert_eq!(faults.iter().count(), 1);
        for fault in &faults {
            assert!(fault.suggestion.is_some());
            let mut json = serde_json::to_value(&form).unwrap();
            json["password"] = CANARY.into();
            // As a browser posts a ticked checkbox.
            json[fault.code.overruled_by().unwrap()] = "on".into();
            let insisted: SettingsForm = serde_json::from_value(json).unwrap();
            validate(&insisted, &HostPolicy::default()).unwrap();
        }
    }
    let insisted = SettingsForm {
        keep_host: true,
        ..at("127.0.0.1", "ann")
    };
    let fault = code(&insisted, Field::Host).unwrap().0;
    assert_eq!(
        (fault, fault.overruled_by()),
        (FaultCode::HostRefused, None)
    );
}

#[test]
fn everything_wrong_is_told_at_once() {
    let form = SettingsForm {
        name: "a\tb".into(),
        host: "imap.gmial.com".into(),
        username: "Ann <ann@gmail.com>".into(),
        password: "••••••••".to_owned().into(),
        port: "995".into(),
        security: "none".into(),
        smtp_host: "imap.gmail.com".into(),
        smtp_port: "993".into(),
        smtp_security: "plain".into(),
        owner: "nobody".into(),
        create_contacts: "some".into(),
        extra_ca: "-----BEGIN CERTIFICATE-----".into(),
        ..SettingsForm::default()
    };
    let faults = validate(&form, &HostPolicy::default()).unwrap_err();
    let found: Vec<_> = faults.iter().map(|f| (f.field, f.code)).collect();
    use FaultCode::*;
    let expected = [
        (Field::Name, ControlCharacter),
        (Field::Host, HostMisspelled),
        (Field::Username, UsernameNotPlain),
        (Field::Password, PasswordIsMask),
        (Field::Port, PortIsPop3),
        (Field::Security, UnknownChoice),
        (Field::SmtpHost, HostIsImap),
        (Field::SmtpPort, PortIsImap),
        (Field::SmtpSecurity, UnknownChoice),
        (Field::Owner, UnknownChoice),
        (Field::CreateContacts, UnknownChoice),
        (Field::ExtraCa, CaNotPem),
    ];
    assert_eq!(found, expected);
}

#[test]
fn certificates_are_taken_and_keys_are_not() {
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIBkTCB\n-----END CERTIFICATE-----\n";
    let with = |pem: String| SettingsForm {
        extra_ca: pem,
        ..form()
    };
    let settings = validate(&with(certificate.into()), &HostPolicy::default()).unwrap();
    assert_eq!(settings.extra_ca(), Some(certificate.trim()));
    let key = certificate.replace("CERTIFICATE", "PRIVATE KEY");
    assert_eq!(
        code(&with(format!("{certificate}{key}")), Field::ExtraCa),
        Some((FaultCode::CaIsPrivateKey, None))
    );
}

#[test]
fn every_wrong_port_is_explained() {
    for (port, security, expected) in [
        ("995", "", FaultCode::PortIsPop3),
        ("110", "", FaultCode::PortIsPop3),
        ("25", "", FaultCode::PortIsSmtp),
        ("587", "", FaultCode::PortIsSmtp),
        ("443", "", FaultCode::PortIsWeb),
        ("6379", "", FaultCode::PortRefused),
        ("0", "", FaultCode::PortNotANumber),
        ("99999", "", FaultCode::PortNotANumber),
        ("imap", "", FaultCode::PortNotANumber),
        ("143", "tls", FaultCode::PortNeedsStartTls),
        ("993", "starttls", FaultCode::PortNeedsTls),
    ] {
        let form = SettingsForm {
            port: port.into(),
            security: security.into(),
            ..form()
        };
        assert_eq!(
            code(&form, Field::Port).map(|c| c.0),
            Some(expected),
            "{port}"
        );
    }
    for (port, security, expected) in [
        ("", "", (993, Security::Tls)),
        (" 993 ", "TLS", (993, Security::Tls)),
        ("143", "", (143, Security::StartTls)),
        ("", "starttls", (143, Security::StartTls)),
    ] {
        let form = SettingsForm {
            port: port.into(),
            security: security.into(),
            ..form()
        };
        let settings = validate(&form, &HostPolicy::default()).unwrap();
        assert_eq!((settings.port(), settings.security()), expected);
    }
    let form = SettingsForm {
        host: "127.0.0.1".into(),
        port: "1143".into(),
        ..form()
    };
    assert!(validate(&form, &HostPolicy::allowing_private()).is_ok());
}

#[test]
fn the_sending_side_is_derived_or_typed() {
    use Security::{StartTls, Tls};
    let typed = |host: &str, port: &str, security: &str| SettingsForm {
        smtp_host: host.into(),
        smtp_port: port.into(),
        smtp_security: security.into(),
        ..form()
    };
    for (form, (host, port, security)) in [
        (typed("", "", ""), ("smtp.example.com", 465, Tls)),
        (typed("", "587", ""), ("smtp.example.com", 587, StartTls)),
        (
            typed("", "", "starttls"),
            ("smtp.example.com", 587, StartTls),
        ),
        (
            typed(" Out.Example.org. ", "", ""),
            ("out.example.org", 465, Tls),
        ),
        (
            typed("smtp.office365.com", "", ""),
            ("smtp.office365.com", 587, StartTls),
        ),
        (
            typed("smtp.office365.com", "2525", ""),
            ("smtp.office365.com", 2525, StartTls),
        ),
    ] {
        let settings = validate(&form, &HostPolicy::default()).unwrap();
        let smtp = settings.smtp();
        assert_eq!(
            (&*smtp.host, smtp.port, smtp.security),
            (host, port, security)
        );
    }
    for (form, field, expected) in [
        (
            typed("a b", "", ""),
            Field::SmtpHost,
            FaultCode::HostInvalid,
        ),
        (
            typed("imap.gmail.com", "", ""),
            Field::SmtpHost,
            FaultCode::HostIsImap,
        ),
        (
            typed("10.0.0.1", "", ""),
            Field::SmtpHost,
            FaultCode::HostRefused,
        ),
        (
            typed("smtp", "", ""),
            Field::SmtpHost,
            FaultCode::HostIncomplete,
        ),
        (typed("", "993", ""), Field::SmtpPort, FaultCode::PortIsImap),
        (typed("", "22", ""), Field::SmtpPort, FaultCode::PortRefused),
        (
            typed("", "x", ""),
            Field::SmtpPort,
            FaultCode::PortNotANumber,
        ),
        (
            typed("", "465", "starttls"),
            Field::SmtpPort,
            FaultCode::PortNeedsTls,
        ),
        (
            typed("", "587", "tls"),
            Field::SmtpPort,
            FaultCode::PortNeedsStartTls,
        ),
        (
            typed("", "", "none"),
            Field::SmtpSecurity,
            FaultCode::UnknownChoice,
        ),
    ] {
        assert_eq!(code(&form, field).map(|c| c.0), Some(expected), "{form:?}");
    }
}

#[test]
fn one_address_may_be_excepted() {
    let policy = HostPolicy::default().allowing("127.0.0.1:1993".parse().unwrap());
    let at = |host: &str, port: &str| SettingsForm {
        host: host.into(),
        port: port.into(),
        ..form()
    };
    assert!(validate(&at("127.0.0.1", "1993"), &policy).is_ok());
    assert!(validate(&at("localhost", "1993"), &policy).is_ok());
    for (form, field) in [
        (at("127.0.0.1", "993"), Field::Host),
        (at("127.0.0.1", "1994"), Field::Port),
        (at("127.0.0.2", "1993"), Field::Host),
    ] {
        let faults = validate(&form, &policy).unwrap_err();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(fields, [field]);
    }
}

#[test]
fn app_passwords_lose_their_spaces_only_where_they_have_none() {
    let password = |host: &str, typed: &str| {
        let form = SettingsForm {
            host: host.into(),
            password: typed.to_owned().into(),
            ..form()
        };
        let settings = validate(&form, &HostPolicy::default()).unwrap();
        settings.password().expose_secret().to_owned()
    };
    let shown = "abcd efgh\u{a0}ijkl mnop";
    assert_eq!(password("imap.gmail.com", shown), "abcdefghijklmnop");
    assert_eq!(password("imap.gmail.com", "a b"), "a b");
    assert_eq!(password("imap.example.com", shown), shown);
    assert_eq!(password("imap.example.com", " x \r\n"), " x ");
}

#[test]
fn mistakes_in_the_user_name_are_told_with_what_was_meant() {
    use FaultCode::*;
    const ANN: Option<&str> = Some("ann@gmail.com");
    for (typed, expected, suggestion) in [
        ("ann", UsernameIncomplete, ANN),
        ("ann@gmial.com", UsernameMisspelled, ANN),
        ("ann@gmail.con", UsernameMisspelled, ANN),
        ("Ann <ann@gmail.com>", UsernameNotPlain, ANN),
        ("mailto:ann@gmail.com", UsernameNotPlain, ANN),
        ("ann @ gmail. com", UsernameHasSpaces, ANN),
        ("ann\nb@gmail.com", ControlCharacter, None),
    ] {
        let form = SettingsForm {
            host: "imap.gmail.com".into(),
            username: typed.into(),
            ..form()
        };
        let expected = (expected, suggestion.map(str::to_owned));
        assert_eq!(code(&form, Field::Username), Some(expected), "{typed}");
    }
    for (host, typed) in [
        ("imap.gmail.com", "ann@example.com"),
        ("imap.gmail.com", "\u{200b}ann@googlemail.com "),
        ("imap.mail.me.com", "ann"),
        ("imap.example.com", "ann"),
        ("imap.example.com", "EXAMPLE\\ann lee"),
    ] {
        let form = SettingsForm {
            host: host.into(),
            username: typed.into(),
            ..form()
        };
        assert!(validate(&form, &HostPolicy::default()).is_ok(), "{typed}");
    }
}

#[test]
fn the_password_is_never_shown() {
    let settings = validate(&form(), &HostPolicy::default()).unwrap();
    let json = serde_json::to_string(&form()).unwrap();
    for shown in [format!("{:?}", form()), format!("{settings:#?}"), json] {
        assert!(!shown.contains("canary"), "{shown}");
    }
    let bad = SettingsForm {
        password: format!("{CANARY}\n{CANARY}").into(),
        ..form()
    };
    let faults = validate(&bad, &HostPolicy::default()).unwrap_err();
    assert!(!format!("{faults} {faults:?}").contains("canary"));
}

#[test]
fn reads_json_with_numbers_and_leaves_the_rest_empty() {
    let json = r#"{"host": "imap.example.com", "port": 993, "owner": 7, "password": "x", "create_contacts": true}"#;
    let form: SettingsForm = serde_json::from_str(json).unwrap();
    assert_eq!((form.port.as_str(), form.owner.as_str()), ("993", "7"));
    assert_eq!(form.password.expose_secret(), "x");
}

/// Text with what breaks commands in it, more often than chance would have it.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        Just("\r\n".to_owned()),
        Just("\0".to_owned()),
        Just("imap.example.com".to_owned()),
        Just("{5}".to_owned()),
        "[a-z0-9.:@/ -]{0,12}",
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever stands in a field: settings without a character that could end
    /// a command, or faults that name that field and no other.
    #[test]
    fn any_text_in_any_field(field in 0..18usize, typed in text(), private: bool) {
        let mut form = form();
        let (named, name) = match field {
            0 => (&mut form.name, Field::Name),
            1 => (&mut form.host, Field::Host),
            2 => (&mut form.username, Field::Username),
            3 => (&mut form.port, Field::Port),
            4 => (&mut form.security, Field::Security),
            5 => (&mut form.owner, Field::Owner),
            6 => (&mut form.create_contacts, Field::CreateContacts),
            11 => (&mut form.extra_ca, Field::ExtraCa),
            12 => (&mut form.sign_in, Field::SignIn),
            13 => (&mut form.history, Field::History),
            14 => (&mut form.sharing, Field::Sharing),
            15 => (&mut form.exclusions, Field::Exclusions),
            16 => (&mut form.folders, Field::Folders),
            17 => (&mut form.folders_left_out, Field::FoldersLeftOut),
            7 => (&mut form.smtp_host, Field::SmtpHost),
            8 => (&mut form.smtp_port, Field::SmtpPort),
            9 => (&mut form.smtp_security, Field::SmtpSecurity),
            _ => {
                form.password = typed.clone().into();
                (&mut String::new(), Field::Password)
            }
        };
        named.clone_from(&typed);
        let policy = if private { HostPolicy::allowing_private() } else { HostPolicy::public_only() };
        match validate(&form, &policy) {
            Ok(settings) => {
                let password = settings.password().expose_secret();
                let by_password = settings.sign_in() == SignIn::Password;
                prop_assert_eq!(password.is_empty(), !by_password);
                prop_assert!(!password.chars().any(char::is_control));
                for text in [settings.name(), settings.host(), settings.username()] {
                    prop_assert!(!text.is_empty() && !text.chars().any(char::is_control));
                }
                let folders = match &settings.mail().folders {
                    FolderChoice::Only(names) | FolderChoice::Except(names) => names.clone(),
                    FolderChoice::Usual => Vec::new(),
                };
                prop_assert!(folders.iter().all(|name| !name.contains(char::is_control)));
                prop_assert!(settings.host().len() <= limits::MAX_HOST_BYTES);
                prop_assert!(settings.port() != 0 && settings.smtp().port != 0);
            }
            Err(faults) => {
                prop_assert!(faults.iter().all(|fault| fault.field == name));
                prop_assert!(faults.iter().all(|fault| !fault.message.is_empty()));
            }
        }
    }
}
