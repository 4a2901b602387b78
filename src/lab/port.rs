//! One port of the lab: who comes in by it meets one fault, or the one that the path names.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use socket2::{Domain, Socket, Type};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::conversation::plain;
use super::faults::{Behaviour, Fault, Port};
use super::ledger::Ledger;
use super::play::{Ending, end};
use super::secure::secure;

/// On loopback a SYN is answered within the call to connect; a connect that takes longer hangs.
const CONNECT_HANGS: Duration = Duration::from_millis(5);

/// More connections than an accept queue of length zero can take on any system.
const ENOUGH_TO_FILL: usize = 16;

/// Where the certificate of the lab's authority can be fetched.
pub(super) const AUTHORITY_PATH: &str = "/ca.pem";

/// What is served at a port.
pub(super) struct Door {
    /// The fault of everyone who comes; `None`: the path decides.
    pub(super) fault: Option<&'static Fault>,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) ledger: Arc<Ledger>,
    /// The certificate of the lab's authority, to be had at [`AUTHORITY_PATH`] where the path decides.
    pub(super) authority: Arc<str>,
}

impl Door {
    fn note_connection(&self) {
        if let Some(fault) = self.fault {
            self.ledger.note_connection(fault);
        }
    }

    pub(super) fn note_request(&self) {
        if let Some(fault) = self.fault {
            self.ledger.note_request(fault);
        }
    }
}

/// What must live as long as the lab does, and is nothing but held.
#[derive(Default)]
pub(super) struct Held {
    sockets: Vec<Socket>,
    fillers: Vec<TcpStream>,
}

/// Opens the door at this address, and says where that is.
pub(super) async fn open(
    address: SocketAddr,
    door: Door,
    tasks: &mut JoinSet<()>,
    held: &mut Held,
) -> io::Result<SocketAddr> {
    match door.fault.map(|fault| fault.behaviour) {
        Some(Behaviour::Port(Port::Refuse)) => refuse(address, held),
        Some(Behaviour::Port(Port::Full)) => fill(address, held).await,
        _ => {
            let listener = listen(address)?;
            let address = listener.local_addr()?;
            let door = Arc::new(door);
            tasks.spawn(accept(listener, move |stream| receive(stream, Arc::clone(&door))));
            Ok(address)
        }
    }
}

/// How many connections may wait to be accepted. Some gateways connect a hundred times when they start, for each of
/// their upstreams; whoever finds the queue full waits for a second.
const QUEUE: u32 = 1024;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// The address under which a listener can be reached, also where it listens on all of them.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// A socket that is bound but does not listen: the kernel refuses, and nobody else can take the port.
fn refuse(address: SocketAddr, held: &mut Held) -> io::Result<SocketAddr> {
    let socket = bound(address)?;
    let address = local_address(&socket)?;
    held.sockets.push(socket);
    Ok(address)
}

/// A listener that never accepts, with its queue filled until connecting to it hangs.
async fn fill(address: SocketAddr, held: &mut Held) -> io::Result<SocketAddr> {
    let socket = bound(address)?;
    socket.listen(0)?;
    let address = local_address(&socket)?;
    held.sockets.push(socket);
    for _ in 0..ENOUGH_TO_FILL {
        match timeout(CONNECT_HANGS, TcpStream::connect(reachable(address))).await {
            Ok(connected) => held.fillers.push(connected?),
            Err(_) => return Ok(address),
        }
    }
    Err(io::Error::other("the accept queue of `blackhole` cannot be filled on this system"))
}

fn bound(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn local_address(socket: &Socket) -> io::Result<SocketAddr> {
    socket.local_addr()?.as_socket().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

/// Receives whoever comes, many at a time, and lets go of all of them when it is dropped.
pub(super) async fn accept<V>(listener: TcpListener, receive: impl Fn(TcpStream) -> V)
where
    V: Future<Output = ()> + Send + 'static,
{
    let mut visits = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely; trying again at once would only spin.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        while visits.try_join_next().is_some() {}
        visits.spawn(receive(stream));
    }
}

async fn receive(stream: TcpStream, door: Arc<Door>) {
    // Each write of a script is to travel at once.
    let _ = stream.set_nodelay(true);
    door.note_connection();
    match door.fault.map(|fault| fault.behaviour) {
        Some(Behaviour::Port(Port::Reset)) => end(stream, Ending::Reset).await,
        Some(Behaviour::Port(_)) => end(stream, Ending::Fin).await,
        Some(Behaviour::Tls(tls)) => secure(stream, tls, &door).await,
        _ => plain(stream, &door).await,
    }
}
