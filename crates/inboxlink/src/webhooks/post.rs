//! One delivery: a POST over TLS to a host that the policy allows, looked up
//! once; redirects are not followed, and nothing of the answer's body is read.

use std::pin::pin;

use http_body_util::Full;
use hyper::{Request, Uri, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use inboxlink_dial::{Dialer, Tls};
use inboxlink_settings::HostPolicy;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use crate::limits::WEBHOOK_TIME;

/// Where events are posted.
#[derive(Debug, Clone)]
pub(super) struct Target {
    uri: Uri,
    host: String,
    port: u16,
    encrypted: bool,
}

/// Why an address cannot be one that events are posted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookUrlError {
    /// It is no `https` address.
    #[error(
        "a webhook needs an address that begins with https://, such as https://example.com/mail"
    )]
    NotHttps,
    /// It holds a user name, a password or a fragment.
    #[error("a webhook's address holds no user name and no password; the signature says who sends")]
    Userinfo,
    /// It may not be dialled.
    #[error("this host or port cannot be used for a webhook; use a public host name, on port 443")]
    Refused,
}

impl Target {
    /// Reads an address. Clear text is for networks of one's own.
    pub(super) fn parse(url: &str, policy: &HostPolicy) -> Result<Self, WebhookUrlError> {
        let uri: Uri = url.trim().parse().map_err(|_| WebhookUrlError::NotHttps)?;
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if policy.allows_private() => false,
            _ => return Err(WebhookUrlError::NotHttps),
        };
        let authority = uri.authority().ok_or(WebhookUrlError::NotHttps)?;
        if authority.as_str().contains('@') || url.contains('#') {
            return Err(WebhookUrlError::Userinfo);
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let port = authority
            .port_u16()
            .unwrap_or(if encrypted { 443 } else { 80 });
        let policy = policy.clone().for_web();
        let allowed = match host.parse() {
            Ok(ip) => policy.check_ip(ip),
            Err(_) => policy.check_name(&host),
        };
        if allowed.and(policy.check_port(port)).is_err() {
            return Err(WebhookUrlError::Refused);
        }
        Ok(Self {
            uri,
            host,
            port,
            encrypted,
        })
    }

    /// Posts, and answers the status code; a text says why there is none.
    pub(super) async fn post(
        &self,
        headers: &[(&str, String)],
        body: String,
        policy: &HostPolicy,
        roots: &[Vec<u8>],
    ) -> Result<u16, String> {
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let authority = self.uri.authority().map_or("", |it| it.as_str());
        let mut request = Request::post(path)
            .header(header::HOST, authority)
            .header(header::CONTENT_TYPE, "application/json")
            .header(
                header::USER_AGENT,
                concat!("inboxlink/", env!("CARGO_PKG_VERSION")),
            );
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|error| error.to_string())?;
        let sent = self.send(request, policy, roots);
        let sent = timeout(WEBHOOK_TIME, sent).await;
        sent.unwrap_or_else(|_| Err("no answer came in time".to_owned()))
    }

    async fn send(
        &self,
        request: Request<Full<Bytes>>,
        policy: &HostPolicy,
        roots: &[Vec<u8>],
    ) -> Result<u16, String> {
        let policy = policy.clone().for_web();
        let dialer = Dialer {
            policy: &policy,
            resolver: None,
            limit: WEBHOOK_TIME,
        };
        let said = |error: inboxlink_dial::DialError| error.to_string();
        let addresses = dialer.look_up(&self.host, self.port).await.map_err(said)?;
        let (stream, _) = dialer.dial(&addresses).await.map_err(said)?;
        if !self.encrypted {
            return exchange(stream, request).await;
        }
        let tls = Tls::new(roots, None).map_err(|error| error.to_string())?;
        let stream = tls.handshake(&self.host, stream, WEBHOOK_TIME).await;
        exchange(stream.map_err(|error| error.to_string())?, request).await
    }
}

/// One request and the head of its answer. The connection is driven here and
/// ends here.
async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> Result<u16, String> {
    let broken = |error: hyper::Error| error.to_string();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let mut connection = pin!(connection);
    let mut answer = pin!(sender.send_request(request));
    let answer = tokio::select! {
        answer = &mut answer => answer,
        ended = &mut connection => match ended {
            // Whatever came before the end is in the answer.
            Ok(()) => answer.await,
            Err(error) => Err(error),
        },
    };
    Ok(answer.map_err(broken)?.status().as_u16())
}
