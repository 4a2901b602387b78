//! A response head larger than the gateway takes.
//!
//! No rule of HTTP limits a head; every gateway does. So the size alone is a fault only where the gateway is
//! known to take less, or where it failed and nothing else explains it.

use crate::cause::sighting::{Sighting, of_kinds};
use crate::cause::weigh::{not_seen, seen_directly, weigh};
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::{Blame, Strength};
use crate::figures;
use crate::http1::{DefectCode, DefectKind, Message};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::Known;

static ABOUT: About = About {
    slug: "response-head-too-large",
    error_type: Some(ErrorType::HttpResponseHeaderSectionSize),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[ErrorType::HttpResponseHeaderSectionSize, ErrorType::HttpResponseHeaderSize],
    remedy: "Send fewer or smaller fields: sessions kept in cookies are the usual reason.",
    page: include_str!("../pages/response-head-too-large.md"),
};

/// The response head, a field of it, or the number of its fields is too large for the gateway.
pub struct TooLarge;

impl Cause for TooLarge {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(direct) = case.contrast.direct else { return weigh(self, case, |_| None) };
        let Some(response) = direct.response() else { return not_seen(direct, Phase::Head) };
        let large = of_kinds(direct, &[DefectKind::Size], |_| sentence(response));
        let Some(sighting) = large.or_else(|| above_its_default(case, direct, response)) else {
            return weigh(self, case, |_| None);
        };
        if !case.contrast.failed() {
            // What passed is worth a word only where a common default is smaller.
            return if is_remarkable(response) {
                seen_directly(self, case, direct, &sighting)
            } else {
                Assessment::RuledOut("the head is of a common size".to_owned())
            };
        }
        match case.known.map(|known| exceeded(known, direct, response)) {
            Some(Some(limit)) => {
                // It is weighed by the limit, not by what passes below it.
                let unweighed = sighting.beside_the_bytes();
                with_limit(seen_directly(self, case, direct, &unweighed), &limit)
            }
            Some(None) => Assessment::Met(found(case, direct, &sighting)),
            None => seen_directly(self, case, direct, &sighting),
        }
    }
}

/// A head of a common size that is larger than the recognised gateway, which failed, takes by default.
fn above_its_default(case: &Case<'_>, direct: &Exchange, response: &Message) -> Option<Sighting> {
    let known = case.known.filter(|_| case.contrast.failed())?;
    exceeded(known, direct, response)?;
    let text = format!("the head has {} fields", figures::thousands(response.field_count));
    Some(Sighting::new(sentence(response)).in_phase(Phase::Head, text))
}

/// Whether a gateway with its defaults is known to take less: nginx a head of 4 KiB, HAProxy 100 fields.
fn is_remarkable(response: &Message) -> bool {
    response.head_size > 4096 || response.field_count > 100
}

fn sentence(response: &Message) -> String {
    format!(
        "The upstream's response head is large: {} in {} fields, the largest field {}.",
        figures::bytes(response.head_size),
        figures::thousands(response.field_count),
        figures::bytes(response.largest_field())
    )
}

/// A default limit that a response exceeds.
struct Exceeded {
    /// In a few words.
    words: String,
    /// RFC 9209 tells one field that is too large (section 2.3.20) from all of them (2.3.19).
    error_type: ErrorType,
}

/// The default limit of the recognised gateway that the response exceeds: of one field first, which is the narrower.
fn exceeded(known: Known, exchange: &Exchange, response: &Message) -> Option<Exceeded> {
    let tolerance = known.tolerance;
    let (one, all) = (ErrorType::HttpResponseHeaderSize, ErrorType::HttpResponseHeaderSectionSize);
    // A few more fields pass some gateways that take those of the connection out.
    let passes = |code| exchange.reading.as_ref().is_some_and(|reading| known.shapes.pass(code, reading));
    let fields = tolerance.fields.filter(|_| !passes(DefectCode::FieldsMany));
    let sizes = [
        (tolerance.field_size, response.largest_field(), "a field of", "bytes", one),
        (tolerance.head_size, response.head_size, "a head of", "bytes", all),
        (fields, response.field_count, "a head of", "fields", all),
    ];
    sizes.into_iter().find_map(|(limit, size, of, unit, error_type)| {
        let limit = limit.filter(|limit| size > limit.with_fields(response.field_count))?;
        let words = format!(
            "by default {} takes {of} at most {} {unit} ({}); this one has {}",
            known.title,
            figures::thousands(limit.with_fields(response.field_count)),
            limit.directive,
            figures::thousands(size)
        );
        Some(Exceeded { words, error_type })
    })
}

/// Whether the response has a head that is larger than the recognised gateway, whose own error came, takes by default.
pub(in crate::cause) fn is_too_large(case: &Case<'_>, exchange: &Exchange) -> bool {
    let known = case.known.filter(|known| known.own_error && case.contrast.failed());
    known
        .zip(exchange.response())
        .is_some_and(|(known, response)| exceeded(known, exchange, response).is_some())
}

/// The limit is the default; what this gateway is set to is not seen from here.
fn with_limit(assessment: Assessment, limit: &Exceeded) -> Assessment {
    match assessment {
        Assessment::Found(mut found) => {
            found.strength = found.strength.max(Strength::Likely);
            found.error_type = Some(limit.error_type);
            found.sentence =
                format!("The upstream's response head is too large for the gateway: {}.", limit.words);
            Assessment::Found(found)
        }
        other => other,
    }
}

fn found(case: &Case<'_>, direct: &Exchange, sighting: &Sighting) -> crate::cause::Found {
    crate::cause::Found {
        strength: Strength::Consistent,
        blame: ABOUT.blame,
        error_type: None,
        sentence: sighting.sentence.clone(),
        evidence: sighting.evidence(case.seen.index_of(direct)),
    }
}
