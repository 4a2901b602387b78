//! What is meant by what was typed: each option's text becomes a valid value, or a sentence that says why not.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches, Subcommand};

use super::files::{self, Input};
use super::style::{self, output};
use super::typed::{self, Ends, Main, Side, Typed};
use super::{
    Command, Demo, Explain, Faults, Job, Lab, Read, Refusal, Replay, addressing, conform, lint, names, pem,
    proxy, request,
};
use crate::error::Error;
use crate::http1::{Asked, StreamEnd};
use crate::plan::{Addressing, Endpoint, Limits, Plan};

/// The command that the arguments mean.
pub(super) fn command(matches: &ArgMatches) -> Result<Command, Refusal> {
    let typed = Typed::from_arg_matches(matches)?;
    let Some(side) = typed.command else { return Ok(main_job(&typed.main, matches)?) };
    Ok(match side {
        Side::Read(typed) => Command::Read(Box::new(read(typed)?)),
        Side::Lint(typed) => {
            let matches = matches.subcommand_matches("lint").unwrap_or(matches);
            Command::Lint(Box::new(lint::lint(*typed, matches)?))
        }
        Side::Demo(typed) => Command::Demo(demo(typed)?),
        Side::Lab(typed) if typed.list => Command::ListFaults,
        Side::Lab(typed) => Command::Lab(lab(typed)?),
        Side::Conform(typed) => {
            conform::conform(&typed, matches.subcommand_matches("conform").unwrap_or(matches))?
        }
        Side::Explain(typed) => {
            Command::Explain(Explain { output: output(&typed.style, None, false)?, name: typed.name })
        }
        Side::Schema(typed) => Command::Schema(typed.of),
        Side::Completions(typed) => Command::Completions(typed.shell),
        Side::Man(typed) => Command::Man(typed.command),
    })
}

fn main_job(typed: &Main, matches: &ArgMatches) -> Result<Command, Error> {
    let (report, shown) = (&typed.report, &typed.report.shown);
    let output = output(&shown.style, shown.output.as_deref(), shown.verbose)?;
    if let Some(file) = &report.replay {
        let seen = files::recording(file)?;
        return Ok(Command::Replay(Box::new(Replay { seen, output, strict: shown.strict })));
    }
    if let Some(file) = &report.record {
        if file.as_os_str() == "-" {
            return Err(Error::argument(
                "--record",
                "a recording goes to a file, so name one; the standard output has the report",
            ));
        }
        files::check_writable("--record", file)?;
        files::check_no_loss("--record", file)?;
        if output.file.as_ref() == Some(file) {
            return Err(Error::argument("--record", "recording and report cannot go to the same file"));
        }
    }
    let job = Box::new(Job {
        plan: plan(typed, matches)?,
        output,
        record: report.record.clone(),
        show_secrets: shown.show_secrets,
        strict: shown.strict,
        progress: !shown.silent && style::progress_can_be_seen(),
    });
    Ok(if typed.dry_run { Command::DryRun(job) } else { Command::Diagnose(job) })
}

fn plan(typed: &Main, matches: &ArgMatches) -> Result<Plan, Error> {
    let (mut gateway, credentials) = gateway(typed.url.as_deref())?;
    let asked = request::request(&typed.request, matches, credentials.as_deref())?;
    if let Some(host) = asked.host {
        gateway.host_field = host;
    }
    let host = match &typed.upstream_host {
        Some(host) => request::host("--upstream-host", host.as_bytes())?,
        None => gateway.host_field.clone(),
    };
    let server_name =
        typed.upstream_host.as_ref().and_then(|_| Endpoint::parse(&host).ok()).map(|(named, _)| named.host);
    let connection = &typed.connection;
    let proxy = proxy::proxy(connection, matches)?;
    let mut upstreams: Vec<Endpoint> = typed
        .upstream
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| upstream(text, typed.upstream_path.as_deref(), &gateway, &host))
        .collect::<Result<_, _>>()?;
    let is_named = matches.value_source("upstream") == Some(ValueSource::CommandLine);
    if upstreams.is_empty() && is_named {
        let reason =
            "it is empty; name an upstream, as in --upstream http://10.0.3.7:8080, or leave the option out";
        return Err(Error::argument("--upstream", reason));
    }
    if upstreams.is_empty() && typed.upstream_path.is_some() {
        return Err(Error::argument("--upstream-path", "no --upstream is given that could be asked for it"));
    }
    if proxy.is_some() {
        proxy::check_version(gateway.scheme, asked.request.version)?;
        if upstreams.is_empty() {
            // Behind a forward proxy the URL itself says where the origin is.
            upstreams.push(Endpoint { host_field: host, ..gateway.clone() });
        }
    }
    for upstream in &mut upstreams {
        upstream.server_name.clone_from(&server_name);
    }
    Ok(Plan {
        request: asked.request,
        gateway,
        upstreams,
        limits: limits(connection)?,
        tls: pem::tls(&connection.tls)?,
        addressing: Addressing { proxy, ..addressing::addressing(&connection.whom, matches)? },
        sequential: typed.sequential,
    })
}

