//! What is said in clear text before STARTTLS (RFC 3207): as little as can be.
//!
//! lettre can do this too, but what a server, or somebody between it and us,
//! sends behind its answer to STARTTLS stays in lettre's buffer and would be
//! read as if it had come encrypted. Here nothing is read beyond the answer:
//! what follows it meets the TLS handshake, which fails.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Failure, FailureKind, limits::MAX_PLAIN_BYTES};

/// From the greeting to the answer to STARTTLS; TLS is to begin now.
pub(crate) async fn ask(stream: &mut TcpStream) -> Result<(), Failure> {
    let mut room = MAX_PLAIN_BYTES;
    match reply(stream, &mut room).await? {
        200..300 => {}
        400.. => return Err(Failure::new(FailureKind::Unavailable)),
        _ => return Err(Failure::new(FailureKind::NotSmtp)),
    }
    for command in ["EHLO [127.0.0.1]\r\n", "STARTTLS\r\n"] {
        let sent = stream.write_all(command.as_bytes()).await;
        sent.map_err(|_| Failure::new(FailureKind::Closed))?;
        if !(200..300).contains(&reply(stream, &mut room).await?) {
            return Err(Failure::new(FailureKind::NoTls));
        }
    }
    Ok(())
}

/// Reads one reply, not a byte more, and gives its code (RFC 5321 §4.2.1).
async fn reply(stream: &mut TcpStream, room: &mut usize) -> Result<u16, Failure> {
    let mut line = Vec::new();
    loop {
        let byte = stream.read_u8().await;
        let byte = byte.map_err(|_| Failure::new(FailureKind::Closed))?;
        *room = room
            .checked_sub(1)
            .ok_or_else(|| Failure::new(FailureKind::Protocol))?;
        if byte != b'\n' {
            line.push(byte);
            continue;
        }
        let code = line
            .get(..3)
            .and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| code.parse().ok());
        let code = code.ok_or_else(|| Failure::new(FailureKind::NotSmtp))?;
        // A hyphen after the code announces another line.
        if line.get(3) != Some(&b'-') {
            return Ok(code);
        }
        line.clear();
    }
}
