//! `why502 conform`: the gateway, the lab and the faults that are meant.

use std::time::Duration;

use clap::ArgMatches;

use super::typed::{self, Format, TableFormat};
use super::{Command, Conform, How, addressing, meant, names, pem, request, style};
use crate::error::Error;
use crate::lab::FAULTS;
use crate::plan::Endpoint;

/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(10);

/// The command that was typed.
pub(super) fn conform(typed: &typed::Conform, matches: &ArgMatches) -> Result<Command, Error> {
    let lab = meant::listen("--lab", &typed.lab)?;
    if let Some(name) = &typed.how {
        let gateway = Some(name.clone()).filter(|name| !name.is_empty());
        return Ok(Command::How(How { lab, gateway }));
    }
    let faults =
        if typed.only.is_empty() { FAULTS.iter().collect() } else { names::faults("--only", &typed.only)? };
    // The table has a format of its own; all that is left to the output is whether it is for a program.
    let format = if typed.format == TableFormat::Json { Format::Json } else { Format::Text };
    let (mut gateway, credentials) = gateway(typed.url.as_deref().unwrap_or_default())?;
    let request::Fields { fields, host } = request::fields(&typed.fields, None, credentials.as_deref())?;
    if fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding")) {
        let reason =
            "which faults are asked for with content, and how that is framed, is conform's own choice";
        return Err(Error::argument("--header", reason));
    }
    if let Some(host) = host {
        gateway.host_field = host;
    }
    let command = Conform {
        gateway,
        fields,
        addressing: addressing::addressing(&typed.whom, matches)?,
        lab,
        faults,
        limit: meant::limit("--max-time", typed.max_time.as_deref(), LIMIT)?,
        tls: pem::tls(&typed.tls)?,
        format: typed.format,
        output: style::output_of(format, typed.color, typed.output.as_deref(), false)?,
        strict: typed.strict,
        progress: !typed.silent && style::progress_can_be_seen(),
    };
    Ok(Command::Conform(Box::new(command)))
}

/// The gateway, with a target that `/fault/NAME` can be put behind, and the credentials that stood in its URL.
fn gateway(url: &str) -> Result<(Endpoint, Option<String>), Error> {
    let (mut endpoint, credentials) = Endpoint::parse(url)?;
    if endpoint.target.contains('?') {
        let reason = "a query cannot stand before /fault/NAME; give the URL without one";
        return Err(Error::argument("conform", reason));
    }
    endpoint.target.truncate(endpoint.target.trim_end_matches('/').len());
    Ok((endpoint, credentials))
}
