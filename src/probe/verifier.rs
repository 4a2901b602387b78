//! Judges a certificate chain as a client does, and keeps both chain and verdict: also where the exchange goes on
//! in spite of the verdict.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error as TlsError, SignatureScheme};

use super::certificate::{is_authority, is_self_signed, is_timely, nearest_valid, untimely};
use super::trust::{Trust, provider};
use crate::observation::{CertificateProblem, Verification};

/// Judges the chain of one handshake.
#[derive(Debug)]
pub(super) struct Verifier {
    webpki: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates of `--cacert`.
    given: Arc<[CertificateDer<'static>]>,
    /// There were roots to judge by, were it only that there are none.
    judges: bool,
    /// A chain that is not to be trusted ends the handshake.
    strict: bool,
    algorithms: WebPkiSupportedAlgorithms,
    seen: OnceLock<Seen>,
}

/// The chain, and the verdict on it.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) verification: Verification,
    /// Everything that is wrong with the leaf, whatever the verdict rests on.
    pub(super) problems: Vec<CertificateProblem>,
}

impl Verifier {
    /// Judges by `trust`, if it is given, and acts on it, if it is strict.
    pub(super) fn new(trust: Option<&Trust>, strict: bool) -> Self {
        Self {
            webpki: trust.and_then(|trust| trust.verifier.clone()),
            given: trust.map(|trust| Arc::clone(&trust.given)).unwrap_or_default(),
            judges: trust.is_some(),
            strict,
            algorithms: provider().signature_verification_algorithms,
            seen: OnceLock::new(),
        }
    }

    /// The chain and the verdict, once the certificates have come.
    pub(super) fn seen(&self) -> Option<&Seen> {
        self.seen.get()
    }

    fn judge(&self, chain: &Chain<'_>) -> Result<(), TlsError> {
        let Some(webpki) = &self.webpki else { return Err(CertificateError::UnknownIssuer.into()) };
        let Chain { leaf, intermediates, name, now } = *chain;
        let Err(refused) = webpki.verify_server_cert(leaf, intermediates, name, &[], now) else {
            return Ok(());
        };
        // `openssl req -x509` makes certificates that are CA:TRUE, and people trust that very file. webpki takes no
        // authority for a server; curl does. So do we: it is what a gateway with that file would do.
        if self.given.contains(leaf) && is_authority_as_server(&refused, leaf) && is_timely(leaf, now) {
            return verify_server_name(&ParsedCertificate::try_from(leaf)?, name);
        }
        Err(refused)
    }

    /// Everything that is wrong, each looked at by itself: the library tells the first that it comes upon, and gateways
    /// come upon them in another order, or look at some of them only. Without roots to judge by, what can be said so.
    fn problems(&self, chain: &Chain<'_>, verdict: &Result<(), TlsError>) -> Vec<CertificateProblem> {
        if verdict.is_ok() && self.judges {
            return Vec::new();
        }
        let Chain { leaf, name, now, .. } = *chain;
        let mut problems: Vec<CertificateProblem> = untimely(leaf, now).into_iter().collect();
        let mut add = |problem| {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        };
        if is_for_another(leaf, name) {
            add(CertificateProblem::WrongName);
        }
        if is_self_signed(leaf) && !self.given.contains(leaf) {
            add(CertificateProblem::SelfSigned);
        } else if self.judges {
            // Who signed it is looked at after the time: so at a time within.
            let in_time = self.judge(&Chain { now: nearest_valid(leaf, now), ..*chain });
            in_time.err().iter().for_each(|error| add(problem(error, leaf)));
        }
        if let Err(error) = verdict {
            add(problem(error, leaf));
        }
        problems
    }

    fn verification(&self, verdict: &Result<(), TlsError>, leaf: &CertificateDer<'_>) -> Verification {
        match verdict {
            _ if !self.judges => Verification::NotReached,
            Ok(()) => Verification::Trusted,
            Err(error) if self.strict => Verification::Rejected(problem(error, leaf)),
            Err(error) => Verification::Overlooked(problem(error, leaf)),
        }
    }
}

#[derive(Clone, Copy)]
struct Chain<'a> {
    leaf: &'a CertificateDer<'a>,
    intermediates: &'a [CertificateDer<'a>],
    name: &'a ServerName<'a>,
    now: UnixTime,
}

/// The library has no code for it: but it is what is left for a certificate that says CA:TRUE.
fn is_authority_as_server(error: &TlsError, leaf: &CertificateDer<'_>) -> bool {
    matches!(error, TlsError::InvalidCertificate(CertificateError::Other(_))) && is_authority(leaf)
}

/// Whether it is made out for other names than this one; no, if that cannot be read.
fn is_for_another(leaf: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    ParsedCertificate::try_from(leaf).is_ok_and(|leaf| verify_server_name(&leaf, name).is_err())
}

fn problem(error: &TlsError, leaf: &CertificateDer<'_>) -> CertificateProblem {
    let TlsError::InvalidCertificate(reason) = error else { return CertificateProblem::Other };
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateProblem::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::WrongName
        }
        // A bad signature: a trusted authority has the name of the issuer, and another key. (An authority that was
        // made anew under its old name, mostly.) Nobody who is trusted signed it.
        CertificateError::UnknownIssuer | CertificateError::BadSignature if is_self_signed(leaf) => {
            CertificateProblem::SelfSigned
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateProblem::UnknownIssuer,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            CertificateProblem::WrongPurpose
        }
        CertificateError::Other(_) if is_self_signed(leaf) => CertificateProblem::SelfSigned,
        CertificateError::Other(_) if is_authority(leaf) => CertificateProblem::WrongPurpose,
        _ => CertificateProblem::Other,
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let chain = Chain { leaf: end_entity, intermediates, name: server_name, now };
        let verdict = if self.judges { self.judge(&chain) } else { Ok(()) };
        let all = std::iter::once(end_entity).chain(intermediates);
        let seen = Seen {
            chain: all.map(|der| der.clone().into_owned()).collect(),
            verification: self.verification(&verdict, end_entity),
            problems: self.problems(&chain, &verdict),
        };
        // One verifier serves one handshake, which shows its certificates once.
        self.seen.set(seen).ok();
        match verdict {
            Err(error) if self.strict => Err(error),
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.lenient(verify_tls12_signature(message, certificate, signature, &self.algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.lenient(verify_tls13_signature(message, certificate, signature, &self.algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl Verifier {
    /// Without verification a certificate that cannot even be read will do (version 1, say), and then the
    /// signature made with its key cannot be checked either.
    fn lenient(
        &self,
        verdict: Result<HandshakeSignatureValid, TlsError>,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        if self.strict { verdict } else { Ok(HandshakeSignatureValid::assertion()) }
    }
}
