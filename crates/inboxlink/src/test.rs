//! The test connection: every stage from the look-up to the Sent folder, and
//! apart from it the sending side.

use std::time::Instant;

use inboxlink_imap::{Session, StageReport};
use inboxlink_model::FolderRole;
use inboxlink_settings::Stage;
use inboxlink_sync::merge_listing;

use crate::{ConnectedInbox, Error};

/// Tells of stages, timed.
type Watch<'a> = &'a mut (dyn FnMut(StageReport) + Send);

impl ConnectedInbox {
    /// Connects, logs in, lists the folders, opens the one of what was sent,
    /// and leaves again. An account without such a folder is well: its stage
    /// is not told of.
    ///
    /// # Errors
    /// What the last stage failed of, with [`Error::advice`].
    pub async fn test(&self, watch: Watch<'_>) -> Result<(), Error> {
        let mut session = self.open(watch).await?;
        let listed = timed(watch, Stage::Folders, async {
            let listed = session.list().await.map_err(|error| self.failed(error))?;
            Ok(merge_listing(&[], &listed, None))
        })
        .await?;
        let sent = listed.iter().find(|folder| folder.role == FolderRole::Sent);
        if let Some(sent) = sent {
            let opened = self.look_into(&mut session, &sent.raw_name);
            timed(watch, Stage::SentFolder, opened).await?;
        }
        session.logout().await;
        Ok(())
    }

    /// Connects to the account's submission server, logs in and leaves again,
    /// as one stage. Nothing is sent.
    ///
    /// # Errors
    /// What it failed of, with [`Error::advice`].
    pub async fn test_sending(&self, watch: Watch<'_>) -> Result<(), Error> {
        let settings = self.smtp_settings();
        timed(watch, Stage::Smtp, async {
            let checked = inboxlink_smtp::check(&settings).await;
            checked.map_err(|failure| Error::smtp(&settings.host, failure))
        })
        .await
    }

    async fn look_into(&self, session: &mut Session, raw_name: &str) -> Result<(), Error> {
        let opened = session.examine(raw_name).await;
        opened.map(drop).map_err(|error| self.failed(error))
    }
}

async fn timed<T>(
    watch: Watch<'_>,
    stage: Stage,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let began = Instant::now();
    let result = work.await;
    watch(StageReport {
        stage,
        ok: result.is_ok(),
        elapsed: began.elapsed(),
    });
    result
}
