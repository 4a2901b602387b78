//! Masking: what must not leave the machine in a report or a recording.
//!
//! Each byte of a secret becomes a `*`. Lengths stay, so that every offset into the kept bytes stays true, and so
//! do names: that there was an `Authorization`, and how long it was, is often the finding.
//!
//! A secret is found by its place (a field that carries one, a query parameter, the credentials of a URL), and
//! those of the request also by their value, wherever the peer echoes them.

mod places;

use std::collections::BTreeSet;

use super::{Exchange, Observations, Tunnel};
use crate::http1::{Field, Reading, WireBytes};
use places::Range;

/// Shorter values are not looked for by value: they would be found everywhere.
const SHORTEST: usize = 6;

/// Masks every secret. To do it twice is to do it once.
pub fn mask(observations: &mut Observations) {
    let known = Known::collect(observations);
    known.in_text(&mut observations.request.url);
    observations.request.fields.iter_mut().for_each(|field| known.in_stream(field));
    observations.upstreams.iter_mut().for_each(|url| known.in_text(url));
    observations.exchanges.iter_mut().for_each(|exchange| known.in_exchange(exchange));
}

/// The bytes of a request with the secrets in them masked, for one that has not been sent.
#[must_use]
pub fn masked_bytes(bytes: &[u8]) -> WireBytes {
    let mut masked = WireBytes::from(bytes);
    fill(&mut masked.0, &places::in_stream(bytes));
    masked
}

/// A URL with the secrets in it masked.
#[must_use]
pub fn masked_url(url: &str) -> String {
    let mut masked = url.to_owned();
    refill(&mut masked, &places::in_text(url.as_bytes()));
    masked
}

/// The secrets that are known by their value.
struct Known {
    /// Those of the request.
    sent: BTreeSet<Vec<u8>>,
    /// All of them, as a text quotes them.
    quoted: BTreeSet<Vec<u8>>,
}

impl Known {
    fn collect(observations: &Observations) -> Self {
        let mut sent = BTreeSet::new();
        let mut received = BTreeSet::new();
        let urls = observations.upstreams.iter().chain([&observations.request.url]);
        urls.for_each(|url| take(&mut sent, url.as_bytes(), places::in_text(url.as_bytes())));
        for field in &observations.request.fields {
            take(&mut sent, &field.0, places::in_stream(&field.0));
        }
        for exchange in &observations.exchanges {
            take(&mut sent, exchange.url.as_bytes(), places::in_text(exchange.url.as_bytes()));
            take(&mut sent, &exchange.sent.head.0, places::in_stream(&exchange.sent.head.0));
            if let Some(tunnel) = exchange.tunnel() {
                take(&mut sent, &tunnel.sent.0, places::in_stream(&tunnel.sent.0));
            }
            for field in exchange.reading.iter().flat_map(fields) {
                take(&mut received, &field.value.0, places::in_field(&field.name.0, &field.value.0));
            }
            if let Some(reading) = &exchange.reading {
                take(&mut received, &reading.bytes.0, places::in_stream(&reading.bytes.0));
            }
        }
        let quoted = sent.union(&received).map(|secret| quoted(secret)).collect();
        Self { sent, quoted }
    }

    fn in_exchange(&self, exchange: &mut Exchange) {
        self.in_text(&mut exchange.url);
        exchange.upstream.iter_mut().for_each(|url| self.in_text(url));
        exchange.end_detail.iter_mut().for_each(|detail| self.in_text(detail));
        self.in_stream(&mut exchange.sent.head);
        if let Some(proxy) = &mut exchange.proxy {
            self.in_text(&mut proxy.url);
            if let Some(Tunnel { sent, reason, head, .. }) = &mut proxy.tunnel {
                for bytes in [sent, reason, head] {
                    self.in_stream(bytes);
                }
            }
        }
        if let Some(tls) = &mut exchange.tls {
            self.in_stream(&mut tls.first_bytes);
        }
        exchange.reading.iter_mut().for_each(|reading| self.in_reading(reading));
    }

