//! Webhooks against a real HTTP server on loopback, verified as their receivers
//! do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{Office, server};
use hmac::{Hmac, KeyInit as _, Mac as _};
use inboxlink::{EventKind, MasterKeys, MemoryStore, Options, Service};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::mpsc,
};

/// What arrived: header fields by their lower-case names, and the body.
struct Delivery {
    headers: BTreeMap<String, String>,
    body: String,
}

impl Delivery {
    /// As the specification says: any of the signatures may be ours.
    fn is_signed_with(&self, secret: &SecretString) -> bool {
        let key = secret.expose_secret().strip_prefix("whsec_").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(key).unwrap()).unwrap();
        let (id, at) = (
            &self.headers["webhook-id"],
            &self.headers["webhook-timestamp"],
        );
        mac.update(format!("{id}.{at}.{}", self.body).as_bytes());
        let ours = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.headers["webhook-signature"]
            .split(' ')
            .any(|it| it == ours)
    }
}

/// A server that answers every request with a status.
async fn serve(status: Arc<AtomicU16>) -> (String, mpsc::UnboundedReceiver<Delivery>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://127.0.0.1:{}/hook",
        listener.local_addr().unwrap().port()
    );
    let (told, deliveries) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let mut headers = BTreeMap::new();
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(": ") {
                    headers.insert(name.to_lowercase(), value.trim().to_owned());
                }
            }
            let mut body = vec![0; headers["content-length"].parse().unwrap()];
            stream.read_exact(&mut body).await.unwrap();
            let status = status.load(Ordering::Relaxed);
            let answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            let body = String::from_utf8(body).unwrap();
            told.send(Delivery { headers, body }).unwrap();
        }
    });
    (url, deliveries)
}

async fn office() -> Office {
    Office::open_with(server(), |options| {
        let keys = MasterKeys::parse(&"07".repeat(32)).unwrap();
        options.key_provider = Some(Arc::new(keys));
    })
    .await
}

#[tokio::test]
async fn events_arrive_signed_and_in_order_and_both_secrets_hold_while_they_change() {
    let mut office = office().await;
    let status = Arc::new(AtomicU16::new(204));
    let (url, mut deliveries) = serve(Arc::clone(&status)).await;
    let workspace = office.workspace.clone();
    let (id, first) = workspace.put_webhook(&url).await.unwrap();
    let shown = format!("{:?}", workspace.webhooks().await.unwrap());
    assert!(!shown.contains(first.expose_secret()));
    let second = workspace.rotate_webhook_secret(id).await.unwrap().unwrap();

    office.follow().await;
    workspace.deliver_due_webhooks().await.unwrap();
    let events = office.events_so_far().await;
    for event in &events {
        let delivery = deliveries.recv().await.unwrap();
        assert!(delivery.is_signed_with(&first) && delivery.is_signed_with(&second));
        let body: serde_json::Value = serde_json::from_str(&delivery.body).unwrap();
        assert_eq!(body["data"], serde_json::to_value(event).unwrap());
        assert_eq!(body["type"], event.kind.name());
        let last = format!("_{}", event.seq);
        assert!(delivery.headers["webhook-id"].ends_with(&last));
    }
    let newest = events.last().unwrap().seq;
    assert_eq!(workspace.webhooks().await.unwrap()[0].after, newest);
    // Nothing is told twice, and a new key of the vault changes nothing.
    workspace.rotate_key().await.unwrap();
    workspace.deliver_due_webhooks().await.unwrap();
    assert!(deliveries.try_recv().is_err());
}

#[tokio::test]
async fn what_is_not_taken_is_tried_later_and_what_is_gone_is_given_up() {
    let mut office = office().await;
    let status = Arc::new(AtomicU16::new(500));
    let (url, mut deliveries) = serve(Arc::clone(&status)).await;
    let workspace = office.workspace.clone();
    let (id, _) = workspace.put_webhook(&url).await.unwrap();
    office.follow().await;
    let pause = workspace.deliver_due_webhooks().await.unwrap();
    assert!(!pause.is_zero());
    // One was tried, and nothing more before its time.
    let first = deliveries.recv().await.unwrap();
    workspace.deliver_due_webhooks().await.unwrap();
    assert!(deliveries.try_recv().is_err());
    let kept = workspace.webhooks().await.unwrap().remove(0);
    assert_eq!((kept.after, kept.disabled), (0, false));
    assert_eq!(kept.why.as_deref(), Some("it answered with status 500"));

    status.store(410, Ordering::Relaxed);
    workspace.enable_webhook(id).await.unwrap();
    workspace.deliver_due_webhooks().await.unwrap();
    let again = deliveries.recv().await.unwrap();
    assert_eq!(again.headers["webhook-id"], first.headers["webhook-id"]);
    assert!(workspace.webhooks().await.unwrap()[0].disabled);
    let told = office.until_named("webhook_disabled").await;
    assert!(matches!(told.kind, EventKind::WebhookDisabled { webhook, .. } if webhook == id));
    workspace.remove_webhook(id).await.unwrap();
    assert!(workspace.webhooks().await.unwrap().is_empty());
}

#[tokio::test]
async fn nothing_is_posted_into_our_own_network() {
    let mut options = Options::default();
    let keys = MasterKeys::parse(&"07".repeat(32)).unwrap();
    options.key_provider = Some(Arc::new(keys));
    let workspace = Service::with_options(MemoryStore::new(), options).workspace(1);
    for url in [
        "http://example.com/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://db.internal/",
        "https://example.com:22/",
        "https://user:secret@example.com/",
        "ftp://example.com/",
        "example.com",
        "",
    ] {
        let error = workspace.put_webhook(url).await.unwrap_err();
        assert!(error.needs_user_action(), "{url}");
        assert!(!error.to_string().contains("secret@"), "{error}");
    }
    assert!(
        workspace
            .put_webhook("https://example.com/hook")
            .await
            .is_ok()
    );
}
