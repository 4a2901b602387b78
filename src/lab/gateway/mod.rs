//! The small gateway of `why502 demo`: a reverse proxy that is strict and says what it means.
//!
//! It takes one request per connection, asks its one upstream, and either passes a good answer on or says
//! what was wrong with it in the words of RFC 9209: the recommended status, and `Proxy-Status`. It is what the
//! gateways of this world are measured against, not one of them: it neither caches nor retries nor pools.

mod failure;
mod relay;
mod response;
mod upstream;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::play::{self, Ending};
use super::port::{accept, reachable};
use super::request::{Request, Version, copy_body, read_head};
use crate::proxy_status::ErrorType;
use failure::Failure;
use relay::Cut;
use response::{Head, ResponseReader};

/// The name under which the gateway appears in `Via`, `Server` and `Proxy-Status`.
const NAME: &str = "why502-demo";

/// The largest request body that is passed on; it is held in memory.
const REQUEST_BODY_LIMIT: u64 = 1 << 20;

/// How many interim responses are passed on before the gateway has enough.
const INTERIM_LIMIT: usize = 20;

/// Where the gateway sends its requests.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// Host name or IP address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// For `https`: the certificate, in PEM, of the only authority that is trusted.
    pub tls: Option<String>,
}

/// How long the gateway waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the connection, the TLS handshake included.
    pub connect: Duration,
    /// For each further piece of the response.
    pub read: Duration,
}

/// A running gateway. It stops when it is dropped.
pub struct Gateway {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Gateway {
    /// Starts a gateway in front of this upstream.
    ///
    /// # Errors
    ///
    /// If the port cannot be bound, or if the authority's certificate cannot be read.
    pub async fn start(listen: SocketAddr, upstream: Upstream, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let connector = Arc::new(upstream::Connector::new(upstream, limits)?);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, move |stream| receive(stream, Arc::clone(&connector))));
        Ok(Self { address, _tasks: tasks })
    }

    /// Where the gateway listens: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }
}

async fn receive(stream: TcpStream, connector: Arc<upstream::Connector>) {
    let mut client = BufReader::new(stream);
    // A client that is gone cannot be told anything.
    let ending = serve(&mut client, &connector).await.unwrap_or(Ending::Reset);
    play::end(client.into_inner(), ending).await;
}

/// Takes one request to the upstream, and the answer, or what became of it, to the client.
async fn serve(client: &mut BufReader<TcpStream>, connector: &upstream::Connector) -> io::Result<Ending> {
    let Some(head) = read_head(client).await? else { return Ok(Ending::Fin) };
    let Some(request) = Request::parse(&head) else {
        let failure = Failure::new(ErrorType::HttpRequestError, "this is no request of HTTP/1.x");
        return answer_failure(client, &failure).await;
    };
    let Ok(body) = read_request_body(client, &request).await else {
        let details = "the body of the request is incomplete, malformed, or larger than 1 MB";
        return answer_failure(client, &Failure::new(ErrorType::HttpRequestError, details)).await;
    };
    match ask(client, connector, &request, &body).await {
        Ok(ending) => Ok(ending),
        Err(Trouble::Upstream(failure)) => answer_failure(client, &failure).await,
        Err(Trouble::Client(error)) => Err(error),
    }
}

/// What ends an attempt before its head is passed on.
enum Trouble {
    Upstream(Failure),
    Client(io::Error),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Upstream(failure)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Client(error)
    }
}

async fn ask(
    client: &mut BufReader<TcpStream>,
    connector: &upstream::Connector,
    request: &Request,
    body: &[u8],
) -> Result<Ending, Trouble> {
    let mut stream = connector.connect().await?;
    let message = [upstream_head(request, body.len()).as_slice(), body].concat();
    // An upstream may answer and close before it has read everything; its answer decides, or its absence.
    let _ = timeout(connector.limits.read, async {
        stream.write_all(&message).await?;
        stream.flush().await
    })
    .await;
    let mut reader = ResponseReader::new(stream, connector.limits.read);
    let head = final_head(client, &mut reader, request).await?;
    let framing = head.framing(&request.method)?;
    client.write_all(&head.passed_on(framing, request.version)).await?;
    if let Err(Cut) = relay::body(client, &mut reader, framing, request.version).await {
        // What was passed on so far is to be read before the RST throws it away.
        sleep(play::TIME_TO_BE_READ).await;
        return Ok(Ending::Reset);
    }
    Ok(Ending::Close)
}

/// Reads heads until one is final, and passes the interim ones on.
async fn final_head(
    client: &mut BufReader<TcpStream>,
    reader: &mut ResponseReader,
    request: &Request,
) -> Result<Head, Trouble> {
    for _ in 0..=INTERIM_LIMIT {
        let head = reader.head().await?;
        match head.status {
            101 => return Err(protocol_error("101 though nobody asked to switch protocols").into()),
            100..=199 => {
                head.framing(&request.method)?;
                if request.version == Version::Http11 {
                    client.write_all(&head.interim()).await?;
                }
            }
            _ => return Ok(head),
        }
    }
    Err(protocol_error("too many interim responses").into())
}

/// RFC 9110, section 7.6.1: what concerns one connection only, and is not passed on.
fn is_hop_by_hop(name: &str) -> bool {
    let names =
        ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];
    names.iter().any(|hop| name.eq_ignore_ascii_case(hop))
}

/// The request as the upstream gets it.
fn upstream_head(request: &Request, body: usize) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target).into_bytes();
    for line in request.head.split_inclusive(|byte| *byte == b'\n').skip(1) {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let is_ours = ["content-length", "expect"].iter().any(|ours| name.eq_ignore_ascii_case(ours));
        if line.contains(&b':') && !is_ours && !is_hop_by_hop(&name) {
            head.extend_from_slice(line);
        }
    }
    if request.has_body() {
        head.extend_from_slice(format!("Content-Length: {body}\r\n").as_bytes());
    }
    head.extend_from_slice(format!("{}Connection: close\r\n\r\n", via(request.version)).as_bytes());
    head
}

/// The field that tells of this hop; the version is that of the message received (RFC 9110, section 7.6.3).
fn via(received: Version) -> String {
    let version = match received {
        Version::Http10 => "1.0",
        Version::Http11 => "1.1",
    };
    format!("Via: {version} {NAME}\r\n")
}

async fn read_request_body(client: &mut BufReader<TcpStream>, request: &Request) -> io::Result<Vec<u8>> {
    if request.expects_continue {
        client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let mut body = Vec::new();
    copy_body(&mut client.take(REQUEST_BODY_LIMIT), request.body, &mut body).await?;
    Ok(body)
}

async fn answer_failure(client: &mut BufReader<TcpStream>, failure: &Failure) -> io::Result<Ending> {
    client.write_all(&failure.response()).await?;
    Ok(Ending::Close)
}

fn protocol_error(details: &str) -> Failure {
    Failure::new(ErrorType::HttpProtocolError, details)
}
