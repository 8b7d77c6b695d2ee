//! How long our own code takes.

use std::{hint::black_box, time::Instant};

use crate::median;

/// What many runs of one thing took, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// The median: what a disturbance does not move.
    pub median: f64,
    /// The fastest: what the code can do on this machine.
    pub fastest: f64,
}

/// Runs something so many times, after a tenth as many to warm up.
pub fn time<T>(runs: usize, mut run: impl FnMut() -> T) -> Timed {
    for _ in 0..runs / 10 {
        black_box(run());
    }
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        black_box(run());
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Timed {
        median: median(times.iter().copied()),
        fastest: times.iter().copied().fold(f64::INFINITY, f64::min),
    }
}
