//! HTTPS over the same look-up, policy and verification as mail: one request
//! to one host, no redirect followed, no cookie kept.

use std::{pin::pin, sync::Arc, time::Duration};

use http::{Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use inboxlink_settings::HostPolicy;
use tokio::time::timeout;

use crate::{DialError, Dialer, Resolver, Tls, TlsError, limits::MAX_HTTP_BODY};

/// Asks web servers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Https {
    policy: HostPolicy,
    resolver: Option<Arc<dyn Resolver>>,
    tls: Tls,
    limit: Duration,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpsError {
    /// The address is none of `https`, or holds a user name.
    #[error("this is no address of a web server that speaks https")]
    Address,
    /// No connection.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// No encryption.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The connection ended, or what came was no HTTP.
    #[error("the web server ended the connection, or did not answer in HTTP")]
    Closed,
    /// The answer is longer than we read.
    #[error("the web server's answer is too long")]
    TooLong,
    /// No answer in time.
    #[error("no answer came in time")]
    TimedOut,
}

impl Https {
    /// A client that may go where `policy` lets mail go, on the web's port
    /// instead of mail's.
    pub fn new(policy: &HostPolicy, tls: Tls, limit: Duration) -> Self {
        Self {
            policy: policy.clone().for_web(),
            resolver: None,
            tls,
            limit,
        }
    }

    /// The same with a resolver of one's own.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Option<Arc<dyn Resolver>>) -> Self {
        self.resolver = resolver;
        self
    }

    /// Sends a request, and reads the answer whole.
    ///
    /// # Errors
    /// Every [`HttpsError`]. An answer of any status is none.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpsError> {
        let (host, port) = place(request.uri()).ok_or(HttpsError::Address)?;
        let dialer = Dialer {
            policy: &self.policy,
            resolver: self.resolver.as_deref(),
            limit: self.limit,
        };
        let addresses = dialer.look_up(&host, port).await?;
        let (stream, _) = dialer.dial(&addresses).await?;
        let stream = self.tls.handshake(&host, stream, self.limit).await?;
        let asked = ask(TokioIo::new(stream), request);
        timeout(self.limit, asked)
            .await
            .unwrap_or(Err(HttpsError::TimedOut))
    }
}

async fn ask<S>(stream: S, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpsError>
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    let closed = |_| HttpsError::Closed;
    let (mut sender, connection) = http1::handshake(stream).await.map_err(closed)?;
    let exchange = async {
        let answer = sender.send_request(in_form(request)?).await;
        let (parts, body) = answer.map_err(closed)?.into_parts();
        let body = Limited::new(body, MAX_HTTP_BODY).collect().await;
        let body = body.map_err(
            |error| match error.is::<http_body_util::LengthLimitError>() {
                true => HttpsError::TooLong,
                false => HttpsError::Closed,
            },
        )?;
        Ok(Response::from_parts(parts, body.to_bytes().into()))
    };
    let (mut exchange, mut connection) = (pin!(exchange), pin!(connection));
    tokio::select! {
        answer = &mut exchange => answer,
        // What was read before its end is still to be handed over.
        _ = &mut connection => exchange.await,
    }
}

/// As HTTP/1.1 wants it: the path in the first line, the host in a header.
fn in_form(request: Request<Vec<u8>>) -> Result<Request<Full<Bytes>>, HttpsError> {
    let (mut parts, body) = request.into_parts();
    let authority = parts.uri.authority().ok_or(HttpsError::Address)?;
    let host = authority
        .as_str()
        .parse()
        .map_err(|_| HttpsError::Address)?;
    parts.headers.insert(header::HOST, host);
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = path.parse().map_err(|_| HttpsError::Address)?;
    Ok(Request::from_parts(parts, Full::new(body.into())))
}

/// The host and port of an `https` address.
fn place(uri: &Uri) -> Option<(String, u16)> {
    let authority = uri.authority()?;
    if uri.scheme_str() != Some("https") || authority.as_str().contains('@') {
        return None;
    }
    let host = authority.host().trim_matches(['[', ']']);
    (!host.is_empty()).then(|| (host.to_owned(), authority.port_u16().unwrap_or(443)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_leads_somewhere() {
        let place = |text: &str| place(&text.parse().unwrap());
        assert_eq!(
            place("https://example.com/a"),
            Some(("example.com".into(), 443))
        );
        assert_eq!(place("https://[::1]:8443/"), Some(("::1".into(), 8443)));
        for bad in [
            "http://example.com/",
            "https://ann@example.com/",
            "/path",
            "example.com",
        ] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }
}
