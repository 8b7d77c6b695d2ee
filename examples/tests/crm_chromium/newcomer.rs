//! What somebody sees who runs one command and clicks through.

use std::time::Instant;

use crate::{browser::Browser, crm::Crm, picture};

/// A customer of the demo mailbox with a year of mail.
const CUSTOMER: &str = "carol.whitcombe@tallowbridge.example";

const ANSWER: &str = "Wednesday suits us well, thank you. See you then!";
const FOLLOW_UP: &str = "thank you for your answer";

#[tokio::test]
#[ignore = "needs Chromium: cargo xtask test --install"]
async fn chromium_a_newcomers_whole_path() {
    let crm = Crm::start::<&str>(&[]);
    let browser = Browser::start().await;
    connect(&browser, &crm).await;
    look_at_a_contact(&browser, &crm).await;
    automate(&browser, &crm).await;
    answer_as_the_customer(&browser, &crm).await;
    see_the_follow_up(&browser, &crm).await;
    see_what_the_automation_did(&browser, &crm).await;
    be_out_of_office(&browser, &crm).await;
    browser.close().await;
}

async fn connect(browser: &Browser, crm: &Crm) {
    browser.goto(&crm.page("/")).await;
    browser.click("main a.button.primary").await;
    browser.click("#connect-imap").await;
    browser.click("#fill-demo").await;
    for field in ["name", "host", "username", "password", "port"] {
        let value = browser.value(&format!("form#connect [name={field}]")).await;
        assert!(!value.is_empty(), "{field} is not filled in");
    }
    assert_eq!(browser.texts("#confirm").await, ["Confirm"]);
    let [red, green, blue] = browser.background("#confirm").await[..] else {
        panic!("no colour");
    };
    assert!(
        red > green && blue > red,
        "({red}, {green}, {blue}) is not purple"
    );
    picture(browser, "connect.png").await;

    let begun = Instant::now();
    browser.click("#confirm").await;
    browser.see("#inboxes .progress").await;
    browser.click("nav a[href='/contacts']").await;
    browser.see("#contacts a.contact[data-email]").await;
    println!(
        "first contact on screen: {} ms after Confirm",
        begun.elapsed().as_millis()
    );
    browser.click("nav a[href='/settings/email']").await;
    browser.see("#inboxes .progress[data-state=current]").await;
    let progress = browser.texts("#inboxes .progress").await.concat();
    println!(
        "all synced: {} ms after Confirm: {}",
        begun.elapsed().as_millis(),
        progress.lines().next().unwrap_or_default()
    );
}

async fn look_at_a_contact(browser: &Browser, crm: &Crm) {
    browser.goto(&crm.page("/contacts")).await;
    browser.goto(&crm.page("/contacts?q=whitcombe")).await;
    browser
        .click(&format!("#contacts a.contact[data-email='{CUSTOMER}']"))
        .await;
    browser
        .see("ol#timeline > li.entry[data-direction=inbound][data-class=human]")
        .await;
    browser
        .see("ol#timeline > li.entry[data-direction=outbound]")
        .await;
    let entries = browser.texts("ol#timeline > li.entry").await.len();
    assert!(entries > 10, "{entries} entries");
    browser.click("ol#timeline > li.entry a").await;
    browser.see("article.message").await;
    assert!(browser.url().await.contains("/threads/"));
}

async fn automate(browser: &Browser, crm: &Crm) {
    browser.goto(&crm.page("/automations")).await;
    browser.click("main a[href='/automations/new']").await;
    let chosen = browser
        .texts("form#automation #condition option:checked")
        .await;
    assert!(chosen.concat().starts_with("IMAP email"), "{chosen:?}");
    browser
        .fill("form#automation [name=name]", "Thank whoever answers")
        .await;
    browser
        .fill(
            "form#automation [name=text]",
            &format!("Hello {{{{first_name|there}}}},\n\n{FOLLOW_UP}!\n\n{{{{sender_name}}}}"),
        )
        .await;
    browser.click("#save").await;
    browser
        .see_text("#automations li", "Thank whoever answers")
        .await;
}

