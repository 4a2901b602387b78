//! HTTP/1.x as bytes: pure functions and one incremental reader, without sockets and without a clock.
//!
//! The reader never gives up at the first oddity. It keeps what it saw (bounded), where it saw it, how the
//! stream ended, and every [`Defect`]: a byte range and the rule that it breaks. It tells *cut off* from
//! *malformed*; a response can be both.
//!
//! Offsets count from the first byte of the stream, through interim responses, head, chunk framing and all.

pub mod defect;
pub mod reading;
pub mod wire_bytes;

pub use defect::{Defect, DefectCode, DefectKind};
pub use reading::{
    Asked, Body, CutAt, Field, Framing, FramingRule, Leftover, Message, OtherProtocol, Reading, StreamEnd,
};
pub use wire_bytes::WireBytes;
