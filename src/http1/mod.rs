//! HTTP/1.x as bytes: pure functions and one incremental reader, without sockets and without a clock.
//!
//! The reader never gives up at the first oddity. It keeps what it saw (bounded), where it saw it, how the
//! stream ended, and every [`Defect`]: a byte range and the rule that it breaks. It tells *cut off* from
//! *malformed*; a response can be both.
//!
//! Offsets count from the first byte of the stream, through interim responses, head, chunk framing and all.
//!
//! Who wants to know how a stream is read begins with [`reader`] and follows the bytes: `opening` and `protocol` (is
//! it HTTP at all?), `head` with `status_line` and `field_line`, `framing` with `content_length` (where does the body
//! end?), `chunked` with `chunk_line`, `content` and `coding` (what is in it?), `finish` (what does the end of the
//! stream mean?). What comes out is a [`Reading`]; what it looks like for many streams stands in `tests/wire`.

pub mod defect;
pub mod read;
pub mod reader;
pub mod reading;
pub mod wire_bytes;

mod chunk_line;
mod chunked;
mod coding;
mod content;
mod content_length;
mod decoder;
mod defects;
mod field_line;
mod finish;
mod framing;
mod grammar;
mod gzip;
mod head;
mod line;
mod opening;
mod protocol;
mod sizes;
mod status_line;

pub use defect::{Defect, DefectCode, DefectKind};
pub use read::read_all;
pub use reader::{Reader, Stage};
pub use reading::{
    Asked, Body, CutAt, Field, Framing, FramingRule, Leftover, Message, OtherProtocol, Reading, StreamEnd,
};
pub use wire_bytes::WireBytes;
