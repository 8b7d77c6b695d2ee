//! A union-find over small numbers.

/// Sets of the numbers below `n`; a set is named by its smallest number.
#[derive(Debug)]
pub(super) struct Union {
    parent: Vec<u32>,
}

impl Union {
    /// Each number by itself.
    pub(super) fn new(n: usize) -> Self {
        Self {
            parent: (0..u32::try_from(n).unwrap_or(u32::MAX)).collect(),
        }
    }

    /// The name of the set of a number, halving the path on the way.
    pub(super) fn find(&mut self, number: u32) -> u32 {
        let mut at = number;
        loop {
            let up = self.up(at);
            if up == at {
                return at;
            }
            let next = self.up(up);
            if let Some(parent) = self.parent.get_mut(at as usize) {
                *parent = next;
            }
            at = next;
        }
    }

    /// Makes the sets of two numbers one.
    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(parent) = self.parent.get_mut(a.max(b) as usize) {
            *parent = a.min(b);
        }
    }

    /// The name of each number's set.
    pub(super) fn settled(mut self) -> Vec<u32> {
        // A parent is smaller than its child, and settled before it.
        for at in 0..self.parent.len() {
            let up = self.parent.get(at).copied().unwrap_or(0);
            let name = self.up(up);
            if let Some(parent) = self.parent.get_mut(at) {
                *parent = name;
            }
        }
        self.parent
    }

    fn up(&self, at: u32) -> u32 {
        self.parent.get(at as usize).copied().unwrap_or(at)
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
        assert_eq!(union.settled(), roots);
    }
}
