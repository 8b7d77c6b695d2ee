//! A browser, as the tests need it: whatever is asked for is waited for, since
//! pages change by themselves.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use inboxlink_testkit::ChromeDriver;
use serde_json::Value;
use thirtyfour::prelude::*;

/// A machine may be busy; how fast something is, is printed.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Browser {
    driver: WebDriver,
    // Ends after the session.
    chrome: ChromeDriver,
}

impl Browser {
    pub async fn start() -> Self {
        let chrome = ChromeDriver::start().unwrap();
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&chrome.browser()).unwrap();
        for argument in chrome.arguments() {
            wanted.add_arg(&argument).unwrap();
        }
        wanted.add_arg("--window-size=1280,860").unwrap();
        let log = serde_json::json!({ "browser": "ALL" });
        wanted.set("goog:loggingPrefs", log).unwrap();
        let driver = WebDriver::new(chrome.url(), wanted).await.unwrap();
        Self { driver, chrome }
    }

    pub async fn goto(&self, url: &str) {
        self.driver.goto(url).await.unwrap();
    }

    pub async fn url(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    /// Asks the page until it answers something else than nothing.
    async fn ask(&self, what: &str, script: &str, css: &str, more: &str) -> Value {
        let begun = Instant::now();
        loop {
            let arguments = vec![css.into(), more.into()];
            let answer = self.driver.execute(script, arguments).await.unwrap();
            let answer = answer.json().clone();
            if !matches!(answer, Value::Null | Value::Bool(false)) {
                return answer;
            }
            if begun.elapsed() > PATIENCE {
                let page = self.driver.source().await.unwrap_or_default();
                panic!(
                    "{what} {css} {more} is not on {}:\n{page}",
                    self.url().await
                );
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until something is there.
    pub async fn see(&self, css: &str) {
        let script = "return document.querySelector(arguments[0]) !== null";
        self.ask("", script, css, "").await;
    }

    /// Waits until something with that text is there; the whole text of the
    /// first.
    pub async fn see_text(&self, css: &str, text: &str) -> String {
        let script = "const all = [...document.querySelectorAll(arguments[0])];
            const found = all.find((it) => it.innerText.includes(arguments[1]));
            return found ? found.innerText : null;";
        let found = self.ask("text in", script, css, text).await;
        found.as_str().unwrap().to_owned()
    }

    /// The texts of all that is there now.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((it) => it.innerText)";
        strings(&self.ask("texts of", script, css, "").await)
    }

    /// The value of an input, as typed or filled in.
    pub async fn value(&self, css: &str) -> String {
        let script = "return [document.querySelector(arguments[0])?.value ?? '']";
        strings(&self.ask("value of", script, css, "").await).remove(0)
    }

    /// Red, green and blue of a background.
    pub async fn background(&self, css: &str) -> Vec<u32> {
        let script =
            "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor";
        let colour = self.ask("colour of", script, css, "").await;
        let digits = |c: char| !c.is_ascii_digit();
        let parts = colour
            .as_str()
            .unwrap()
            .split(digits)
            .filter(|it| !it.is_empty());
        parts.map(|it| it.parse().unwrap()).collect()
    }

    /// Clicks as a person does. What a live page has just replaced is looked
    /// for again.
    pub async fn click(&self, css: &str) {
        self.see(css).await;
        for _ in 0..20 {
            let element = self.driver.find(By::Css(css)).await.unwrap();
            let clicked = match element.scroll_into_view().await {
                Ok(()) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                Ok(()) => return,
                Err(error) if format!("{error:?}").contains("tale") => {}
                Err(error) => panic!("{css}: {error}"),
            }
        }
        panic!("{css} never holds still");
    }

    /// Types into a field in place of what stands there.
    pub async fn fill(&self, css: &str, text: &str) {
        self.see(css).await;
        let field = self.driver.find(By::Css(css)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// A picture of what is shown.
    pub async fn screenshot(&self, path: &Path) {
        self.driver.screenshot(path).await.unwrap();
    }

    /// Ends the browser and proves what must hold of every visit: no page had
    /// an error, and nothing was sent but to this machine.
    pub async fn close(self) {
        let Self { driver, chrome } = self;
        let errors: Vec<String> = driver
            .browser_log()
            .await
            .unwrap()
            .into_iter()
            .map(|it| it.message)
            .collect();
        driver.quit().await.unwrap();
        // A form that is refused answers 422, which Chromium notes too.
        let errors: Vec<&String> = errors
            .iter()
            .filter(|it| !it.contains("status of 422"))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let addresses = net_log_addresses(&chrome.net_log());
        assert!(
            !addresses.is_empty(),
            "the browser connected to nothing at all"
        );
        for (address, event) in addresses {
            let here = address.starts_with("127.0.0.1:") || address.starts_with("[::1]:");
            assert!(here, "{event} to {address}");
        }
    }
}

fn strings(value: &Value) -> Vec<String> {
    let all = value.as_array().unwrap();
    all.iter()
        .map(|it| it.as_str().unwrap().to_owned())
        .collect()
}

/// Where the browser's network stack connected to or sent a datagram to, and by
/// what event.
fn net_log_addresses(path: &Path) -> BTreeMap<String, String> {
    let log = std::fs::read_to_string(path).unwrap();
    let log: Value = serde_json::from_str(&log).expect("the browser ended in good order");
    let types = log["constants"]["logEventTypes"].as_object().unwrap();
    let names: BTreeMap<u64, &str> = types
        .iter()
        .map(|(name, n)| (n.as_u64().unwrap(), name.as_str()))
        .collect();
    let events = log["events"].as_array().unwrap();
    // A UDP socket is connected only to ask the kernel for a route; what it
    // sends is an event of its own, without an address but with its source.
    let mut routes = BTreeMap::new();
    let mut addresses = BTreeMap::new();
    for event in events {
        let name = names[&event["type"].as_u64().unwrap()];
        let source = event["source"]["id"].as_u64().unwrap_or_default();
        let address = event["params"]["address"].as_str();
        match (name, address) {
            ("TCP_CONNECT_ATTEMPT", Some(address)) => {
                addresses.insert(address.to_owned(), name.to_owned());
            }
            ("UDP_CONNECT", Some(address)) => {
                routes.insert(source, address);
            }
            ("UDP_BYTES_SENT", _) => {
                let address = address.or(routes.get(&source).copied());
                addresses.insert(address.unwrap_or("(unknown)").to_owned(), name.to_owned());
            }
            _ => {}
        }
    }
    addresses
}
