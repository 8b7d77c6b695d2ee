//! Threads are the same for every order of arrival and every batching.
#![no_main]

use std::collections::BTreeMap;

use inboxlink_model::{NodeId, ThreadId};
use inboxlink_timeline::{Linker, Redirects, ThreadIds, ThreadMail, thread_tree};
use libfuzzer_sys::fuzz_target;

/// Each mail takes four bytes: its own id, and three that it names.
fn mails(bytes: &[u8]) -> Vec<ThreadIds> {
    let mail = |ids: &[u8]| {
        let mut nodes = ids.iter().map(|id| NodeId::from(u64::from(*id)));
        nodes.next().map(|own| ThreadIds {
            own,
            refs: nodes.collect(),
        })
    };
    bytes.chunks(4).filter_map(mail).collect()
}

fn partition<'a>(batches: impl Iterator<Item = &'a [ThreadIds]>) -> BTreeMap<NodeId, ThreadId> {
    let mut nodes = BTreeMap::new();
    let mut redirects = Redirects::default();
    for batch in batches {
        let known = batch.iter().flat_map(ThreadIds::nodes);
        let known: BTreeMap<_, _> = known
            .filter_map(|node| Some((node, redirects.resolve(*nodes.get(&node)?))))
            .collect();
        let mut linker = Linker::new(known);
        for mail in batch {
            linker.link(mail);
        }
        let changes = linker.finish();
        nodes.extend(changes.nodes.iter().copied());
        redirects.apply(&changes);
    }
    let now = nodes.into_iter();
    now.map(|(node, thread)| (node, redirects.resolve(thread)))
        .collect()
}

fuzz_target!(|bytes: &[u8]| {
    let mut mails = mails(bytes);
    let at_once = partition(std::iter::once(mails.as_slice()));
    assert_eq!(at_once, partition(mails.chunks(3)));

    let views: Vec<_> = mails
        .iter()
        .map(|ids| ThreadMail {
            ids,
            subject: "",
            at: None,
        })
        .collect();
    let mut seen: Vec<usize> = thread_tree(&views).iter().map(|b| b.mail).collect();
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..mails.len()));

    mails.reverse();
    assert_eq!(at_once, partition(mails.chunks(1)));
});
