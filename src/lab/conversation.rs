//! What happens on one accepted connection: requests are read, and each meets its fault.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::{LazyConfigAcceptor, TlsAcceptor};

use super::answer::{Answer, TEXT};
use super::faults::{self, Behaviour, FAULTS, Fault, Level, Step, Tls};
use super::http2;
use super::play::{self, Ending};
use super::port::{AUTHORITY_PATH, Door};
use super::request::{Request, read_head, skip_body};

/// The first byte of a TLS handshake (RFC 8446, section 5.1: content type 22).
const HANDSHAKE: u8 = 22;

/// A fatal alert `unrecognized_name` (RFC 6066, section 3).
const UNRECOGNIZED_NAME: &[u8] = b"\x15\x03\x03\0\x02\x02\x70";

const BAD_REQUEST: &[Step] = &[
    Step::Write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 12\r\nConnection: close\r\n\r\nbad request\n"),
    Step::Fin,
];

/// Receives somebody who is to speak plain HTTP.
pub(super) async fn plain(stream: TcpStream, door: &Door) {
    let mut stream = BufReader::new(stream);
    let ending = converse(&mut stream, door).await.unwrap_or(Ending::Fin);
    play::end(stream.into_inner(), ending).await;
}

/// Receives somebody at a TLS port.
pub(super) async fn secure(mut stream: TcpStream, tls: Tls, door: &Door) {
    match tls {
        Tls::Hello(steps) => {
            // Read first, since closing with bytes unread would send RST.
            if read_record(&mut stream).await.is_ok() {
                let ending = play::script(&mut stream, steps, None).await;
                play::end(stream, ending.unwrap_or(Ending::Fin)).await;
            }
        }
        Tls::PlainServer if begins_with_handshake(&stream).await => {
            if read_record(&mut stream).await.is_ok() {
                let ending = play::script(&mut stream, BAD_REQUEST, None).await;
                play::end(stream, ending.unwrap_or(Ending::Fin)).await;
            }
        }
        Tls::PlainServer => plain(stream, door).await,
        Tls::RefusePlain(steps) if !begins_with_handshake(&stream).await => {
            let mut stream = BufReader::new(stream);
            let ending = refuse_plain(&mut stream, steps, door).await.unwrap_or(Ending::Fin);
            play::end(stream.into_inner(), ending).await;
        }
        _ => {
            if let Some(config) = &door.tls {
                // A client that does not like the certificate goes; there is nobody left to tell.
                let _ = handshake(stream, Arc::clone(config), tls, door).await;
            }
        }
    }
}

async fn refuse_plain(stream: &mut BufReader<TcpStream>, steps: &[Step], door: &Door) -> io::Result<Ending> {
    if read_head(stream).await?.is_some()
        && let Some(fault) = door.fault
    {
        door.ledger.note_request(fault);
    }
    play::script(stream, steps, None).await
}

async fn handshake(stream: TcpStream, config: Arc<ServerConfig>, tls: Tls, door: &Door) -> io::Result<()> {
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

/// Reads requests, and lets each meet its fault, until one of them ends the connection.
async fn converse<S>(stream: &mut BufReader<S>, door: &Door) -> io::Result<Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut met: Option<&Fault> = door.fault;
    for nth in 1.. {
        let Some(head) = read_head(stream).await? else { break };
        let request = Request::parse(&head);
        let fault = door.fault.or_else(|| request.as_ref().and_then(fault_by_path));
        if let Some(fault) = fault {
            if met.is_none_or(|met| met.name != fault.name) {
                door.ledger.note_connection(fault);
                met = Some(fault);
            }
            door.ledger.note_request(fault);
        }
        let behaviour = behaviour_towards(fault, request.as_ref(), nth);
        if let Some(request) = &request {
            if request.expects_continue && matches!(behaviour, Behaviour::Answer(_)) {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            }
            skip_body(stream, request.body).await?;
        }
        let ending = match (behaviour, &request) {
            (_, Some(request)) if fault.is_none() && request.target == AUTHORITY_PATH => {
                play::text(stream, &door.authority, request).await?
            }
            (Behaviour::Script(steps), _) => play::script(stream, steps, request.as_ref()).await?,
            (Behaviour::Answer(answer), Some(request)) => play::answer(stream, &answer, request).await?,
            (Behaviour::Http2, _) if head == http2::PREFACE_HEAD => {
                http2::serve(stream).await?;
                Ending::Close
            }
            (Behaviour::Http2, _) => {
                stream.write_all(&http2::refusal()).await?;
                Ending::Close
            }
            _ => play::script(stream, BAD_REQUEST, None).await?,
        };
        let asked_to_close = request.is_none_or(|request| !request.keeps_alive);
        if ending != Ending::Open || asked_to_close {
            return Ok(if ending == Ending::Open { Ending::Close } else { ending });
        }
    }
    Ok(Ending::Close)
}

/// The fault that the path names, if it is one that a path can reach.
fn fault_by_path(request: &Request) -> Option<&'static Fault> {
    faults::find(request.fault_name()?).filter(|fault| fault.level == Level::Stream)
}

/// What a request meets: a script or an answer, whatever the fault did to the connection before.
fn behaviour_towards(fault: Option<&Fault>, request: Option<&Request>, nth: u64) -> Behaviour {
    let well = Behaviour::Answer(Answer::text(TEXT));
    match fault.map(|fault| fault.behaviour) {
        Some(Behaviour::Reuse(steps)) if nth > 1 => Behaviour::Script(steps),
        Some(Behaviour::Tls(Tls::Cut(steps))) => Behaviour::Script(steps),
        Some(behaviour @ (Behaviour::Script(_) | Behaviour::Answer(_) | Behaviour::Http2)) => behaviour,
        Some(_) => well,
        None if request.is_some_and(|request| request.target.contains("/fault/")) => {
            Behaviour::Answer(Answer::made(unknown_fault).status("404 Not Found"))
        }
        None => Behaviour::Answer(Answer::made(|_| table_of_contents())),
    }
}

fn unknown_fault(request: &Request) -> Vec<u8> {
    let name = request.fault_name().unwrap_or_default();
    match faults::find(name) {
        Some(_) => format!("{name} has a port of its own; the lab says which when it starts\n"),
        None => format!("there is no fault {name}; / lists those there are\n"),
    }
    .into_bytes()
}

fn table_of_contents() -> Vec<u8> {
    let by_path = FAULTS.iter().filter(|fault| fault.level == Level::Stream);
    by_path.map(|fault| format!("/fault/{}\n    {}\n", fault.name, fault.summary)).collect::<String>().into()
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
