//! Whom we trust: roots, and the TLS configuration made of them and of who we are. Always
//! with ring: aws-lc-rs costs 30 ms at its first random number.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use super::credentials::Credentials;
use super::verifier::Verifier;
use crate::plan::TlsOptions;

/// Why the TLS options cannot be used.
#[derive(Debug, Error)]
pub enum TlsSetupError {
    /// `--cacert` holds no certificate.
    #[error(
        "--cacert holds no certificate that can be read; it wants PEM, with '-----BEGIN CERTIFICATE-----'"
    )]
    NoRoots,
    /// `--cert` holds no certificate.
    #[error("--cert holds no certificate that can be read; it wants PEM, with '-----BEGIN CERTIFICATE-----'")]
    NoCertificate,
    /// `--key` holds no private key.
    #[error("--key holds no private key that can be read; it wants PEM without a passphrase: {0}")]
    NoKey(rustls::pki_types::pem::Error),
    /// The two do not go together, or the key is of a kind that is not supported.
    #[error("--cert and --key cannot be used together: {0}")]
    Unusable(rustls::Error),
}

/// Checks the TLS options before anything is sent, so that a mistake in them is reported as one.
///
/// # Errors
/// If a PEM text holds nothing of what it should, or certificate and key do not go together.
pub fn check(options: &TlsOptions) -> Result<(), TlsSetupError> {
    if let Some(pem) = &options.roots_pem
        && certificates(pem).is_empty()
    {
        return Err(TlsSetupError::NoRoots);
    }
    Credentials::of(options).map(drop)
}

/// Whom we trust.
#[derive(Debug)]
pub(super) struct Trust {
    /// Verifies chains; `None` if there is no root at all.
    pub(super) verifier: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates of `--cacert`.
    pub(super) given: Arc<[CertificateDer<'static>]>,
}

impl Trust {
    /// Reads `--cacert`, or the system's roots in its place.
    pub(super) fn load(options: &TlsOptions) -> Self {
        let given = options.roots_pem.as_deref().map(certificates);
        let mut roots = RootCertStore::empty();
        match &given {
            Some(given) => roots.add_parsable_certificates(given.iter().cloned()),
            None => roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
        };
        // It can only fail for want of roots: then every chain has an unknown issuer.
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().ok();
        Self { verifier, given: given.unwrap_or_default().into() }
    }
}

/// The cryptography.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The configuration of one handshake.
pub(super) fn client_config(
    credentials: Arc<Credentials>,
    verifier: impl Into<Arc<Verifier>>,
    alpn: &[&str],
) -> Result<ClientConfig, TlsSetupError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TlsSetupError::Unusable)?
        .dangerous()
        .with_custom_certificate_verifier(verifier.into());
    let mut config = builder.with_client_cert_resolver(credentials);
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    // Each exchange is a full handshake: one that resumes shows no certificate.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

pub(super) fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect()
}
