//! What `why502 read` shows: one stream of bytes as this program reads it. Heads, framing and the rule that gives it,
//! body, leftovers, how the stream ended, and each defect with a mark under its bytes.

use serde::Serialize;

use super::layout::Page;
use super::snippet::{self, Marked};
use super::{TextOptions, escape::safe, json, words};
use crate::figures;
use crate::http1::{CutAt, Defect, Message, Reading};
use crate::observation::Tool;

/// A reading for a person. `name` is what the bytes are called: a file, or `standard input`.
#[must_use]
pub fn read_text(reading: &Reading, name: &str, options: &TextOptions) -> String {
    let mut page = options.page();
    summary(&mut page, reading, name);
    for message in &reading.messages {
        head(&mut page, message);
    }
    if let Some(framing) = &reading.framing {
        let rule = format!("Framing: {} (RFC {}).", words::framing(framing), safe(&framing.section));
        page.gap();
        page.paragraph(0, &rule);
    }
    body(&mut page, reading);
    defects(&mut page, reading, name);
    page.into_text()
}

/// A reading for a program.
#[must_use]
pub fn read_json(reading: &Reading) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        format: u32,
        tool: Tool,
        #[serde(flatten)]
        reading: &'a Reading,
    }
    json::document(&Document { format: json::Report::FORMAT, tool: Tool::this(), reading })
}

fn summary(page: &mut Page, reading: &Reading, name: &str) {
    let state = match (reading.cut, reading.response(), reading.other_protocol) {
        (_, _, Some(protocol)) => format!("this is {}, not HTTP/1.x", protocol.name()),
        (Some(cut), ..) => format!("cut off {}", cut_at(cut)),
        (None, Some(_), _) => "a whole response".to_owned(),
        (None, None, _) => "no response".to_owned(),
    };
    let defects = match reading.defects.len() {
        0 => "no defects".to_owned(),
        count => figures::counted(count as u64, "defect"),
    };
    let received = figures::bytes_and_mebibytes(reading.received);
    page.hanging("", 2, &format!("{}: {state}, {defects}, {received}.", safe(name)));
    page.paragraph(0, &format!("The stream ended so: {}.", words::stream_end(reading.end)));
}

fn head(page: &mut Page, message: &Message) {
    let kind = if message.interim { "Interim response" } else { "Response" };
    let cut = if message.head_complete { "" } else { ", cut off" };
    let size = figures::bytes_and_mebibytes(message.head_size);
    page.heading(&format!("{kind} at byte {}, head of {size}{cut}", message.offset));
    let status = message.status.map_or_else(|| "(no number)".to_owned(), |status| status.to_string());
    page.hanging("  ", 4, &format!("{} {status} {}", message.version, message.reason));
    for field in &message.fields {
        page.hanging("  ", 4, &format!("{}: {}", field.name, field.value));
    }
    let kept = message.fields.len() as u64;
    if let Some(more) = message.field_count.checked_sub(kept).filter(|&more| more > 0) {
        page.paragraph(2, &format!("and {}", figures::counted(more, "more field")));
    }
}

fn body(page: &mut Page, reading: &Reading) {
    let body = &reading.body;
    if reading.response().is_some() {
        let mut text = format!("Body: {}", figures::bytes_and_mebibytes(body.length));
        if body.chunks > 0 {
            text.push_str(&format_args!(" in {}", figures::counted(body.chunks, "chunk")).to_string());
        }
        if !body.codings.is_empty() {
            let codings: Vec<String> = body.codings.iter().map(|coding| safe(coding).into_owned()).collect();
            let decoded = body.decoded_length.map_or_else(
                || "which does not decode".to_owned(),
                |length| format!("{} decoded", figures::bytes_and_mebibytes(length)),
            );
            text.push_str(&format_args!(", {}, {decoded}", codings.join(", ")).to_string());
        }
        text.push('.');
        page.paragraph(0, &text);
        for trailer in &body.trailers {
            page.hanging("  ", 4, &format!("{}: {} (trailer)", trailer.name, trailer.value));
        }
    }
    let leftover = &reading.leftover;
    if leftover.length > 0 {
        let beginning = super::layout::shortened(&leftover.beginning.to_string(), page.width());
        page.paragraph(
            0,
            &format!("After the end: {}, beginning", figures::bytes_and_mebibytes(leftover.length)),
        );
        page.hanging("  ", 4, &beginning);
    }
}

fn defects(page: &mut Page, reading: &Reading, name: &str) {
    if reading.defects.is_empty() {
        return;
    }
    page.heading("Defects");
    for defect in &reading.defects {
        page.hanging("  - ", 4, &safe(&defect.text));
        let Defect { offset, length, .. } = *defect;
        let (origin, label) = (safe(name).into_owned(), snippet::label(defect));
        snippet::draw(page, 4, &Marked { reading, origin, offset, length, label });
    }
}

/// Where the end cut it off.
fn cut_at(cut: CutAt) -> &'static str {
    match cut {
        CutAt::Start => "before its first byte",
        CutAt::StatusLine => "within the status line",
        CutAt::FieldName => "within a field name",
        CutAt::FieldValue => "within a field value",
        CutAt::BetweenFields => "after a field line, before the end of the head",
        CutAt::AfterInterim => "after an interim response, before the final one",
        CutAt::Body => "within the body",
        CutAt::ChunkSize => "at a chunk size",
        CutAt::ChunkData => "within a chunk",
        CutAt::Trailers => "within the trailer section",
        CutAt::UntilClose => "within a body that only the connection ends",
    }
}
