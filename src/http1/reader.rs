//! The incremental reader: bytes in, in whatever pieces; at the end, a [`Reading`].
//!
//! It goes from one state to the next and never back:
//!
//! ```text
//! Opening -> Head -> Opening ...           interim responses
//!         |       -> Length | Chunked -> Complete
//!         |       -> UntilClose | Tunnel | Complete
//!         -> NotHttp
//! ```
//!
//! A broken chunked body goes from `Chunked` to `UntilClose`. What the end of the stream means in each state stands
//! in `finish.rs`.

use super::chunked::{Chunked, Progress};
use super::content::Content;
use super::defects::Defects;
use super::framing;
use super::grammar::{first, from, wide};
use super::head::Head;
use super::opening::{Opened, Opening};
use super::{Asked, DefectCode, Framing, FramingRule, Leftover, Message, OtherProtocol, Reading};

/// How many messages are kept: the first ones and the last.
const MESSAGES_KEPT: usize = 32;

/// How many bytes of the fields of all messages are kept.
const FIELDS_BUDGET: usize = 1024 * 1024;

/// How many of the leftover bytes are kept.
const LEFTOVER_KEPT: usize = 256;

/// More interim responses than this are too many.
const MANY_INTERIM: u64 = 16;

/// How far the reading of a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// No byte came.
    Start,
    /// Within a head, or before it is clear that there will be one.
    Head,
    /// After an interim response, before the next byte.
    BetweenResponses,
    /// Within a body whose end will be known.
    Body,
    /// Within a body that ends with the connection.
    UntilClose,
    /// The response is complete; what comes now is too much.
    Complete,
    /// The bytes are not HTTP/1.x.
    NotHttp,
    /// After 101 or an answer to CONNECT: another protocol.
    Tunnel,
}

/// Reads a response, with the interim responses before it, from the bytes of one stream.
///
/// ```
/// use why502::http1::{Asked, DefectCode, Reader, Stage, StreamEnd};
///
/// let mut reader = Reader::new(Asked::default());
/// assert_eq!(reader.push(b"HTTP/1.1 200 OK\r\nServer : x\r\nContent-Le"), Stage::Head);
/// assert_eq!(reader.push(b"ngth: 5\r\n\r\nhel"), Stage::Body);
///
/// let reading = reader.finish(StreamEnd::Reset);
/// let codes: Vec<_> = reading.defects.iter().map(|defect| defect.code).collect();
/// assert_eq!(codes, [DefectCode::SpaceBeforeColon, DefectCode::BodyShort]);
/// ```
#[derive(Debug)]
pub struct Reader {
    pub(super) asked: Asked,
    pub(super) received: u64,
    pub(super) kept: Vec<u8>,
    pub(super) state: State,
    pub(super) defects: Defects,
    pub(super) messages: Vec<Message>,
    pub(super) interim: u64,
    /// Offset and size of the first interim response that is one too many.
    pub(super) interim_too_many: Option<(u64, u64)>,
    pub(super) other_protocol: Option<OtherProtocol>,
    /// Where the bytes that are not HTTP begin.
    pub(super) foreign_from: u64,
    pub(super) framing: Option<Framing>,
    pub(super) framing_lost: bool,
    pub(super) content: Content,
    pub(super) leftover: Leftover,
    budget: usize,
}

/// Where in a response the reader is.
#[derive(Debug)]
pub(super) enum State {
    /// Before a response, or before it is clear what the bytes are.
    Opening(Opening),
    Head(Box<Head>),
    /// A body with a length of which so much is still to come.
    Length {
        remaining: u64,
    },
    Chunked(Chunked),
    UntilClose,
    NotHttp,
    Tunnel,
    Complete,
}

impl Reader {
    /// A reader of the answer to such a request.
    #[must_use]
    pub fn new(asked: Asked) -> Self {
        Self {
            asked,
            received: 0,
            kept: Vec::new(),
            state: State::Opening(Opening::new(0)),
            defects: Defects::new(),
            messages: Vec::new(),
            interim: 0,
            interim_too_many: None,
            other_protocol: None,
            foreign_from: 0,
            framing: None,
            framing_lost: false,
            content: Content::default(),
            leftover: Leftover::default(),
            budget: FIELDS_BUDGET,
        }
    }

    /// Reads on. Memory is bounded whatever comes, and time grows with the bytes only.
    pub fn push(&mut self, bytes: &[u8]) -> Stage {
        self.kept.extend_from_slice(first(bytes, Reading::KEPT.saturating_sub(self.kept.len())));
        let mut rest = bytes;
        while !rest.is_empty() {
            let state = std::mem::replace(&mut self.state, State::Complete);
            let (used, state) = self.step(state, rest);
            self.state = state;
            self.received = self.received.saturating_add(wide(used));
            rest = from(rest, used);
        }
        self.stage()
    }

