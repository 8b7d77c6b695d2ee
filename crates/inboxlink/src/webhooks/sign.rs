//! Signatures of the Standard Webhooks specification, symmetric: HMAC-SHA256
//! over id, time and body.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// What secrets begin with, so that a leaked one is known for what it is.
const PREFIX: &str = "whsec_";

/// A new secret: 32 random bytes. `None` where the system gives none.
pub(super) fn new_secret() -> Option<SecretString> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).ok()?;
    Some(format!("{PREFIX}{}", STANDARD.encode(key)).into())
}

/// The value of `webhook-signature`: one signature for each secret, so that a
/// receiver who knows only one of two finds theirs.
pub(super) fn signatures(secrets: &[SecretString], id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let each = secrets.iter().filter_map(|secret| {
        let key = secret.expose_secret().strip_prefix(PREFIX)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(key).ok()?).ok()?;
        mac.update(signed.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        Some(format!("v1,{signature}"))
    });
    each.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the specification's own library for Python signs it.
    #[test]
    fn the_vector_of_the_specification() {
        let secret: SecretString = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let body = r#"{"test": 2432232314}"#;
        let signed = signatures(std::slice::from_ref(&secret), id, 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = signatures(&[new_secret().unwrap(), secret], id, 1_614_265_330, body);
        assert!(both.ends_with(&format!(" {signed}")), "{both}");
    }
}
