//! What came of a response in HTTP/2, in the same words as one in HTTP/1.x: so that a diagnosis compares like
//! with like. There are no offsets, because the fields came compressed, and no defects, because the library ends the
//! stream at the first.

use http::{HeaderMap, StatusCode};

use super::handed_out::{self, Content};
use super::tap::Overhearing;
use crate::http1::{
    CutAt, Framing, FramingRule, Leftover, Message, OtherProtocol, Reading, StreamEnd, WireBytes,
};

/// The part of a field's size that RFC 9113 section 6.5.2 adds to its name and value.
const FIELD_OVERHEAD: u64 = 32;

/// A response in the making.
pub(super) struct Http2Reading {
    messages: Vec<Message>,
    content: Content,
    has_no_body: bool,
    complete: bool,
    overhearing: Overhearing,
}

impl Http2Reading {
    /// Before anything came. `head` says that the request is one with HEAD.
    pub(super) fn new(head: bool, overhearing: Overhearing) -> Self {
        Self {
            messages: Vec::new(),
            content: Content::default(),
            has_no_body: head,
            complete: false,
            overhearing,
        }
    }

    /// A head came.
    pub(super) fn head(&mut self, status: StatusCode, fields: &HeaderMap) {
        let interim = status.is_informational();
        self.messages.push(handed_out::message("HTTP/2", status, fields, FIELD_OVERHEAD));
        if !interim {
            self.has_no_body |= matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
            self.content.head(fields);
        }
    }

    /// Data came.
    pub(super) fn data(&mut self, bytes: &[u8]) {
        self.content.push(bytes);
    }

    /// Trailer fields came.
    pub(super) fn trailers(&mut self, fields: &HeaderMap) {
        self.content.trailers(fields, FIELD_OVERHEAD);
    }

    /// The peer ended the stream in order.
    pub(super) fn completed(&mut self) {
        self.complete = true;
    }

    /// Whether a byte came at all.
    pub(super) fn has_bytes(&self) -> bool {
        self.overhearing.received() > 0
    }

    /// Whether the peer reset the connection.
    pub(super) fn was_reset(&self) -> bool {
        self.overhearing.was_reset()
    }

    /// What was read.
    pub(super) fn finish(self, end: StreamEnd) -> Reading {
        let head = self.messages.last().filter(|message| !message.interim);
        let announced = head.and_then(|head| head.text("content-length")?.parse().ok());
        let framing = head.map(|_| match announced {
            _ if self.has_no_body => rule(FramingRule::NoBody),
            Some(length) => rule(FramingRule::ContentLength { length }),
            None => rule(FramingRule::UntilClose),
        });
        let cut = match framing {
            Some(_) if self.complete => None,
            Some(_) => Some(CutAt::Body),
            None if self.messages.is_empty() => Some(CutAt::Start),
            None => Some(CutAt::AfterInterim),
        };
        let first = self.overhearing.first_bytes();
        let is_http1 = first.starts_with(b"HTTP/1.");
        // Frames tell a reader of text nothing; bytes of something else are the evidence that they are.
        let shown = if self.messages.is_empty() { first } else { Vec::new() };
        Reading {
            messages: self.messages,
            other_protocol: is_http1.then_some(OtherProtocol::Http1),
            framing,
            framing_lost: false,
            body: self.content.finish(),
            end,
            cut,
            leftover: Leftover::default(),
            defects: Vec::new(),
            received: self.overhearing.received(),
            bytes: WireBytes(shown),
        }
    }
}

fn rule(rule: FramingRule) -> Framing {
    Framing { rule, section: "9113 8.1".into() }
}
