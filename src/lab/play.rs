//! The one place where a script becomes bytes on a connection, and an ending.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::answer::{Answer, Pace, Written};
use super::faults::Step;
use super::request::Request;

/// How long a stalled connection is held for a peer that never closes.
const PATIENCE: Duration = Duration::from_secs(60);

/// RST makes the peer's kernel throw away what it has not read yet. A pause before it lets the bytes sent so
/// far be read, so that a reset in the body is met as one, and not as a reset before the first byte.
pub(super) const TIME_TO_BE_READ: Duration = Duration::from_millis(100);

const BETWEEN_DRIPS: Duration = Duration::from_millis(100);

/// What is to become of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It stays open for another request.
    Open,
    /// It is closed in good order, over TLS with `close_notify`.
    Close,
    /// FIN, and over TLS no `close_notify` before it.
    Fin,
    /// RST.
    Reset,
}

/// Takes the steps one after the other. `request` is `None` where the peer did not speak HTTP/1.x.
pub(super) async fn script<S>(stream: &mut S, steps: &[Step], request: Option<&Request>) -> io::Result<Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut has_spoken = false;
    for step in steps {
        match step {
            Step::Write(bytes) => send(stream, bytes).await?,
            Step::Make(make) => {
                let bytes = request.map(make).unwrap_or_default();
                send(stream, &bytes).await?;
            }
            Step::Drip(bytes) => drip(stream, bytes).await?,
            Step::Fin => return Ok(Ending::Fin),
            Step::Reset => {
                if has_spoken {
                    sleep(TIME_TO_BE_READ).await;
                }
                return Ok(Ending::Reset);
            }
            Step::Freeze => {
                sleep(PATIENCE).await;
                return Ok(Ending::Reset);
            }
            Step::Stall => {
                until_peer_closes(stream, PATIENCE).await;
                return Ok(Ending::Fin);
            }
        }
        has_spoken = true;
    }
    Ok(Ending::Open)
}

/// Gives a proper answer, at its pace.
pub(super) async fn answer<S>(stream: &mut S, answer: &Answer, request: &Request) -> io::Result<Ending>
where
    S: AsyncWrite + Unpin,
{
    if let Pace::After(seconds) = answer.pace {
        sleep(Duration::from_secs_f64(request.seconds(seconds))).await;
    }
    write(stream, &answer.written_for(request), answer.pace).await
}

/// Answers properly with a text that is only known now.
pub(super) async fn text<S>(stream: &mut S, text: &str, request: &Request) -> io::Result<Ending>
where
    S: AsyncWrite + Unpin,
{
    let written = Answer::text(b"").around(text.into(), request);
    write(stream, &written, Pace::AtOnce).await
}

async fn write<S>(stream: &mut S, written: &Written, pace: Pace) -> io::Result<Ending>
where
    S: AsyncWrite + Unpin,
{
    if !written.interim.is_empty() {
        send(stream, written.interim).await?;
    }
    if let Pace::DripBody = pace {
        send(stream, written.head.as_bytes()).await?;
        drip(stream, &written.body).await?;
    } else {
        send(stream, &[written.head.as_bytes(), &written.body].concat()).await?;
    }
    Ok(if written.keeps_alive { Ending::Open } else { Ending::Close })
}

/// Ends a TCP connection as the script has it.
pub(super) async fn end(mut stream: TcpStream, ending: Ending) {
    if ending == Ending::Reset {
        // With SO_LINGER at zero, closing sends RST. A peer that is gone already needs none.
        let _ = stream.set_zero_linger();
        return;
    }
    if stream.shutdown().await.is_ok() {
        // Closing with bytes unread would send RST after the FIN; a short while of reading avoids that.
        until_peer_closes(&mut stream, Duration::from_secs(1)).await;
    }
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

async fn drip<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes {
        send(stream, &[*byte]).await?;
        sleep(BETWEEN_DRIPS).await;
    }
    Ok(())
}

async fn until_peer_closes<S: AsyncRead + Unpin>(stream: &mut S, patience: Duration) {
    let mut buffer = [0; 4096];
    let silence = async { while matches!(stream.read(&mut buffer).await, Ok(length) if length > 0) {} };
    // Either way the wait is over.
    let _ = timeout(patience, silence).await;
}
