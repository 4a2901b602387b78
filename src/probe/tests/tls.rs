//! TLS: handshakes that fail, and certificates.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::{ask, hear, plan, reset, serve};
use crate::http1::StreamEnd;
use crate::observation::{CertificateProblem, End, Exchange, Phase, Verification};
use crate::plan::{ClientCertificate, HttpVersion, Plan, TlsOptions};
use crate::probe::check_tls;
use crate::probe::trust::provider;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// The PEM to trust, and the configuration of a server with a certificate.
pub(super) struct Served {
    pub(super) trusted: String,
    pub(super) config: Arc<ServerConfig>,
}

fn authority() -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

fn config(chain: &rcgen::Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let builder =
        ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(vec![chain.der().clone()], key).unwrap())
}

/// A certificate for 127.0.0.1 with one thing changed, signed by an authority.
pub(super) fn issued(change: impl FnOnce(&mut CertificateParams)) -> Served {
    let (trusted, issuer) = authority();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    change(&mut params);
    Served { trusted, config: config(&params.signed_by(&key, &issuer).unwrap(), &key) }
}

/// A certificate that signed itself.
fn self_signed(is_ca: IsCa, name: &str) -> Served {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.is_ca = is_ca;
    let certificate = params.self_signed(&key).unwrap();
    Served { trusted: certificate.pem(), config: config(&certificate, &key) }
}

pub(super) async fn serving(config: Arc<ServerConfig>) -> SocketAddr {
    serve(async move |stream| {
        let Ok(mut tls) = TlsAcceptor::from(config).accept(stream).await else { return };
        let mut heard = Vec::new();
        while !heard.ends_with(b"\r\n\r\n") && tls.read_buf(&mut heard).await.unwrap_or(0) > 0 {}
        tls.write_all(ANSWER).await.ok();
        tls.flush().await.ok();
        sleep(Duration::from_millis(50)).await;
    })
    .await
}

pub(super) fn trusting(address: SocketAddr, pem: &str) -> Plan {
    let mut plan = plan(&format!("https://{address}/"));
    plan.tls.roots_pem = Some(pem.as_bytes().to_vec());
    plan
}

async fn judged(served: Served) -> Exchange {
    let address = serving(served.config).await;
    ask(&trusting(address, &served.trusted)).await
}

#[track_caller]
fn assert_rejected(seen: &Exchange, problem: CertificateProblem) {
    assert_eq!((seen.end, seen.ended_in), (End::CertificateRejected, Phase::Handshake), "{seen:?}");
    let tls = seen.tls.as_ref().unwrap();
    assert_eq!(tls.verification, Verification::Rejected(problem));
    assert!(tls.failure.is_some());
    assert_eq!(tls.certificates.len(), 1);
}

#[tokio::test]
async fn a_certificate_in_order_is_trusted_and_described() {
    let seen = judged(issued(|_| {})).await;
    assert_eq!((seen.end, seen.status()), (End::Complete, Some(200)), "{seen:?}");
    let tls = seen.tls.unwrap();
    assert_eq!(tls.verification, Verification::Trusted);
    assert_eq!(tls.version.as_deref(), Some("TLSv1.3"));
    assert!(tls.cipher_suite.unwrap().starts_with("TLS13_"));
    assert_eq!((tls.server_name, tls.failure), (None, None));
    assert_eq!(tls.certificates[0].names, ["127.0.0.1"]);
    assert!(tls.received > 0 && tls.first_bytes.0.is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_named() {
    let expired = issued(|params| params.not_after = date_time_ymd(2020, 1, 1));
    assert_rejected(&judged(expired).await, CertificateProblem::Expired);
    let early = issued(|params| params.not_before = date_time_ymd(2090, 1, 1));
    assert_rejected(&judged(early).await, CertificateProblem::NotYetValid);
    let other = issued(|params| *params = CertificateParams::new(vec!["other.example".to_owned()]).unwrap());
    assert_rejected(&judged(other).await, CertificateProblem::WrongName);
    let client = issued(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]);
    assert_rejected(&judged(client).await, CertificateProblem::WrongPurpose);
    let authority = issued(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    assert_rejected(&judged(authority).await, CertificateProblem::WrongPurpose);
    let unknown = Served { trusted: self::authority().0, ..issued(|_| {}) };
    assert_rejected(&judged(unknown).await, CertificateProblem::UnknownIssuer);
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let alone = Served { trusted: self::authority().0, ..self_signed(is_ca, "127.0.0.1") };
        assert_rejected(&judged(alone).await, CertificateProblem::SelfSigned);
    }
}

#[tokio::test]
async fn a_self_signed_certificate_that_is_trusted_itself_will_do_for_its_own_name_only() {
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let seen = judged(self_signed(is_ca, "127.0.0.1")).await;
        assert_eq!(seen.end, End::Complete, "{is_ca:?} {seen:?}");
        assert_eq!(seen.tls.unwrap().verification, Verification::Trusted);
        assert_rejected(&judged(self_signed(is_ca, "other.example")).await, CertificateProblem::WrongName);
    }
}

#[tokio::test]
async fn without_verification_the_problem_is_overlooked_and_recorded_where_it_is_known() {
    let served = issued(|params| params.not_after = date_time_ymd(2020, 1, 1));
    let mut plan = trusting(serving(Arc::clone(&served.config)).await, &served.trusted);
    plan.tls.insecure = true;
    let seen = ask(&plan).await;
    assert_eq!(seen.end, End::Complete);
    assert_eq!(seen.tls.unwrap().verification, Verification::Overlooked(CertificateProblem::Expired));

    let mut plan = self::plan(&format!("https://{}/", serving(served.config).await));
    plan.tls.insecure = true;
    let tls = ask(&plan).await.tls.unwrap();
    assert_eq!((tls.verification, tls.certificates.len()), (Verification::NotReached, 1));
}

