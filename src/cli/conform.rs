//! `why502 conform`: the gateway, the lab and the faults that are meant.

use std::time::Duration;

use super::typed::{self, Format, TableFormat};
use super::{Command, Conform, meant, names, pem, style};
use crate::error::Error;
use crate::lab::FAULTS;
use crate::plan::{Endpoint, TlsOptions};

/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(10);

/// The command that was typed.
pub(super) fn conform(typed: &typed::Conform) -> Result<Command, Error> {
    let lab = meant::listen("--lab", &typed.lab)?;
    if typed.how {
        return Ok(Command::How(lab));
    }
    let faults =
        if typed.only.is_empty() { FAULTS.iter().collect() } else { names::faults("--only", &typed.only)? };
    // The table has a format of its own; all that is left to the output is whether it is for a program.
    let format = if typed.format == TableFormat::Json { Format::Json } else { Format::Text };
    let command = Conform {
        gateway: gateway(typed.url.as_deref().unwrap_or_default())?,
        lab,
        faults,
        limit: meant::limit("--max-time", typed.max_time.as_deref(), LIMIT)?,
        tls: TlsOptions {
            insecure: typed.insecure,
            roots_pem: typed.cacert.as_deref().map(|path| pem::certificates("--cacert", path)).transpose()?,
            client: None,
        },
        format: typed.format,
        output: style::output_of(format, typed.color, typed.output.as_deref(), false)?,
        strict: typed.strict,
        progress: !typed.silent && style::progress_can_be_seen(),
    };
    Ok(Command::Conform(Box::new(command)))
}

/// The gateway, with a target that `/fault/NAME` can be put behind.
fn gateway(url: &str) -> Result<Endpoint, Error> {
    let (mut endpoint, credentials) = Endpoint::parse(url)?;
    if credentials.is_some() {
        let reason = "credentials are not sent here; let the gateway take requests for the lab without any";
        return Err(Error::argument("conform", reason));
    }
    if endpoint.target.contains('?') {
        let reason = "a query cannot stand before /fault/NAME; give the URL without one";
        return Err(Error::argument("conform", reason));
    }
    endpoint.target.truncate(endpoint.target.trim_end_matches('/').len());
    Ok(endpoint)
}
