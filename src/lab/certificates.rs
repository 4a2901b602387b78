//! The lab's own certificate authority, and a certificate for each way of being wrong.
//!
//! Everything is made at start and kept in memory: ECDSA on P-256, so that it takes no more than milliseconds,
//! and one key for all servers.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// Which certificate a server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential {
    Good,
    Expired,
    NotYetValid,
    WrongHost,
    SelfSigned,
    UnknownIssuer,
    WrongPurpose,
}

/// Whether a server asks for the client's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientCertificate {
    Unasked,
    Required,
}

/// The authority, and all that is needed to equip a server.
pub(super) struct Authority {
    pem: Arc<str>,
    root: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    stranger: Issuer<'static, KeyPair>,
    server_key: KeyPair,
    names: Vec<String>,
    provider: Arc<CryptoProvider>,
}

impl Authority {
    /// An authority whose servers are reached under this address.
    pub(super) fn new(address: IpAddr) -> io::Result<Self> {
        let (root, pem, issuer) = new_issuer("why502 lab").map_err(io::Error::other)?;
        let (_, _, stranger) = new_issuer("somebody else").map_err(io::Error::other)?;
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(String::from).into();
        if !address.is_loopback() && !address.is_unspecified() {
            names.push(address.to_string());
        }
        let server_key = KeyPair::generate().map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Ok(Self { pem: pem.into(), root, issuer, stranger, server_key, names, provider })
    }

    pub(super) fn pem(&self) -> &Arc<str> {
        &self.pem
    }

    /// The configuration of a server that shows this certificate.
    pub(super) fn server(
        &self,
        credential: Credential,
        client: ClientCertificate,
    ) -> io::Result<Arc<ServerConfig>> {
        let certificate = self.certificate(credential).map_err(io::Error::other)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.server_key.serialize_der()));
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let builder = match client {
            ClientCertificate::Unasked => builder.with_no_client_auth(),
            ClientCertificate::Required => builder.with_client_cert_verifier(self.client_verifier()?),
        };
        let config = builder.with_single_cert(vec![certificate], key).map_err(io::Error::other)?;
        Ok(Arc::new(config))
    }

    fn client_verifier(&self) -> io::Result<Arc<dyn rustls::server::danger::ClientCertVerifier>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).map_err(io::Error::other)?;
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(io::Error::other)
    }

    fn certificate(&self, credential: Credential) -> Result<CertificateDer<'static>, rcgen::Error> {
        let mut params = CertificateParams::new(match credential {
            Credential::WrongHost => vec!["other.example".to_owned()],
            _ => self.names.clone(),
        })?;
        params.distinguished_name.push(DnType::CommonName, "why502 lab server");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![match credential {
            Credential::WrongPurpose => ExtendedKeyUsagePurpose::ClientAuth,
            _ => ExtendedKeyUsagePurpose::ServerAuth,
        }];
        match credential {
            Credential::Expired => {
                params.not_before = date_time_ymd(2020, 1, 1);
                params.not_after = date_time_ymd(2020, 3, 1);
            }
            Credential::NotYetValid => {
                params.not_before = date_time_ymd(2090, 1, 1);
                params.not_after = date_time_ymd(2091, 1, 1);
            }
            _ => {
                params.not_before = date_time_ymd(2020, 1, 1);
                params.not_after = date_time_ymd(2090, 1, 1);
            }
        }
        let certificate = match credential {
            Credential::SelfSigned => params.self_signed(&self.server_key)?,
            Credential::UnknownIssuer => params.signed_by(&self.server_key, &self.stranger)?,
            _ => params.signed_by(&self.server_key, &self.issuer)?,
        };
        Ok(certificate.der().clone())
    }
}

type NewIssuer = (CertificateDer<'static>, String, Issuer<'static, KeyPair>);

fn new_issuer(name: &str) -> Result<NewIssuer, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2095, 1, 1);
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.der().clone(), certificate.pem(), Issuer::new(params, key)))
}
