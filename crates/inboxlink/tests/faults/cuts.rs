//! A connection cut after every byte of the server's stream and of the
//! client's, by FIN and by RST, and the work taken up again: nothing lost,
//! nothing doubled. Bytes are counted inside TLS.

use inboxlink_testserver::{Cue, Cut, Fault};
use tokio::task::JoinSet;

use crate::rig::{Rig, same, sync, text};

/// Servers at work at once: as many as keep two cores busy.
const RIGS: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_by_fin_after_every_byte_of_the_servers() {
    every_byte(Cue::Sent, Cut::Fin, 1_500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_by_rst_after_every_byte_of_the_servers() {
    every_byte(Cue::Sent, Cut::Reset, 1_500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_by_fin_after_every_byte_of_the_clients() {
    every_byte(Cue::Received, Cut::Fin, 300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_by_rst_after_every_byte_of_the_clients() {
    every_byte(Cue::Received, Cut::Reset, 300).await;
}

/// Cuts at every byte there is, of which there must be so many at least.
async fn every_byte(cue: fn(u64) -> Cue, cut: Cut, at_least: u64) {
    let mut rigs = JoinSet::new();
    for first in 0..RIGS {
        rigs.spawn(async move {
            let rig = Rig::new().await;
            rig.fill();
            let expected = rig.undisturbed().await;
            let mut cuts = 0;
            let mut byte = first;
            while is_survived(&rig, cue(byte), cut, &expected).await {
                (cuts, byte) = (cuts + 1, byte + RIGS);
            }
            cuts
        });
    }
    let mut cuts = 0;
    while let Some(done) = rigs.join_next().await {
        cuts += done.unwrap();
    }
    println!("{cuts} cuts: 0 mails lost, 0 doubled");
    assert!(
        cuts >= at_least,
        "only {cuts} bytes were there to cut after"
    );
}

/// Syncs, is cut, and syncs again; false where the connection had ended
/// before it could be cut.
async fn is_survived(rig: &Rig, cue: Cue, cut: Cut, expected: &str) -> bool {
    rig.cues.plan(None, cue, Fault::Cut(cut));
    let workspace = rig.workspace().await;
    let inbox = rig.inbox(&workspace);
    match sync(&inbox).await {
        // Cut after the last answer that matters.
        Ok(report) => assert!(report.is_complete(), "{cue:?}"),
        Err(error) => {
            let passes = error.is_transient() && !error.needs_user_action();
            assert!(passes, "{cue:?} {cut:?}: {error:?}");
        }
    }
    if rig.cues.clear() > 0 {
        return false;
    }
    let again = sync(&inbox).await.unwrap();
    assert!(again.is_complete(), "{cue:?} {cut:?}");
    same(&text(&workspace).await, expected, &(cue, cut));
    true
}
