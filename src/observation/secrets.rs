//! Masking: what must not leave the machine in a report or a recording.
//!
//! Each byte of a secret becomes a `*`. Lengths stay, so that every offset into the kept bytes stays true, and so
//! do names: that there was an `Authorization`, and how long it was, is often the finding.
//!
//! A secret is found by its place (a field that carries one, a parameter, a member of JSON, the credentials of a
//! URL). Those of the request are also found by their value wherever the peer echoes them, and those in the head of
//! a response wherever else in a response they stand; escaped, decoded, or as they are.

mod lines;
mod places;
mod values;
mod view;

use super::{Exchange, Observations, Tunnel};
use crate::http1::{Field, Reading, WireBytes};
use places::Range;
use values::Values;

/// Masking can take away the end of a name or of a value, so that more of the text is a secret. Who writes a text
/// for that purpose has so many rounds.
const ROUNDS: usize = 8;

/// Masks every secret. To do it twice is to do it once.
pub fn mask(observations: &mut Observations) {
    let known = Known::collect(observations);
    known.in_text(&mut observations.request.url);
    observations.request.fields.iter_mut().for_each(|field| known.in_sent(field));
    observations.upstreams.iter_mut().for_each(|url| known.in_text(url));
    observations.exchanges.iter_mut().for_each(|exchange| known.in_exchange(exchange));
}

/// The bytes of a request with the secrets in them masked, for one that has not been sent.
#[must_use]
pub fn masked_bytes(bytes: &[u8]) -> WireBytes {
    let mut masked = WireBytes::from(bytes);
    settle(&mut masked.0, lines::in_stream);
    masked
}

/// A URL with the secrets in it masked.
#[must_use]
pub fn masked_url(url: &str) -> String {
    let mut masked = url.to_owned();
    settle_text(&mut masked, places::in_text);
    masked
}

/// The secrets that are known by their value.
#[derive(Default)]
struct Known {
    /// Those of the request.
    sent: Values,
    /// Those of the request, and of the fields of responses.
    seen: Values,
    /// All of them, as a text quotes them.
    quoted: Values,
}

impl Known {
    fn collect(observations: &Observations) -> Self {
        let mut sent = Values::default();
        let urls = observations.upstreams.iter().chain([&observations.request.url]);
        urls.for_each(|url| sent.take(url.as_bytes(), places::in_text(url.as_bytes())));
        for field in &observations.request.fields {
            sent.take(&field.0, lines::in_stream(&field.0));
        }
        for exchange in &observations.exchanges {
            sent.take(exchange.url.as_bytes(), places::in_text(exchange.url.as_bytes()));
            sent.take(&exchange.sent.head.0, lines::in_stream(&exchange.sent.head.0));
            if let Some(tunnel) = exchange.tunnel() {
                sent.take(&tunnel.sent.0, lines::in_stream(&tunnel.sent.0));
            }
        }
        let mut known = Self { seen: sent.clone(), sent, quoted: Values::default() };
        let readings = observations.exchanges.iter().filter_map(|exchange| exchange.reading.as_ref());
        readings.for_each(|reading| known.collect_received(reading));
        known.seen.iter().for_each(|secret| known.quoted.insert(quoted(secret)));
        known
    }

    fn collect_received(&mut self, reading: &Reading) {
        for field in fields(reading) {
            self.seen.take(&field.value.0, lines::in_field(&field.name.0, &field.value.0));
        }
        let bytes = &reading.bytes.0;
        let heads = bytes.get(..heads_size(reading)).unwrap_or(bytes);
        self.seen.take(heads, lines::in_stream(heads));
        for secret in lines::in_stream(bytes).into_iter().filter_map(|range| bytes.get(range)) {
            self.quoted.insert(quoted(secret));
        }
    }

