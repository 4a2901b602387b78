//! Interim responses, and then no final one.

use super::has;
use crate::cause::sighting::{Sighting, of_kinds};
use crate::cause::weigh::weigh;
use crate::cause::{About, Assessment, Case, Cause};
use crate::diagnosis::Blame;
use crate::http1::{CutAt, DefectCode, DefectKind, StreamEnd};
use crate::observation::{Exchange, Phase};
use crate::proxy_status::ErrorType;
use crate::tolerance::Spoiled;

static ABOUT: About = About {
    slug: "interim-without-final",
    error_type: Some(ErrorType::HttpResponseIncomplete),
    phase: Phase::Head,
    blame: Blame::Upstream,
    stated_as: &[],
    remedy: "Find out why the server stops after the interim response: it has still to send the final one.",
    page: include_str!("../pages/interim-without-final.md"),
};

/// The upstream sends an interim response and never the final one.
pub struct InterimWithoutFinal;

impl Cause for InterimWithoutFinal {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, case: &Case<'_>) -> Assessment {
        weigh(self, case, sight)
    }
}

fn sight(exchange: &Exchange) -> Option<Sighting> {
    let reading = exchange.reading.as_ref()?;
    if reading.cut != Some(CutAt::AfterInterim) || has(exchange, DefectCode::InterimTooMany) {
        return None;
    }
    let status = reading.interim().last().and_then(|message| message.status).unwrap_or(100);
    let (words, silent) = match reading.end {
        StreamEnd::Reset => ("resets the connection", false),
        StreamEnd::Open => ("falls silent", true),
        StreamEnd::Fin | StreamEnd::Truncated => ("closes the connection", false),
    };
    let seen = of_kinds(exchange, &[DefectKind::Interim], |_| {
        format!("The upstream sends an interim response ({status}) and then {words} instead of a final one.")
    })?;
    let seen = seen.beside_the_bytes().met_also_as(&[ErrorType::ConnectionTerminated]);
    let seen = seen.after(Spoiled::Interim);
    Some(if silent { seen.waited().of_type(ErrorType::ConnectionReadTimeout) } else { seen })
}
