//! How often a workspace may test connections: a form must not be a way to
//! make us knock on doors, or to try passwords.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use inboxlink_model::WorkspaceId;
use tokio::time::Instant;

use crate::limits::TEST_WINDOW;

/// When each workspace last tested.
#[derive(Debug, Default)]
pub(crate) struct Budget(Mutex<HashMap<WorkspaceId, VecDeque<Instant>>>);

impl Budget {
    /// Takes a test off the budget; answers whether there was one left.
    pub(crate) fn take(&self, workspace: WorkspaceId, limit: u32) -> bool {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = |at: &Instant| now.duration_since(*at) >= TEST_WINDOW;
        // Workspaces that have not tested lately are forgotten here.
        all.retain(|_, tests| tests.back().is_some_and(|last| !old(last)));
        let tests = all.entry(workspace).or_default();
        while tests.front().is_some_and(old) {
            tests.pop_front();
        }
        let left = tests.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        if left {
            tests.push_back(now);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_workspace_has_its_own_and_gets_it_back() {
        let budget = Budget::default();
        let (one, two) = (WorkspaceId::from(1), WorkspaceId::from(2));
        let taken = |workspace| (0..5).filter(|_| budget.take(workspace, 3)).count();
        assert_eq!((taken(one), taken(two)), (3, 3));
        tokio::time::advance(TEST_WINDOW / 2).await;
        assert_eq!(taken(one), 0);
        tokio::time::advance(TEST_WINDOW / 2).await;
        assert_eq!(taken(one), 3);
    }
}
