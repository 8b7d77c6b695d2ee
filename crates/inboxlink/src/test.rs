//! The test connection: every stage from the look-up to the Sent folder, and
//! apart from it the sending side.

use std::time::Instant;

use inboxlink_imap::{Session, StageReport};
use inboxlink_model::FolderRole;
use inboxlink_settings::Stage;
use inboxlink_smtp::FailureKind;
use inboxlink_sync::{FolderState, merge_listing};

use crate::{ConnectedInbox, Error, connect::Watch};

impl ConnectedInbox {
    /// Connects, logs in, lists the folders, opens the one of what was sent,
    /// and leaves again. An account without such a folder is well: its stage
    /// is not told of.
    ///
    /// # Errors
    /// What the last stage failed of, with [`Error::advice`].
    pub async fn test(&self, watch: Watch<'_>) -> Result<(), Error> {
        self.workspace.may_test()?;
        let mut session = self.open(watch).await?;
        self.look_around(&mut session, watch).await?;
        session.logout().await;
        Ok(())
    }

    /// Lists the folders, and opens the one of what was sent.
    pub(crate) async fn look_around(
        &self,
        session: &mut Session,
        watch: Watch<'_>,
    ) -> Result<Vec<FolderState>, Error> {
        let listed = timed(watch, Stage::Folders, async {
            let listed = session.list().await.map_err(|error| self.failed(error))?;
            Ok(merge_listing(&[], &listed, None))
        })
        .await?;
        let sent = listed.iter().find(|folder| folder.role == FolderRole::Sent);
        if let Some(sent) = sent {
            let opened = self.look_into(session, &sent.raw_name);
            timed(watch, Stage::SentFolder, opened).await?;
        }
        Ok(listed)
    }

    /// Connects to the account's submission server, logs in and leaves again,
    /// as one stage. Nothing is sent.
    ///
    /// # Errors
    /// What it failed of, with [`Error::advice`].
    pub async fn test_sending(&self, watch: Watch<'_>) -> Result<(), Error> {
        self.workspace.may_test()?;
        timed(watch, Stage::Smtp, async {
            let mut settings = self.smtp_settings().await?;
            let mut checked = inboxlink_smtp::check(&settings).await;
            if let (Err(failure), Some(keeper), Some(token)) =
                (&checked, &self.keeper, &settings.token)
                && failure.kind() == FailureKind::Token
            {
                let another = keeper.instead_of(token).await;
                let another = another.map_err(|error| Error::oauth(&settings.host, error))?;
                settings.token = Some(another);
                checked = inboxlink_smtp::check(&settings).await;
            }
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
