//! Who we are to a server that asks: the client certificate, if there is one, and whether it was asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::ResolvesClientCert;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;
use rustls::{Error as TlsError, SignatureScheme};

use super::trust::{TlsSetupError, certificates, provider};
use crate::observation::ClientCertificateSeen;
use crate::plan::{ClientCertificate, TlsOptions};

/// The certificate for one handshake, which notes whether the server asks for it (RFC 8446 section 4.3.2).
#[derive(Debug)]
pub(super) struct Credentials {
    own: Option<Arc<CertifiedKey>>,
    asked: AtomicBool,
    /// Whether it is of a kind that the server takes.
    fits: AtomicBool,
}

impl Credentials {
    /// Reads `--cert` and `--key`, if they are given.
    pub(super) fn of(options: &TlsOptions) -> Result<Self, TlsSetupError> {
        let own = options.client.as_ref().map(read).transpose()?.map(Arc::new);
        Ok(Self { own, asked: AtomicBool::new(false), fits: AtomicBool::new(false) })
    }

    /// What became of it.
    pub(super) fn seen(&self) -> ClientCertificateSeen {
        match (self.asked.load(Ordering::Relaxed), self.fits.load(Ordering::Relaxed)) {
            (false, _) => ClientCertificateSeen::NotAsked,
            (true, false) => ClientCertificateSeen::Missing,
            (true, true) => ClientCertificateSeen::Sent,
        }
    }
}

impl ResolvesClientCert for Credentials {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let fitting = self.own.clone().filter(|own| own.key.choose_scheme(schemes).is_some());
        self.asked.store(true, Ordering::Relaxed);
        self.fits.store(fitting.is_some(), Ordering::Relaxed);
        fitting
    }

    fn has_certs(&self) -> bool {
        self.own.is_some()
    }
}

fn read(client: &ClientCertificate) -> Result<CertifiedKey, TlsSetupError> {
    let chain = certificates(&client.chain_pem);
    if chain.is_empty() {
        return Err(TlsSetupError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(&client.key_pem).map_err(TlsSetupError::NoKey)?;
    CertifiedKey::from_der(chain, key, &provider()).map_err(|error: TlsError| TlsSetupError::Unusable(error))
}
