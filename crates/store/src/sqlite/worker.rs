//! A thread that owns a connection and does one job after the other.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread::JoinHandle,
};

use inboxlink_engine::{BoxFuture, StoreError, StoreErrorKind};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::values::Failure;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

#[derive(Debug)]
pub(super) struct Worker {
    /// `None` only while dropping.
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) fn start(name: &str, mut connection: Connection) -> Result<Self, StoreError> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                for job in inbox {
                    // A job that panics answers nobody; the next one finds its
                    // transaction rolled back.
                    let _ = catch_unwind(AssertUnwindSafe(|| job(&mut connection)));
                }
            });
        let thread = thread.map_err(|error| {
            StoreError::new(
                StoreErrorKind::Unavailable,
                "cannot start the database's thread",
            )
            .because(error)
        })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Runs a job; it runs to its end even where nobody waits for the answer.
    pub(super) fn run<T: Send + 'static>(
        &self,
        what: &'static str,
        job: impl FnOnce(&mut Connection) -> Result<T, Failure> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(job(connection));
        });
        let sent = self
            .jobs
            .as_ref()
            .is_some_and(|jobs| jobs.send(job).is_ok());
        Box::pin(async move {
            let stopped = || {
                StoreError::new(
                    StoreErrorKind::Other,
                    format!("cannot {what}: the store has stopped"),
                )
            };
            if !sent {
                return Err(stopped());
            }
            let answer = wait.await.map_err(|_| stopped())?;
            answer.map_err(|failure| failure.into_error(&format!("cannot {what}")))
        })
    }
}

impl Drop for Worker {
    /// Waits for the last job, so that the file is closed when the store is
    /// gone.
    fn drop(&mut self) {
        self.jobs.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
