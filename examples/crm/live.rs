//! Telling open pages that something changed, by server-sent events. What
//! changed is only named; the page fetches itself anew and takes over the
//! parts that show it, so that a page is rendered in one place.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use tokio::sync::{broadcast, watch};

use crate::app::Shared;

/// What may change. A region names it in `data-live`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Contacts, timelines and threads.
    Contacts,
    /// Inboxes and how far they are.
    Inboxes,
    /// What happened, and what automations did.
    Activity,
    /// The customers' side of the demo.
    Customers,
}

impl Topic {
    const ALL: [Self; 4] = [
        Self::Contacts,
        Self::Inboxes,
        Self::Activity,
        Self::Customers,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Inboxes => "inboxes",
            Self::Activity => "activity",
            Self::Customers => "customers",
        }
    }

    fn line(topics: &[Self]) -> String {
        let names: Vec<&str> = topics.iter().map(|topic| topic.as_str()).collect();
        names.join(" ")
    }
}

/// The open pages.
#[derive(Debug)]
pub(crate) struct Live {
    news: broadcast::Sender<String>,
    open: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            // A page that is so far behind is told that everything changed.
            news: broadcast::Sender::new(64),
            open: watch::Sender::new(true),
        }
    }
}

impl Live {
    pub(crate) fn changed(&self, topics: &[Topic]) {
        // Nobody may be looking.
        let _ = self.news.send(Topic::line(topics));
    }

    /// Ends every stream, so that the website can end.
    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }
}

/// `GET /events`
pub(crate) async fn events(
    State(app): State<Shared>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let page = (app.live.news.subscribe(), app.live.open.subscribe());
    let stream = stream::unfold(page, |(mut news, mut open)| async move {
        let closed = async { open.wait_for(|open| !open).await.is_ok() };
        let changed = tokio::select! {
            _ = closed => return None,
            changed = news.recv() => changed,
        };
        let line = match changed {
            Ok(line) => line,
            Err(broadcast::error::RecvError::Lagged(_)) => Topic::line(&Topic::ALL),
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        Some((
            Ok(Event::default().event("change").data(line)),
            (news, open),
        ))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}