    /// How far the reading is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.state {
            State::Opening(opening) if !opening.is_empty() => Stage::Head,
            State::Opening(_) if self.interim > 0 => Stage::BetweenResponses,
            State::Opening(_) => Stage::Start,
            State::Head(_) => Stage::Head,
            State::Length { .. } | State::Chunked(_) => Stage::Body,
            State::UntilClose => Stage::UntilClose,
            State::NotHttp => Stage::NotHttp,
            State::Tunnel => Stage::Tunnel,
            State::Complete => Stage::Complete,
        }
    }

    /// Whether the framing was lost: what comes now has no end any more but that of the stream.
    #[must_use]
    pub fn has_lost_framing(&self) -> bool {
        self.framing_lost
    }

    /// How many bytes came.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The final response, once its head is whole.
    #[must_use]
    pub fn response(&self) -> Option<&Message> {
        self.messages.last().filter(|message| message.head_complete && !message.interim)
    }

    /// Takes at least one byte, or goes to another state: how many bytes, and the state.
    fn step(&mut self, state: State, bytes: &[u8]) -> (usize, State) {
        match state {
            State::Opening(mut opening) => match opening.push(bytes) {
                (used, Opened::Unsure) => (used, State::Opening(opening)),
                (used, Opened::StatusLine) => (used, State::Head(Box::new(self.begin_head(&opening)))),
                (used, Opened::Other(protocol)) => {
                    self.begin_foreign(&opening, protocol);
                    (used, State::NotHttp)
                }
            },
            State::Head(mut head) => {
                let (used, whole) = head.push(bytes, &mut self.defects);
                let end = self.received.saturating_add(wide(used));
                (used, if whole { self.end_head(*head, end) } else { State::Head(head) })
            }
            State::Length { remaining } => {
                let data = first(bytes, super::grammar::narrow(remaining));
                self.content.push(data, self.received);
                let remaining = remaining.saturating_sub(wide(data.len()));
                (data.len(), if remaining == 0 { State::Complete } else { State::Length { remaining } })
            }
            State::Chunked(chunked) => self.chunked(chunked, bytes),
            state @ (State::UntilClose | State::NotHttp) => {
                self.content.push(bytes, self.received);
                (bytes.len(), state)
            }
            state @ (State::Tunnel | State::Complete) => {
                self.leftover.length = self.leftover.length.saturating_add(wide(bytes.len()));
                let beginning = &mut self.leftover.beginning.0;
                beginning.extend_from_slice(first(bytes, LEFTOVER_KEPT.saturating_sub(beginning.len())));
                (bytes.len(), state)
            }
        }
    }

    /// A status line begins: the head takes what the opening held.
    pub(super) fn begin_head(&mut self, opening: &Opening) -> Head {
        let blank = opening.blank();
        if !blank.is_empty() {
            // RFC 9112 section 2.2 lets a server skip an empty line before a request line; nothing lets a client do
            // so before a status line.
            let text = format!(
                "{} of empty lines stand before the status line.",
                super::grammar::counted(wide(blank.len()), "byte")
            );
            self.defects.add(DefectCode::LeadingEmptyLine, opening.offset(), wide(blank.len()), text);
        }
        let mut head = Head::new(opening.offset().saturating_add(wide(blank.len())), self.budget);
        // What makes a status line recognisable comes before its end, so this does not end the head.
        head.push(opening.line(), &mut self.defects);
        head
    }

    /// What comes is not HTTP: all of it, empty lines included, counts as content.
    pub(super) fn begin_foreign(&mut self, opening: &Opening, protocol: OtherProtocol) {
        self.other_protocol = Some(protocol);
        self.foreign_from = opening.offset();
        self.framing = Some(Framing { rule: FramingRule::UntilClose, section: "9112 4".into() });
        self.content.push(opening.blank(), opening.offset());
        self.content.push(opening.line(), opening.offset().saturating_add(wide(opening.blank().len())));
    }

    /// The empty line of a head came; what follows begins at `end`.
    fn end_head(&mut self, head: Head, end: u64) -> State {
        let whole = head.finish(&mut self.defects);
        self.budget = whole.budget;
        let message = whole.message;
        if message.interim {
            framing::check_interim(&message, &whole.framing, &mut self.defects);
            self.defects.end_place("head");
            self.interim = self.interim.saturating_add(1);
            if self.interim == MANY_INTERIM.saturating_add(1) {
                self.interim_too_many = Some((message.offset, message.head_size));
            }
            self.keep(message);
            return State::Opening(Opening::new(end));
        }
        let plan = framing::plan(&message, &whole.framing, &self.asked, &mut self.defects);
        if message.status == Some(101) && !self.asked.upgrade {
            let text = "The response is 101 (Switching Protocols), but the request did not ask for another protocol.";
            self.defects.add(DefectCode::UnexpectedUpgrade, message.offset, message.head_size, text);
        }
        self.defects.end_place("head");
        self.defects.begin_body();
        self.keep(message);
        let has_body = !matches!(plan.framing.rule, FramingRule::NoBody | FramingRule::Tunnel);
        self.content = Content::new(plan.codings, plan.decodable && has_body);
        let state = match plan.framing.rule {
            FramingRule::NoBody | FramingRule::ContentLength { length: 0 } => State::Complete,
            FramingRule::Tunnel => State::Tunnel,
            FramingRule::Chunked => State::Chunked(Chunked::new(end)),
            FramingRule::ContentLength { length } => State::Length { remaining: length },
            FramingRule::UntilClose => State::UntilClose,
        };
        self.framing = Some(plan.framing);
        state
    }

    fn chunked(&mut self, mut chunked: Chunked, bytes: &[u8]) -> (usize, State) {
        let (used, progress) = chunked.push(bytes, self.received, &mut self.content, &mut self.defects);
        let state = match progress {
            Progress::More => State::Chunked(chunked),
            Progress::End => {
                chunked.conclude(&mut self.defects);
                State::Complete
            }
            Progress::Lost { bytes, offset } => {
                chunked.conclude(&mut self.defects);
                self.framing_lost = true;
                self.content.push(&bytes, offset);
                State::UntilClose
            }
        };
        (used, state)
    }

    /// Keeps a message: the first ones and the last.
    pub(super) fn keep(&mut self, message: Message) {
        if self.messages.len() >= MESSAGES_KEPT {
            self.messages.pop();
        }
        self.messages.push(message);
    }
}
