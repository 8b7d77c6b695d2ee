//! A union-find over small numbers.

/// Sets of the numbers below `n`; a set is named by its smallest number.
#[derive(Debug)]
pub(super) struct Union {
    parent: Vec<usize>,
}

impl Union {
    /// Each number by itself.
    pub(super) fn new(n: usize) -> Self {
        Self {
            parent: (0..n).collect(),
        }
    }

    /// The name of the set of a number, halving the path on the way.
    pub(super) fn find(&mut self, number: usize) -> usize {
        let mut at = number;
        loop {
            let up = self.up(at);
            if up == at {
                return at;
            }
            let next = self.up(up);
            if let Some(parent) = self.parent.get_mut(at) {
                *parent = next;
            }
            at = next;
        }
    }

    /// Makes the sets of two numbers one.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(parent) = self.parent.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }

    fn up(&self, at: usize) -> usize {
        self.parent.get(at).copied().unwrap_or(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins() {
        let mut union = Union::new(6);
        for (a, b) in [(5, 3), (3, 1), (4, 2), (1, 5)] {
            union.join(a, b);
        }
        let roots: Vec<_> = (0..6).map(|n| union.find(n)).collect();
        assert_eq!(roots, [0, 1, 2, 1, 2, 1]);
    }
}
