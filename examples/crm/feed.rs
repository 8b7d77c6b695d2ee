//! What happened, in plain words: the workspace's events as they come, kept
//! for the Activity page, and each automation's firings.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use inboxlink::{
    Address, Class, ContactId, Direction, Error, Event, EventKind, Evidence, Identity, InboxId,
    RuleId, StoredMessage, Timestamp, Viewer,
};
use tokio::task::AbortHandle;

use crate::{
    app::{App, Shared},
    live::Topic,
    words,
};

/// Lines kept; older ones are in the database.
const MAX_LINES: usize = 200;

/// Firings kept of each automation.
const MAX_FIRINGS: usize = 10;

/// Events of an earlier run that are shown again at the start.
const EARLIER: u64 = 2000;

/// One line of the Activity page.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) at: Timestamp,
    /// The event's name as in JSON.
    pub(crate) event: &'static str,
    pub(crate) text: String,
    pub(crate) detail: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) historical: bool,
    /// From the server's notice to here.
    pub(crate) millis: Option<f64>,
    inbox: Option<InboxId>,
    /// Whose notice its time runs from.
    clock: Clock,
    /// How many events it stands for: history is told in sums.
    count: u64,
    seen: Instant,
}

/// Which notice of a server something is timed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    /// That of the mail that caused it.
    Mail(Identity),
    /// That of the mail it answers, which was noticed before.
    Answered(Identity),
    /// No mail that came in is behind it.
    None,
}

/// An automation that fired.
#[derive(Debug, Clone)]
pub(crate) struct Firing {
    pub(crate) at: Timestamp,
    pub(crate) who: String,
    pub(crate) contact: Option<ContactId>,
    pub(crate) message: Identity,
    pub(crate) evidence: Vec<Evidence>,
    /// Why nothing is sent, where a rule would have.
    pub(crate) declined: Option<String>,
}

#[derive(Default)]
pub(crate) struct Feed {
    kept: Mutex<Kept>,
    reader: Mutex<Option<AbortHandle>>,
}

#[derive(Default)]
struct Kept {
    /// Newest first.
    lines: VecDeque<Line>,
    firings: BTreeMap<RuleId, VecDeque<Firing>>,
    notices: BTreeMap<InboxId, Notice>,
    /// When mails that are answered were noticed, newest first.
    answered: VecDeque<(Identity, Instant)>,
}

/// A server's notice of new mail, and until when what came of it was stored.
struct Notice {
    at: Instant,
    /// The same on the wall's clock, and the end of it.
    wall: (Timestamp, Timestamp),
}

impl Feed {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest lines, newest first.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.lock().lines.iter().cloned().collect()
    }

    /// An automation's last firings, newest first.
    pub(crate) fn firings(&self, rule: RuleId) -> Vec<Firing> {
        let kept = self.lock();
        kept.firings
            .get(&rule)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// What an inbox's server gave notice of at that moment is stored.
    pub(crate) fn noticed(&self, app: &App, inbox: InboxId, at: Instant) {
        let now = words::now();
        let elapsed = i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX);
        let wall = (now.plus_millis(elapsed.saturating_neg()), now);
        let mut kept = self.lock();
        let notice = Notice { at, wall };
        let Kept {
            lines, answered, ..
        } = &mut *kept;
        for line in lines.iter_mut().filter(|it| it.inbox == Some(inbox)) {
            if let Some(mail) = line.take_time(&notice) {
                answered.push_front(mail);
            }
        }
        answered.truncate(MAX_LINES);
        kept.notices.insert(inbox, notice);
        drop(kept);
        app.changed(&[Topic::Activity, Topic::Contacts, Topic::Inboxes]);
    }

    fn push(&self, mut line: Line) {
        let mut kept = self.lock();
        if line.historical {
            let same =
                |it: &Line| (it.historical, it.event, it.inbox) == (true, line.event, line.inbox);
            let before = kept.lines.iter().position(same);
            if let Some(before) = before.and_then(|at| kept.lines.remove(at)) {
                line.count = line.count.saturating_add(before.count);
            }
        }
        let notice = line.inbox.and_then(|inbox| kept.notices.get(&inbox));
        if let Some(mail) = notice.and_then(|notice| line.take_time(notice)) {
            kept.answered.push_front(mail);
        }
        if let Clock::Answered(mail) = line.clock {
            let noticed = kept.answered.iter().find(|(it, _)| *it == mail);
            line.millis = noticed.map(|(_, at)| line.millis_since(*at));
        }
        // Of what was committed at once, the mail itself is read first.
        let first = line.event == "message_added" && !line.historical;
        let after = |it: &&Line| first && it.at == line.at && it.event != "message_added";
        let place = kept.lines.iter().take_while(after).count();
        kept.lines.insert(place, line);
        kept.lines.truncate(MAX_LINES);
    }

    fn fired(&self, rule: RuleId, firing: Firing) {
        let mut kept = self.lock();
        let firings = kept.firings.entry(rule).or_default();
        firings.push_front(firing);
        firings.truncate(MAX_FIRINGS);
    }

    fn declined(&self, rule: RuleId, message: Identity, why: &str) {
        let mut kept = self.lock();
        let firings = kept.firings.entry(rule).or_default();
        if let Some(firing) = firings.iter_mut().find(|it| it.message == message) {
            firing.declined = Some(why.to_owned());
        }
    }

    pub(crate) fn stop(&self) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = reader.take() {
            reader.abort();
        }
    }
}

