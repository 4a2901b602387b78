//! One kind of thing to try: the same request, or the same with one thing varied.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Endpoint, HttpVersion, Probe, Scheme};

/// Which way a probe takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Through the gateway.
    Gateway,
    /// Directly to the upstream.
    Direct,
}

/// What a probe tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Experiment {
    /// The request as the user gave it.
    SameRequest,
    /// The same request once more, to tell what is constant from what comes and goes.
    Repeat,
    /// The same without verifying the certificate: is that all that is wrong?
    WithoutVerification,
    /// The same without naming the server in the TLS handshake (SNI), as some gateways ask.
    WithoutServerName,
    /// The same with the name in `Host` as that of the server in the TLS handshake (SNI).
    WithServerName,
    /// The same in plain HTTP, to a port on which TLS failed.
    InPlainHttp,
    /// The same over TLS, to a port on which plain HTTP failed.
    OverTls,
    /// The same in HTTP/1.0 with `Connection: close`, as older gateways ask.
    InHttp10,
    /// The same in HTTP/2 without negotiation (prior knowledge).
    InHttp2,
    /// The same asked and read by an ordinary client library: what does a conforming reader make of it?
    SecondOpinion,
    /// The same with HEAD: the head alone is expected.
    WithHead,
    /// The same with the version and the fields that a gateway asks with, or with some of them: the guise says which.
    AsGateway,
    /// Another path, asked for without content: an answer that is likely to be good shows what the hops add to one.
    AnotherPath,
    /// The same, after which the connection is left idle, to see when the upstream closes it.
    LeftIdle,
}

impl Experiment {
    /// A few words on it, for reports and progress.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SameRequest => "the same request",
            Self::Repeat => "the same request again",
            Self::WithoutVerification => "without certificate verification",
            Self::WithoutServerName => "without a server name (SNI)",
            Self::WithServerName => "with the Host as server name (SNI)",
            Self::InPlainHttp => "in plain HTTP",
            Self::OverTls => "over TLS",
            Self::InHttp10 => "in HTTP/1.0",
            Self::InHttp2 => "in HTTP/2",
            Self::SecondOpinion => "as an ordinary client reads it",
            Self::WithHead => "with HEAD",
            Self::AsGateway => "as a gateway asks",
            Self::AnotherPath => "another path",
            Self::LeftIdle => "the connection left idle",
        }
    }

    /// The probe with this experiment's one thing varied.
    #[must_use]
    pub(super) fn vary(self, mut probe: Probe) -> Probe {
        match self {
            // How a gateway asks is the gateway's to say.
            Self::SameRequest | Self::Repeat | Self::SecondOpinion | Self::AsGateway | Self::LeftIdle => {}
            Self::AnotherPath => elsewhere(&mut probe),
            Self::WithHead => "HEAD".clone_into(&mut probe.request.method),
            Self::WithoutVerification => probe.verify = false,
            Self::WithoutServerName => probe.names_server = false,
            Self::WithServerName => {
                let host = Endpoint::parse(&format!("https://{}", probe.endpoint.host_field)).ok();
                probe.endpoint.server_name = host.map(|(named, _)| named.host);
            }
            Self::InPlainHttp => probe.endpoint.scheme = Scheme::Http,
            Self::OverTls => {
                probe.endpoint.scheme = Scheme::Https;
                probe.verify = false;
            }
            Self::InHttp10 => {
                probe.request.version = HttpVersion::Http10;
                probe.request.set_field("Connection", "close");
            }
            Self::InHttp2 => probe.request.version = HttpVersion::Http2,
        }
        probe
    }
}

impl Probe {
    /// Whether the version is agreed with the server (ALPN): HTTP/2 over TLS is offered beside HTTP/1.1, as ordinary clients
    /// do; where HTTP/2 is what is tried, or the library asks, it is not.
    #[must_use]
    pub fn negotiates(&self) -> bool {
        self.request.version == HttpVersion::Http2
            && self.endpoint.scheme == Scheme::Https
            && !matches!(self.experiment, Experiment::InHttp2 | Experiment::SecondOpinion)
    }
}

/// Asks for the front page, or for `/robots.txt` where it was that already. What was sent besides stays as it is, but
/// for content and what describes it; only GET and HEAD are asked with.
fn elsewhere(probe: &mut Probe) {
    let path = probe.endpoint.target.split('?').next().unwrap_or_default();
    let other = if path == "/" { "/robots.txt" } else { "/" };
    other.clone_into(&mut probe.endpoint.target);
    if probe.request.method != "HEAD" {
        "GET".clone_into(&mut probe.request.method);
    }
    probe.request.body.clear();
    let describes = ["content-", "transfer-encoding", "expect", "trailer", "range", "if-"];
    probe.request.fields.retain(|(name, _)| {
        let name = name.to_ascii_lowercase();
        !describes.iter().any(|beginning| name.starts_with(beginning))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Addressing, Endpoint, Limits, Plan, Request, TlsOptions};

    fn another_path(method: &str, url: &str) -> String {
        let mut request = Request { method: method.to_owned(), body: b"a=1".to_vec(), ..Request::get() };
        request.set_field("Authorization", "Basic x");
        request.set_field("Content-Type", "text/plain");
        let plan = Plan {
            request,
            gateway: Endpoint::parse(url).unwrap().0,
            upstreams: Vec::new(),
            limits: Limits::default(),
            tls: TlsOptions::default(),
            addressing: Addressing::default(),
            sequential: false,
        };
        let bytes = plan.probe(Route::Gateway, None, Experiment::AnotherPath).request_bytes();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn another_path_is_asked_for_with_nothing_that_could_do_harm() {
        let given = "Host: a\r\nAuthorization: Basic x\r\n\r\n";
        assert_eq!(another_path("OPTIONS", "http://a/cart?b"), format!("GET / HTTP/1.1\r\n{given}"));
        assert_eq!(another_path("HEAD", "http://a/cart"), format!("HEAD / HTTP/1.1\r\n{given}"));
        assert_eq!(another_path("GET", "http://a/"), format!("GET /robots.txt HTTP/1.1\r\n{given}"));
    }
}