#[tokio::test]
async fn a_handshake_that_is_closed_or_reset_says_which() {
    let closed = serve(async |mut stream| {
        stream.read_exact(&mut [0; 5]).await.unwrap();
        stream.shutdown().await.unwrap();
        sleep(Duration::from_millis(50)).await;
    });
    let seen = ask(&plan(&format!("https://{}/", closed.await))).await;
    assert_eq!((seen.end, seen.ended_in), (End::Closed, Phase::Handshake), "{seen:?}");
    let resetting = serve(async |mut stream| {
        stream.read_exact(&mut [0; 5]).await.unwrap();
        reset(stream);
    });
    let seen = ask(&plan(&format!("https://{}/", resetting.await))).await;
    assert_eq!((seen.end, seen.ended_in), (End::Reset, Phase::Handshake), "{seen:?}");
    assert_eq!(seen.reading, None);
}

#[tokio::test]
async fn a_handshake_without_an_answer_times_out_at_its_own_limit() {
    let silent = serve(async |stream| {
        sleep(Duration::from_secs(9)).await;
        drop(stream);
    });
    let mut plan = plan(&format!("https://{}/", silent.await));
    plan.limits.connect = Duration::from_millis(200);
    let seen = ask(&plan).await;
    assert_eq!((seen.end, seen.ended_in), (End::TimedOut, Phase::Handshake));
}

#[tokio::test]
async fn plain_text_at_a_tls_port_is_kept() {
    let plain = serve(async |mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        sleep(Duration::from_millis(50)).await;
    });
    let seen = ask(&plan(&format!("https://{}/", plain.await))).await;
    assert_eq!((seen.end, seen.ended_in), (End::NotTls, Phase::Handshake));
    let tls = seen.tls.unwrap();
    assert!(tls.first_bytes.contains("HTTP/1.1 400"), "{tls:?}");
    assert_eq!(tls.received, 28);
}

#[tokio::test]
async fn an_alert_has_its_number_and_its_registered_name() {
    let refusing = serve(async |mut stream| {
        stream.read_exact(&mut [0; 5]).await.unwrap();
        stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).await.unwrap();
        sleep(Duration::from_millis(50)).await;
    });
    let seen = ask(&plan(&format!("https://{}/", refusing.await))).await;
    assert_eq!((seen.end, seen.ended_in), (End::TlsAlert, Phase::Handshake));
    let alert = seen.tls.unwrap().alert.unwrap();
    assert_eq!((alert.id, alert.name.as_str()), (40, "handshake_failure"));
}

#[tokio::test]
async fn a_tls_stream_that_ends_without_close_notify_is_truncated() {
    let served = issued(|_| {});
    let address = serve(async move |stream| {
        let mut tls = TlsAcceptor::from(served.config).accept(stream).await.unwrap();
        tls.read_u8().await.unwrap();
        tls.write_all(b"HTTP/1.1 200 OK\r\n\r\nsome").await.unwrap();
        tls.flush().await.unwrap();
        let (mut tcp, _) = tls.into_inner();
        tcp.shutdown().await.unwrap();
        hear(&mut tcp).await;
    })
    .await;
    let seen = ask(&trusting(address, &served.trusted)).await;
    assert_eq!((seen.end, seen.ended_in), (End::Closed, Phase::Body), "{seen:?}");
    assert_eq!(seen.reading.unwrap().end, StreamEnd::Truncated);
}

#[tokio::test]
async fn http2_is_offered_as_such() {
    let served = issued(|_| {});
    let mut plan = trusting(serving(served.config).await, &served.trusted);
    plan.request.version = HttpVersion::Http2;
    plan.limits.total = Duration::from_millis(300);
    let seen = ask(&plan).await;
    assert_eq!(seen.tls.unwrap().alpn_offered, ["h2", "http/1.1"]);
}

#[tokio::test]
async fn a_server_without_http2_is_asked_in_http11_where_http2_was_offered() {
    for protocols in [vec![], vec![b"http/1.1".to_vec()]] {
        let served = issued(|_| {});
        let mut config = (*served.config).clone();
        config.alpn_protocols = protocols;
        let mut plan = trusting(serving(Arc::new(config)).await, &served.trusted);
        plan.request.version = HttpVersion::Http2;
        let seen = ask(&plan).await;
        assert_eq!((seen.end, seen.status()), (End::Complete, Some(200)), "{seen:?}");
        assert!(seen.sent.head.0.starts_with(b"GET / HTTP/1.1\r\n") && !seen.spoke_http2());
    }
}

#[test]
fn tls_options_that_cannot_be_used_are_told_before_anything_is_sent() {
    let garbage = || b"no PEM at all".to_vec();
    let roots = TlsOptions { roots_pem: Some(garbage()), ..TlsOptions::default() };
    assert!(check_tls(&roots).unwrap_err().to_string().contains("--cacert"));
    let client = Some(ClientCertificate { chain_pem: garbage(), key_pem: garbage() });
    let client = TlsOptions { client, ..TlsOptions::default() };
    assert!(check_tls(&client).unwrap_err().to_string().contains("--cert"));
    check_tls(&TlsOptions::default()).unwrap();
}
