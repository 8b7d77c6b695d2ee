//! A mail is delivered at most once, wherever a session breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)] // a test may stop at the first surprise

mod common;

use common::{Script, Server, mail};
use inboxlink_model::Timestamp;
use inboxlink_replies::followup::{FollowUpEvent, FollowUpState};
use inboxlink_settings::Security;
use inboxlink_smtp::{Lost, Outcome, transmit};
use inboxlink_testkit::Tls;

/// Sends as an embedder would: as long as the state allows it. The first
/// attempt meets the script, the others a server that works.
async fn drive(server: &Server, script: Script) -> (FollowUpState, Vec<Outcome>, usize) {
    let settings = server.settings();
    let mut state = FollowUpState::prepared(Timestamp(0));
    let (mut outcomes, mut delivered) = (Vec::new(), 0);
    server.play(script);
    for hour in 1..=10 {
        let now = Timestamp(hour * 3_600_000);
        let next = state
            .clone()
            .step(FollowUpEvent::Attempt { now, until: now });
        if next == state {
            break;
        }
        let outcome = transmit(&settings, &mail()).await;
        state = next.step(outcome.event(now));
        outcomes.push(outcome);
        delivered += server.seen().delivered.len();
        server.play(Script::default());
    }
    (state, outcomes, delivered)
}

/// Cuts a session after each byte that goes over it in either direction.
async fn cut_everywhere(security: Security, reset: bool) {
    let server = Server::start(security, Tls::Trusted).await;
    server.play(Script::default());
    let outcome = transmit(&server.settings(), &mail()).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    let whole = server.seen().bytes;
    assert!(whole > 300, "{whole}");

    let (mut unknown, mut unsent) = (0, 0);
    for cut in 0..whole {
        let script = Script {
            cut_after: Some(cut),
            reset,
            ..Script::default()
        };
        let (state, outcomes, delivered) = drive(&server, script).await;
        match (&outcomes[0], &state) {
            // Only what went wrong before the final dot is tried again.
            (Outcome::NotSent(failure), FollowUpState::Accepted { .. }) => {
                assert!(failure.is_transient(), "cut {cut}: {failure:?}");
                assert_eq!((outcomes.len(), delivered), (2, 1), "cut {cut}");
                unsent += 1;
            }
            (Outcome::Unknown { reason }, FollowUpState::Unknown { .. }) => {
                assert_eq!(*reason, Lost::Closed, "cut {cut}");
                assert_eq!(outcomes.len(), 1, "cut {cut}");
                assert!(delivered <= 1, "cut {cut}");
                unknown += 1;
            }
            // After the answer, in QUIT.
            (Outcome::Accepted { .. }, FollowUpState::Accepted { .. }) => {
                assert_eq!((outcomes.len(), delivered), (1, 1), "cut {cut}");
            }
            other => panic!("cut {cut}: {other:?}"),
        }
    }
    // Both happened, and the uncertain window is what cannot be helped: the
    // mail, which may be on its way whole, and the answer to it.
    assert!(
        unsent > 200 && (26..=130).contains(&unknown),
        "{unsent}, {unknown}"
    );
}

#[tokio::test]
async fn cut_after_every_byte() {
    cut_everywhere(Security::Tls, false).await;
}

#[tokio::test]
async fn cut_after_every_byte_by_a_reset() {
    cut_everywhere(Security::Tls, true).await;
}

#[tokio::test]
async fn cut_after_every_byte_with_starttls() {
    cut_everywhere(Security::StartTls, false).await;
}

#[tokio::test]
async fn only_the_last_answer_is_lost() {
    let server = Server::start(Security::Tls, Tls::Trusted).await;
    let script = Script {
        lose_last_answer: true,
        ..Script::default()
    };
    let (state, outcomes, delivered) = drive(&server, script).await;
    let reason = Lost::Closed;
    assert_eq!(outcomes, [Outcome::Unknown { reason }]);
    assert_eq!(delivered, 1);
    assert!(matches!(state, FollowUpState::Unknown { .. }));
    // Somebody finds its copy in the Sent folder.
    let state = state.step(FollowUpEvent::SeenInSent);
    assert!(matches!(state, FollowUpState::Accepted { .. }));
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_makes_no_sense() {
    let server = Server::start(Security::Tls, Tls::Trusted).await;
    let mut settings = server.settings();
    settings.timeouts.mail = std::time::Duration::from_millis(300);
    server.play(Script {
        silent_at: Some("."),
        ..Script::default()
    });
    let outcome = transmit(&settings, &mail()).await;
    let reason = Lost::Timeout;
    assert_eq!(outcome, Outcome::Unknown { reason });

    let server = Server::start(Security::Tls, Tls::Trusted).await;
    for nonsense in [&b"354 more?\r\n"[..], b"hello\r\n", b"250-a\r\n550 b\r\n"] {
        server.play(Script {
            answers: vec![(".", nonsense)],
            ..Script::default()
        });
        let outcome = transmit(&server.settings(), &mail()).await;
        let reason = Lost::Protocol;
        assert_eq!(outcome, Outcome::Unknown { reason }, "{nonsense:?}");
    }
}
