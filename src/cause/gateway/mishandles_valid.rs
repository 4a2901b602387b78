//! The upstream's answer is valid, and the gateway spoils it.

use super::upstream_is_fine;
use crate::cause::{About, Assessment, Case, Cause, Found};
use crate::diagnosis::{Blame, Evidence, Place, Strength};
use crate::http1::Reading;
use crate::observation::Phase;
use crate::proxy_status::ErrorType;
use crate::tolerance::Spoiled;

static ABOUT: About = About {
    slug: "gateway-mishandles-valid-response",
    error_type: Some(ErrorType::ProxyInternalError),
    phase: Phase::Head,
    blame: Blame::Gateway,
    stated_as: &[ErrorType::ProxyInternalError],
    remedy: "Update the gateway; until then keep the upstream from sending what it stumbles over.",
    page: include_str!("../pages/gateway-mishandles-valid-response.md"),
};

/// The gateway fails on something that HTTP allows.
pub struct MishandlesValidResponse;

impl Cause for MishandlesValidResponse {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        let Some(direct) = case.contrast.direct else {
            return Assessment::NotExamined("an --upstream to ask directly".to_owned());
        };
        if !case.contrast.failed() {
            return Assessment::RuledOut("the gateway passes the answer on".to_owned());
        }
        if !upstream_is_fine(&case.contrast) {
            return Assessment::RuledOut("the upstream\u{2019}s answer is not a valid one itself".to_owned());
        }
        let features = direct.reading.as_ref().map(features).unwrap_or_default();
        let spoiling = case.known.and_then(|known| {
            known
                .spoils
                .iter()
                .find(|spoiling| features.contains(&spoiling.what))
                .map(|spoiling| (known, spoiling))
        });
        if let Some((known, spoiling)) = spoiling {
            let sentence = format!(
                "The upstream\u{2019}s answer is valid; {} spoils it: {}",
                known.title, spoiling.sentence
            );
            return found(
                case,
                Strength::Likely,
                sentence,
                &format!("measured with {}", spoiling.measured_with),
            );
        }
        match features.first() {
            Some(feature) => {
                let sentence = format!(
                    "The upstream\u{2019}s answer is valid and carries {}, at which some gateways fail.",
                    feature.words()
                );
                found(
                    case,
                    Strength::Consistent,
                    sentence,
                    "nothing else about the answer is out of the ordinary",
                )
            }
            None => Assessment::RuledOut(
                "the answer has no interim response, no trailers and no chunk extensions".to_owned(),
            ),
        }
    }
}

/// What is unusual in a valid response.
fn features(reading: &Reading) -> Vec<Spoiled> {
    let mut features = Vec::new();
    if reading.interim().next().is_some() {
        features.push(Spoiled::Interim);
    }
    if !reading.body.trailers.is_empty() {
        features.push(Spoiled::Trailers);
    }
    if reading.body.chunk_extensions > 0 {
        features.push(Spoiled::ChunkExtensions);
    }
    features
}

fn found(case: &Case<'_>, strength: Strength, sentence: String, text: &str) -> Assessment {
    let direct = case.contrast.direct.map_or(0, |direct| case.seen.index_of(direct));
    Assessment::Found(Found {
        strength,
        blame: ABOUT.blame,
        error_type: None,
        sentence,
        evidence: vec![Evidence {
            exchange: direct,
            place: Place::Phase { phase: Phase::Head },
            text: text.to_owned(),
        }],
    })
}
