//! What the end of the stream means: is anything missing, where, and how did it end?
//!
//! RFC 9112 section 8: "A response that has neither chunked transfer coding nor Content-Length is terminated by
//! closure of the connection and, if the header section was received intact, is considered complete unless an error
//! was indicated by the underlying connection."

use super::chunked::ChunkedEnd;
use super::coding::Outcome;
use super::grammar::{counted, first, quoted, wide};
use super::opening::{Opened, Opening};
use super::reader::{Reader, State};
use super::{CutAt, DefectCode, FramingRule, OtherProtocol, Reading, StreamEnd, WireBytes};

impl Reader {
    /// Ends the reading: the stream ended so, or nobody reads on.
    #[must_use]
    pub fn finish(mut self, end: StreamEnd) -> Reading {
        let state = std::mem::replace(&mut self.state, State::Complete);
        let cut = match state {
            State::Opening(opening) => self.end_opening(&opening, end),
            State::Head(head) => Some(self.cut_head(*head, end)),
            State::Length { .. } => Some(self.cut_length(end)),
            State::Chunked(chunked) => {
                let cut = self.end_chunked(&chunked, end);
                chunked.conclude(&mut self.defects);
                cut
            }
            State::UntilClose if self.framing_lost => None,
            State::UntilClose => self.end_until_close(end),
            State::NotHttp | State::Tunnel | State::Complete => None,
        };
        self.note_foreign();
        self.note_interim();
        self.note_leftover();

        let whole = cut.is_none() && !self.framing_lost && self.other_protocol.is_none();
        let (body, outcome) = std::mem::take(&mut self.content).finish(whole);
        match outcome {
            Outcome::Broken { offset, text } => {
                let length = self.received.saturating_sub(offset).min(1);
                self.defects.add(DefectCode::ContentCodingBroken, offset, length, text);
            }
            Outcome::Cut { text } => {
                let end = self.received.saturating_sub(self.leftover.length);
                self.defects.add(DefectCode::ContentCodingCut, end, 0, text);
            }
            Outcome::Unknown | Outcome::Decoded { .. } => {}
        }
        Reading {
            messages: self.messages,
            other_protocol: self.other_protocol,
            framing: self.framing,
            framing_lost: self.framing_lost,
            body,
            end,
            cut,
            leftover: self.leftover,
            defects: self.defects.into_defects(),
            received: self.received,
            bytes: WireBytes(self.kept),
        }
    }

    /// The stream ended before it was clear what its bytes are, or before a byte came.
    fn end_opening(&mut self, opening: &Opening, end: StreamEnd) -> Option<CutAt> {
        match opening.end() {
            Opened::StatusLine => {
                let head = self.begin_head(opening);
                Some(self.cut_head(head, end))
            }
            Opened::Other(protocol) => {
                self.begin_foreign(opening, protocol);
                None
            }
            Opened::Unsure if self.interim > 0 => {
                let interim = counted(self.interim, "interim response");
                let text = format!("{} after {interim}, without a final one.", how(end));
                self.defects.add(DefectCode::InterimWithoutFinal, self.received, 0, text);
                Some(CutAt::AfterInterim)
            }
            Opened::Unsure if opening.is_empty() => Some(CutAt::Start),
            Opened::Unsure => {
                let text = format!("{} after empty lines only, without a status line.", how(end));
                self.defects.add(DefectCode::HeadCut, self.received, 0, text);
                Some(CutAt::StatusLine)
            }
        }
    }

    fn cut_head(&mut self, head: super::head::Head, end: StreamEnd) -> CutAt {
        let name = head.partial_name().map(|name| quoted(first(name, 60)));
        let (message, cut) = head.cut(&mut self.defects);
        let place = match (cut, name) {
            (CutAt::StatusLine, _) => "within the status line".to_owned(),
            (CutAt::FieldName, _) => "within a field name".to_owned(),
            (CutAt::FieldValue, Some(name)) => format!("within the value of the field {name}"),
            (CutAt::FieldValue, None) => "within a folded field value".to_owned(),
            _ if message.field_count == 0 => {
                "after the status line, before a field or the empty line".to_owned()
            }
            _ => format!("after {}, before the empty line", counted(message.field_count, "field")),
        };
        let text = format!("{} {place}, after {} of the head.", how(end), counted(message.head_size, "byte"));
        self.defects.add(DefectCode::HeadCut, self.received, 0, text);
        self.keep(message);
        cut
    }

