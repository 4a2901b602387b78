//! What the TLS library says of a failure, in plain words: no names of its types, and dates instead of numbers.

use std::time::{Duration, UNIX_EPOCH};

use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error as TlsError};

use super::alert::alert;

/// The failure in a few words.
pub(super) fn plain(error: &TlsError) -> String {
    match error {
        TlsError::AlertReceived(description) => {
            let alert = alert(u8::from(*description));
            format!("the peer sent the alert {} ({})", alert.id, alert.name)
        }
        TlsError::InvalidCertificate(reason) => of_certificate(reason),
        TlsError::NoCertificatesPresented => "the peer sent no certificate".to_owned(),
        other => other.to_string(),
    }
}

fn of_certificate(reason: &CertificateError) -> String {
    match reason {
        CertificateError::Expired => "the certificate is past its time".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("the certificate expired on {}", date(*not_after))
        }
        CertificateError::NotValidYet => "the certificate is ahead of its time".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("the certificate is not valid before {}", date(*not_before))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate is for other names".to_owned()
        }
        CertificateError::UnknownIssuer => "nobody who is trusted here signed the certificate".to_owned(),
        CertificateError::BadSignature => {
            "the signature on the certificate is not that of the trusted authority of that name".to_owned()
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "the certificate is not for servers".to_owned()
        }
        CertificateError::Revoked => "the certificate is revoked".to_owned(),
        CertificateError::BadEncoding => "the certificate cannot be read".to_owned(),
        CertificateError::ApplicationVerificationFailure => "the certificate is not acceptable".to_owned(),
        // The library keeps the words of another library in it, which has a type of that name for this.
        CertificateError::Other(inner) if inner.to_string().contains("CaUsedAsEndEntity") => {
            "the certificate is that of an authority (CA:TRUE), used as a server's own".to_owned()
        }
        CertificateError::Other(_) => "the certificate breaks a rule for certificates (RFC 5280)".to_owned(),
        other => other.to_string(),
    }
}

/// A time in UTC.
fn date(time: UnixTime) -> String {
    /// The last second of the year 9999.
    const LAST: u64 = 253_402_300_799;
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(time.as_secs().min(LAST))).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{AlertDescription, OtherError};

    use super::*;

    #[test]
    fn no_type_of_the_library_and_no_number_of_seconds_is_said() {
        let time = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let expired =
            CertificateError::ExpiredContext { time: time(1_795_426_669), not_after: time(1_706_745_600) };
        assert_eq!(plain(&expired.into()), "the certificate expired on 2024-02-01T00:00:00Z");
        let inner = std::io::Error::other("CaUsedAsEndEntity");
        let authority = CertificateError::Other(OtherError(Arc::new(inner)));
        assert_eq!(
            plain(&authority.into()),
            "the certificate is that of an authority (CA:TRUE), used as a server's own"
        );
        let alert = TlsError::AlertReceived(AlertDescription::ProtocolVersion);
        assert_eq!(plain(&alert), "the peer sent the alert 70 (protocol_version)");
    }
}
