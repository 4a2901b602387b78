//! `--cacert`, `--cert` and `--key`: PEM files, read and found to be what they should be before anything is sent.

use std::path::Path;

use x509_parser::pem::Pem;

use super::files;
use super::typed::Tls;
use crate::error::Error;
use crate::plan::{ClientCertificate, TlsFiles, TlsOptions};

const KEYS: &[&str] = &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// How certificates are judged, and what one's own is.
pub(super) fn tls(typed: &Tls) -> Result<TlsOptions, Error> {
    Ok(TlsOptions {
        insecure: typed.insecure,
        roots_pem: typed.cacert.as_deref().map(|path| certificates("--cacert", path)).transpose()?,
        client: client(typed.cert.as_deref(), typed.key.as_deref())?,
        files: TlsFiles {
            cacert: named(typed.cacert.as_deref()),
            cert: named(typed.cert.as_deref()),
            key: named(typed.key.as_deref()),
        },
    })
}

fn named(path: Option<&Path>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

fn client(cert: Option<&Path>, key: Option<&Path>) -> Result<Option<ClientCertificate>, Error> {
    let Some(cert) = cert else {
        return match key {
            Some(_) => Err(Error::argument(
                "--key",
                "a key is of no use without its certificate; give it with --cert",
            )),
            None => Ok(None),
        };
    };
    let chain_pem = certificates("--cert", cert)?;
    let key_pem = match key {
        Some(path) => private_key("--key", path)?,
        None => private_key("--cert", cert)?,
    };
    Ok(Some(ClientCertificate { chain_pem, key_pem }))
}

pub(super) fn certificates(option: &'static str, path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = files::whole(option, path)?;
    let blocks = blocks(option, path, &bytes)?;
    let mut found = blocks.iter().filter(|block| block.label == "CERTIFICATE").peekable();
    if found.peek().is_none() {
        let reason = if looks_like_der(&bytes) {
            format!(
                "'{name}' is DER, and PEM is needed; openssl x509 -inform der -in '{name}' makes it",
                name = path.display()
            )
        } else {
            format!("there is no PEM certificate (-----BEGIN CERTIFICATE-----) in '{}'", path.display())
        };
        return Err(Error::argument(option, reason));
    }
    for (block, number) in found.zip(1..) {
        block.parse_x509().map_err(|_| {
            let reason = format!("certificate {number} in '{}' cannot be read as X.509", path.display());
            Error::argument(option, reason)
        })?;
    }
    Ok(bytes)
}

fn private_key(option: &'static str, path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = files::whole(option, path)?;
    let blocks = blocks(option, path, &bytes)?;
    let holds = |label: &str| blocks.iter().any(|block| block.label == label);
    let name = path.display();
    // An old-style encrypted key says so in lines above its base64.
    if holds("ENCRYPTED PRIVATE KEY") || memchr::memmem::find(&bytes, b"Proc-Type: 4,ENCRYPTED").is_some() {
        let reason = format!("the key in '{name}' is encrypted; openssl pkey -in '{name}' decrypts it");
        return Err(Error::argument(option, reason));
    }
    if KEYS.iter().any(|label| holds(label)) {
        return Ok(bytes);
    }
    let reason = if option == "--cert" {
        format!("there is no private key beside the certificate in '{name}'; give the key with --key")
    } else {
        format!("there is no PEM private key (-----BEGIN PRIVATE KEY-----) in '{name}'")
    };
    Err(Error::argument(option, reason))
}

fn blocks(option: &'static str, path: &Path, bytes: &[u8]) -> Result<Vec<Pem>, Error> {
    if memchr::memmem::find(bytes, b"-----BEGIN ").is_none() {
        return Ok(Vec::new());
    }
    Pem::iter_from_buffer(bytes).collect::<Result<_, _>>().map_err(|_| {
        let reason =
            format!("a PEM block in '{}' is damaged: its end or its base64 is not in order", path.display());
        Error::argument(option, reason)
    })
}

/// A DER certificate is a SEQUENCE with a length of two bytes.
fn looks_like_der(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x30, 0x82])
}
