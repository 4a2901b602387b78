//! What a gateway did with one request, told apart by what its client can tell.

use schemars::JsonSchema;
use serde::Serialize;

use crate::contrast::Answer;
use crate::http1::{DefectCode, DefectKind, Reading};
use crate::observation::{End, Exchange};

/// What a client got of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// The upstream's answer with all of its body.
    Whole,
    /// The upstream's answer with another body, complete in itself.
    Altered,
    /// A complete response that has less in it than the upstream's, or that the upstream never completed.
    LooksWhole,
    /// A response of the gateway's own.
    Own,
    /// A response that is visibly cut short.
    Cut,
    /// A response whose framing a client loses, or whose status it cannot use.
    Malformed,
    /// Bytes that are no HTTP response.
    Raw,
    /// Nothing but interim responses.
    InterimOnly,
    /// The connection closed or reset without a byte.
    Closed,
    /// No end within the limit.
    Hung,
    /// No connection to the gateway.
    NotReached,
}

/// What a gateway did with one request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Observed {
    /// What the client got.
    pub delivery: Delivery,
    /// The status that came, if one did.
    pub status: Option<u16>,
    /// Bytes of body that came.
    pub body: u64,
    /// Bytes of body that the upstream gave directly, if it gave a response and they can be told from framing.
    pub body_directly: Option<u64>,
    /// Whether the response breaks a rule still.
    pub has_defects: bool,
    /// Whether clients may read it in different ways: lengths that conflict, bytes behind the end, no usable status.
    pub is_ambiguous: bool,
    /// Seconds from the last byte of the request to the end.
    pub seconds: f64,
}

impl Observed {
    /// What came through the gateway, beside what came directly. With `any_body`, the body is different each time.
    #[must_use]
    pub fn new(through: &Exchange, direct: &Exchange, any_body: bool) -> Self {
        let delivery = delivery(through, direct, any_body);
        let reading = through.reading.as_ref();
        let defective = reading.is_some_and(|reading| {
            reading.defects.iter().any(|defect| defect.code.kind() != DefectKind::Size)
        });
        Self {
            delivery,
            status: through.status(),
            body: reading.map_or(0, |reading| reading.body.length),
            body_directly: direct
                .response()
                .and(direct.reading.as_ref())
                .filter(|reading| !reading.framing_lost)
                .map(|reading| reading.body.length),
            has_defects: defective,
            is_ambiguous: Answer::of(through) == Answer::Unreadable
                || reading.is_some_and(|reading| reading.defects.iter().any(|defect| misleads(defect.code))),
            seconds: through.phases.since_sent().unwrap_or_else(|| through.phases.total()),
        }
    }

    /// A few words: `502`, `200, cut short`, `closed without a byte`.
    #[must_use]
    pub fn words(&self) -> String {
        let status = self.status.map_or_else(|| "a response".to_owned(), |status| status.to_string());
        let less = self.body_directly.filter(|&there| there > self.body);
        match self.delivery {
            Delivery::Whole | Delivery::Own => status,
            Delivery::Altered => format!("{status}, another body"),
            Delivery::LooksWhole => match less {
                Some(there) => format!("{status}, {} of {there} bytes", self.body),
                None => format!("{status}, as if whole"),
            },
            Delivery::Cut => format!("{status}, cut short"),
            Delivery::Malformed if self.status.is_none_or(|status| !(100..=599).contains(&status)) => {
                "a status that is none".to_owned()
            }
            Delivery::Malformed => format!("{status}, malformed"),
            Delivery::Raw => "raw bytes".to_owned(),
            Delivery::InterimOnly => "interim, then closed".to_owned(),
            Delivery::Closed => "closed, not a byte".to_owned(),
            Delivery::Hung if self.status.is_some() => format!("{status}, then silence"),
            Delivery::Hung => "nothing in time".to_owned(),
            Delivery::NotReached => "no connection".to_owned(),
        }
    }
}

fn delivery(through: &Exchange, direct: &Exchange, any_body: bool) -> Delivery {
    match Answer::of(through) {
        Answer::Unreachable => Delivery::NotReached,
        Answer::StillWaiting => Delivery::Hung,
        _ if matches!(through.end, End::TimedOut | End::Interrupted) => Delivery::Hung,
        Answer::Nothing if has_interim(through) => Delivery::InterimOnly,
        Answer::Nothing if through.has_bytes() => Delivery::Cut,
        Answer::Nothing => Delivery::Closed,
        Answer::Unreadable if through.response().is_some() => Delivery::Malformed,
        Answer::Unreadable => Delivery::Raw,
        Answer::Cut(_) if through.end == End::Malformed => Delivery::Malformed,
        Answer::Cut(_) | Answer::StillFlowing(_) | Answer::Interrupted => Delivery::Cut,
        Answer::Whole(status) | Answer::ServerError(status) | Answer::NoTunnel(status) => {
            complete(status, through, direct, any_body)
        }
    }
}

/// A complete response: whose is it, and is all in it that there was?
fn complete(status: u16, through: &Exchange, direct: &Exchange, any_body: bool) -> Delivery {
    let good = status < 400;
    match (&through.reading, &direct.reading, direct.response()) {
        (Some(got), Some(there), Some(_)) if direct.status() == Some(status) => {
            let broke_off = !there.is_complete() && direct.end != End::Malformed;
            if broke_off || there.framing_lost {
                Delivery::LooksWhole
            } else if any_body || same_body(got, there) {
                Delivery::Whole
            } else if got.body.length < there.body.length && (got.body.length == 0 || is_sure(direct)) {
                Delivery::LooksWhole
            } else {
                Delivery::Altered
            }
        }
        (_, _, Some(_)) if good => Delivery::Altered,
        // The upstream gave no response, and the client has one.
        (_, _, None) if good => Delivery::LooksWhole,
        _ => Delivery::Own,
    }
}

/// Whether clients may differ on where a response with this defect ends.
fn misleads(code: DefectCode) -> bool {
    let kind = code.kind();
    let is_framing = matches!(kind, DefectKind::Length | DefectKind::TransferCoding | DefectKind::Extra);
    // The same length twice is one length.
    is_framing && !matches!(code, DefectCode::ContentLengthRepeated | DefectCode::ContentLengthList)
}

/// Whether all readers agree where the body ends.
fn is_sure(direct: &Exchange) -> bool {
    let unsure = [DefectKind::Length, DefectKind::TransferCoding, DefectKind::Chunk];
    unsure.iter().all(|&kind| direct.defects(kind).next().is_none())
}

/// The same content, be it that the gateway took a content coding off.
fn same_body(got: &Reading, there: &Reading) -> bool {
    let (got, there) = (&got.body, &there.body);
    let decoded =
        got.codings.is_empty() && !there.codings.is_empty() && Some(got.length) == there.decoded_length;
    (got.length == there.length && got.sha256 == there.sha256) || decoded
}

fn has_interim(exchange: &Exchange) -> bool {
    exchange.reading.as_ref().is_some_and(|reading| reading.interim().next().is_some())
}
