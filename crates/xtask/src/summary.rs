//! What a run of the stages tells at its end.

use std::time::{Duration, Instant};

use crate::counts::Counts;
use crate::error::Error;
use crate::stages::{Outcome, Plan, Stage};

/// The stages so far, with their times.
#[derive(Default)]
pub(crate) struct Summary {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    took: Duration,
    budget: Duration,
    end: String,
}

impl Summary {
    /// Runs a stage and keeps its time, also if it fails.
    pub(crate) fn run(&mut self, stage: &Stage, plan: &mut Plan) -> Result<(), Error> {
        let budget = seconds(stage.budget);
        println!("\n== {}: {} (budget {budget})", stage.name, stage.what);
        let started = Instant::now();
        let result = stage.run(plan);
        let took = started.elapsed();
        let over = if took > stage.budget {
            ", over budget"
        } else {
            ""
        };
        let end = match &result {
            Ok(Outcome::Done) => format!("passed{over}"),
            Ok(Outcome::LeftOut(why)) => format!("left out: {why}"),
            Err(_) => "failed".to_owned(),
        };
        println!("== {} {end} after {}", stage.name, seconds(took));
        self.rows.push(Row {
            name: stage.name,
            took,
            budget: stage.budget,
            end,
        });
        result.map(|_| ())
    }

    /// The table of stages, and the tests that ran.
    pub(crate) fn print(&self, counts: &Counts) {
        println!("\n{:10} {:>8} {:>8}", "stage", "took", "budget");
        for row in &self.rows {
            let (took, budget) = (seconds(row.took), seconds(row.budget));
            println!("{:10} {took:>8} {budget:>8}  {}", row.name, row.end);
        }
        let total = self.rows.iter().map(|row| row.took).sum();
        println!("{:10} {:>8}", "all", seconds(total));
        let Counts {
            passed,
            failed,
            ignored,
        } = counts;
        println!("\n{passed} passed, {failed} failed, {ignored} skipped");
    }
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64().round())
}
