//! `--dry-run`: whom each probe would ask, and the exact bytes, without sending any.

use std::fmt::Write;

use serde::Serialize;

use super::out;
use crate::cli::{Format, Job};
use crate::error::Error;
use crate::exit::Exit;
use crate::http1::WireBytes;
use crate::observation::secrets::{masked_bytes, masked_url};
use crate::plan::{Experiment, HttpVersion, Plan, Probe, Proxy, Route};

/// How much of a request is shown to a person.
const SHOWN: usize = 16 * 1024;

/// What cannot be shown beforehand, because it depends on the answers.
const FURTHER: &str = "
Where the gateway then fares worse than the upstream, more may follow, one after the other: the same
requests again, and directly as that gateway asks (in HTTP/1.0, with X-Forwarded-For, ...). A report
tells each of them.
";

/// One probe that would be sent.
#[derive(Debug, Serialize)]
struct Intended {
    route: Route,
    url: String,
    version: HttpVersion,
    /// The forward proxy, and the CONNECT that it gets before.
    proxy: Option<String>,
    connect: Option<WireBytes>,
    request: WireBytes,
    /// When it is sent, if not always.
    only_if: Option<&'static str>,
}

/// When another path is asked for.
const NO_AUTHOR: &str = "an error comes and nothing in it tells who wrote it";

pub(super) fn show(job: &Job) -> Result<Exit, Error> {
    let probes = job.plan.probes();
    let mut intended: Vec<_> = probes.iter().map(|probe| intended(probe, job.show_secrets)).collect();
    intended.extend(
        possible(&job.plan)
            .iter()
            .map(|probe| Intended { only_if: Some(NO_AUTHOR), ..self::intended(probe, job.show_secrets) }),
    );
    let text = match job.output.format {
        Format::Json => {
            serde_json::to_string_pretty(&intended)
                .map_err(|source| Error::Json { what: "the dry run", source })?
                + "\n"
        }
        Format::Text => {
            let mut text = intended.iter().map(text).collect::<Vec<_>>().join("\n");
            if job.plan.is_repeatable() && !job.plan.upstreams.is_empty() {
                text += FURTHER;
            }
            text
        }
    };
    out::report(&text, &job.output)?;
    Ok(Exit::Healthy)
}

/// The request for another path, over both routes.
fn possible(plan: &Plan) -> Vec<Probe> {
    if !plan.is_repeatable() {
        return Vec::new();
    }
    let direct = plan.upstreams.first().map(|_| plan.probe(Route::Direct, Some(0), Experiment::AnotherPath));
    std::iter::once(plan.probe(Route::Gateway, None, Experiment::AnotherPath)).chain(direct).collect()
}

fn intended(probe: &Probe, show_secrets: bool) -> Intended {
    let (url, bytes) = (probe.endpoint.to_string(), probe.request_bytes());
    let shown = |bytes: Vec<u8>| if show_secrets { WireBytes(bytes) } else { masked_bytes(&bytes) };
    Intended {
        route: probe.route,
        url: if show_secrets { url } else { masked_url(&url) },
        version: probe.request.version,
        proxy: probe.proxy.as_ref().map(Proxy::url),
        connect: probe.connect_bytes().map(shown),
        request: shown(bytes),
        only_if: None,
    }
}

fn text(probe: &Intended) -> String {
    let whom = match (probe.route, &probe.proxy) {
        (Route::Gateway, Some(proxy)) => format!("Through the proxy {proxy}"),
        (Route::Gateway, None) => "Through the gateway".to_owned(),
        (Route::Direct, _) => "Directly to the upstream".to_owned(),
    };
    let how = match probe.version {
        HttpVersion::Http2 => ", these fields as HTTP/2 frames",
        HttpVersion::Http10 | HttpVersion::Http11 => "",
    };
    let only = probe.only_if.map(|only| format!(", only if {only}")).unwrap_or_default();
    let mut text = format!("{whom}, {}{how}{only}:\n", probe.url);
    let shown = &probe.request.0[..probe.request.0.len().min(SHOWN)];
    if let Some(connect) = &probe.connect {
        lines(&mut text, &connect.0);
        text.push_str("and, once the tunnel stands and TLS in it:\n");
    }
    lines(&mut text, shown);
    let left = probe.request.0.len() - shown.len();
    if left > 0 {
        let _ = writeln!(text, "  ... and {left} bytes more");
    }
    text
}

fn lines(text: &mut String, bytes: &[u8]) {
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}", WireBytes::from(line));
    }
}
