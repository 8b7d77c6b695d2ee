//! HTTP/1.1 over TLS, a task for each client.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, LOCATION};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::grants::Grants;
use super::token::{Answer, Fields, answer};
use crate::limits;

/// Serves until the task is dropped.
pub(super) async fn listen(listener: TcpListener, tls: TlsAcceptor, grants: Arc<Mutex<Grants>>) {
    let mut clients = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        while clients.try_join_next().is_some() {}
        let (tls, grants) = (tls.clone(), Arc::clone(&grants));
        // How a client's connection ended is the client's to know.
        clients.spawn(async move {
            let stream = tls.accept(stream).await?;
            let service = service_fn(|request| serve(request, Arc::clone(&grants)));
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            served.await.map_err(io::Error::other)
        });
    }
}

async fn serve(
    request: Request<Incoming>,
    grants: Arc<Mutex<Grants>>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let page = request.uri().path().to_owned();
    let mut fields = parse(request.uri().query().unwrap_or_default().as_bytes());
    let body = Limited::new(request.into_body(), limits::FORM)
        .collect()
        .await;
    let body = body.map_err(io::Error::other)?.to_bytes();
    fields.extend(parse(&body));
    let answered = {
        let mut grants = grants.lock().unwrap_or_else(PoisonError::into_inner);
        answer(&mut grants, &page, &fields)
    };
    let response = match answered {
        Answer::Text(status, text) => Response::builder()
            .status(status)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(text.into())),
        Answer::Redirect(to) => Response::builder()
            .status(StatusCode::FOUND)
            .header(LOCATION, to)
            .body(Full::default()),
        Answer::HangUp => return Err(io::ErrorKind::ConnectionAborted.into()),
    };
    response.map_err(io::Error::other)
}

fn parse(form: &[u8]) -> Fields {
    url::form_urlencoded::parse(form)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
