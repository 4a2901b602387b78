//! The lab: an upstream that misbehaves on purpose, to try a gateway on, or why502 itself.
//!
//! [`FAULTS`] is the table of what can go wrong. Most faults live behind one port and are asked for by path,
//! `/fault/rst-mid-body`; those that are about connecting or about TLS have a port of their own. The path may be
//! preceded by anything, so that a gateway can be put in front under a prefix.
//!
//! A connection goes this way: `port` accepts it, `secure` shakes hands where that is to be, `conversation` reads
//! requests and finds the fault, and `play` turns the fault's script, or the `answer` of a healthy control, into
//! bytes. `gateway` is the other half of `why502 demo`.

mod answer;
mod certificates;
mod command;
mod conversation;
mod faults;
pub mod gateway;
mod http2;
mod ledger;
mod play;
mod port;
mod request;
mod secure;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::task::JoinSet;

use certificates::{Authority, ClientCertificate, Credential};
use faults::{Behaviour, Tls};
use ledger::Ledger;
use port::{Door, Held, reachable};

/// Where the lab listens for `conform` unless it is told otherwise, so that a gateway can be set up for it.
pub const USUAL_ADDRESS: &str = "127.0.0.1:8502";

pub use command::{list, serve};
pub use faults::{Expects, FAULTS, Fault, GROUPS, Group, Level, Meets, find};
pub use ledger::Heard;

/// The host name of faults of [`Level::Name`]. RFC 2606 keeps `.invalid` from ever existing.
const UNRESOLVABLE: &str = "why502-lab.invalid";

/// A running lab. It stops when it is dropped.
pub struct Lab {
    base: SocketAddr,
    only: Option<&'static Fault>,
    own_ports: HashMap<&'static str, SocketAddr>,
    authority: Authority,
    ledger: Arc<Ledger>,
    held: Held,
    tasks: JoinSet<()>,
}

/// The addresses in a row behind `listen`, one for each fault that has a port of its own.
pub fn own_ports(listen: SocketAddr) -> impl Iterator<Item = (&'static Fault, SocketAddr)> {
    let own = FAULTS.iter().filter(|fault| fault.has_own_port());
    own.zip(1_u16..).map(move |(fault, step)| {
        // Behind the last port, and for a port that is any, there is no row: any free one will do.
        let port = if listen.port() == 0 { 0 } else { listen.port().checked_add(step).unwrap_or(0) };
        (fault, SocketAddr::new(listen.ip(), port))
    })
}

impl Lab {
    /// Starts a lab with every fault: those of [`Level::Stream`] behind `listen`, each of the others at a free port
    /// of the same address.
    ///
    /// # Errors
    ///
    /// If a port cannot be bound.
    pub async fn start(listen: SocketAddr) -> io::Result<Self> {
        let free = SocketAddr::new(listen.ip(), 0);
        Self::start_at(listen, own_ports(listen).map(|(fault, _)| (fault, free))).await
    }

    /// The same, with the faults that have a port of their own at the [`own_ports`] behind `listen`, so that a gateway
    /// can be pointed at them before the lab starts. One whose port is taken gets a free one.
    ///
    /// # Errors
    ///
    /// If a port cannot be bound.
    pub async fn start_in_a_row(listen: SocketAddr) -> io::Result<Self> {
        Self::start_at(listen, own_ports(listen)).await
    }

    async fn start_at(
        listen: SocketAddr,
        own: impl Iterator<Item = (&'static Fault, SocketAddr)>,
    ) -> io::Result<Self> {
        let mut lab = Self::new(listen)?;
        lab.base = lab.open(listen, None).await?;
        let free = SocketAddr::new(listen.ip(), 0);
        for (fault, address) in own {
            let opened = match lab.open(address, Some(fault)).await {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => lab.open(free, Some(fault)).await?,
                opened => opened?,
            };
            lab.own_ports.insert(fault.name, opened);
        }
        Ok(lab)
    }

    /// Starts a lab that has this one fault, at `listen` itself and whatever the path.
    ///
    /// # Errors
    ///
    /// If the port cannot be bound, or if the fault is none of a port.
    pub async fn start_with_only(listen: SocketAddr, fault: &'static Fault) -> io::Result<Self> {
        if fault.level == Level::Name {
            let reason = format!("{} is a fault of the host name; no port can have it", fault.name);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
        let mut lab = Self::new(listen)?;
        lab.base = lab.open(listen, Some(fault)).await?;
        lab.only = Some(fault);
        Ok(lab)
    }

    /// Where the faults of [`Level::Stream`] are: `http://127.0.0.1:9502`.
    #[must_use]
    pub fn base_url(&self) -> String {
        let scheme = self.only.map_or("http", Fault::scheme);
        format!("{scheme}://{}", reachable(self.base))
    }

    /// The URL of the upstream under which this fault is met.
    #[must_use]
    pub fn url_of(&self, fault: &Fault) -> String {
        let path = format!("/fault/{}", fault.name);
        match self.own_ports.get(fault.name) {
            Some(address) => format!("{}://{}{path}", fault.scheme(), reachable(*address)),
            None if fault.level == Level::Name => format!("http://{UNRESOLVABLE}:{}{path}", self.base.port()),
            None => format!("{}{path}", self.base_url()),
        }
    }

    /// The certificate of the lab's own authority.
    #[must_use]
    pub fn authority_pem(&self) -> &str {
        self.authority.pem()
    }

    /// What was heard of this fault so far: retries show here.
    #[must_use]
    pub fn heard(&self, fault: &Fault) -> Heard {
        self.ledger.heard(fault)
    }

    fn new(listen: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            base: listen,
            only: None,
            own_ports: HashMap::new(),
            authority: Authority::new(listen.ip())?,
            ledger: Arc::new(Ledger::new()),
            held: Held::default(),
            tasks: JoinSet::new(),
        })
    }

    async fn open(&mut self, address: SocketAddr, fault: Option<&'static Fault>) -> io::Result<SocketAddr> {
        let tls = fault.map(|fault| self.tls_of(fault)).transpose()?.flatten();
        let (ledger, authority) = (Arc::clone(&self.ledger), Arc::clone(self.authority.pem()));
        let door = Door { fault, tls, ledger, authority };
        port::open(address, door, &mut self.tasks, &mut self.held).await
    }

    fn tls_of(&self, fault: &Fault) -> io::Result<Option<Arc<ServerConfig>>> {
        let Behaviour::Tls(tls) = fault.behaviour else { return Ok(None) };
        let (credential, client) = match tls {
            Tls::Serve(credential) => (credential, ClientCertificate::Unasked),
            Tls::RequireClientCertificate => (Credential::Good, ClientCertificate::Required),
            Tls::Cut(_) | Tls::RequireServerName | Tls::RefusePlain(_) => {
                (Credential::Good, ClientCertificate::Unasked)
            }
            Tls::Hello(_) | Tls::PlainServer => return Ok(None),
        };
        self.authority.server(credential, client).map(Some)
    }
}
