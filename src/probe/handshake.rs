//! The TLS handshake: what was offered, what came of it, and the peer's own bytes where it failed.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, Error as TlsError};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::alert::alert;
use super::certificate::chain_seen;
use super::context::Context;
use super::credentials::Credentials;
use super::draft::Draft;
use super::stop::{Stop, tls_error, words};
use super::stream::Stream;
use super::tap::{Overhearing, Tap};
use super::tls_words::plain;
use super::trust;
use super::verifier::Verifier;
use crate::http1::WireBytes;
use crate::observation::{End, Phase, TlsSeen};
use crate::plan::{HttpVersion, Probe};

/// What is overheard of a handshake: told at the end of the exchange, however that came.
pub(super) struct Overheard {
    verifier: Arc<Verifier>,
    credentials: Arc<Credentials>,
    bytes: Overhearing,
}

impl Overheard {
    /// Puts it into what was seen of TLS.
    pub(super) fn tell(&self, tls: &mut TlsSeen, failed: bool) {
        tls.received = self.bytes.received();
        tls.client_certificate = self.credentials.seen();
        if failed {
            tls.first_bytes = WireBytes(self.bytes.first_bytes());
        }
        if let Some(seen) = self.verifier.seen() {
            tls.certificates = chain_seen(&seen.chain);
            tls.verification = seen.verification;
            tls.problems.clone_from(&seen.problems);
        }
    }
}

/// Makes a TLS connection of a TCP connection.
pub(super) async fn handshake(
    draft: &mut Draft<'_>,
    probe: &Probe,
    context: &Context,
    tcp: TcpStream,
) -> Result<Stream, Stop> {
    draft.enter(Phase::Handshake);
    let (config, bytes) = prepare(draft, probe, context)?;
    let host = probe.endpoint.tls_name();
    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        Stop::with(End::LocalFailure, format!("'{host}' cannot be the name of a TLS server (SNI)"))
    })?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, Tap::new(tcp, bytes.clone()));
    let result = timeout(context.limits.connect, connecting).await;
    bytes.end();
    match result {
        Ok(Ok(stream)) => {
            agreed(draft, &stream);
            Ok(Stream::Tls(Box::new(stream)))
        }
        Ok(Err(error)) => Err(failed(draft, &error)),
        Err(_) => Err(Stop::new(End::TimedOut)),
    }
}

/// What a handshake is made with: notes what is offered, and who judges the certificate. The bytes are to be overheard
/// by whoever makes it.
pub(super) fn prepare(
    draft: &mut Draft<'_>,
    probe: &Probe,
    context: &Context,
) -> Result<(ClientConfig, Overhearing), Stop> {
    let alpn: &[&str] = match probe.request.version {
        HttpVersion::Http10 | HttpVersion::Http11 => &["http/1.1"],
        HttpVersion::Http2 if probe.negotiates() => &["h2", "http/1.1"],
        HttpVersion::Http2 => &["h2"],
    };
    let name = probe.endpoint.tls_name();
    let verifier = Arc::new(Verifier::new(context.trust_for(probe), probe.verify));
    let bytes = Overhearing::default();
    let setup = |error: trust::TlsSetupError| Stop::with(End::LocalFailure, error.to_string());
    let credentials = Arc::new(Credentials::of(&context.tls).map_err(setup)?);
    draft.overheard = Some(Overheard {
        verifier: Arc::clone(&verifier),
        credentials: Arc::clone(&credentials),
        bytes: bytes.clone(),
    });
    draft.exchange.tls = Some(TlsSeen {
        server_name: (probe.names_server && name.parse::<IpAddr>().is_err()).then(|| name.to_owned()),
        alpn_offered: alpn.iter().map(|&protocol| protocol.to_owned()).collect(),
        ..TlsSeen::default()
    });
    let mut config = trust::client_config(credentials, verifier, alpn).map_err(setup)?;
    config.enable_sni = probe.names_server;
    Ok((config, bytes))
}

/// An error of the TLS layer, also of one that comes after the handshake: a server that wants a certificate says so
/// in TLS 1.3 only when the client has sent its request.
pub(super) fn failed(draft: &mut Draft<'_>, error: &io::Error) -> Stop {
    if let Some(tls) = &mut draft.exchange.tls {
        tls.failure = Some(tls_error(error).map_or_else(|| words(error), plain));
        if let Some(TlsError::AlertReceived(description)) = tls_error(error) {
            tls.alert = Some(alert(u8::from(*description)));
        }
    }
    Stop::from_io(error)
}

fn agreed(draft: &mut Draft<'_>, stream: &TlsStream<Tap<TcpStream>>) {
    let (_, connection) = stream.get_ref();
    let Some(tls) = &mut draft.exchange.tls else { return };
    tls.version = connection.protocol_version().map(|version| {
        version.as_str().map_or_else(|| format!("{version:?}"), |name| name.replace('_', "."))
    });
    tls.cipher_suite = connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
    tls.alpn = connection.alpn_protocol().map(|alpn| String::from_utf8_lossy(alpn).into_owned());
}
