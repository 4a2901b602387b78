//! A tunnel through a forward proxy: CONNECT and its answer (RFC 9110 section 9.3.6).
//!
//! What follows the head of a 2xx is the origin's already, so the head is taken out of the socket to its last byte
//! and no further. Any other answer is the answer to the exchange, and is read as every response is.

use std::io;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::context::to_microseconds;
use super::draft::Draft;
use super::stop::Stop;
use super::stream::Stream;
use super::wire;
use crate::http1::{Asked, Reader, Stage, WireBytes};
use crate::observation::{Phase, Tunnel};
use crate::plan::Probe;

/// A head that is longer is read on as any response: it ends somewhere, or malformed.
const LARGEST: usize = 64 * 1024;

/// Asks the proxy for a tunnel to the origin; `request` is the CONNECT.
pub(super) async fn open(
    draft: &mut Draft<'_>,
    probe: &Probe,
    request: &[u8],
    mut tcp: TcpStream,
) -> Result<TcpStream, Stop> {
    let asked = Asked { method: "CONNECT".to_owned(), upgrade: false };
    draft.begin_sending(request, asked.clone());
    note(
        draft,
        Tunnel {
            target: probe.endpoint.authority_with_port(),
            sent: WireBytes::from(request),
            status: None,
            reason: WireBytes::default(),
            head: WireBytes::default(),
            seconds: None,
        },
    );
    let begun = Instant::now();
    let mut failure = tcp.write_all(request).await.err();
    let mut head = Vec::new();
    if failure.is_none() {
        draft.exchange.sent.bytes = u64::try_from(request.len()).unwrap_or(u64::MAX);
        draft.exchange.sent.complete = true;
        draft.enter(Phase::Wait);
        failure = hear(draft, &asked, &mut tcp, &mut head).await.err();
    }
    let mut reader = Reader::new(asked);
    let stage = reader.push(&head);
    if let (Some(message), Some(seen)) = (reader.response(), &mut draft.exchange.proxy)
        && let Some(tunnel) = &mut seen.tunnel
    {
        tunnel.status = message.status;
        tunnel.reason = message.reason.clone();
        tunnel.head = WireBytes::from(head.as_slice());
        tunnel.seconds = Some(to_microseconds(begun.elapsed().as_secs_f64()));
    }
    if stage == Stage::Tunnel && draft.exchange.is_tunnelled() {
        draft.forget_conversation();
        return Ok(tcp);
    }
    Err(wire::rest(draft, head, failure, Stream::Plain(tcp)).await)
}

fn note(draft: &mut Draft<'_>, tunnel: Tunnel) {
    if let Some(proxy) = &mut draft.exchange.proxy {
        proxy.tunnel = Some(tunnel);
    }
}

/// Takes the head of the final answer into `head`, or what there is of it when the stream ends.
async fn hear(
    draft: &mut Draft<'_>,
    asked: &Asked,
    tcp: &mut TcpStream,
    head: &mut Vec<u8>,
) -> io::Result<()> {
    let mut piece = [0; 4096];
    loop {
        let there = tcp.peek(&mut piece).await?;
        if there == 0 {
            return Ok(());
        }
        draft.bytes_came_at(Instant::now());
        let before = head.len();
        head.extend_from_slice(piece.get(..there).unwrap_or_default());
        let end = end_of_head(head, before);
        head.truncate(end.unwrap_or(head.len()));
        // These bytes are there, so this does not wait.
        tcp.read_exact(piece.get_mut(..head.len() - before).unwrap_or_default()).await?;
        let is_interim = || Reader::new(asked.clone()).push(head) == Stage::BetweenResponses;
        if !b"HTTP/".starts_with(head.get(..5).unwrap_or(head)) || head.len() > LARGEST {
            return Ok(());
        }
        if end.is_some() && !is_interim() {
            return Ok(());
        }
    }
}

/// The place behind the first empty line that ends after `before`.
fn end_of_head(bytes: &[u8], before: usize) -> Option<usize> {
    let from = before.saturating_sub(3);
    let rest = bytes.get(from..)?;
    let crlf = memchr::memmem::find_iter(rest, b"\n\r\n").map(|at| from + at + 3);
    let bare = memchr::memmem::find_iter(rest, b"\n\n").map(|at| from + at + 2);
    crlf.chain(bare).filter(|&end| end > before).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_its_first_empty_line_however_it_was_cut() {
        let bytes = b"HTTP/1.1 200 OK\r\n\r\n\x16\x03\n\n";
        for cut in 0..19 {
            let known = bytes.get(..cut).and_then(|part| end_of_head(part, 0));
            assert_eq!(known, None, "{cut}");
            assert_eq!(end_of_head(bytes, cut), Some(19), "{cut}");
        }
    }
}
