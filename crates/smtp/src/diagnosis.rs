//! From a failure to what a person is told.

use inboxlink_settings::{Advice, Cause, Diagnosis, Side, Stage, diagnose};

use crate::{Failure, FailureKind};

impl Failure {
    /// What happened, in the vocabulary that settings use with people. `host`
    /// is the server's name, by which its provider is known.
    pub fn diagnosis(&self, host: &str) -> Diagnosis {
        let cause = match self.kind() {
            FailureKind::Dns => Cause::HostNotFound,
            FailureKind::HostRefused => Cause::HostRefused,
            FailureKind::Refused => Cause::ConnectionRefused,
            FailureKind::Timeout => Cause::TimedOut,
            FailureKind::NotSmtp => Cause::NotImap,
            FailureKind::NoTls => Cause::NoStartTls,
            FailureKind::StartTlsPort => Cause::StartTlsPort,
            FailureKind::Certificate(fault) => Cause::Certificate(fault),
            FailureKind::Tls => Cause::TlsFailed,
            FailureKind::LoginDisabled => Cause::LoginDisabled,
            FailureKind::Token => Cause::Token,
            FailureKind::TokensNotTaken => Cause::TokensNotTaken,
            FailureKind::Auth => Cause::No,
            FailureKind::Unavailable | FailureKind::Closed => Cause::Closed,
            FailureKind::Authority
            | FailureKind::Credentials
            | FailureKind::Protocol
            | FailureKind::Mail => Cause::Other,
        };
        let text = Some(self.server_text()).filter(|text| !text.is_empty());
        diagnose(Stage::Smtp, cause, text, host)
    }

    /// What to tell a person.
    pub fn advice(&self, host: &str) -> Advice {
        self.diagnosis(host).advice(host, Side::Sending)
    }
}

#[cfg(test)]
mod tests {
    use inboxlink_settings::Field;

    use super::*;

    #[test]
    fn refusals_of_submission_servers_are_understood() {
        for (host, code, text, expected) in [
            (
                "smtp.gmail.com",
                534,
                "5.7.9 Application-specific password required. For more information, go to https://support.google.com/mail/?p=InvalidSecondFactor",
                Diagnosis::AppPasswordRequired,
            ),
            (
                "smtp.gmail.com",
                535,
                "5.7.8 Username and Password not accepted.",
                Diagnosis::WrongPassword,
            ),
            (
                "smtp.office365.com",
                535,
                "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
                Diagnosis::AdminBlocked,
            ),
            (
                "smtp.office365.com",
                535,
                "5.7.139 Authentication unsuccessful, basic authentication is disabled.",
                Diagnosis::OAuth2Required,
            ),
            (
                "smtp.mail.yahoo.com",
                535,
                "5.7.0 (#AUTH005) Too many bad auth attempts.",
                Diagnosis::Throttled,
            ),
            ("smtp.example.com", 535, "no", Diagnosis::WrongPassword),
        ] {
            let failure = Failure::new(FailureKind::Auth).saying(Some(code), text.to_owned());
            assert_eq!(failure.diagnosis(host), expected, "{text}");
        }
        let refused = Failure::new(FailureKind::Refused).advice("smtp.example.com");
        assert_eq!(refused.field, Some(Field::SmtpPort));
        assert!(refused.todo.contains("465"));
    }
}
