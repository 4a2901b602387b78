//! `why502 explain`: the page on one cause or one gateway, or the list of all.

use serde_json::{Value, json};

use super::out;
use crate::cause::{self, About, CAUSES};
use crate::cli::{self, Explain, Format};
use crate::error::Error;
use crate::exit::Exit;
use crate::gateway::{self, Basis, GATEWAYS, Gateway, Timeout};
use crate::report::{self, CauseLine, CausePage, GatewayLine};

pub(super) fn explain(command: &Explain) -> Result<Exit, Error> {
    let options = out::text_options(&command.output);
    let text = match (&command.name, command.output.format) {
        (None, Format::Text) => report::explain_list(&list(), &gateways(), &options),
        (None, Format::Json) => pretty(&CAUSES.iter().map(|cause| as_json(cause.about())).collect()),
        (Some(name), format) => match (find(name)?, format) {
            (Found::Cause(about), Format::Text) => report::explanation(&page(about), &options),
            (Found::Cause(about), Format::Json) => pretty(&as_json(about)),
            (Found::Gateway(gateway), Format::Text) => report::gateway_explanation(gateway, &options),
            (Found::Gateway(gateway), Format::Json) => pretty(&gateway_as_json(gateway)),
        },
    };
    out::print(text.as_bytes())
}

fn list() -> Vec<CauseLine<'static>> {
    let line = |about: &'static About| CauseLine {
        slug: about.slug,
        error_type: about.error_type,
        summary: about.title(),
    };
    CAUSES.iter().map(|cause| line(cause.about())).collect()
}

/// All gateways, those that were measured first.
fn gateways() -> Vec<GatewayLine<'static>> {
    let line = |gateway: &&'static Gateway| GatewayLine {
        name: gateway.name,
        title: gateway.title,
        basis: match gateway.basis {
            Basis::Measured => "measured",
            Basis::Documented => "from its documents",
        },
    };
    let mut gateways = GATEWAYS.to_vec();
    gateways.sort_by_key(|gateway| (gateway.basis as u8, gateway.name));
    gateways.iter().map(line).collect()
}

fn page(about: &'static About) -> CausePage<'static> {
    CausePage { title: about.title(), slug: about.slug, error_type: about.error_type, page: about.text() }
}

fn as_json(about: &About) -> Value {
    json!({
        "cause": about.slug,
        "title": about.title(),
        "error_type": about.error_type,
        "recommended_status": about.error_type.and_then(crate::proxy_status::ErrorType::recommended_status),
        "phase": about.phase,
        "blame": about.blame,
        "remedy": (!about.remedy.is_empty()).then_some(about.remedy),
        "page": about.page,
    })
}

fn gateway_as_json(gateway: &Gateway) -> Value {
    let timeout = |timeout: &Timeout| {
        json!({
            "directive": timeout.directive,
            "seconds": timeout.default,
            "phases": timeout.phases,
            "status": timeout.status,
            "between_reads": timeout.between_reads,
        })
    };
    json!({
        "gateway": gateway.name,
        "title": gateway.title,
        "basis": gateway.basis,
        "source": gateway.tolerance.measured_with,
        "fault_statuses": gateway.fault_statuses,
        "timeouts": gateway.timeouts.iter().map(timeout).collect::<Vec<_>>(),
        "docs": gateway.docs,
        "page": report::gateway_page(gateway),
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// What a page is about.
enum Found {
    Cause(&'static About),
    Gateway(&'static Gateway),
}

fn find(name: &str) -> Result<Found, Error> {
    let cause = cause::by_slug(name).map(|cause| Found::Cause(cause.about()));
    cause.or_else(|| gateway::by_name(name).map(Found::Gateway)).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Error {
    let of_type = |about: &&About| about.error_type.is_some_and(|kind| kind.token() == name);
    let of_type: Vec<_> =
        CAUSES.iter().map(|cause| cause.about()).filter(of_type).map(|about| about.slug).collect();
    if !of_type.is_empty() {
        let reason = format!(
            "'{name}' is an error type of RFC 9209, and no cause; the causes of that type are {}",
            of_type.join(", ")
        );
        return Error::argument("explain", reason);
    }
    let meant = cli::did_you_mean(name, names());
    let reason = format!(
        "there is no cause and no gateway '{}'; {meant}why502 explain lists them all",
        name.escape_debug()
    );
    Error::argument("explain", reason)
}

/// Everything of which there is a page.
fn names() -> impl Iterator<Item = &'static str> + Clone {
    let causes = CAUSES.iter().map(|cause| cause.about().slug);
    causes.chain(GATEWAYS.iter().map(|gateway| gateway.name))
}
