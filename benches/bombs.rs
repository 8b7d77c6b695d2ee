//! How long mail made to hurt takes: MIME structures and headers to be read,
//! HTML to be made safe. Each line is a shape at three sizes; the last one says
//! by how much the slowest stays below what is promised.

use std::collections::BTreeMap;

use inboxlink_benches::{BenchError, time};
use inboxlink_message::parse;
use inboxlink_testkit::{Bomb, HEADER_BOMBS, HTML_BOMBS, MIME_BOMBS};
use inboxlink_timeline::html::safe_html;
use serde_json::json;

/// Milliseconds promised: for a MiB of structure, for a header however long,
/// for a part's HTML.
const STRUCTURE_MS: f64 = 100.0;
const HEADER_MS: f64 = 1_000.0;
const HTML_MS: f64 = 250.0;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() -> Result<(), BenchError> {
    let (mut structure, mut header, mut worst_html) = (0.0_f64, 0.0_f64, 0.0_f64);
    for bomb in MIME_BOMBS {
        let slowest = run("mime", bomb, |raw| {
            parse(raw.as_bytes(), None).attachments.len()
        });
        structure = slowest.per_mib.max(structure);
    }
    for bomb in HEADER_BOMBS {
        let slowest = run("header", bomb, |raw| parse(raw.as_bytes(), None).to.len());
        header = slowest.whole.max(header);
    }
    let images = BTreeMap::new();
    for bomb in HTML_BOMBS {
        let slowest = run("html", bomb, |html| safe_html(html, &images).html.len());
        worst_html = slowest.whole.max(worst_html);
    }
    println!(
        "{}",
        json!({
            "bench": "bombs",
            "slowest_structure_ms_per_mib": structure, "promised_structure": STRUCTURE_MS,
            "slowest_header_ms": header, "promised_header": HEADER_MS,
            "slowest_html_ms": worst_html, "promised_html": HTML_MS,
        })
    );
    Ok(())
}

/// The slowest of a shape's sizes, in milliseconds.
struct Slowest {
    whole: f64,
    /// For each MiB of it; less than one counts as one.
    per_mib: f64,
}

fn run(kind: &str, (what, make): Bomb, work: impl Fn(&str) -> usize) -> Slowest {
    let mut slowest = Slowest {
        whole: 0.0,
        per_mib: 0.0,
    };
    let mut all = Vec::new();
    for size in SIZES {
        let raw = make(size);
        let took = time(3, || work(&raw)).fastest / 1e3;
        let mib = (raw.len() as f64 / 1024.0 / 1024.0).max(1.0);
        slowest.whole = took.max(slowest.whole);
        slowest.per_mib = (took / mib).max(slowest.per_mib);
        all.push(took);
    }
    println!(
        "{}",
        json!({ "bench": "bombs", "kind": kind, "shape": what, "ms": all })
    );
    slowest
}
