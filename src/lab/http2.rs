//! As little of HTTP/2 as an upstream needs that speaks nothing else (RFC 9113): it answers every stream
//! with 200 and the same text, and tells a client of HTTP/1.x to go away.
//!
//! Requests are not decoded: the answer does not depend on them, so HPACK is not needed.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::answer::TEXT;

/// What the client's preface looks like to a reader of HTTP/1.x: a request head.
pub(super) const PREFACE_HEAD: &[u8] = b"PRI * HTTP/2.0\r\n\r\n";
const PREFACE_REST: &[u8] = b"SM\r\n\r\n";

/// RFC 9113, section 4.2: the largest frame before SETTINGS say otherwise.
const MAX_FRAME: usize = 1 << 14;

// RFC 9113, section 6: types of frames, and their flags.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// HPACK (RFC 7541): entry 8 of the static table, `:status: 200`; then entry 31, `content-type`, with a value.
const OK_FIELDS: &[u8] = b"\x88\x0f\x10\x0atext/plain";

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

/// What a server of HTTP/2 says to a client of HTTP/1.x: SETTINGS, then GOAWAY with `PROTOCOL_ERROR`.
pub(super) fn refusal() -> Vec<u8> {
    let go_away = [0, 0, 0, 0, 0, 0, 0, 1];
    [frame(SETTINGS, 0, 0, b""), frame(GOAWAY, 0, 0, &go_away)].concat()
}

/// Answers every stream until the client goes. The head of the preface has been read already.
pub(super) async fn serve<S>(stream: &mut S) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut rest = [0; PREFACE_REST.len()];
    stream.read_exact(&mut rest).await?;
    if rest != PREFACE_REST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    send(stream, &frame(SETTINGS, 0, 0, b"")).await?;
    while let Ok(received) = read_frame(stream).await {
        if received.kind == GOAWAY {
            break;
        }
        send(stream, &reply_to(&received)).await?;
    }
    Ok(())
}

fn reply_to(received: &Frame) -> Vec<u8> {
    match received.kind {
        SETTINGS if received.flags & ACK == 0 => frame(SETTINGS, ACK, 0, b""),
        PING if received.flags & ACK == 0 => frame(PING, ACK, 0, &received.payload),
        HEADERS | DATA if received.flags & END_STREAM != 0 => [
            frame(HEADERS, END_HEADERS, received.stream, OK_FIELDS),
            frame(DATA, END_STREAM, received.stream, TEXT),
        ]
        .concat(),
        _ => Vec::new(),
    }
}

/// A frame (RFC 9113, section 4.1): length of 24 bits, type, flags, stream, payload.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    // The lab's payloads are short, so two of the three length bytes are enough.
    let length = u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut bytes = vec![0, length[0], length[1], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

async fn read_frame<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Frame> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await?;
    let [high, middle, low, kind, flags, id @ ..] = head;
    let length = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
    if length > MAX_FRAME {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await?;
    // The topmost bit is reserved.
    Ok(Frame { kind, flags, stream: u32::from_be_bytes(id) & 0x7fff_ffff, payload })
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_request_gets_head_and_body_on_its_stream() {
        let request =
            Frame { kind: HEADERS, flags: END_STREAM | END_HEADERS, stream: 5, payload: vec![0x82] };
        let reply = reply_to(&request);
        assert_eq!(reply[..10], [0, 0, 14, HEADERS, END_HEADERS, 0, 0, 0, 5, 0x88]);
        assert!(reply.ends_with(TEXT));
    }

    #[test]
    fn settings_are_acknowledged_and_acknowledgements_are_not() {
        let settings = |flags| Frame { kind: SETTINGS, flags, stream: 0, payload: vec![] };
        assert_eq!(reply_to(&settings(0)), frame(SETTINGS, ACK, 0, b""));
        assert!(reply_to(&settings(ACK)).is_empty());
    }
}
