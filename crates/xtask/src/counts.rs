//! Counting tests from what `cargo test` prints.

/// How many tests passed, failed or were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) ignored: usize,
}

impl Counts {
    /// Adds a line of `cargo test`'s output, if it is a result:
    /// `test result: ok. 11 passed; 0 failed; 2 ignored; …`.
    pub(crate) fn add_line(&mut self, line: &str) {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|result| result.split_once(". "))
        else {
            return;
        };
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }

    /// Takes in a run of tests that were ignored before: they are no longer
    /// left out.
    pub(crate) fn add_ignored_run(&mut self, run: Self) {
        self.passed += run.passed;
        self.failed += run.failed;
        self.ignored = self.ignored.saturating_sub(run.passed + run.failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 4] = [
        "running 3 tests",
        "test result: ok. 11 passed; 0 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.00s",
        "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 7.78s",
        "test result: of something else",
    ];

    #[test]
    fn result_lines_are_summed() {
        let mut counts = Counts::default();
        LINES.iter().for_each(|line| counts.add_line(line));
        let expected = Counts {
            passed: 14,
            failed: 2,
            ignored: 2,
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn a_test_run_later_is_not_left_out() {
        let mut counts = Counts {
            passed: 5,
            failed: 0,
            ignored: 3,
        };
        counts.add_ignored_run(Counts {
            passed: 1,
            failed: 1,
            ignored: 0,
        });
        let expected = Counts {
            passed: 6,
            failed: 1,
            ignored: 1,
        };
        assert_eq!(counts, expected);
    }
}
