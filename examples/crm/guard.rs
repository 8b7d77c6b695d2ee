//! What protects a website on this machine from the rest of the web: an open
//! tab of another site must neither read it nor act through it.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

/// Sent with every answer. No script or style but our own files, no frames,
/// no requests to anywhere else.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         object-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // `no-referrer` would turn the Origin of our own forms into `null`.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Refuses what comes from another site, and sets the headers.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let refused = refusal(request.method(), request.headers());
    let mut response = match refused {
        Some(why) => (StatusCode::FORBIDDEN, why).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages hold mail: no cache keeps them. Our files say otherwise themselves.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn refusal(method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    // A name of somebody else's that was made to point at this machine
    // (DNS rebinding) shows in the Host header.
    let host = text(header::HOST).unwrap_or_default();
    if !is_this_machine(host) {
        return Some("Open this page under the address that the program printed.");
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    // Browsers say where a form comes from; whoever says nothing is no
    // browser, and carries nobody's trust.
    let same_site = match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => {
            text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == Some(host))
        }
    };
    (!same_site).then_some("This form was sent from another site, and was not accepted.")
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: Method, headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        refusal(&method, &map).is_some()
    }

    #[test]
    fn other_names_of_this_machine_are_refused() {
        for (host, expected) in [
            ("127.0.0.1:8080", false),
            ("localhost:8080", false),
            ("localhost", false),
            ("evil.example:8080", true),
            ("127.0.0.1.evil.example", true),
            ("", true),
        ] {
            assert_eq!(refused(Method::GET, &[("host", host)]), expected, "{host}");
        }
        assert!(refused(Method::GET, &[]));
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        let host = ("host", "127.0.0.1:8080");
        for (header, value, expected) in [
            ("origin", "http://127.0.0.1:8080", false),
            ("origin", "http://localhost:8080", true),
            ("origin", "http://127.0.0.1:8081", true),
            ("origin", "https://evil.example", true),
            ("origin", "null", true),
            ("sec-fetch-site", "same-origin", false),
            ("sec-fetch-site", "none", false),
            ("sec-fetch-site", "same-site", true),
            ("sec-fetch-site", "cross-site", true),
        ] {
            let refused = refused(Method::POST, &[host, (header, value)]);
            assert_eq!(refused, expected, "{header}: {value}");
        }
        assert!(!refused(Method::POST, &[host]));
        // Reading is left to the browser's own rules.
        assert!(!refused(
            Method::GET,
            &[host, ("sec-fetch-site", "cross-site")]
        ));
    }
}
