//! What happens on a connection once HTTP is spoken: requests are read, and each meets its fault.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::answer::{Answer, TEXT};
use super::faults::{self, Behaviour, FAULTS, Fault, Level, Step, Tls};
use super::http2;
use super::play::{self, Ending};
use super::port::{AUTHORITY_PATH, Door};
use super::request::{Request, Version, read_head, skip_body};

/// What a server says that does not understand the request.
pub(super) const BAD_REQUEST: &[Step] = &[
    Step::Write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 12\r\nConnection: close\r\n\r\nbad request\n"),
    Step::Fin,
];

/// What one request is answered with.
enum Reply {
    /// A script, sent as it is.
    Script(&'static [Step]),
    /// An answer that is right for the request.
    Answer(Answer),
    /// The certificate of the lab's authority.
    Authority,
    /// What a server of HTTP/2 says to HTTP/1.x.
    Http2Only,
}

/// The place of a request in the row, counted from 1.
#[derive(Clone, Copy)]
struct Turn {
    on_connection: usize,
    of_fault: usize,
}

/// Receives somebody who is to speak plain HTTP.
pub(super) async fn plain(stream: TcpStream, door: &Door) {
    let mut stream = BufReader::new(stream);
    let ending = converse(&mut stream, door).await.unwrap_or(Ending::Fin);
    play::end(stream.into_inner(), ending).await;
}

/// Reads requests, and lets each meet its fault, until one of them ends the connection.
pub(super) async fn converse<S>(stream: &mut BufReader<S>, door: &Door) -> io::Result<Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut met = door.fault;
    for on_connection in 1.. {
        let Some(head) = read_head(stream).await? else { break };
        let request = Request::parse(&head);
        let fault = door.fault.or_else(|| request.as_ref().and_then(fault_by_path));
        if let Some(fault) = fault {
            if met.is_none_or(|met| met.name != fault.name) {
                door.ledger.note_connection(fault);
            }
            door.ledger.note_request(fault);
            met = Some(fault);
        }
        let ending = match request {
            Some(request) => {
                let of_fault = fault.map_or(0, |fault| door.ledger.heard(fault).requests);
                respond(stream, door, fault, &request, Turn { on_connection, of_fault }).await?
            }
            None => respond_to_stranger(stream, fault, &head).await?,
        };
        if ending != Ending::Open {
            return Ok(ending);
        }
    }
    Ok(Ending::Close)
}

async fn respond<S>(
    stream: &mut BufReader<S>,
    door: &Door,
    fault: Option<&Fault>,
    request: &Request,
    turn: Turn,
) -> io::Result<Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let behaviour = fault.map(|fault| fault.behaviour);
    let reply = reply_to(request, behaviour, turn);
    if request.expects_continue && matches!(reply, Reply::Answer(_)) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    if !matches!(behaviour, Some(Behaviour::RefuseUpload(_))) {
        skip_body(stream, request.body).await?;
    }
    let ending = match reply {
        Reply::Script(steps) => play::script(stream, steps, Some(request)).await?,
        Reply::Answer(answer) => play::answer(stream, &answer, request).await?,
        Reply::Authority => play::text(stream, &door.authority, request).await?,
        Reply::Http2Only => {
            stream.write_all(&http2::refusal()).await?;
            Ending::Close
        }
    };
    Ok(if ending == Ending::Open && !request.keeps_alive { Ending::Close } else { ending })
}

/// Somebody who does not speak HTTP/1.x: no path, and so only the port can decide.
async fn respond_to_stranger<S>(
    stream: &mut BufReader<S>,
    fault: Option<&Fault>,
    head: &[u8],
) -> io::Result<Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match fault.map(|fault| fault.behaviour) {
        Some(Behaviour::Http2) if head == http2::PREFACE_HEAD => {
            http2::serve(stream).await?;
            Ok(Ending::Close)
        }
        Some(Behaviour::Script(steps)) => play::script(stream, steps, None).await,
        _ => play::script(stream, BAD_REQUEST, None).await,
    }
}

/// The fault that the path names, if it is one that a path can reach.
fn fault_by_path(request: &Request) -> Option<&'static Fault> {
    faults::find(request.fault_name()?).filter(|fault| fault.level == Level::Stream)
}

/// What a request is answered with, whatever the fault did to the connection before.
fn reply_to(request: &Request, behaviour: Option<Behaviour>, turn: Turn) -> Reply {
    match behaviour {
        Some(Behaviour::Script(steps) | Behaviour::Tls(Tls::Cut(steps))) => Reply::Script(steps),
        Some(Behaviour::Reuse(steps)) if turn.on_connection > 1 => Reply::Script(steps),
        Some(Behaviour::EveryThird(steps)) if turn.of_fault.is_multiple_of(3) => Reply::Script(steps),
        Some(Behaviour::RefuseHttp10(steps)) if request.version == Version::Http10 => Reply::Script(steps),
        Some(Behaviour::RefuseField(name, steps)) if request.field(name).is_some() => Reply::Script(steps),
        Some(Behaviour::ServeOnly(host, steps)) if request.field("host") != Some(host.to_owned()) => {
            Reply::Script(steps)
        }
        Some(Behaviour::RefuseUpload(steps)) if request.has_body() => Reply::Script(steps),
        Some(Behaviour::Http2) => Reply::Http2Only,
        Some(Behaviour::Answer(answer)) => Reply::Answer(answer),
        Some(_) => Reply::Answer(Answer::text(TEXT)),
        None if request.target == AUTHORITY_PATH => Reply::Authority,
        None if request.fault_name().is_some() => {
            Reply::Answer(Answer::made(unknown_fault).status("404 Not Found"))
        }
        None => Reply::Answer(Answer::made(|_| table_of_contents())),
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
    let lines = by_path.map(|fault| format!("/fault/{}\n    {}\n", fault.name, fault.summary));
    lines.collect::<Vec<_>>().concat().into_bytes()
}
