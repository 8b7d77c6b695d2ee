//! What was granted: codes, tokens, and whose they are.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::TokenFault;

/// Called with a user and an access token.
type OnToken = Box<dyn Fn(&str, &str) + Send>;

/// Everything the server knows.
pub(super) struct Grants {
    pub(super) person: String,
    pub(super) redirect_url: String,
    /// The server's own address, without a path.
    pub(super) base: String,
    pub(super) lifetime: Duration,
    pub(super) denies: bool,
    pub(super) faults: VecDeque<TokenFault>,
    pub(super) on_token: Option<OnToken>,
    pub(super) renewals: u64,
    next: u64,
    /// Codes of browsers, with the PKCE challenge of each.
    codes: BTreeMap<String, Option<String>>,
    /// Device codes, with the code that a person types for each.
    devices: BTreeMap<String, Device>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    newest: Option<String>,
}

struct Device {
    user_code: String,
    typed: bool,
}

struct Access {
    grant: u64,
    until: Instant,
    revoked: bool,
}

struct Refresh {
    grant: u64,
    used: bool,
    revoked: bool,
}

/// A pair of tokens, fresh.
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
    pub(super) seconds: u64,
}

impl Grants {
    pub(super) fn new(person: &str, redirect_url: &str, base: &str) -> Self {
        Self {
            person: person.to_owned(),
            redirect_url: redirect_url.to_owned(),
            base: base.to_owned(),
            lifetime: Duration::from_secs(3600),
            denies: false,
            faults: VecDeque::new(),
            on_token: None,
            renewals: 0,
            next: 0,
            codes: BTreeMap::new(),
            devices: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            newest: None,
        }
    }

    /// A word that nobody guesses by chance; the server's tests are repeatable.
    fn word(&mut self, kind: &str) -> String {
        self.next += 1;
        let digest = Sha256::digest(format!("{} {kind} {}", self.base, self.next));
        format!("{kind}-{}", URL_SAFE_NO_PAD.encode(digest))
    }

    /// The person has signed in: a code for the browser to bring back.
    pub(super) fn code(&mut self, challenge: Option<String>) -> String {
        let code = self.word("code");
        self.codes.insert(code.clone(), challenge);
        code
    }

    /// Exchanges a code: it is good once, and only for who began (RFC 7636 §4.6).
    pub(super) fn exchange(&mut self, code: &str, verifier: Option<&str>) -> Option<Pair> {
        let challenge = self.codes.remove(code)?;
        let proof = verifier.map(|it| URL_SAFE_NO_PAD.encode(Sha256::digest(it)));
        (challenge == proof).then(|| {
            self.next += 1;
            self.pair(self.next)
        })
    }

    /// A device's two codes.
    pub(super) fn device(&mut self) -> (String, String) {
        let code = self.word("device");
        let user_code = format!("WDJB-{:04}", self.next);
        let device = Device {
            user_code: user_code.clone(),
            typed: false,
        };
        self.devices.insert(code.clone(), device);
        (code, user_code)
    }

    pub(super) fn type_code(&mut self, user_code: &str) {
        for device in self.devices.values_mut() {
            device.typed |= device.user_code == user_code;
        }
    }

    /// What a device's code is good for now: a pair, or why not yet.
    pub(super) fn poll(&mut self, code: &str) -> Result<Pair, &'static str> {
        let device = self.devices.get(code).ok_or("expired_token")?;
        if self.denies {
            return Err("access_denied");
        }
        if !device.typed {
            return Err("authorization_pending");
        }
        self.devices.remove(code);
        self.next += 1;
        Ok(self.pair(self.next))
    }

    /// Renews: the old refresh token is good no more, and whoever uses it
    /// again may be a thief, or the one who was robbed.
    pub(super) fn renew(&mut self, token: &str) -> Option<Pair> {
        let known = self.refresh.get_mut(token)?;
        let (grant, again) = (known.grant, known.used);
        if known.revoked {
            return None;
        }
        known.used = true;
        if again {
            self.revoke(grant);
            return None;
        }
        self.renewals += 1;
        Some(self.pair(grant))
    }

    fn pair(&mut self, grant: u64) -> Pair {
        let (access, refresh) = (self.word("access"), self.word("refresh"));
        let made = Access {
            grant,
            until: Instant::now() + self.lifetime,
            revoked: false,
        };
        self.access.insert(access.clone(), made);
        let made = Refresh {
            grant,
            used: false,
            revoked: false,
        };
        self.refresh.insert(refresh.clone(), made);
        self.newest = Some(access.clone());
        if let Some(told) = &self.on_token {
            told(&self.person, &access);
        }
        Pair {
            access,
            refresh,
            seconds: self.lifetime.as_secs(),
        }
    }

    /// Whether an access token is good now.
    pub(super) fn is_active(&self, token: &str) -> bool {
        let known = self.access.get(token);
        known.is_some_and(|it| !it.revoked && Instant::now() < it.until)
    }

    pub(super) fn revoke_token(&mut self, token: &str) {
        let access = self.access.get(token).map(|it| it.grant);
        let grant = access.or_else(|| self.refresh.get(token).map(|it| it.grant));
        if let Some(grant) = grant {
            self.revoke(grant);
        }
    }

    fn revoke(&mut self, grant: u64) {
        for it in self.access.values_mut().filter(|it| it.grant == grant) {
            it.revoked = true;
        }
        for it in self.refresh.values_mut().filter(|it| it.grant == grant) {
            it.revoked = true;
        }
    }

    pub(super) fn revoke_everything(&mut self) {
        self.access.values_mut().for_each(|it| it.revoked = true);
        self.refresh.values_mut().for_each(|it| it.revoked = true);
    }

    pub(super) fn expire_access(&mut self) {
        let now = Instant::now();
        self.access.values_mut().for_each(|it| it.until = now);
    }

    pub(super) fn newest(&self) -> Option<String> {
        self.newest.clone()
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.access
            .keys()
            .chain(self.refresh.keys())
            .cloned()
            .collect()
    }
}

impl fmt::Debug for Grants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grants({})", self.access.len())
    }
}
