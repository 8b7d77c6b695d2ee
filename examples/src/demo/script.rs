//! Reading the scripts: who writes what to whom, and when.
//!
//! ```text
//! # Subject of the thread | 410d 09:20
//! @ lena > anna
//! The text, to the next line that begins with # or @.
//! @ anna > lena cc=max +3h attach=quote.pdf
//! …
//! ```
//! A thread begins so many days before now, at a time of the writer's clock.
//! Words behind a mail's recipients: `+3h`, `+20m`, `+2d` after the one before;
//! `300d 07:10` as for a thread; `attach=`, `in=` (a folder), `fwd`, `inline`
//! (its text quotes for itself), `bare` (quotes nothing), `fresh` (answers
//! nothing), `flag`; `ooo`, `bounce=5.1.1`, `invite=2d/14:00/45`, `accept`,
//! `bulk`, `notice`, `list`: what kind of mail it is; behind ` : ` a subject of
//! its own.

/// Mails that belong together.
#[derive(Debug)]
pub(super) struct Thread {
    pub(super) subject: &'static str,
    pub(super) mails: Vec<Line>,
}

/// One mail as it stands in a script.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) from: &'static str,
    pub(super) to: Vec<&'static str>,
    pub(super) cc: Vec<&'static str>,
    pub(super) when: When,
    pub(super) subject: Option<&'static str>,
    pub(super) kind: Kind,
    pub(super) quote: Quote,
    pub(super) attach: Vec<&'static str>,
    /// Where it lies, if not where mail lies by itself.
    pub(super) folder: Option<&'static str>,
    /// Begins a conversation of its own, though it stands in this thread.
    pub(super) fresh: bool,
    pub(super) flagged: bool,
    pub(super) text: String,
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Days before now, and hour and minute by the writer's clock.
    Ago(i64, u32, u32),
    /// Minutes after the mail before.
    Minutes(i64),
    /// Days after the mail before.
    Days(i64),
}

impl Default for When {
    fn default() -> Self {
        Self::Minutes(90)
    }
}

/// What kind of mail it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Letter,
    OutOfOffice,
    Bounce {
        status: &'static str,
    },
    Invite(Meeting),
    /// Says yes to the invitation before.
    Accept,
    Newsletter,
    Notice,
    /// Through a mailing list.
    List,
}

/// When to meet, seen from the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meeting {
    pub(super) days: i64,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) minutes: i64,
}

/// What it shows of the mail before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quote {
    /// The whole of it, as the mail program does by itself.
    #[default]
    Whole,
    /// Passed on to somebody else.
    Forward,
    /// Nothing, or its text does it.
    Nothing,
}

/// The threads of a script, and the lines that could not be understood.
pub(super) fn read(script: &'static str) -> (Vec<Thread>, Vec<&'static str>) {
    let mut threads: Vec<Thread> = Vec::new();
    let mut faults = Vec::new();
    let mut begins = None;
    for line in script.lines() {
        if let Some(head) = line.strip_prefix("# ") {
            let (subject, when) = head.split_once(" | ").unwrap_or((head, ""));
            begins = ago(when);
            threads.push(Thread {
                subject,
                mails: Vec::new(),
            });
        } else if let Some(head) = line.strip_prefix("@ ") {
            match (threads.last_mut(), mail(head, begins.take())) {
                (Some(thread), Some(mail)) => thread.mails.push(mail),
                _ => faults.push(line),
            }
        } else if let Some(mail) = threads.last_mut().and_then(|it| it.mails.last_mut()) {
            mail.text.push_str(line);
            mail.text.push('\n');
        } else if !line.is_empty() {
            faults.push(line);
        }
    }
    for mail in threads.iter_mut().flat_map(|thread| &mut thread.mails) {
        mail.text = mail.text.trim_end().to_owned();
    }
    (threads, faults)
}