    fn in_exchange(&self, exchange: &mut Exchange) {
        self.in_text(&mut exchange.url);
        exchange.upstream.iter_mut().for_each(|url| self.in_text(url));
        exchange.end_detail.iter_mut().for_each(|detail| self.in_text(detail));
        self.in_sent(&mut exchange.sent.head);
        if let Some(proxy) = &mut exchange.proxy {
            self.in_text(&mut proxy.url);
            if let Some(Tunnel { sent, reason, head, .. }) = &mut proxy.tunnel {
                self.in_sent(sent);
                self.in_received(reason);
                self.in_received(head);
            }
        }
        if let Some(tls) = &mut exchange.tls {
            self.in_received(&mut tls.first_bytes);
        }
        exchange.reading.iter_mut().for_each(|reading| self.in_reading(reading));
    }

    fn in_reading(&self, reading: &mut Reading) {
        for message in &mut reading.messages {
            self.in_received(&mut message.version);
            self.in_received(&mut message.reason);
            message.fields.iter_mut().for_each(|field| self.in_field(field));
        }
        reading.body.trailers.iter_mut().for_each(|field| self.in_field(field));
        reading.body.codings.iter_mut().for_each(|coding| self.in_text(coding));
        self.in_received(&mut reading.body.beginning);
        self.in_received(&mut reading.leftover.beginning);
        self.in_received(&mut reading.bytes);
        reading.defects.iter_mut().for_each(|defect| self.in_quotation(&mut defect.text));
    }

    fn in_field(&self, field: &mut Field) {
        let name = field.name.0.clone();
        settle(&mut field.name.0, |name| self.seen.occurrences(name));
        let masked = &field.name.0;
        settle(&mut field.value.0, |value| {
            // What the name said before it was masked counts as well as what it says now.
            let mut ranges = lines::in_field(&name, value);
            ranges.extend(lines::in_field(masked, value));
            ranges.extend(self.seen.occurrences(value));
            ranges
        });
    }

    /// Bytes that were sent.
    fn in_sent(&self, bytes: &mut WireBytes) {
        settle(&mut bytes.0, |bytes| [lines::in_stream(bytes), self.sent.occurrences(bytes)].concat());
    }

    /// Bytes that were received, or the beginning of some.
    fn in_received(&self, bytes: &mut WireBytes) {
        settle(&mut bytes.0, |bytes| [lines::in_stream(bytes), self.seen.occurrences(bytes)].concat());
    }

    fn in_text(&self, text: &mut String) {
        settle_text(text, |text| [places::in_text(text), self.sent.occurrences(text)].concat());
    }

    /// A text that quotes the stream: escaped, and cut where it becomes long.
    fn in_quotation(&self, text: &mut String) {
        settle_text(text, |text| [places::in_text(text), self.quoted.beginnings(text)].concat());
    }
}

fn fields(reading: &Reading) -> impl Iterator<Item = &Field> {
    reading.messages.iter().flat_map(|message| &message.fields).chain(&reading.body.trailers)
}

/// How many bytes of a stream are heads.
fn heads_size(reading: &Reading) -> usize {
    let ends = reading.messages.iter().map(|message| message.offset.saturating_add(message.head_size));
    usize::try_from(ends.max().unwrap_or_default()).unwrap_or(usize::MAX)
}

/// A secret as [`WireBytes`] shows it.
fn quoted(secret: &[u8]) -> Vec<u8> {
    WireBytes::from(secret).to_string().into_bytes()
}

/// Masks what `secrets` finds, until it finds nothing more.
fn settle(bytes: &mut [u8], secrets: impl Fn(&[u8]) -> Vec<Range>) {
    for _ in 0..ROUNDS {
        if !fill(bytes, &secrets(bytes)) {
            break;
        }
    }
}

fn settle_text(text: &mut String, secrets: impl Fn(&[u8]) -> Vec<Range>) {
    let mut bytes = std::mem::take(text).into_bytes();
    settle(&mut bytes, secrets);
    *text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
}

/// Whether that changed anything.
fn fill(bytes: &mut [u8], ranges: &[Range]) -> bool {
    let mut changed = false;
    for range in ranges {
        if let Some(secret) = bytes.get_mut(range.clone()) {
            changed |= secret.iter().any(|&byte| byte != b'*');
            secret.fill(b'*');
        }
    }
    changed
}

#[cfg(test)]
mod tests;