    fn cut_length(&mut self, end: StreamEnd) -> CutAt {
        let Some(FramingRule::ContentLength { length }) = self.framing.as_ref().map(|framing| framing.rule)
        else {
            return CutAt::Body;
        };
        let came = self.content.length();
        let text = format!(
            "{} after {came} of the {} that Content-Length announced.",
            how(end),
            counted(length, "body byte")
        );
        self.defects.add(DefectCode::BodyShort, self.received, 0, text);
        CutAt::Body
    }

    fn end_chunked(&mut self, chunked: &super::chunked::Chunked, end: StreamEnd) -> Option<CutAt> {
        match chunked.end(&mut self.defects) {
            ChunkedEnd::Cut(cut, place) => {
                let came = counted(self.content.length(), "body byte");
                let text = if cut == CutAt::Trailers {
                    format!(
                        "{} after the last chunk, before the empty line that ends the trailer section.",
                        how(end)
                    )
                } else {
                    format!("{}{place}; {came} came, and no last chunk.", how(end))
                };
                self.defects.add(DefectCode::LastChunkMissing, self.received, 0, text);
                Some(cut)
            }
            ChunkedEnd::Lost { bytes, offset } => {
                self.framing_lost = true;
                self.content.push(bytes, offset);
                None
            }
        }
    }

    /// RFC 9112 section 9.8: "A response that has neither chunked transfer coding nor Content-Length is complete only
    /// if a valid closure alert has been received." That is said of TLS; a reset tells the same of TCP.
    fn end_until_close(&mut self, end: StreamEnd) -> Option<CutAt> {
        match end {
            StreamEnd::Fin => None,
            // Nothing says that it is complete, and nothing that it is not.
            StreamEnd::Open => Some(CutAt::UntilClose),
            StreamEnd::Reset | StreamEnd::Truncated => {
                let came = counted(self.content.length(), "byte");
                let text = format!(
                    "{} after {came} of a body that ends with the connection: nobody can tell whether it is whole.",
                    how(end)
                );
                self.defects.add(DefectCode::CloseUnclean, self.received, 0, text);
                Some(CutAt::UntilClose)
            }
        }
    }

    fn note_foreign(&mut self) {
        const SHOWN: usize = 64;
        let Some(protocol) = self.other_protocol else { return };
        let offset = self.foreign_from;
        let kept = self.kept.get(super::grammar::narrow(offset)..).unwrap_or_default();
        let line = first(kept, SHOWN);
        let line = line.split_inclusive(|&byte| byte == b'\n').next().unwrap_or_default();
        let shown = quoted(line);
        let text = match protocol {
            OtherProtocol::Unknown if kept.starts_with(b"GET ") || kept.starts_with(b"HEAD ") => {
                format!("A request came instead of a response: {shown}.")
            }
            OtherProtocol::Unknown => format!("No status line came; the bytes begin with {shown}."),
            known => format!("No status line came, but {}; the bytes begin with {shown}.", known.name()),
        };
        let length = wide(line.len()).min(self.received.saturating_sub(offset));
        self.defects.add(DefectCode::NotHttp, offset, length, text);
    }

    fn note_interim(&mut self) {
        let Some((offset, length)) = self.interim_too_many else { return };
        let text = format!("{} interim responses came, more than 16.", self.interim);
        self.defects.add(DefectCode::InterimTooMany, offset, length, text);
    }

    fn note_leftover(&mut self) {
        let length = self.leftover.length;
        let Some(rule) = self.framing.as_ref().map(|framing| framing.rule) else { return };
        if length == 0 || rule == FramingRule::Tunnel {
            return;
        }
        let offset = self.received.saturating_sub(length);
        let shown = quoted(&self.leftover.beginning.0);
        let bytes = counted(length, "byte");
        let verb = if length == 1 { "follows" } else { "follow" };
        if rule == FramingRule::NoBody {
            let status = self.messages.last().and_then(|message| message.status);
            let why = match status {
                Some(status @ (204 | 304)) => format!("a {status} response"),
                _ => "an answer to HEAD".to_owned(),
            };
            let text = format!("{bytes} {verb} the head of {why}, which has no body: {shown}.");
            self.defects.add(DefectCode::BodyForbidden, offset, length, text);
        } else {
            let text = format!("{bytes} {verb} the end of the response: {shown}.");
            self.defects.add(DefectCode::BytesAfterEnd, offset, length, text);
        }
    }
}

/// How a stream ended, in words.
fn how(end: StreamEnd) -> &'static str {
    match end {
        StreamEnd::Fin => "The connection was closed (FIN)",
        StreamEnd::Reset => "The connection was reset (RST)",
        StreamEnd::Open => "The stream fell silent (connection still open)",
        StreamEnd::Truncated => "TLS was closed without close_notify",
    }
}
