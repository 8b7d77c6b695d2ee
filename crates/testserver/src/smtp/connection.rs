//! A client's connection: commands, and mail up to the lone dot.

use std::io;

use super::session::{After, Session};
use crate::limits;
use crate::wire::Wire;

/// Serves one client until it leaves.
///
/// # Errors
/// The stream's, and [`io::ErrorKind::InvalidData`] for a client that sends
/// more than the limits allow.
pub(crate) async fn serve(mut wire: Wire, mut session: Session) -> io::Result<()> {
    let mut reply = session.greeting();
    loop {
        wire.send(reply.text.as_bytes()).await?;
        match reply.after {
            After::Continue => {}
            After::StartTls => {
                wire = wire.start_tls(&session.shared.tls.acceptor).await?;
                session = Session::new(session.shared, true);
            }
            After::Data => {
                let Some(mail) = data(&mut wire).await? else {
                    return Ok(());
                };
                reply = session.data(mail);
                continue;
            }
            After::Close => {
                wire.close().await;
                return Ok(());
            }
        }
        let Some(line) = wire.line(limits::LINE).await? else {
            return Ok(());
        };
        reply = session.run(&line);
    }
}

/// The mail with its dots unstuffed (RFC 5321 §4.5.2): `None` at the end of
/// the stream, `Some(None)` if it was too large.
async fn data(wire: &mut Wire) -> io::Result<Option<Option<Vec<u8>>>> {
    let mut mail = Vec::new();
    let mut fits = true;
    while let Some(line) = wire.line(limits::MESSAGE).await? {
        if line == b"." {
            return Ok(Some(fits.then_some(mail)));
        }
        let line = line.strip_prefix(b".").unwrap_or(&line);
        fits = fits && mail.len() + line.len() <= limits::MESSAGE;
        if fits {
            mail.extend_from_slice(line);
            mail.extend_from_slice(b"\r\n");
        }
    }
    Ok(None)
}