    fn in_reading(&self, reading: &mut Reading) {
        for message in &mut reading.messages {
            self.in_stream(&mut message.reason);
            message.fields.iter_mut().for_each(|field| self.in_field(field));
        }
        reading.body.trailers.iter_mut().for_each(|field| self.in_field(field));
        reading.body.codings.iter_mut().for_each(|coding| self.in_text(coding));
        self.in_stream(&mut reading.body.beginning);
        self.in_stream(&mut reading.leftover.beginning);
        self.in_stream(&mut reading.bytes);
        reading.defects.iter_mut().for_each(|defect| self.in_quotation(&mut defect.text));
    }

    fn in_field(&self, field: &mut Field) {
        let mut ranges = places::in_field(&field.name.0, &field.value.0);
        ranges.extend(self.echoes(&field.value.0));
        fill(&mut field.value.0, &ranges);
        let echoes = self.echoes(&field.name.0);
        fill(&mut field.name.0, &echoes);
    }

    /// Bytes of a stream, or of the beginning of one.
    fn in_stream(&self, bytes: &mut WireBytes) {
        let mut ranges = places::in_stream(&bytes.0);
        ranges.extend(self.echoes(&bytes.0));
        fill(&mut bytes.0, &ranges);
    }

    fn in_text(&self, text: &mut String) {
        let mut ranges = places::in_text(text.as_bytes());
        ranges.extend(self.echoes(text.as_bytes()));
        refill(text, &ranges);
    }

    /// A text that quotes the stream: escaped, and cut where it becomes long.
    fn in_quotation(&self, text: &mut String) {
        let mut ranges = places::in_text(text.as_bytes());
        for secret in &self.quoted {
            ranges.extend(beginnings(text.as_bytes(), secret));
        }
        refill(text, &ranges);
    }

    /// Where secrets of the request stand by their value, also one that is cut off by the end.
    fn echoes(&self, bytes: &[u8]) -> Vec<Range> {
        let mut ranges = Vec::new();
        for secret in &self.sent {
            ranges.extend(memchr::memmem::find_iter(bytes, secret).map(|at| at..at + secret.len()));
            let cut = (SHORTEST..secret.len()).rev().find(|&length| bytes.ends_with(&secret[..length]));
            ranges.extend(cut.map(|length| bytes.len() - length..bytes.len()));
        }
        ranges
    }
}

fn fields(reading: &Reading) -> impl Iterator<Item = &Field> {
    reading.messages.iter().flat_map(|message| &message.fields).chain(&reading.body.trailers)
}

/// Keeps the values that are long enough, and not masked already.
fn take(secrets: &mut BTreeSet<Vec<u8>>, bytes: &[u8], ranges: Vec<Range>) {
    let values = ranges.into_iter().filter_map(|range| bytes.get(range));
    let values = values.filter(|value| value.len() >= SHORTEST && value.iter().any(|&byte| byte != b'*'));
    secrets.extend(values.map(<[u8]>::to_vec));
}

/// A secret as [`WireBytes`] shows it.
fn quoted(secret: &[u8]) -> Vec<u8> {
    WireBytes::from(secret).to_string().into_bytes()
}

/// Where at least the beginning of a secret stands, as far as it goes on.
fn beginnings(text: &[u8], secret: &[u8]) -> Vec<Range> {
    let Some(beginning) = secret.get(..SHORTEST) else { return Vec::new() };
    memchr::memmem::find_iter(text, beginning)
        .map(|at| {
            let same = text.iter().skip(at).zip(secret).take_while(|(one, other)| one == other).count();
            at..at + same
        })
        .collect()
}

fn fill(bytes: &mut [u8], ranges: &[Range]) {
    for range in ranges {
        if let Some(secret) = bytes.get_mut(range.clone()) {
            secret.fill(b'*');
        }
    }
}

fn refill(text: &mut String, ranges: &[Range]) {
    if ranges.is_empty() {
        return;
    }
    let mut bytes = std::mem::take(text).into_bytes();
    fill(&mut bytes, ranges);
    *text = String::from_utf8_lossy(&bytes).into_owned();
}

#[cfg(test)]
mod tests;
