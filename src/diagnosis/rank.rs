//! Which finding comes first: a gateway that ends over the response; the surest; those that nothing speaks against; then
//! the one with the more specific error type; then the earlier phase; then the order of the causes.

use std::cmp::Ordering;

use super::{Finding, Strength};
use crate::cause::{AGAINST, CAUSES, SAYS_ITSELF};
use crate::proxy_status::ErrorType;

/// Whether a finding is a fault of its own beside what brought it about, rather than a rival of it.
pub(super) fn is_beside(slug: &str) -> bool {
    slug == "gateway-crashes"
}

/// Whether it is about an address that need not be the one that the gateway asks.
fn is_by_the_way(finding: &Finding) -> bool {
    finding.cause == "upstream-address-family"
}

/// What is as it is on many machines explains nothing where something else does.
pub(super) fn doubt_what_is_by_the_way(findings: &mut [Finding]) {
    let explained = findings.iter().any(|finding| !is_by_the_way(finding) && !is_weaker(finding));
    for finding in findings.iter_mut().filter(|finding| explained && is_by_the_way(finding)) {
        finding.strength = Strength::Consistent;
    }
}

/// Ranks findings, the best first.
pub(super) fn rank(findings: &mut [Finding]) {
    findings.sort_by(compare);
}

/// Whether a cause only says that something failed, and stands in where nothing explains it.
pub(super) fn is_stopgap(slug: &str) -> bool {
    slug == "gateway-error-upstream-fine"
}

/// Whether a cause says why the gateway gives an error and the upstream does not, even where it is no more than a remark.
pub(super) fn says_why(slug: &str) -> bool {
    matches!(slug, "upstream-refuses-http10" | "upstream-refuses-host" | "upstream-refuses-gateway-fields")
}

/// Makes a candidate of what rests on what the gateway may have been told, where another cause fits as well. Who asks an
/// upstream that insists on a server name was most likely told to send one, and then the other fault is the nearer one.
pub(super) fn demote_what_need_not_be(findings: &mut [Finding]) {
    let fits = |finding: &Finding| {
        finding.cause != "upstream-requires-sni"
            && !is_by_the_way(finding)
            && !is_stopgap(&finding.cause)
            && !is_hearsay(finding)
            && !is_contradicted(finding)
    };
    let rivals: Vec<Option<String>> =
        findings.iter().filter(|finding| fits(finding)).map(|finding| finding.upstream.clone()).collect();
    for finding in findings.iter_mut().filter(|finding| finding.cause == "upstream-requires-sni") {
        if rivals.contains(&finding.upstream) {
            finding.strength = Strength::Consistent;
        }
    }
}

/// Whether a finding rests on the gateway's words alone.
pub(super) fn is_hearsay(finding: &Finding) -> bool {
    finding.sentence.contains(SAYS_ITSELF)
}

/// Whether a finding is a candidate only, or hearsay: nothing to set beside what was seen.
pub(super) fn is_weaker(finding: &Finding) -> bool {
    finding.strength == Strength::Consistent || is_hearsay(finding)
}

fn compare(one: &Finding, other: &Finding) -> Ordering {
    comes_first(other)
        .cmp(&comes_first(one))
        .then(one.strength.cmp(&other.strength))
        .then(is_contradicted(one).cmp(&is_contradicted(other)))
        .then(answers_so(other).cmp(&answers_so(one)))
        .then(specificity(one.error_type).cmp(&specificity(other.error_type)))
        .then(one.phase.cmp(&other.phase))
        .then(order(one).cmp(&order(other)))
}

/// Whether it is about the one of several upstreams that gives the client's error itself, or was tried again and again to
/// give it: that is nearer than another of them that does not answer at all.
fn answers_so(finding: &Finding) -> bool {
    finding.upstream.is_some() && (says_why(&finding.cause) || finding.cause == "upstream-error-status")
}

/// Whether something speaks against a candidate.
fn is_contradicted(finding: &Finding) -> bool {
    finding.evidence.iter().any(|piece| piece.text.starts_with(AGAINST))
}

/// Who ends over a response is at fault, whatever the response: no defect outranks that.
fn comes_first(finding: &Finding) -> bool {
    is_beside(&finding.cause) && finding.strength != Strength::Consistent
}

/// RFC 9209 section 2.1.1 wants the most specific type; `http_protocol_error` is for what has no other.
fn specificity(error_type: Option<ErrorType>) -> u8 {
    match error_type {
        Some(ErrorType::HttpProtocolError | ErrorType::ProxyInternalError) => 1,
        Some(_) => 0,
        None => 2,
    }
}

fn order(finding: &Finding) -> usize {
    CAUSES.iter().position(|cause| cause.about().slug == finding.cause).unwrap_or(usize::MAX)
}
