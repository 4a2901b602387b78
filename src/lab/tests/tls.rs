//! TLS faults, met by a strict client that trusts the lab's authority.

use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;

#[tokio::test]
async fn a_good_certificate_is_accepted_with_the_labs_authority() {
    let lab = lab().await;
    let mut stream = handshake(&lab, "tls-ok").await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut text = String::new();
    // Fails if close_notify is missing.
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.ends_with("all is well.\n"));
}

#[tokio::test]
async fn certificates_are_wrong_in_the_way_the_name_says() {
    use rustls::CertificateError as E;
    let lab = lab().await;
    let error = async |name| match handshake_error(&lab, name).await {
        rustls::Error::InvalidCertificate(error) => error,
        other => panic!("{name}: {other}"),
    };
    assert!(matches!(error("tls-expired").await, E::Expired | E::ExpiredContext { .. }));
    assert!(matches!(error("tls-not-yet-valid").await, E::NotValidYet | E::NotValidYetContext { .. }));
    assert!(matches!(error("tls-wrong-host").await, E::NotValidForName | E::NotValidForNameContext { .. }));
    assert!(matches!(error("tls-self-signed").await, E::UnknownIssuer));
    assert!(matches!(error("tls-unknown-issuer").await, E::UnknownIssuer));
    assert!(matches!(error("tls-wrong-purpose").await, E::InvalidPurpose | E::InvalidPurposeContext { .. }));
}

#[tokio::test]
async fn alerts_are_those_of_the_name() {
    use rustls::AlertDescription as A;
    let lab = lab().await;
    for (name, alert) in [
        ("tls-alert-40", A::HandshakeFailure),
        ("tls-alert-70", A::ProtocolVersion),
        ("tls-sni-required", A::UnrecognisedName),
    ] {
        assert_eq!(handshake_error(&lab, name).await, rustls::Error::AlertReceived(alert), "{name}");
    }
    let mut stream = handshake(&lab, "tls-client-cert").await.unwrap();
    let error = stream.read(&mut [0]).await.unwrap_err();
    let error = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).cloned();
    assert_eq!(error, Some(rustls::Error::AlertReceived(A::CertificateRequired)));
}

#[tokio::test]
async fn handshakes_are_cut_as_named() {
    let lab = lab().await;
    let kind = async |name| handshake(&lab, name).await.unwrap_err().kind();
    assert_eq!(kind("tls-fin-handshake").await, io::ErrorKind::UnexpectedEof);
    assert_eq!(kind("tls-rst-handshake").await, io::ErrorKind::ConnectionReset);
    assert!(timeout(Duration::from_millis(300), handshake(&lab, "tls-stall-handshake")).await.is_err());
    handshake_error(&lab, "tls-garbage-handshake").await;
    handshake_error(&lab, "tls-plain-server").await;
}

#[tokio::test]
async fn bodies_over_tls_end_without_close_notify() {
    let lab = lab().await;
    for name in ["tls-cut-body", "tls-cut-close-body"] {
        let mut stream = handshake(&lab, name).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut bytes = Vec::new();
        let error = stream.read_to_end(&mut bytes).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{name}");
        assert!(bytes.ends_with(b"The lab answers, "), "{name}");
    }
}

#[tokio::test]
async fn plain_http_at_a_tls_port_is_refused_and_tls_is_answered() {
    let lab = lab().await;
    assert_eq!(get(&lab, "plain-to-tls").await.bytes, [21, 3, 3, 0, 2, 2, 10]);
    assert!(
        get(&lab, "plain-to-tls-400").await.text().contains("The plain HTTP request was sent to HTTPS port")
    );
    handshake(&lab, "plain-to-tls").await.unwrap();
}

async fn handshake(lab: &Lab, name: &str) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(lab.authority_pem().as_bytes()).unwrap()).unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let server = ServerName::try_from("127.0.0.1").unwrap();
    TlsConnector::from(Arc::new(config)).connect(server, connect(lab, name).await).await
}

/// The typed error of a handshake that fails.
async fn handshake_error(lab: &Lab, name: &str) -> rustls::Error {
    let error = handshake(lab, name).await.unwrap_err();
    error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).cloned().unwrap()
}