impl Line {
    /// Its time since the notice, where it came of that one: events are dated
    /// by the wall's clock when they are stored. Answers the mail behind it.
    fn take_time(&mut self, notice: &Notice) -> Option<(Identity, Instant)> {
        let (from, to) = notice.wall;
        let of_it = from.plus_millis(-1) <= self.at && self.at <= to.plus_millis(1);
        match self.clock {
            Clock::Mail(mail) if of_it && self.millis.is_none() && !self.historical => {
                self.millis = Some(self.millis_since(notice.at));
                Some((mail, notice.at))
            }
            _ => None,
        }
    }

    fn millis_since(&self, noticed: Instant) -> f64 {
        self.seen.saturating_duration_since(noticed).as_secs_f64() * 1e3
    }

    /// What it says; history is summed up.
    pub(crate) fn summary(&self) -> String {
        match (self.historical, self.event) {
            (true, "message_added") => {
                format!("{} of history imported", words::count(self.count, "mail"))
            }
            (true, "contact_created") => format!(
                "{} found in the history; the last one is {}",
                words::count(self.count, "contact"),
                self.text
            ),
            _ => self.text.clone(),
        }
    }
}

/// Reads the events from now on, and the last ones of an earlier run.
pub(crate) async fn watch(app: &Shared) -> Result<(), Error> {
    let newest = app.workspace.newest_event().await?;
    let mut events = app.workspace.events_after(newest.saturating_sub(EARLIER));
    let reading = tokio::spawn({
        let app = Arc::clone(app);
        async move {
            loop {
                match events.next().await {
                    Ok(event) => {
                        let seen = Instant::now();
                        if let Err(error) = tell(&app, event, seen).await {
                            tracing::warn!(%error, "an event could not be shown");
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "the events cannot be read");
                        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                    }
                }
            }
        }
    });
    let mut reader = app
        .feed
        .reader
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    *reader = Some(reading.abort_handle());
    Ok(())
}

async fn tell(app: &App, event: Event, seen: Instant) -> Result<(), Error> {
    let told = Told::read(app, &event).await?;
    app.feed.push(Line {
        at: event.at,
        event: event.kind.name(),
        text: told.text,
        detail: told.detail,
        link: told.link,
        historical: event.historical,
        millis: None,
        inbox: event.inbox,
        clock: clock(&event.kind),
        count: 1,
        seen,
    });
    app.changed(&[Topic::Activity, Topic::Contacts, Topic::Inboxes]);
    Ok(())
}

fn clock(kind: &EventKind) -> Clock {
    match kind {
        EventKind::MessageAdded {
            message,
            direction: Direction::Inbound,
            ..
        }
        | EventKind::ReplyReceived { message, .. }
        | EventKind::MailQuarantined { message, .. }
        | EventKind::RuleFired { message, .. }
        | EventKind::FollowUpPrepared { message, .. }
        | EventKind::FollowUpDeclined { message, .. } => Clock::Mail(*message),
        EventKind::FollowUpChanged { message, .. } => Clock::Answered(*message),
        _ => Clock::None,
    }
}

/// An event in plain words.
struct Told {
    text: String,
    detail: Option<String>,
    link: Option<String>,
}

