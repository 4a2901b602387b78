//! One exchange in the JSON report: everything but the raw bytes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::http1::{CutAt, Defect, Framing, Leftover, Message, OtherProtocol, Reading, StreamEnd, WireBytes};
use crate::observation::{ConnectAttempt, End, Exchange, Phase, Phases, ProxySeen, Resolution, TlsSeen};
use crate::plan::{Experiment, Guise, Route};

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExchangeReport {
    /// Which way it took.
    pub route: Route,
    /// The URL of the upstream, for a direct exchange.
    pub upstream: Option<String>,
    /// What was tried.
    pub experiment: Experiment,
    /// What was changed in the request for it, and who would send it so; `null` for other experiments.
    pub guise: Option<Guise>,
    /// The status of the final response; `null` if its head did not come to an end.
    pub status: Option<u16>,
    /// How it ended.
    pub end: End,
    /// When each phase began and ended, in seconds from the start of the run. A phase that was not reached is absent.
    pub phases: Phases,
    /// The places in the response that break a rule, by offset.
    pub defects: Vec<Defect>,
    /// The URL that was asked.
    pub url: String,
    /// The forward proxy that it went through, and what it said of the tunnel; `null` if none. Resolution, connects and
    /// address are then those of the proxy.
    pub proxy: Option<ProxySeen>,
    /// The address of the connection that was used, as `address:port`.
    pub peer: Option<String>,
    /// This side's own address on that connection, without the port; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// In which phase the exchange ended.
    pub ended_in: Phase,
    /// The operating system's or the library's own words for the end, where there are any.
    pub end_detail: Option<String>,
    /// The version of HTTP in the response as written.
    pub version: Option<WireBytes>,
    /// The reason phrase of the response.
    pub reason: Option<WireBytes>,
    /// The statuses of the interim responses, in their order.
    pub interim: Vec<u16>,
    /// The fields of the final response; of what came of it, if its head is cut off.
    pub fields: Vec<FieldReport>,
    /// The head of the final response as it came, escaped; of what came of it, if it is cut off.
    pub head: Option<WireBytes>,
    /// How the end of the response is known.
    pub framing: Option<Framing>,
    /// The body of the final response; `null` if its head did not come to an end.
    pub body: Option<BodyReport>,
    /// How the stream ended.
    pub stream_end: Option<StreamEnd>,
    /// Where the end cut the response off.
    pub cut: Option<CutAt>,
    /// The protocol that the bytes are of, where they are not HTTP/1.x.
    pub other_protocol: Option<OtherProtocol>,
    /// What came after the end of the response.
    pub leftover: Option<Leftover>,
    /// Bytes that came in all, without TLS.
    pub received: u64,
    /// Every TCP connect that was tried, in the order of the addresses.
    pub connects: Vec<ConnectAttempt>,
    /// How the name was resolved; `null` where the host is an address.
    pub resolution: Option<Resolution>,
    /// What was seen of TLS; `null` for plain HTTP.
    pub tls: Option<TlsSeen>,
    /// What was sent.
    pub sent: SentReport,
    /// Seconds from the last byte of the request to the first byte of the response.
    pub time_to_first_byte: Option<f64>,
    /// Seconds from the last byte of the request to the end: what a gateway's read timeout is compared with.
    pub since_sent: Option<f64>,
    /// The longest silence between two reads of the response, in seconds.
    pub longest_gap: Option<f64>,
    /// Seconds from the beginning of the first phase to the end of the last.
    pub duration: f64,
}

/// One field line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldReport {
    /// The name as written.
    pub name: WireBytes,
    /// The value.
    pub value: WireBytes,
}

/// The body of a response, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BodyReport {
    /// Bytes of content that came, without chunk framing, before content decoding.
    pub length: u64,
    /// SHA-256 of them in lower-case hexadecimal; `null` if nothing came.
    pub sha256: Option<String>,
    /// Whether nothing of the response is missing.
    pub complete: bool,
    /// How many chunks with data came.
    pub chunks: u64,
    /// The content codings, in the order in which they were applied.
    pub codings: Vec<String>,
    /// Bytes after content decoding, if the body decodes.
    pub decoded_length: Option<u64>,
    /// The trailer fields.
    pub trailers: Vec<FieldReport>,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SentReport {
    /// The head of the request as it was sent, escaped, secrets masked.
    pub head: WireBytes,
    /// How many bytes the kernel took.
    pub bytes: u64,
    /// Whether it took all of them.
    pub complete: bool,
}

impl ExchangeReport {
    /// What is reported of one exchange.
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        let reading = exchange.reading.as_ref();
        // A head that was cut off is worth showing as well.
        let last = reading.and_then(|reading| reading.messages.last()).filter(|message| !message.interim);
        Self {
            route: exchange.route,
            upstream: exchange.upstream.clone(),
            experiment: exchange.experiment,
            guise: exchange.guise.clone(),
            status: exchange.status(),
            end: exchange.end,
            phases: exchange.phases.clone(),
            defects: reading.map(|reading| reading.defects.clone()).unwrap_or_default(),
            url: exchange.url.clone(),
            proxy: exchange.proxy.clone(),
            peer: exchange.peer.clone(),
            local: exchange.local.clone(),
            ended_in: exchange.ended_in,
            end_detail: exchange.end_detail.clone(),
            version: last.map(|message| message.version.clone()),
            reason: last.map(|message| message.reason.clone()),
            interim: reading
                .map(|reading| reading.interim().filter_map(|message| message.status).collect())
                .unwrap_or_default(),
            fields: last.map(|message| fields(&message.fields)).unwrap_or_default(),
            head: reading.zip(last).map(|(reading, message)| head(reading, message)),
            framing: reading.and_then(|reading| reading.framing.clone()),
            body: reading.filter(|reading| reading.response().is_some()).map(BodyReport::new),
            stream_end: reading.map(|reading| reading.end),
            cut: reading.and_then(|reading| reading.cut),
            other_protocol: reading.and_then(|reading| reading.other_protocol),
            leftover: reading.map(|reading| reading.leftover.clone()).filter(|leftover| leftover.length > 0),
            received: reading.map_or(0, |reading| reading.received),
            connects: exchange.connects.clone(),
            resolution: exchange.resolution.clone(),
            tls: exchange.tls.clone(),
            sent: SentReport {
                head: exchange.sent.head.clone(),
                bytes: exchange.sent.bytes,
                complete: exchange.sent.complete,
            },
            time_to_first_byte: exchange.time_to_first_byte(),
            since_sent: exchange.phases.since_sent(),
            longest_gap: exchange.longest_gap,
            duration: exchange.phases.total(),
        }
    }
}

impl BodyReport {
    fn new(reading: &Reading) -> Self {
        let body = &reading.body;
        Self {
            length: body.length,
            sha256: body.sha256.clone(),
            complete: reading.is_complete(),
            chunks: body.chunks,
            codings: body.codings.clone(),
            decoded_length: body.decoded_length,
            trailers: fields(&body.trailers),
        }
    }
}

fn fields(fields: &[crate::http1::Field]) -> Vec<FieldReport> {
    let report =
        |field: &crate::http1::Field| FieldReport { name: field.name.clone(), value: field.value.clone() };
    fields.iter().map(report).collect()
}

fn head(reading: &Reading, message: &Message) -> WireBytes {
    WireBytes::from(reading.excerpt(message.offset, message.head_size))
}