fn mail(head: &'static str, begins: Option<When>) -> Option<Line> {
    let (head, subject) = match head.split_once(" : ") {
        Some((head, subject)) => (head, Some(subject)),
        None => (head, None),
    };
    let (from, rest) = head.split_once(" > ")?;
    let mut words = rest.split(' ');
    let mut line = Line {
        from,
        to: words.next()?.split(',').collect(),
        when: begins.unwrap_or_default(),
        subject,
        ..Line::default()
    };
    while let Some(word) = words.next() {
        word_of(word, &mut words, &mut line)?;
    }
    Some(line)
}

fn word_of(
    word: &'static str,
    rest: &mut std::str::Split<'static, char>,
    line: &mut Line,
) -> Option<()> {
    match word.split_once('=').unwrap_or((word, "")) {
        ("cc", who) => line.cc = who.split(',').collect(),
        ("attach", names) => line.attach = names.split(',').collect(),
        ("in", folder) => line.folder = Some(folder),
        ("fwd", _) => line.quote = Quote::Forward,
        ("inline" | "bare", _) => line.quote = Quote::Nothing,
        ("fresh", _) => line.fresh = true,
        ("flag", _) => line.flagged = true,
        ("ooo", _) => line.kind = Kind::OutOfOffice,
        ("bounce", status) => line.kind = Kind::Bounce { status },
        ("invite", meeting) => line.kind = Kind::Invite(self::meeting(meeting)?),
        ("accept", _) => line.kind = Kind::Accept,
        ("bulk", _) => line.kind = Kind::Newsletter,
        ("notice", _) => line.kind = Kind::Notice,
        ("list", _) => line.kind = Kind::List,
        _ => {
            line.when = match word.strip_prefix('+') {
                Some(gap) => later(gap)?,
                None => {
                    let (hour, minute) = clock(rest.next()?)?;
                    When::Ago(word.strip_suffix('d')?.parse().ok()?, hour, minute)
                }
            }
        }
    }
    Some(())
}

fn ago(text: &str) -> Option<When> {
    let (days, time) = text.split_once("d ")?;
    let (hour, minute) = clock(time)?;
    Some(When::Ago(days.parse().ok()?, hour, minute))
}

fn later(text: &str) -> Option<When> {
    if let Some(days) = text.strip_suffix('d') {
        return Some(When::Days(days.parse().ok()?));
    }
    if let Some(hours) = text.strip_suffix('h') {
        return Some(When::Minutes(hours.parse::<i64>().ok()? * 60));
    }
    Some(When::Minutes(text.strip_suffix('m')?.parse().ok()?))
}

fn meeting(text: &str) -> Option<Meeting> {
    let mut parts = text.split('/');
    let days = parts.next()?.strip_suffix('d')?.parse().ok()?;
    let (hour, minute) = clock(parts.next()?)?;
    Some(Meeting {
        days,
        hour,
        minute,
        minutes: parts.next()?.parse().ok()?,
    })
}

fn clock(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\
# Two booths | 400d 09:20
@ lena > anna
Hello!

A question.

@ anna > lena cc=max,priya +3h attach=a.pdf
Yes.
# Series
@ press > anna 30d 07:10 bulk : News: in March
News.
";

    #[test]
    fn a_script_is_read() {
        let (threads, faults) = read(SCRIPT);
        assert!(faults.is_empty(), "{faults:?}");
        let first = &threads[0].mails[0];
        assert_eq!((first.from, first.when), ("lena", When::Ago(400, 9, 20)));
        assert_eq!(first.text, "Hello!\n\nA question.");
        let second = &threads[0].mails[1];
        assert_eq!(second.when, When::Minutes(180));
        assert_eq!(second.cc, ["max", "priya"]);
        let news = &threads[1].mails[0];
        assert_eq!(news.subject, Some("News: in March"));
        assert_eq!(
            (news.kind, news.when),
            (Kind::Newsletter, When::Ago(30, 7, 10))
        );
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for script in ["words", "# A\n@ lena", "# A\n@ a > b soon", "@ a > b"] {
            let (_, faults) = read(script);
            assert_eq!(faults.len(), 1, "{script}");
        }
    }
}
