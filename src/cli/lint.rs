//! `why502 lint`: what was typed, and what is meant by it.

use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ValueHint};

use super::files::Input;
use super::meant::{ended, limit, limits};
use super::style::{self, output};
use super::typed::{Connection, Ends, Request, Shown};
use super::{Output, addressing, pem, request};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::http1::{Asked, StreamEnd};
use crate::lint::measured;
use crate::plan::{Endpoint, HttpVersion, Plan};

#[derive(Debug, Args)]
pub(super) struct Typed {
    /// The upstream, asked directly; without a scheme it is taken as http
    #[arg(value_name = "URL", value_hint = ValueHint::Url, required_unless_present = "raw")]
    url: Option<String>,
    /// Read a response that somebody saved instead (or - for the standard input)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "url")]
    raw: Option<PathBuf>,
    /// With --raw, the method of the request that was answered: a HEAD has no body
    #[arg(long, value_name = "METHOD", default_value = "GET", requires = "raw")]
    method: String,
    /// With --raw, how the stream ended after the last byte
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Ends::Fin, requires = "raw")]
    ends: Ends,
    /// The gateways that count, by name, with commas [default: all that were measured]
    #[arg(long = "for", value_name = "GATEWAYS", value_delimiter = ',')]
    gateways: Vec<String>,
    /// Leave a connection idle for so long, to see when the upstream closes it [default: 0, read Keep-Alive alone]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    idle: Option<String>,
    #[command(flatten)]
    request: Request,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    shown: Shown,
}

/// What gateways would make of an upstream.
#[derive(Debug)]
pub struct Lint {
    /// Where its responses are from.
    pub of: LintOf,
    /// The gateways that count.
    pub gateways: Vec<&'static Gateway>,
    /// How it is reported.
    pub output: Output,
    /// Whether secrets are shown.
    pub show_secrets: bool,
    /// Whether warnings count as faults.
    pub strict: bool,
    /// Whether progress is shown.
    pub progress: bool,
}

/// Where responses are from.
#[derive(Debug)]
pub enum LintOf {
    /// An upstream, which stands in the plan as gateway and as upstream.
    Upstream {
        /// What is asked.
        plan: Box<Plan>,
        /// For how long a connection is left idle; not at all if zero.
        idle: Duration,
    },
    /// Saved bytes.
    Saved {
        /// Where they are.
        input: Input,
        /// What was asked.
        asked: Asked,
        /// How the stream ended.
        end: StreamEnd,
    },
}

pub(super) fn lint(typed: Typed, matches: &ArgMatches) -> Result<Lint, Error> {
    let shown = &typed.shown;
    let output = output(&shown.style, shown.output.as_deref(), shown.verbose)?;
    let gateways = gateways(&typed.gateways)?;
    let (show_secrets, strict) = (shown.show_secrets, shown.strict);
    let progress = !shown.silent && style::progress_can_be_seen();
    let of = match typed.raw {
        Some(file) => {
            nothing_to_ask(matches)?;
            let method = request::method("--method", &typed.method)?;
            LintOf::Saved {
                input: Input::open("--raw", file)?,
                asked: Asked { method, upgrade: false },
                end: ended(typed.ends),
            }
        }
        None => LintOf::Upstream {
            idle: idle(typed.idle.as_deref())?,
            plan: Box::new(plan(typed.url.as_deref().unwrap_or_default(), &typed, matches)?),
        },
    };
    Ok(Lint { of, gateways, output, show_secrets, strict, progress })
}

fn plan(url: &str, typed: &Typed, matches: &ArgMatches) -> Result<Plan, Error> {
    let (mut upstream, credentials) = Endpoint::parse(url)?;
    let asked = request::request(&typed.request, matches, credentials.as_deref())?;
    if let Some(host) = asked.host {
        upstream.host_field = host;
    }
    if asked.request.version == HttpVersion::Http2 {
        return Err(Error::argument(
            "--http2",
            "lint reads HTTP/1.x, in which these gateways ask their upstreams",
        ));
    }
    let plan = Plan {
        request: asked.request,
        gateway: upstream.clone(),
        upstreams: vec![upstream],
        limits: limits(&typed.connection)?,
        tls: pem::tls(&typed.connection.tls)?,
        addressing: addressing::addressing(&typed.connection.whom, matches)?,
        // Several at once could keep a small server from answering any in time.
        sequential: true,
    };
    if !plan.is_repeatable() {
        let reason = format!(
            "lint asks several times, which is safe with GET, HEAD, OPTIONS and TRACE, and not with {}",
            plan.request.method
        );
        return Err(Error::argument("--request", reason));
    }
    Ok(plan)
}

/// Seconds; none is the default, and means not to wait.
fn idle(text: Option<&str>) -> Result<Duration, Error> {
    match text.map(str::trim) {
        None | Some("" | "0") => Ok(Duration::ZERO),
        text => limit("--idle", text, Duration::ZERO),
    }
}

/// Who reads saved bytes asks nobody: options on how to ask would be without effect.
fn nothing_to_ask(matches: &ArgMatches) -> Result<(), Error> {
    const MEANT: &[&str] = &[
        "raw",
        "method",
        "ends",
        "gateways",
        "format",
        "color",
        "output",
        "verbose",
        "silent",
        "show_secrets",
        "strict",
    ];
    let typed = matches.ids().map(clap::Id::as_str).find(|id| {
        // Names with a capital letter are those of groups of options.
        !MEANT.contains(id)
            && id.starts_with(|letter: char| letter.is_ascii_lowercase())
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    });
    match typed {
        Some(id) => {
            let option = id.replace('_', "-").replace("http10", "http1.0").replace("http11", "http1.1");
            Err(Error::argument(
                "--raw",
                format!("saved bytes are read and nobody is asked, so leave out --{option}"),
            ))
        }
        None => Ok(()),
    }
}

/// The gateways of these names; all that were measured if there are none.
fn gateways(names: &[String]) -> Result<Vec<&'static Gateway>, Error> {
    let all = measured();
    let names: Vec<&str> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) =
        names.iter().find(|name| !all.iter().any(|gateway| gateway.name.eq_ignore_ascii_case(name)))
    {
        let known: Vec<&str> = all.iter().map(|gateway| gateway.name).collect();
        let reason =
            format!("'{}' was not measured; these were: {}", unknown.escape_debug(), known.join(", "));
        return Err(Error::argument("--for", reason));
    }
    let counts = |gateway: &&Gateway| {
        names.is_empty() || names.iter().any(|name| gateway.name.eq_ignore_ascii_case(name))
    };
    Ok(all.into_iter().filter(|gateway| counts(gateway)).collect())
}
