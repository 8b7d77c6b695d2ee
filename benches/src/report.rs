//! What a benchmark prints: JSON lines on stdout for machines, a table on
//! stderr for people.

use serde_json::{Value, json};

use crate::measure::{Measured, median};

/// One run of one client.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who ran.
    pub client: &'static str,
    /// What it did: `first sync`, `nothing new`.
    pub what: &'static str,
    /// How many mails the mailbox held.
    pub mails: usize,
    /// What it took.
    pub run: Measured,
}

impl Row {
    fn rate(&self) -> f64 {
        self.mails as f64 / self.run.seconds
    }
}

/// All runs of a benchmark.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Takes in a run and prints its line.
    pub fn add(&mut self, row: Row) {
        let Measured {
            seconds,
            cpu_seconds,
            peak_rss_bytes,
            ..
        } = row.run;
        print_line(&json!({
            "client": row.client,
            "what": row.what,
            "mails": row.mails,
            "seconds": round(seconds),
            "cpu_seconds": round(cpu_seconds),
            "messages_per_second": row.rate().round(),
            "peak_rss_bytes": peak_rss_bytes,
        }));
        self.rows.push(row);
    }

    /// Prints the medians of each client and thing done, and for each thing
    /// done the ratio of `ours` to each other: above 1 we are faster.
    pub fn finish(&self, ours: &'static str) {
        eprintln!(
            "\n{:12} {:12} {:>9} {:>16} {:>7} {:>11} {:>9}",
            "what", "client", "seconds", "from–to", "CPU s", "messages/s", "peak MB"
        );
        for (what, client) in self.kinds() {
            let of = |value: fn(&Row) -> f64| median(self.runs(what, client).map(value));
            let [seconds, cpu, rate] = [
                of(|row| row.run.seconds),
                of(|row| row.run.cpu_seconds),
                of(Row::rate),
            ];
            let peak = of(|row| row.run.peak_rss_bytes as f64) / 1e6;
            // A median says little where the runs are far apart.
            let times = || self.runs(what, client).map(|row| row.run.seconds);
            let fastest = times().fold(f64::INFINITY, f64::min);
            let range = format!("{fastest:.3}–{:.3}", times().fold(0.0, f64::max));
            eprintln!(
                "{what:12} {client:12} {seconds:9.3} {range:>16} {cpu:7.2} {rate:11.0} {peak:9.1}"
            );
        }
        for (what, client) in self.kinds() {
            if client != ours {
                let of = |client| median(self.runs(what, client).map(|row| row.run.seconds));
                let ratio = of(client) / of(ours);
                eprintln!("{what}: {ours} is {ratio:.2} times as fast as {client}");
                print_line(&json!({
                    "what": what,
                    "peer": client,
                    "folder": std::env::temp_dir(),
                    "ratio_of_medians": round(ratio),
                }));
            }
        }
    }

    fn runs(&self, what: &'static str, client: &'static str) -> impl Iterator<Item = &Row> {
        let wanted = move |row: &&Row| row.what == what && row.client == client;
        self.rows.iter().filter(wanted)
    }

    /// Each thing done and client, in the order in which they first came.
    fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        let mut kinds = Vec::new();
        for row in &self.rows {
            if !kinds.contains(&(row.what, row.client)) {
                kinds.push((row.what, row.client));
            }
        }
        kinds
    }
}

fn print_line(value: &Value) {
    println!("{value}");
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
