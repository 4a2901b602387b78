//! What happens on a connection to a TLS port, until HTTP begins on it, if it does.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::{LazyConfigAcceptor, TlsAcceptor};

use super::conversation::{BAD_REQUEST, converse, plain};
use super::faults::{Step, Tls};
use super::play::{self, Ending};
use super::port::Door;
use super::request::read_head;

/// The first byte of a TLS handshake (RFC 8446, section 5.1: content type 22).
const HANDSHAKE: u8 = 22;

/// A fatal alert `unrecognized_name` (RFC 6066, section 3).
const UNRECOGNIZED_NAME: &[u8] = b"\x15\x03\x03\0\x02\x02\x70";

/// Receives somebody at a TLS port.
pub(super) async fn secure(stream: TcpStream, tls: Tls, door: &Door) {
    let begins_tls = begins_with_handshake(&stream).await;
    match tls {
        Tls::Hello(steps) => answer_hello(stream, steps).await,
        Tls::PlainServer if begins_tls => answer_hello(stream, BAD_REQUEST).await,
        Tls::PlainServer => plain(stream, door).await,
        Tls::RefusePlain(steps) if !begins_tls => refuse_plain(stream, steps, door).await,
        _ => {
            if let Some(config) = &door.tls {
                // A client that does not like the certificate goes; there is nobody left to tell.
                let _ = complete_handshake(stream, Arc::clone(config), tls, door).await;
            }
        }
    }
}

async fn answer_hello(mut stream: TcpStream, steps: &[Step]) {
    // Read first, since closing with bytes unread would send RST.
    if read_record(&mut stream).await.is_ok() {
        let ending = play::script(&mut stream, steps, None).await;
        play::end(stream, ending.unwrap_or(Ending::Fin)).await;
    }
}

async fn refuse_plain(stream: TcpStream, steps: &[Step], door: &Door) {
    let mut stream = BufReader::new(stream);
    if let Ok(Some(_)) = read_head(&mut stream).await {
        door.note_request();
        let ending = play::script(&mut stream, steps, None).await;
        play::end(stream.into_inner(), ending.unwrap_or(Ending::Fin)).await;
    }
}

async fn complete_handshake(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    tls: Tls,
    door: &Door,
) -> io::Result<()> {
    let stream = if let Tls::RequireServerName = tls {
        let start = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream).await?;
        if start.client_hello().server_name().is_none() {
            let mut stream = start.io;
            stream.write_all(UNRECOGNIZED_NAME).await?;
            play::end(stream, Ending::Fin).await;
            return Ok(());
        }
        start.into_stream(config).await?
    } else {
        TlsAcceptor::from(config).accept(stream).await?
    };
    let mut stream = BufReader::new(stream);
    let ending = converse(&mut stream, door).await.unwrap_or(Ending::Fin);
    let mut stream = stream.into_inner();
    if matches!(ending, Ending::Open | Ending::Close) {
        // Sends close_notify.
        stream.shutdown().await?;
    }
    play::end(stream.into_inner().0, ending).await;
    Ok(())
}

async fn begins_with_handshake(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(stream.peek(&mut first).await, Ok(1)) && first[0] == HANDSHAKE
}

/// Reads one TLS record: what a `ClientHello` comes in.
async fn read_record(stream: &mut TcpStream) -> io::Result<()> {
    let mut head = [0; 5];
    stream.read_exact(&mut head).await?;
    let mut payload = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut payload).await?;
    Ok(())
}