/// How long things may take.
pub(super) fn limits(connection: &typed::Connection) -> Result<Limits, Error> {
    let defaults = Limits::default();
    Ok(Limits {
        connect: limit("--connect-timeout", connection.connect_timeout.as_deref(), defaults.connect)?,
        total: limit("--max-time", connection.max_time.as_deref(), defaults.total)?,
    })
}

fn gateway(url: Option<&str>) -> Result<(Endpoint, Option<String>), Error> {
    let Some(url) = url else {
        return Err(Error::argument(
            "URL",
            "none is given; name what to ask the gateway for, such as why502 https://shop.example.com/cart",
        ));
    };
    // Behind an option, the name of a subcommand is taken for a URL.
    if url == "help" || Side::has_subcommand(url) {
        let reason = format!(
            "'{url}' is a command and must come first, as in why502 {url}; for a host of that name write http://{url}"
        );
        return Err(Error::argument("URL", reason));
    }
    Ok(Endpoint::parse(url)?)
}

/// An upstream gets the same request: the gateway's `Host`, and its path and query as far as neither `text` nor `path`
/// has one.
fn upstream(text: &str, path: Option<&str>, gateway: &Endpoint, host: &str) -> Result<Endpoint, Error> {
    let (mut endpoint, credentials) = Endpoint::parse(text)?;
    if credentials.is_some() {
        let reason =
            "both routes get the same request, so credentials belong in the gateway's URL or in --user";
        return Err(Error::argument("--upstream", reason));
    }
    match path {
        None if endpoint.target == "/" => endpoint.target.clone_from(&gateway.target),
        None => {}
        Some(path) => endpoint.target = of_upstream(path, &endpoint)?,
    }
    if let (false, Some((_, query))) = (endpoint.target.contains('?'), gateway.target.split_once('?')) {
        endpoint.target = format!("{}?{query}", endpoint.target);
    }
    host.clone_into(&mut endpoint.host_field);
    Ok(endpoint)
}

/// The path that is asked for instead, `/` too.
fn of_upstream(path: &str, endpoint: &Endpoint) -> Result<String, Error> {
    let refused = |reason| Err(Error::argument("--upstream-path", reason));
    if !path.starts_with('/') {
        return refused("a path begins with /, as in --upstream-path /cart");
    }
    if endpoint.target != "/" {
        return refused("--upstream names a path or a query already; name it in one of the two");
    }
    // A URL is read as one everywhere, and so is what stands in it.
    Ok(Endpoint::parse(&format!("http://upstream{path}"))?.0.target)
}

/// A limit in seconds: more than nothing and at most a day, because nothing here is unbounded.
pub(super) fn limit(option: &'static str, text: Option<&str>, default: Duration) -> Result<Duration, Error> {
    const DAY: f64 = 86_400.0;
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(default) };
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= DAY => Ok(Duration::from_secs_f64(seconds)),
        Ok(0.0) => Err(Error::argument(
            option,
            format!("0 would mean no limit, and nothing here is unbounded; {DAY} (a day) is the most"),
        )),
        Ok(_) => Err(Error::argument(
            option,
            format!("'{}' is not between 0 and {DAY} seconds", text.escape_debug()),
        )),
        Err(_) => {
            let reason = format!("'{}' is no number of seconds; write it like 2.5", text.escape_debug());
            Err(Error::argument(option, reason))
        }
    }
}

fn read(typed: typed::Read) -> Result<Read, Error> {
    let method = request::method("--method", &typed.method)?;
    Ok(Read {
        input: Input::open("read", typed.file)?,
        asked: Asked { method, upgrade: false },
        end: ended(typed.ends),
        output: output(&typed.style, None, false)?,
    })
}

/// How a saved stream ended.
pub(super) fn ended(how: Ends) -> StreamEnd {
    match how {
        Ends::Fin => StreamEnd::Fin,
        Ends::Rst => StreamEnd::Reset,
        Ends::Open => StreamEnd::Open,
    }
}

fn demo(typed: typed::Demo) -> Result<Demo, Error> {
    let faults = match typed.names {
        _ if typed.all => Faults::All,
        names if names.is_empty() => Faults::Telling,
        names => Faults::Named(names::faults("demo", &names)?),
    };
    Ok(Demo { faults, gateway: typed.gateway, output: output(&typed.style, None, false)? })
}

fn lab(typed: typed::Lab) -> Result<Lab, Error> {
    let fault = typed.fault.map(|name| names::fault("--fault", &name)).transpose()?;
    Ok(Lab { listen: listen("--listen", &typed.listen)?, fault })
}

/// `ADDRESS:PORT`, `localhost:PORT`, `:PORT`, or a port of this machine alone.
pub(super) fn listen(option: &'static str, text: &str) -> Result<SocketAddr, Error> {
    let local = text.strip_prefix("localhost").unwrap_or(text);
    let port = local.strip_prefix(':').unwrap_or(local);
    port.parse()
        .map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .or_else(|_| text.parse())
        .map_err(|_| {
            let reason = format!(
                "'{}' is no address to listen at; write it like 127.0.0.1:9502 or [::1]:9502",
                text.escape_debug()
            );
            Error::argument(option, reason)
        })
}
