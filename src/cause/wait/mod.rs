//! The upstream takes the request and sends nothing.

mod closed;
mod reset;
mod slow;

pub use closed::ClosedBeforeResponse;
pub use reset::ResetBeforeResponse;
pub use slow::SlowFirstByte;
pub(super) use slow::comes_later;

use crate::cause::{Assessment, Case, Found};
use crate::diagnosis::{Evidence, Place, Strength};
use crate::observation::Exchange;
use crate::plan::Experiment;

/// Whether a further experiment got an answer from an upstream that gave none to plain HTTP/1: then it is
/// another protocol that it wants, not a connection that it drops.
fn answers_otherwise(case: &Case<'_>) -> bool {
    let tls = case.direct_of(Experiment::OverTls).and_then(|exchange| exchange.tls.as_ref());
    tls.is_some_and(|tls| tls.version.is_some())
        || case.direct_of(Experiment::InHttp2).is_some_and(|exchange| exchange.response().is_some())
}

/// Where FastCGI servers (PHP-FPM) and uwsgi commonly listen, by the examples of their own documents.
const OF_OTHER_PROTOCOLS: [u16; 2] = [9000, 3031];

/// Doubts a silent end: a server that speaks FastCGI or uwsgi ends a request in HTTP so as well, and then the gateway asks it
/// otherwise than the direct request does.
fn doubted(assessment: Assessment, case: &Case<'_>) -> Assessment {
    let Some(direct) = case.contrast.direct else { return assessment };
    let is_likely = port(direct).is_some_and(|port| OF_OTHER_PROTOCOLS.contains(&port));
    match assessment {
        Assessment::Met(_) if is_likely => Assessment::NotExamined(
            "a direct request in the protocol that is commonly spoken at this port (FastCGI, uwsgi)"
                .to_owned(),
        ),
        Assessment::Met(found) => Assessment::Met(with_doubt(found, case, direct)),
        Assessment::Found(mut found) if is_likely => {
            found.strength = found.strength.max(Strength::Likely);
            Assessment::Found(with_doubt(found, case, direct))
        }
        other => other,
    }
}

fn with_doubt(mut found: Found, case: &Case<'_>, direct: &Exchange) -> Found {
    found.evidence.push(Evidence {
        exchange: case.seen.index_of(direct),
        place: Place::Exchange,
        text: "a server that speaks FastCGI (PHP-FPM) or uwsgi ends a request in HTTP so too: where the gateway asks it in that \
               protocol (fastcgi_pass, uwsgi_pass), this tells nothing"
            .to_owned(),
    });
    found
}

fn port(exchange: &Exchange) -> Option<u16> {
    exchange.peer.as_deref()?.rsplit_once(':')?.1.parse().ok()
}
