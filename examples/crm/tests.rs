//! The website as a browser without scripts uses it, with the demo's own mail
//! server behind it.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use tower::ServiceExt as _;

use crate::{
    app::{App, Shared, Start},
    pages::contacts::encoded,
    server::router,
};

/// A browser with the website.
struct Site {
    app: Shared,
    router: Router,
    folder: tempfile::TempDir,
}

/// An answer of it.
struct Answer {
    status: StatusCode,
    location: String,
    text: String,
}

impl Site {
    async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap()).await
    }

    async fn start_in(folder: tempfile::TempDir) -> Self {
        let start = Start {
            db: folder.path().join("crm.db"),
            allow_private_hosts: false,
            demo: true,
            extra_roots: Vec::new(),
        };
        let app = App::start(start).await.unwrap();
        Self {
            router: router(app.clone()),
            app,
            folder,
        }
    }

    async fn send(&self, request: axum::http::request::Builder, body: String) -> Answer {
        let request = request.header(header::HOST, "127.0.0.1:8080");
        let request = request.body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let policy = &head.headers[header::CONTENT_SECURITY_POLICY];
        assert!(policy.to_str().unwrap().starts_with("default-src 'self'"));
        let location = head.headers.get(header::LOCATION);
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: head.status,
            location: location.map_or("", |it| it.to_str().unwrap()).to_owned(),
            text: String::from_utf8(body.into()).unwrap(),
        }
    }

    async fn get(&self, address: &str) -> String {
        let answer = self.send(Request::get(address), String::new()).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text);
        answer.text
    }

    async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let form = "application/x-www-form-urlencoded";
        let request = Request::post(address).header(header::CONTENT_TYPE, form);
        self.send(request, body.join("&")).await
    }

    /// Fills in a demo account as the page does, with changes, and confirms.
    async fn connect(&self, account: usize, changes: &[(&str, &str)]) -> Answer {
        let page = self
            .get(&format!("/settings/email/connect?demo={account}"))
            .await;
        let owners = between(&page, "name=\"owner\"", "</select>").unwrap();
        let owner = between(owners, "<option value=\"", "\" selected").unwrap();
        let owner = owner.rsplit("value=\"").next().unwrap();
        let mut fields = vec![
            ("owner", owner.to_owned()),
            ("create_contacts", "all".into()),
        ];
        for name in [
            "name",
            "host",
            "username",
            "password",
            "port",
            "smtp_host",
            "smtp_port",
        ] {
            let input = between(&page, &format!("name=\"{name}\""), ">").unwrap();
            fields.push((name, between(input, "value=\"", "\"").unwrap().to_owned()));
        }
        for (name, value) in changes {
            fields
                .iter_mut()
                .find(|(field, _)| field == name)
                .unwrap()
                .1 = (*value).to_owned();
        }
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, &**value))
            .collect();
        self.post("/settings/email/connect", &fields).await
    }

    /// The page once it holds that text.
    async fn until(&self, address: &str, text: &str) -> String {
        self.until_times(address, text, 1).await
    }

    /// The page once it holds that text so many times.
    async fn until_times(&self, address: &str, text: &str, times: usize) -> String {
        for _ in 0..600 {
            let page = self.get(address).await;
            if page.matches(text).count() >= times {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let page = self.get(address).await;
        panic!("{address} does not say {text:?} {times} times: {page}");
    }

    async fn end(self) {
        self.app.stop().await;
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, text) = text.split_once(before)?;
    text.split_once(after).map(|(text, _)| text)
}

/// What stands at a field.
fn error<'a>(page: &'a str, field: &str) -> &'a str {
    let place = format!("id=\"error-{field}\"");
    let text = between(page, &place, "</div>").unwrap_or_else(|| panic!("no {place}"));
    text.split_once('>').unwrap().1
}

