//! What an ordinary client makes of a response: head and content as the library hands them out. Nothing is known of
//! the bytes that they came in.

use reqwest::Response;

use super::handed_out::{self, Content};
use crate::http1::{CutAt, Framing, FramingRule, Leftover, Message, Reading, StreamEnd, WireBytes};

/// Colon, space and line end: what a field line has beside its name and value, as a rule.
const FIELD_OVERHEAD: u64 = 4;

/// A response whose head is there.
pub(super) struct ClientReading {
    message: Message,
    framing: Option<FramingRule>,
    content: Content,
    complete: bool,
}

impl ClientReading {
    /// The head is there. `head` says that the request is one with HEAD.
    pub(super) fn new(response: &Response, head: bool) -> Self {
        let fields = response.headers();
        let version = format!("{:?}", response.version());
        let mut content = Content::default();
        content.head(fields);
        // What the library takes for the length; how else it finds the end it does not tell.
        let framing = match response.content_length() {
            _ if head || matches!(response.status().as_u16(), 204 | 304) => Some(FramingRule::NoBody),
            length => length.map(|length| FramingRule::ContentLength { length }),
        };
        Self {
            message: handed_out::message(&version, response.status(), fields, FIELD_OVERHEAD),
            framing,
            content,
            complete: false,
        }
    }

    /// Content came.
    pub(super) fn data(&mut self, bytes: &[u8]) {
        self.content.push(bytes);
    }

    /// The library says that this is all.
    pub(super) fn completed(&mut self) {
        self.complete = true;
    }

    /// What was read.
    pub(super) fn finish(self, end: StreamEnd) -> Reading {
        let body = self.content.finish();
        Reading {
            // What was handed out; how many bytes that took is not known.
            received: self.message.head_size.saturating_add(body.length),
            messages: vec![self.message],
            other_protocol: None,
            framing: self.framing.map(|rule| Framing { rule, section: "9112 6.3".into() }),
            framing_lost: false,
            body,
            end,
            cut: (!self.complete).then_some(CutAt::Body),
            leftover: Leftover::default(),
            defects: Vec::new(),
            bytes: WireBytes::default(),
        }
    }
}
