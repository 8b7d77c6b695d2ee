//! The form: mistakes are told at their field, and a real server is connected.

use inboxlink_testkit::{Dovecot, Tls, generate};

use crate::{browser::Browser, crm::Crm};

const FIELDS: [&str; 7] = [
    "name",
    "host",
    "username",
    "password",
    "port",
    "owner",
    "create_contacts",
];

/// Fills in the demo's account, and something else in one field.
async fn confirm_with(browser: &Browser, crm: &Crm, field: &str, value: &str) {
    browser.goto(&crm.page("/settings/email/connect")).await;
    browser.click("#fill-demo").await;
    browser
        .fill(&format!("form#connect [name={field}]"), value)
        .await;
    browser.click("#confirm").await;
}

/// Checks that a mistake is told at one field and at no other, and answers
/// what is said.
async fn told_at(browser: &Browser, field: &str) -> String {
    browser.see(&format!("#error-{field}:not(:empty)")).await;
    for other in FIELDS {
        let said = browser.texts(&format!("#error-{other}")).await.concat();
        assert_eq!(other == field, !said.is_empty(), "at {other}: {said}");
    }
    let said = browser.texts(&format!("#error-{field}")).await.concat();
    println!("{field}: {said}");
    said
}

#[tokio::test]
#[ignore = "needs Chromium: cargo xtask test --install"]
async fn chromium_a_wrong_password_is_told_at_the_password() {
    let crm = Crm::start::<&str>(&[]);
    let browser = Browser::start().await;
    confirm_with(&browser, &crm, "password", "not this one").await;
    let said = told_at(&browser, "password").await;
    assert!(said.to_lowercase().contains("password"), "{said}");
    // What was typed stays, but for the password.
    assert_eq!(browser.value("form#connect [name=password]").await, "");
    assert!(
        browser
            .value("form#connect [name=username]")
            .await
            .contains('@')
    );
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs Chromium: cargo xtask test --install"]
async fn chromium_an_unknown_host_is_told_at_the_host() {
    let crm = Crm::start::<&str>(&[]);
    let browser = Browser::start().await;
    confirm_with(&browser, &crm, "host", "imap.no-such-host.invalid").await;
    let said = told_at(&browser, "host").await;
    assert!(said.contains("imap.no-such-host.invalid"), "{said}");
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs Chromium: cargo xtask test --install"]
async fn chromium_a_closed_port_is_told_at_the_port() {
    let crm = Crm::start(&["--allow-private-hosts"]);
    let browser = Browser::start().await;
    // Bound by nobody: it was free a moment ago.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port().to_string();
    drop(closed);
    confirm_with(&browser, &crm, "port", &port).await;
    let said = told_at(&browser, "port").await;
    assert!(said.contains("port 993"), "{said}");
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs Chromium: cargo xtask test --install"]
async fn chromium_dovecot_is_connected_by_the_same_form() {
    const USER: &str = "anna@example.com";
    let server = Dovecot::builder()
        .user(USER, "correct horse")
        .tls(Tls::Trusted)
        .start()
        .unwrap();
    let mails = generate(60, 11);
    server
        .fill(USER, "INBOX", mails.iter().map(|mail| (mail, "S")))
        .unwrap();
    let ca = server.ca_path();
    let arguments = [
        "--no-demo-server",
        "--allow-private-hosts",
        "--ca",
        ca.to_str().unwrap(),
    ];
    let crm = Crm::start(&arguments);
    let browser = Browser::start().await;
    browser.goto(&crm.page("/settings/email/connect")).await;
    assert!(browser.texts("#fill-demo").await.is_empty());
    let port = server.imaps_port().to_string();
    for (field, value) in [
        ("name", "Anna’s inbox"),
        ("host", "127.0.0.1"),
        ("username", USER),
        ("password", "correct horse"),
        ("port", port.as_str()),
    ] {
        browser
            .fill(&format!("form#connect [name={field}]"), value)
            .await;
    }
    browser.click("#confirm").await;
    browser
        .see_text("#inboxes .progress[data-state=current]", "60")
        .await;
    browser.goto(&crm.page("/contacts")).await;
    browser.see("#contacts a.contact[data-email]").await;
    browser.close().await;
}
