//! Reaching the upstream: name, address, TLS; and which error type it is when that fails.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::failure::Failure;
use super::{Limits, Upstream};
use crate::proxy_status::ErrorType;

/// A connection to the upstream, plain or over TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Opens connections to the one upstream.
pub(super) struct Connector {
    upstream: Upstream,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    pub(super) limits: Limits,
}

impl Connector {
    pub(super) fn new(upstream: Upstream, limits: Limits) -> io::Result<Self> {
        let tls = upstream.tls.as_deref().map(|pem| tls(pem, &upstream.host)).transpose()?;
        Ok(Self { upstream, tls, limits })
    }

    pub(super) async fn connect(&self) -> Result<Box<dyn Stream>, Failure> {
        let deadline = Instant::now() + self.limits.connect;
        let address = timeout_at(deadline, self.resolve())
            .await
            .map_err(|_| Failure::new(ErrorType::DnsTimeout, "the name service did not answer in time"))??;
        let stream = timeout_at(deadline, TcpStream::connect(address))
            .await
            .map_err(|_| {
                Failure::new(ErrorType::ConnectionTimeout, "the connection was not accepted in time")
            })?
            .map_err(|error| connect_failure(&error))?;
        // Without this the request could wait for the acknowledgement of its predecessor; nothing else hangs on it.
        let _ = stream.set_nodelay(true);
        let Some((connector, name)) = &self.tls else { return Ok(Box::new(stream)) };
        let stream = timeout_at(deadline, connector.connect(name.clone(), stream))
            .await
            .map_err(|_| Failure::new(ErrorType::ConnectionTimeout, "the TLS handshake did not end in time"))?
            .map_err(|error| handshake_failure(&error))?;
        Ok(Box::new(stream))
    }

    /// The first address of the name: one attempt is one attempt.
    async fn resolve(&self) -> Result<SocketAddr, Failure> {
        let failure = |error: &dyn std::fmt::Display| Failure::new(ErrorType::DnsError, error.to_string());
        let host = self.upstream.host.trim_start_matches('[').trim_end_matches(']');
        let mut addresses = lookup_host((host, self.upstream.port)).await.map_err(|error| failure(&error))?;
        addresses.next().ok_or_else(|| failure(&"the name has no address"))
    }
}

fn tls(pem: &str, host: &str) -> io::Result<(TlsConnector, ServerName<'static>)> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(pem.as_bytes()).map_err(io::Error::other)?)
        .map_err(io::Error::other)?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}

fn connect_failure(error: &io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::ConnectionRefused => ErrorType::ConnectionRefused,
        io::ErrorKind::TimedOut => ErrorType::ConnectionTimeout,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            ErrorType::DestinationIpUnroutable
        }
        _ => ErrorType::ConnectionTerminated,
    };
    Failure::new(kind, error.to_string())
}

fn handshake_failure(error: &io::Error) -> Failure {
    let details = error.to_string();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::AlertReceived(alert)) => {
            Failure { alert: Some(u8::from(*alert)), ..Failure::new(ErrorType::TlsAlertReceived, details) }
        }
        Some(rustls::Error::InvalidCertificate(_)) => Failure::new(ErrorType::TlsCertificateError, details),
        Some(_) => Failure::new(ErrorType::TlsProtocolError, details),
        None => Failure::new(ErrorType::ConnectionTerminated, format!("within the TLS handshake: {details}")),
    }
}
