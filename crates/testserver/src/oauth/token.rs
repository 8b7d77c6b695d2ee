//! The endpoints' answers: fields in, status and text out. It does no I/O.

use std::collections::BTreeMap;

use super::grants::{Grants, Pair};
use super::{AuthServer, TokenFault};

/// A form's or a query's fields.
pub(super) type Fields = BTreeMap<String, String>;

/// What is answered.
pub(super) enum Answer {
    /// JSON, or a page, under a status.
    Text(u16, String),
    /// Elsewhere.
    Redirect(String),
    /// Nothing: the connection ends.
    HangUp,
}

/// Answers a request.
pub(super) fn answer(grants: &mut Grants, page: &str, fields: &Fields) -> Answer {
    match page {
        "/authorize" => authorize(grants, fields),
        "/token" => token(grants, fields),
        "/device" => device(grants, fields),
        "/introspect" => introspect(grants, fields),
        "/revoke" => {
            grants.revoke_token(field(fields, "token"));
            Answer::Text(200, String::new())
        }
        _ => Answer::Text(404, "There is no such page.".to_owned()),
    }
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

/// RFC 6749 §4.1.1: what is wrong with the client is told to the person only.
fn authorize(grants: &mut Grants, fields: &Fields) -> Answer {
    let redirect_url = field(fields, "redirect_uri");
    if field(fields, "client_id") != AuthServer::CLIENT || redirect_url != grants.redirect_url {
        return Answer::Text(400, "This program is not registered here.".to_owned());
    }
    let state = field(fields, "state");
    let back = |name: &str, value: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair(name, value).append_pair("state", state);
        Answer::Redirect(format!("{redirect_url}?{}", query.finish()))
    };
    let pkce = (
        fields.get("code_challenge"),
        field(fields, "code_challenge_method"),
    );
    match pkce {
        _ if field(fields, "response_type") != "code" => back("error", "unsupported_response_type"),
        (Some(_), "S256") | (None, _) if grants.denies => back("error", "access_denied"),
        (Some(challenge), "S256") => back("code", &grants.code(Some(challenge.clone()))),
        (None, _) => back("code", &grants.code(None)),
        (Some(_), _) => back("error", "invalid_request"),
    }
}

fn token(grants: &mut Grants, fields: &Fields) -> Answer {
    let fault = grants.faults.pop_front();
    match fault {
        Some(TokenFault::Refuse(word)) => return refusal(&word),
        Some(TokenFault::Status(status)) => {
            return Answer::Text(status, "<h1>Something went wrong</h1>".to_owned());
        }
        _ => {}
    }
    if !is_client(fields) {
        return Answer::Text(401, error("invalid_client"));
    }
    let granted = match field(fields, "grant_type") {
        "authorization_code" if field(fields, "redirect_uri") != grants.redirect_url => None,
        "authorization_code" => {
            let verifier = fields.get("code_verifier").map(String::as_str);
            grants.exchange(field(fields, "code"), verifier)
        }
        "refresh_token" => grants.renew(field(fields, "refresh_token")),
        "urn:ietf:params:oauth:grant-type:device_code" => {
            match grants.poll(field(fields, "device_code")) {
                Ok(pair) => Some(pair),
                Err(word) => return refusal(word),
            }
        }
        _ => return refusal("unsupported_grant_type"),
    };
    match granted {
        _ if fault == Some(TokenFault::HangUp) => Answer::HangUp,
        Some(pair) => Answer::Text(200, pair.json()),
        None => refusal("invalid_grant"),
    }
}

fn is_client(fields: &Fields) -> bool {
    field(fields, "client_id") == AuthServer::CLIENT
        && field(fields, "client_secret") == AuthServer::SECRET
}

fn device(grants: &mut Grants, fields: &Fields) -> Answer {
    if !is_client(fields) {
        return Answer::Text(401, error("invalid_client"));
    }
    let (code, user_code) = grants.device();
    let base = &grants.base;
    Answer::Text(
        200,
        format!(
            r#"{{"device_code":"{code}","user_code":"{user_code}","verification_uri":"{base}/type","expires_in":600,"interval":1}}"#
        ),
    )
}

/// RFC 7662 §2.2, with the name under which mail servers look for the user.
fn introspect(grants: &Grants, fields: &Fields) -> Answer {
    let active = grants.is_active(field(fields, "token"));
    let json = match active {
        true => format!(r#"{{"active":true,"username":"{}"}}"#, grants.person),
        false => r#"{"active":false}"#.to_owned(),
    };
    Answer::Text(200, json)
}

fn refusal(word: &str) -> Answer {
    Answer::Text(400, error(word))
}

fn error(word: &str) -> String {
    format!(r#"{{"error":"{word}","error_description":"said by the test's server"}}"#)
}

impl Pair {
    fn json(&self) -> String {
        let (access, refresh, seconds) = (&self.access, &self.refresh, self.seconds);
        format!(
            r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{seconds},"refresh_token":"{refresh}"}}"#
        )
    }
}
