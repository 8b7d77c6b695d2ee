//! What receiving servers found out about a mail (Authentication-Results, RFC 8601).

use crate::{
    Authentication, AuthenticationResult,
    field::one_line,
    header::Header,
    limits::{MAX_NAME_CHARS, MAX_REPEATED},
};

/// The verdicts in the order of the header: the topmost was written last.
pub(crate) fn authentication(header: &Header<'_>) -> Vec<Authentication> {
    let values = header.all("authentication-results").take(MAX_REPEATED);
    values.filter_map(|value| verdict(&value)).collect()
}

fn verdict(value: &str) -> Option<Authentication> {
    let plain = without_comments(value);
    let mut pieces = plain.split(';');
    let server = pieces.next()?.split_whitespace().next()?;
    Some(Authentication {
        server: one_line(server, MAX_NAME_CHARS).to_lowercase(),
        results: pieces.take(MAX_REPEATED).filter_map(result).collect(),
    })
}

/// `method=result property=value …`.
fn result(piece: &str) -> Option<AuthenticationResult> {
    let mut words = piece.split_whitespace();
    let (method, result) = words.next()?.split_once('=')?;
    let method = method.split('/').next().unwrap_or_default();
    let domain = words
        .filter_map(|word| word.split_once('='))
        .find_map(|(property, value)| {
            let names = [
                "header.d",
                "header.from",
                "header.i",
                "smtp.mailfrom",
                "smtp.helo",
            ];
            let named = names.iter().any(|name| property.eq_ignore_ascii_case(name));
            let domain = value.trim_matches('"').rsplit('@').next()?;
            named.then(|| one_line(domain, MAX_NAME_CHARS).to_lowercase())
        });
    Some(AuthenticationResult {
        method: one_line(method, MAX_NAME_CHARS).to_lowercase(),
        result: one_line(result, MAX_NAME_CHARS).to_lowercase(),
        domain: domain.filter(|domain| !domain.is_empty()),
    })
}

/// A value without what stands in round brackets.
fn without_comments(value: &str) -> String {
    let mut depth = 0usize;
    let mut plain = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_results_and_domains() {
        let found = verdict(
            "MX.example.com 1; spf=pass (sender; ok) smtp.mailfrom=ann@example.org;\n dkim=PASS header.d=example.org header.s=k1; dmarc=fail (p=none) header.from=example.net",
        )
        .unwrap();
        assert_eq!(found.server, "mx.example.com");
        let results: Vec<_> = found
            .results
            .iter()
            .map(|r| (r.method.as_str(), r.result.as_str(), r.domain.as_deref()))
            .collect();
        let expected = [
            ("spf", "pass", Some("example.org")),
            ("dkim", "pass", Some("example.org")),
            ("dmarc", "fail", Some("example.net")),
        ];
        assert_eq!(results, expected);
        assert!(verdict("mx.example.com; none").unwrap().results.is_empty());
        assert_eq!(verdict(" ; spf=pass"), None);
    }
}
