//! What is to be tried, over which routes and within which limits. Only valid values live here: whoever reads
//! the arguments makes them, and everything after meets nothing else.
//!
//! `plan` knows nobody but the bytes of HTTP/1: it can say what a probe will send ([`Probe::request_bytes`])
//! without sending it, which is what `--dry-run` shows.

pub mod endpoint;
pub mod experiment;
pub mod guise;
pub mod proxy;
pub mod request;
mod slip;
pub mod telling;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use endpoint::{Endpoint, EndpointError, Scheme};
pub use experiment::{Experiment, Route};
pub use guise::{Change, Further, Guise, Pace};
pub use proxy::Proxy;
pub use request::{HttpVersion, Request};

/// A whole run, as the user asked for it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The request that both routes are asked with.
    pub request: Request,
    /// The gateway; behind a forward proxy the origin, which the proxy is asked for.
    pub gateway: Endpoint,
    /// The upstreams behind it; empty if none was named.
    pub upstreams: Vec<Endpoint>,
    /// How long and how much.
    pub limits: Limits,
    /// How certificates are judged, and what one's own is.
    pub tls: TlsOptions,
    /// Where connections really go.
    pub addressing: Addressing,
    /// One probe after the other rather than all at once.
    pub sequential: bool,
}

/// One experiment over one route.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Through the gateway or directly.
    pub route: Route,
    /// Which of the upstreams, for a direct probe.
    pub upstream: Option<usize>,
    /// The URL of that upstream, whatever the experiment makes of it.
    pub upstream_url: Option<String>,
    /// What is tried.
    pub experiment: Experiment,
    /// What is changed in the request for it, where that is not the same for every such experiment.
    pub guise: Option<Guise>,
    /// When and for how long; `None` for at once, and as long as the limits let it.
    pub pace: Option<Pace>,
    /// Whom it asks.
    pub endpoint: Endpoint,
    /// What it asks.
    pub request: Request,
    /// Whether certificates are verified.
    pub verify: bool,
    /// Whether TLS names the server that it wants (SNI), where it has a name.
    pub names_server: bool,
    /// The forward proxy that it goes through.
    pub proxy: Option<Proxy>,
}

/// How long things may take and how much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For one TCP connect, and for one TLS handshake.
    pub connect: Duration,
    /// For one exchange as a whole.
    pub total: Duration,
}

impl Default for Limits {
    /// 10 s to connect; 90 s in all, because gateways commonly give up at 60.
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), total: Duration::from_secs(90) }
    }
}

/// How certificates are judged, and what one's own is. PEM texts, already read and found to be PEM.
#[derive(Debug, Clone, Default)]
pub struct TlsOptions {
    /// `-k`: any certificate will do.
    pub insecure: bool,
    /// `--cacert`: trust these instead of the system's roots.
    pub roots_pem: Option<Vec<u8>>,
    /// `--cert` and `--key`.
    pub client: Option<ClientCertificate>,
    /// Where all this was read from.
    pub files: TlsFiles,
}

/// The files that `--cacert`, `--cert` and `--key` named, as they were given: what is done by hand needs them too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TlsFiles {
    /// `--cacert`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cacert: Option<String>,
    /// `--cert`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert: Option<String>,
    /// `--key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl TlsFiles {
    /// Whether none was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A client certificate with its key, both PEM.
#[derive(Clone)]
pub struct ClientCertificate {
    /// The chain, leaf first.
    pub chain_pem: Vec<u8>,
    /// The private key.
    pub key_pem: Vec<u8>,
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientCertificate(..)")
    }
}

/// Where connections really go.
#[derive(Debug, Clone, Default)]
pub struct Addressing {
    /// `-4` or `-6`.
    pub family: Option<Family>,
    /// `--resolve HOST:PORT:ADDR[,ADDR]`.
    pub resolve: Vec<ResolveEntry>,
    /// `--connect-to HOST1:PORT1:HOST2:PORT2`; an empty part matches or keeps anything.
    pub connect_to: Vec<ConnectToEntry>,
    /// `--proxy`: the gateway is a forward proxy.
    pub proxy: Option<Proxy>,
}

/// An address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Whether `address` is of this family.
    #[must_use]
    pub fn holds(self, address: &SocketAddr) -> bool {
        address.is_ipv4() == (self == Self::V4)
    }
}

/// One `--resolve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveEntry {
    /// The name, or `*` for every one.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// One `--connect-to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectToEntry {
    /// The host asked for; `None` matches any.
    pub host: Option<String>,
    /// The port asked for; `None` matches any.
    pub port: Option<u16>,
    /// The host to connect to; `None` keeps it.
    pub to_host: Option<String>,
    /// The port to connect to; `None` keeps it.
    pub to_port: Option<u16>,
}

impl Plan {
    /// The probes of the first round: the same request over every route.
    #[must_use]
    pub fn probes(&self) -> Vec<Probe> {
        let gateway = self.probe(Route::Gateway, None, Experiment::SameRequest);
        let direct = (0..self.upstreams.len())
            .map(|index| self.probe(Route::Direct, Some(index), Experiment::SameRequest));
        std::iter::once(gateway).chain(direct).collect()
    }

    /// The probe that carries out `experiment`; `upstream` is an index into [`Plan::upstreams`].
    #[must_use]
    pub fn probe(&self, route: Route, upstream: Option<usize>, experiment: Experiment) -> Probe {
        let named = upstream.and_then(|index| self.upstreams.get(index));
        let endpoint = named.unwrap_or(&self.gateway);
        let plain = Probe {
            route,
            upstream,
            upstream_url: named.map(ToString::to_string),
            experiment,
            guise: None,
            pace: None,
            endpoint: endpoint.clone(),
            request: self.request_to(endpoint),
            verify: !self.tls.insecure,
            names_server: true,
            proxy: self.addressing.proxy.clone().filter(|_| route == Route::Gateway),
        };
        experiment.vary(plain)
    }

    /// The request as it is sent there. HTTP/2 is what a client negotiates with its gateway over TLS; a plain upstream
    /// behind that gateway is asked in HTTP/1.1.
    fn request_to(&self, endpoint: &Endpoint) -> Request {
        let negotiated = self.request.version == HttpVersion::Http2 && self.gateway.scheme == Scheme::Https;
        match endpoint.scheme {
            Scheme::Http if negotiated => Request { version: HttpVersion::Http11, ..self.request.clone() },
            _ => self.request.clone(),
        }
    }

    /// Whether the request may be sent more than once (RFC 9110 section 9.2.1: safe methods).
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        matches!(self.request.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }
}
