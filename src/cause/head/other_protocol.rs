//! What answers is no HTTP server.

use crate::cause::sighting::Sighting;
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::{DefectCode, OtherProtocol as Protocol};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;

static ABOUT: About = About {
    slug: "other-protocol",
    error_type: Some(ErrorType::HttpProtocolError),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Point the gateway at the port of the HTTP server; this one belongs to another program.",
    page: include_str!("../pages/other-protocol.md"),
};

/// The upstream answers in a protocol that is not HTTP.
pub struct OtherProtocol;

impl Cause for OtherProtocol {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

/// How many bytes are marked.
const MARKED: u64 = 32;

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let reading = exchange.reading.as_ref()?;
    let sentence = match reading.other_protocol? {
        // These have causes of their own.
        Protocol::TlsAlert | Protocol::TlsRecord | Protocol::Http2 | Protocol::Http1 => return None,
        Protocol::Unknown => {
            "The upstream answers with bytes that are no HTTP, nor of any protocol that why502 knows."
                .to_owned()
        }
        Protocol::Http09 => {
            "The upstream answers with a bare document: no status line, no head (HTTP/0.9).".to_owned()
        }
        known => format!("The upstream does not speak HTTP: what answers there is {}.", known.name()),
    };
    let mut seen = Sighting::new(sentence).at(0, reading.received.min(MARKED), "the answer begins so");
    seen.codes.push(DefectCode::NotHttp);
    Some(seen)
}
