//! Where the gateway has a good answer, and the direct request had none: the answer need not be the upstream's.

use super::{Outcome, Verdict};
use crate::contrast::{Answer, Contrast};
use crate::fate::{self, Fate};
use crate::gateway::{self, Recognised};
use crate::observation::{End, Exchange, Observations};

/// What else may be behind the gateway's good answer, where it is not the upstream's. A healthy pair has no such note:
/// that two bodies differ is no sign of anything.
pub(super) fn note(
    seen: &Observations,
    verdict: &Verdict,
    gateway: &Exchange,
    recognised: Option<&Recognised>,
) -> Option<String> {
    if verdict.outcome != Outcome::Warning {
        return None;
    }
    let disguise = disguise(gateway, recognised);
    let directs = || seen.direct().filter(|direct| !super::diagnose::is_the_gateway(gateway, direct));
    if let Some(had) = directs().find_map(had_instead) {
        let page =
            disguise.map(|how| format!("; or this is a page that it sends instead of an error ({how})"));
        return Some(format!(
            "The gateway has an answer where the direct request had {had}: it may ask another address or instance, or in \
             another way, or have the answer in a cache; or the upstream fails now and then{}.",
            page.unwrap_or_default()
        ));
    }
    let known = recognised?;
    let is_another = |direct: &&Exchange| !Contrast::new(gateway, Some(direct)).same_body();
    // Of a certificate that this side alone rejects nothing is known but that.
    let was_asked = |direct: &&Exchange| direct.end != End::CertificateRejected;
    directs().filter(was_asked).filter(is_another).find(|direct| is_refused(direct, known))?;
    Some(format!(
        "{title} was measured to answer such a response with an error, and sends another body than the upstream: it may be \
         set up otherwise, or ask in another way, or have the answer in a cache; or this is a page that it sends instead \
         of an error ({how}).",
        title = known.gateway.title,
        how = disguise?
    ))
}

/// What the direct request had instead of a good answer.
fn had_instead(direct: &Exchange) -> Option<&'static str> {
    match Answer::of(direct) {
        // A certificate that this side alone rejects has a note of its own.
        _ if direct.end == End::CertificateRejected => None,
        Answer::Unreachable | Answer::Nothing | Answer::StillWaiting => Some("none"),
        Answer::ServerError(_) => Some("an error"),
        Answer::Unreadable => Some("no HTTP response"),
        _ => None,
    }
}

/// How such a page comes to be sent; `None` where the answer is none that hides an error.
fn disguise(gateway: &Exchange, recognised: Option<&Recognised>) -> Option<String> {
    let Answer::Whole(200..=399) = Answer::of(gateway) else { return None };
    if gateway.is_tunnelled() {
        return None;
    }
    let named = recognised.and_then(|known| {
        let directives = gateway::disguise(known.gateway.name)?;
        Some(format!("{}: {directives}", known.gateway.title))
    });
    Some(named.unwrap_or_else(|| "many gateways can be told to".to_owned()))
}

/// Whether this gateway was measured to answer the response with an error of its own.
fn is_refused(direct: &Exchange, known: &Recognised) -> bool {
    let fate = Fate::of_all(&fate::objections(direct, known.gateway));
    matches!(fate, Fate::Refuses(Some(500..=599)) | Fate::Waits(500..=599))
}
