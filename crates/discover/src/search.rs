//! Runs a search to its end.

use http::{Request, header::LOCATION};
use inboxlink_dial::Https;
use inboxlink_settings::{
    HostPolicy,
    discovery::{Discovery, Found, Question, Reply, Step},
};
use tokio::time::timeout;

use crate::{
    Dns,
    limits::{MAX_REDIRECTS, QUESTION_TIME, SEARCH_TIME},
};

/// The servers of an address; `None` where nobody knows, or not in time.
/// Without `dns` only known providers and pages are looked for.
pub async fn discover(
    address: &str,
    policy: &HostPolicy,
    dns: Option<&dyn Dns>,
    https: &Https,
) -> Option<Found> {
    let search = Discovery::of(address)?;
    let running = run(search, policy, dns, https);
    timeout(SEARCH_TIME, running).await.ok().flatten()
}

async fn run(
    mut search: Discovery,
    policy: &HostPolicy,
    dns: Option<&dyn Dns>,
    https: &Https,
) -> Option<Found> {
    // Whether such a name exists here is nobody's business.
    let public = policy.check_name(search.domain()).is_ok();
    let mut reply = Reply::Nothing;
    loop {
        match search.next(reply) {
            Step::Ask(question) if public => {
                let asked = timeout(QUESTION_TIME, ask(question, dns, https));
                reply = asked.await.unwrap_or(Reply::Nothing);
            }
            Step::Found(found) => return Some(*found),
            _ => return None,
        }
    }
}

async fn ask(question: Question, dns: Option<&dyn Dns>, https: &Https) -> Reply {
    match (question, dns) {
        (Question::Page(url), _) => page(url, https).await.map_or(Reply::Nothing, Reply::Page),
        (Question::Services(name), Some(dns)) => match dns.services(&name).await {
            found if found.is_empty() => Reply::Nothing,
            found => Reply::Services(found),
        },
        (Question::MailExchangers(domain), Some(dns)) => match dns.exchangers(&domain).await {
            found if found.is_empty() => Reply::Nothing,
            found => Reply::MailExchangers(found),
        },
        (Question::Exists(host), Some(dns)) => match dns.exists(&host).await {
            true => Reply::Exists,
            false => Reply::Nothing,
        },
        _ => Reply::Nothing,
    }
}

/// A page's text; redirects lead to `https` again, through the same guard.
async fn page(mut url: String, https: &Https) -> Option<String> {
    for _ in 0..=MAX_REDIRECTS {
        let request = Request::get(&url).body(Vec::new()).ok()?;
        let answer = https.send(request).await.ok()?;
        if answer.status().is_redirection() {
            url = answer.headers().get(LOCATION)?.to_str().ok()?.to_owned();
            continue;
        }
        let found = answer.status().is_success();
        return String::from_utf8(answer.into_body()).ok().filter(|_| found);
    }
    None
}
