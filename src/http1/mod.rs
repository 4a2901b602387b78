//! HTTP/1.x as bytes: pure functions and one incremental reader, without sockets and without a clock.
//!
//! The reader never gives up at the first oddity. It keeps what it saw (bounded), where it saw it, how the
//! stream ended, and every [`Defect`]: a byte range and the rule that it breaks. It tells *cut off* from
//! *malformed*; a response can be both.
//!
//! Offsets count from the first byte of the stream, through interim responses, head, chunk framing and all.

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
mod field_line;
mod finish;
mod framing;
mod grammar;
mod gzip;
mod head;
mod line;
mod notes;
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