impl Told {
    async fn read(app: &App, event: &Event) -> Result<Self, Error> {
        let told = match &event.kind {
            // Summed up, so nothing has to be looked up.
            EventKind::MessageAdded { .. } if event.historical => Self::new("A mail"),
            EventKind::MessageAdded {
                message,
                thread,
                direction,
                class,
            } => {
                let mail = app.workspace.message(Viewer::Service, *message).await?;
                let mail = mail.map(|seen| seen.mail);
                Self::new(arrival(mail.as_ref(), *direction, *class))
                    .at(format!("/threads/{thread}"))
                    .because(match class {
                        Class::Human | Class::Team => None,
                        class => Some(format!(
                            "{}: no automation answers it.",
                            words::class(*class)
                        )),
                    })
            }
            EventKind::ContactCreated {
                contact,
                address,
                name,
                reason,
            } => {
                let name = if name.is_empty() {
                    address.as_str()
                } else {
                    name
                };
                let text = match event.historical {
                    true => name.to_owned(),
                    false => format!("New contact: {name}"),
                };
                Self::new(text)
                    .at(format!("/contacts/{contact}"))
                    .because((!event.historical).then(|| words::reason(reason)))
            }
            EventKind::ReplyReceived {
                outbound,
                from,
                contact,
                ..
            } => {
                let who = who(app, *contact, Some(from)).await?;
                let ours = subject(app, *outbound).await?;
                Self::new(format!("{who} replied to “{ours}”")).at_contact(*contact)
            }
            EventKind::RuleFired {
                rule,
                name,
                message,
                from,
                contact,
                evidence,
                ..
            } => {
                let who = who(app, *contact, from.as_ref()).await?;
                let firing = Firing {
                    at: event.at,
                    who: who.clone(),
                    contact: *contact,
                    message: *message,
                    evidence: evidence.clone(),
                    declined: None,
                };
                app.feed.fired(*rule, firing);
                Self::new(format!("Automation “{name}” fired for {who}"))
                    .at(format!("/automations#rule-{rule}"))
            }
            EventKind::MailQuarantined { message, from } => {
                let who = who(app, None, from.as_ref()).await?;
                let mail = app.workspace.message(Viewer::Service, *message).await?;
                let told = Self::new(format!("{who} cites a conversation they had no part in"));
                let told = match mail {
                    Some(seen) => told.at(format!("/threads/{}", seen.mail.thread)),
                    None => told,
                };
                told.because(Some("Kept apart; no automation answers it.".to_owned()))
            }
            EventKind::FollowUpPrepared { to, contact, .. } => {
                let who = who(app, *contact, Some(to)).await?;
                Self::new(format!("A follow-up to {who} is ready")).at_contact(*contact)
            }
            EventKind::FollowUpChanged {
                follow_up,
                rule,
                state,
                ..
            } => {
                let found = app.workspace.follow_up(*follow_up).await?;
                let (to, contact) = found.map(|it| (it.mail.to, it.contact)).unzip();
                let who = who(app, contact.flatten(), to.as_ref()).await?;
                Self::new(format!("Follow-up to {who}: {}", words::sending(state)))
                    .at(format!("/automations#rule-{rule}"))
            }
            EventKind::FollowUpDeclined { rule, message, why } => {
                app.feed.declined(*rule, *message, why);
                Self::new("No follow-up is sent")
                    .at(format!("/automations#rule-{rule}"))
                    .because(Some(why.clone()))
            }
            EventKind::InboxCaughtUp { inbox } => {
                let config = app.workspace.config().await?;
                let name = config.inbox(*inbox).map_or("An inbox", |it| &it.name);
                Self::new(format!("{name} is up to date: its whole history is stored"))
                    .at("/settings/email".to_owned())
            }
            EventKind::EnrolmentChanged {
                message,
                contact,
                state,
                ..
            } => {
                let ours = subject(app, *message).await?;
                Self::new(format!("“{ours}”: {}", words::waiting(state))).at_contact(*contact)
            }
            other => Self::new(other.name().replace('_', " ")),
        };
        Ok(told)
    }

    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            detail: None,
            link: None,
        }
    }

    fn at(self, link: String) -> Self {
        let link = Some(link);
        Self { link, ..self }
    }

    fn at_contact(self, contact: Option<ContactId>) -> Self {
        let link = contact.map(|contact| format!("/contacts/{contact}"));
        Self { link, ..self }
    }

    fn because(self, detail: Option<String>) -> Self {
        Self { detail, ..self }
    }
}

fn arrival(mail: Option<&StoredMessage>, direction: Direction, class: Class) -> String {
    let Some(mail) = mail else {
        return "A mail arrived".to_owned();
    };
    let subject = words::subject(&mail.message.subject);
    let from = mail.message.author().map_or("somebody", words::name);
    match (direction, class) {
        (Direction::Inbound, Class::Human) => format!("{from} wrote: “{subject}”"),
        (Direction::Inbound, class) => {
            format!("{} from {from}: “{subject}”", words::class(class))
        }
        _ => {
            let to = mail.message.recipients().next();
            let to = to.map_or("somebody", words::name);
            format!("{from} wrote to {to}: “{subject}”")
        }
    }
}

async fn who(
    app: &App,
    contact: Option<ContactId>,
    from: Option<&Address>,
) -> Result<String, Error> {
    if let Some(contact) = contact
        && let Some(view) = app.workspace.contact(contact).await?
        && !view.name.is_empty()
    {
        return Ok(view.name);
    }
    Ok(from.map_or("somebody", Address::as_str).to_owned())
}

async fn subject(app: &App, message: Identity) -> Result<String, Error> {
    let mail = app.workspace.message(Viewer::Service, message).await?;
    let subject = mail
        .map(|seen| seen.mail.message.subject)
        .unwrap_or_default();
    Ok(words::subject(&subject).to_owned())
}