/// Answers the newest mail that the customer got.
async fn answer(browser: &Browser, crm: &Crm, kind: &str, text: &str) {
    browser
        .goto(&crm.page(&format!("/customer?as={CUSTOMER}")))
        .await;
    browser
        .click(&format!("form#reply input[name=kind][value={kind}]"))
        .await;
    browser.fill("form#reply [name=text]", text).await;
    browser.click("form#reply #send").await;
    // The page that says so: not the one whose form was just sent.
    browser.see("[role=status]").await;
}

async fn answer_as_the_customer(browser: &Browser, crm: &Crm) {
    let begun = Instant::now();
    answer(browser, crm, "human", ANSWER).await;
    browser.goto(&crm.page("/activity")).await;
    browser.see("#events > li[data-event=rule_fired]").await;
    println!(
        "rule seen to fire: {} ms after the customer began to write",
        begun.elapsed().as_millis()
    );
    let fired = browser
        .see_text("#events > li[data-event=rule_fired]", "after the server")
        .await;
    println!("rule fired: {}", fired.replace('\n', " · "));
}

async fn see_the_follow_up(browser: &Browser, crm: &Crm) {
    browser
        .goto(&crm.page(&format!("/customer?as={CUSTOMER}")))
        .await;
    let arrived = browser.see_text("#customer-inbox li", FOLLOW_UP).await;
    assert!(arrived.contains("Carol"), "{arrived}");
    // In the same conversation as what it answers, and behind it.
    browser.goto(&crm.page("/contacts?q=whitcombe")).await;
    browser
        .click(&format!("#contacts a.contact[data-email='{CUSTOMER}']"))
        .await;
    browser
        .see_text("ol#timeline > li.entry[data-direction=outbound]", FOLLOW_UP)
        .await;
    picture(browser, "contact.png").await;
    browser
        .click("ol#timeline > li.entry[data-direction=outbound] a")
        .await;
    browser.see("article.message").await;
    let thread = browser.texts("article.message").await;
    let place = |text: &str| thread.iter().position(|mail| mail.contains(text));
    let (answer, follow_up) = (place(ANSWER), place(FOLLOW_UP));
    assert!(answer.is_some() && answer < follow_up, "{thread:#?}");
    assert!(
        thread.len() > 3,
        "the conversation before it is missing: {thread:#?}"
    );
}

async fn see_what_the_automation_did(browser: &Browser, crm: &Crm) {
    browser.goto(&crm.page("/automations")).await;
    browser
        .see("#automations .follow-up[data-state=accepted]")
        .await;
    picture(browser, "automation.png").await;
}

async fn be_out_of_office(browser: &Browser, crm: &Crm) {
    let customer = crm.page(&format!("/customer?as={CUSTOMER}"));
    browser.goto(&customer).await;
    let before = browser.texts("#customer-inbox li").await;
    answer(browser, crm, "out_of_office", "I am away until Monday.").await;
    // It is there, and known for what it is …
    browser.goto(&crm.page("/contacts?q=whitcombe")).await;
    browser
        .click(&format!("#contacts a.contact[data-email='{CUSTOMER}']"))
        .await;
    browser
        .see_text(
            "ol#timeline > li.entry[data-class=auto_reply]",
            "away until Monday",
        )
        .await;
    // … and nothing came of it.
    browser.goto(&crm.page("/activity")).await;
    browser.see("#events > li").await;
    let fired = browser.texts("#events > li[data-event=rule_fired]").await;
    assert_eq!(fired.len(), 1, "{fired:?}");
    picture(browser, "activity.png").await;
    browser.goto(&customer).await;
    assert_eq!(browser.texts("#customer-inbox li").await, before);
}
