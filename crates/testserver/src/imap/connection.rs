//! A client's connection: commands with their literals, and IDLE.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use super::response::Response;
use super::session::{After, FolderLost, Session};
use crate::Mailboxes;
use crate::faults::Reaction;
use crate::limits;
use crate::wire::Wire;

/// Serves one client until it leaves.
///
/// # Errors
/// The stream's, and [`io::ErrorKind::InvalidData`] for a client that sends
/// more than the limits allow.
pub(crate) async fn serve(mut wire: Wire, mut session: Session) -> io::Result<()> {
    wire.send(session.greeting().bytes()).await?;
    loop {
        let is_command = session.expects_command();
        let line = if is_command {
            command(&mut wire, &session).await?
        } else if session.is_idling() {
            idle(&mut wire, &mut session).await?
        } else {
            wire.line(limits::LINE).await?
        };
        let Some(line) = line else {
            return Ok(());
        };
        if is_command {
            let mailboxes = Mailboxes {
                shared: Arc::clone(&session.shared),
            };
            match wire.command(&line, &mailboxes) {
                Reaction::Obey => {}
                Reaction::Answer(text) => {
                    let tag = String::from_utf8_lossy(tag_of(&line));
                    wire.send(Response::tagged(&tag, text).bytes()).await?;
                    continue;
                }
                Reaction::Bye(text) => {
                    let bye = Response::untagged(format_args!("BYE {text}"));
                    wire.send(bye.bytes()).await?;
                    wire.close().await;
                    return Ok(());
                }
            }
        }
        let reply = session.run(&line);
        for response in reply.responses {
            wire.send(response.bytes()).await?;
        }
        match reply.after {
            After::Continue => {}
            After::StartTls => {
                wire = wire.start_tls(&session.shared.tls.acceptor).await?;
                session = Session::new(session.shared, true);
            }
            After::Close => {
                wire.close().await;
                return Ok(());
            }
        }
    }
}

/// The next command with its literals in place.
async fn command(wire: &mut Wire, session: &Session) -> io::Result<Option<Vec<u8>>> {
    let mut command = Vec::new();
    loop {
        let Some(line) = wire.line(limits::LINE).await? else {
            return Ok(None);
        };
        let literal = literal(&line);
        command.extend_from_slice(&line);
        let Some(literal) = literal else {
            return Ok(Some(command));
        };
        let cap = match session.account {
            Some(_) => limits::MESSAGE,
            None => limits::LITERALS_BEFORE_LOGIN,
        };
        if command.len().saturating_add(literal.length) > cap.saturating_add(limits::LINE) {
            if !literal.is_awaited {
                let bye = Response::untagged("BYE [TOOBIG] The literal is too big");
                wire.send(bye.bytes()).await?;
                wire.close().await;
                return Ok(None);
            }
            // The client waits: it can be told and go on.
            let tag = String::from_utf8_lossy(tag_of(&command)).into_owned();
            let no = Response::tagged(&tag, "NO [TOOBIG] The literal is too big");
            wire.send(no.bytes()).await?;
            command.clear();
            continue;
        }
        if literal.is_awaited {
            wire.send(Response::go_on("Ready for literal").bytes())
                .await?;
        }
        command.extend_from_slice(b"\r\n");
        if !wire.exact(literal.length, &mut command).await? {
            return Ok(None);
        }
    }
}

fn tag_of(command: &[u8]) -> &[u8] {
    command.split(|b| *b == b' ').next().unwrap_or_default()
}

struct Literal {
    length: usize,
    /// Whether the client waits for leave to send it (RFC 7888).
    is_awaited: bool,
}

/// The literal that a line announces at its end: `{12}` or `{12+}`.
fn literal(line: &[u8]) -> Option<Literal> {
    let line = line.strip_suffix(b"}")?;
    let brace = line.iter().rposition(|b| *b == b'{')?;
    let number = line.get(brace + 1..)?;
    let (number, is_awaited) = match number.strip_suffix(b"+") {
        Some(number) => (number, false),
        None => (number, true),
    };
    if number.is_empty() || !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let length = std::str::from_utf8(number).ok()?.parse();
    Some(Literal {
        length: length.unwrap_or(usize::MAX),
        is_awaited,
    })
}

/// Tells of every change the moment it happens, until the client speaks.
async fn idle(wire: &mut Wire, session: &mut Session) -> io::Result<Option<Vec<u8>>> {
    let limit = session.shared.profile.idle_limit;
    let mut over = pin!(async move {
        match limit {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    });
    loop {
        wire.flush().await?;
        tokio::select! {
            line = wire.line(limits::LINE) => return line,
            () = session.changed() => {}
            () = &mut over => {
                let bye = Response::untagged("BYE IDLE lasts too long");
                wire.send(bye.bytes()).await?;
                wire.close().await;
                return Ok(None);
            }
        }
        let Ok(notices) = session.notices(true) else {
            return lost(wire).await;
        };
        for notice in notices {
            wire.send(notice.bytes()).await?;
        }
    }
}

async fn lost(wire: &mut Wire) -> io::Result<Option<Vec<u8>>> {
    wire.send(FolderLost::bye().bytes()).await?;
    wire.close().await;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_stand_at_the_end() {
        let read = |line: &str| literal(line.as_bytes()).map(|l| (l.length, l.is_awaited));
        assert_eq!(read("a LOGIN {5}"), Some((5, true)));
        assert_eq!(read("a APPEND x {12+}"), Some((12, false)));
        assert_eq!(
            read("a {99999999999999999999999}"),
            Some((usize::MAX, true))
        );
        for none in ["a {5} b", "a {}", "a {+}", "a {x}", "a 5}", "a {-1}"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