#[tokio::test]
async fn an_answer_starts_the_automation_and_an_out_of_office_does_not() {
    let site = Site::start().await;
    assert!(site.get("/").await.contains("/settings/email"));
    for account in [1, 2] {
        let answer = site.connect(account, &[]).await;
        assert_eq!(
            (answer.status, &*answer.location),
            (StatusCode::SEE_OTHER, "/settings/email")
        );
    }
    let inboxes = site
        .until("/settings/email", "data-state=\"current\"")
        .await;
    assert_eq!(inboxes.matches("class=\"progress\"").count(), 2);
    let form = [
        ("name", "Price"),
        ("condition", "imap_reply"),
        ("text_contains", "price"),
        (
            "text",
            "Hello {{first_name|there}}, here is <b>our</b> list.",
        ),
    ];
    let saved = site.post("/automations/new", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);

    // Once every inbox is read, whoever is answered is followed.
    site.until_times("/activity", "is up to date", 2).await;
    let panel = site.get("/customer").await;
    let mail = between(&panel, "<option value=\"", "\"")
        .unwrap()
        .to_owned();
    let text = "I am away. What is the price of <script>alert(1)</script>?";
    for kind in ["out_of_office", "human"] {
        let fields = [("mail", &*mail), ("kind", kind), ("text", text)];
        let answer = site.post("/customer", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        site.until(
            "/activity",
            "data-event=\"message_added\" data-historical=\"false\"",
        )
        .await;
        if kind == "out_of_office" {
            assert!(!site.get("/activity").await.contains("rule_fired"));
            continue;
        }
        let inbox = site
            .until(&answer.location, "here is &lt;b&gt;our&lt;/b&gt; list")
            .await;
        assert_eq!(inbox.matches("here is &lt;b&gt;our").count(), 1);
    }
    let activity = site.until("/activity", "Follow-up to").await;
    assert_eq!(activity.matches("data-event=\"rule_fired\"").count(), 1);
    let automations = site.until("/automations", "data-state=\"accepted\"").await;
    assert!(
        automations.contains("Replied to a mail of yours"),
        "{automations}"
    );

    // What strangers wrote is text, on every page it stands on.
    let contact = between(&site.get("/contacts").await, "href=\"/contacts/", "\"")
        .unwrap()
        .to_owned();
    let profile = site.get(&format!("/contacts/{contact}")).await;
    let thread = between(&profile, "href=\"/threads/", "#").unwrap();
    let thread = site
        .get(&format!("/threads/{}", thread.replace("&amp;", "&")))
        .await;
    for page in [profile.as_str(), thread.as_str()] {
        assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"));
    }
    site.end().await;
}

#[tokio::test]
async fn a_program_started_anew_asks_for_the_password_and_goes_on() {
    let site = Site::start().await;
    site.connect(1, &[]).await;
    site.until("/settings/email", "data-state=\"current\"")
        .await;
    let Site { app, folder, .. } = site;
    app.stop().await;
    drop(app);

    let site = Site::start_in(folder).await;
    let inboxes = site.get("/settings/email").await;
    assert!(inboxes.contains("data-state=\"stopped\""));
    let again = between(&inboxes, "href=\"/settings/email/connect?inbox=", "\"").unwrap();
    let form = site
        .get(&format!("/settings/email/connect?inbox={again}"))
        .await;
    assert!(form.contains("value=\"anna@") && !form.contains("quiet-please"));
    assert!(site.get("/contacts").await.contains("data-email"));
    site.connect(1, &[]).await;
    let inboxes = site
        .until("/settings/email", "data-state=\"current\"")
        .await;
    assert_eq!(inboxes.matches("class=\"progress\"").count(), 1);
    // Paused it stays so, and goes on when asked.
    let id = between(&inboxes, "/settings/email/connect?inbox=", "\"").unwrap();
    site.post(&format!("/settings/email/{id}/pause"), &[]).await;
    site.until("/settings/email", "data-state=\"paused\"").await;
    site.post(&format!("/settings/email/{id}/resume"), &[])
        .await;
    site.until("/settings/email", "data-state=\"current\"")
        .await;
    site.end().await;
}

#[tokio::test]
async fn an_inbox_is_removed_with_its_history_or_without() {
    let site = Site::start().await;
    site.connect(1, &[]).await;
    let inboxes = site
        .until("/settings/email", "data-state=\"current\"")
        .await;
    let id = between(&inboxes, "/settings/email/connect?inbox=", "\"").unwrap();
    let page = format!("/settings/email/{id}/remove");
    let asked = site.get(&page).await;
    assert!(asked.contains("value=\"keep\"") && asked.contains("value=\"erase\""));
    site.post(&page, &[("history", "keep")]).await;
    let inboxes = site.get("/settings/email").await;
    assert!(inboxes.contains("No inbox is connected yet"));
    assert!(site.get("/contacts").await.contains("data-email"));
    // Connected again, it is the same one.
    site.connect(1, &[]).await;
    let inboxes = site
        .until("/settings/email", "data-state=\"current\"")
        .await;
    assert!(inboxes.contains(id));
    site.post(&page, &[("history", "erase")]).await;
    assert!(!site.get("/contacts").await.contains("data-email"));
    let unknown = site.send(Request::get(&page), String::new()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    site.end().await;
}

#[tokio::test]
async fn an_address_fills_the_form() {
    let site = Site::start().await;
    let page = site
        .get("/settings/email/connect?address=ann%40yahoo.com")
        .await;
    assert!(page.contains("value=\"imap.mail.yahoo.com\"") && page.contains("We found Yahoo"));
    assert!(page.contains("value=\"ann@yahoo.com\""));
    let page = site
        .get("/settings/email/connect?address=ann%40outlook.com")
        .await;
    assert!(page.contains("sign in in the browser"));
    // Nobody is asked for this one.
    let page = site
        .get("/settings/email/connect?address=ann%40mail.internal")
        .await;
    assert!(page.contains("could not find the mail server"));
    site.end().await;
}

#[tokio::test]
async fn what_goes_wrong_is_told_at_its_field() {
    let site = Site::start().await;
    let page = site.get("/settings/email/connect?demo=1").await;
    let value = |name: &str| {
        let input = between(&page, &format!("name=\"{name}\""), ">").unwrap();
        between(input, "value=\"", "\"").unwrap().to_owned()
    };
    let (imap_port, port) = (value("port"), value("smtp_port"));
    for (field, value, says) in [
        (
            "password",
            "tr0ub4dor",
            "did not accept this user name and password",
        ),
        ("host", "", "host"),
        ("host", "no-such-host.invalid", "no host named"),
        ("port", "6379", "993"),
        ("port", &port, "no server for reading mail"),
        ("smtp_port", "6379", "port"),
        ("smtp_port", &imap_port, "sending"),
        ("name", "", "name"),
    ] {
        let at = field;
        let answer = site.connect(1, &[(field, value)]).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{field}={value}"
        );
        let told = error(&answer.text, at);
        assert!(told.contains(says), "{field}={value}: {told:?}");
        // The password typed is in no answer.
        assert!(!answer.text.contains("tr0ub4dor"));
    }
    assert!(site.get("/contacts").await.contains("No contacts yet"));
    for (domains, says) in [("gmail.com", "everybody’s"), ("example", "no domain")] {
        let answer = site
            .post("/settings/team/company", &[("domains", domains)])
            .await;
        assert!(error(&answer.text, "domains").contains(says), "{domains}");
    }
    let bad = [
        ("name", ""),
        ("condition", "imap_reply"),
        ("text", "Hello {{frist_name}}"),
    ];
    let answer = site.post("/automations/new", &bad).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(error(&answer.text, "name").contains("name"));
    assert!(error(&answer.text, "text").contains("frist_name"));
    site.end().await;
}

#[tokio::test]
async fn every_page_and_link_is_there_and_nothing_runs_in_a_page() {
    let site = Site::start().await;
    let mut seen = std::collections::BTreeSet::new();
    let mut to_see = vec!["/".to_owned(), "/contacts".into(), "/customer".into()];
    while let Some(address) = to_see.pop() {
        let page = address.split('#').next().unwrap_or_default();
        if page.is_empty() || !seen.insert(page.to_owned()) {
            continue;
        }
        let text = site.get(page).await;
        if page.starts_with("/assets/") {
            continue;
        }
        for inline in [" style=", "<style", "javascript:", "onclick="] {
            assert!(!text.contains(inline), "{page}: {inline}");
        }
        assert!(
            !text
                .replace("<script src=\"/assets/crm.js\" defer></script>", "")
                .contains("<script")
        );
        for link in text
            .split("href=\"")
            .skip(1)
            .filter_map(|it| it.split('"').next())
        {
            let link = link.replace("&amp;", "&");
            match link.strip_prefix('?') {
                Some(_) => to_see.push(format!("{}{link}", page.split('?').next().unwrap())),
                None if link.starts_with('/') => to_see.push(link),
                None => assert!(
                    link.starts_with('#') || link.starts_with("https://"),
                    "{link}"
                ),
            }
        }
    }
    assert!(seen.len() > 15, "{seen:?}");
    let missing = site.send(Request::get("/contacts/x"), String::new()).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    site.end().await;
}

#[tokio::test]
async fn a_wait_for_an_answer_is_offered_and_every_mail_says_why() {
    let site = Site::start().await;
    assert_eq!(site.connect(1, &[]).await.status, StatusCode::SEE_OTHER);
    site.until("/activity", "is up to date").await;
    let form = [
        ("name", "Remind"),
        ("condition", "imap_silence"),
        ("within", "P3D"),
        ("text", "Hello {{first_name|there}}, did you see my mail?"),
    ];
    let saved = site.post("/automations/new", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = site.get("/automations").await;
    let sentence = "does not reply to one of your emails within 3 days";
    assert!(page.contains(sentence), "{page}");
    let odd = [("within", "soon"), form[0], form[1], form[3]];
    let refused = site.post("/automations/new", &odd).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(error(&refused.text, "within").contains("Choose how long"));

    let contacts = site.get("/contacts").await;
    let contact = between(&contacts, "href=\"/contacts/", "\"").unwrap();
    let timeline = site.get(&format!("/contacts/{contact}")).await;
    let thread = between(&timeline, "href=\"/threads/", "\"").unwrap();
    let thread = site.get(&format!("/threads/{thread}")).await;
    let mail = between(&thread, "href=\"/mails/", "/why\"").unwrap();
    let why = site.get(&format!("/mails/{mail}/why")).await;
    assert!(why.contains("Remind") && why.contains("data-node"), "{why}");
    site.end().await;
}
