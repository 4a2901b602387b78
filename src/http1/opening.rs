//! The first bytes of a response, until it is clear whether they begin a status line.

use super::OtherProtocol;
use super::protocol::{Recognised, recognise, recognise_end};

/// More bytes of empty lines than this are no HTTP.
const MOST_BLANK: usize = 8 * 1024;

/// Bytes that may begin a response.
#[derive(Debug)]
pub(super) struct Opening {
    offset: u64,
    /// Empty lines.
    blank: Vec<u8>,
    /// What follows them.
    line: Vec<u8>,
}

/// What the bytes turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opened {
    Unsure,
    StatusLine,
    Other(OtherProtocol),
}

impl Opening {
    /// Bytes that begin at `offset`.
    pub(super) fn new(offset: u64) -> Self {
        Self { offset, blank: Vec::new(), line: Vec::new() }
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn blank(&self) -> &[u8] {
        &self.blank
    }

    pub(super) fn line(&self) -> &[u8] {
        &self.line
    }

    /// Whether no byte came.
    pub(super) fn is_empty(&self) -> bool {
        self.blank.is_empty() && self.line.is_empty()
    }

    /// Takes bytes until it is clear what they are: how many, and what.
    pub(super) fn push(&mut self, bytes: &[u8]) -> (usize, Opened) {
        // Byte by byte, so that the answer comes at the same byte however the bytes are split.
        for (at, &byte) in bytes.iter().enumerate() {
            let used = at.saturating_add(1);
            if self.line.is_empty() && matches!(byte, b'\r' | b'\n') {
                self.blank.push(byte);
                if self.blank.len() > MOST_BLANK {
                    return (used, Opened::Other(OtherProtocol::Unknown));
                }
                continue;
            }
            self.line.push(byte);
            match recognise(&self.line) {
                Recognised::Unsure => {}
                Recognised::StatusLine => return (used, Opened::StatusLine),
                Recognised::Other(protocol) => return (used, Opened::Other(protocol)),
            }
        }
        (bytes.len(), Opened::Unsure)
    }

    /// What the bytes are, as far as one can tell, when no more come.
    pub(super) fn end(&self) -> Opened {
        if self.line.is_empty() {
            return Opened::Unsure;
        }
        let first_of_stream = self.offset == 0 && self.blank.is_empty();
        match recognise_end(&self.line, first_of_stream) {
            Recognised::StatusLine => Opened::StatusLine,
            Recognised::Other(protocol) => Opened::Other(protocol),
            Recognised::Unsure => Opened::Unsure,
        }
    }
}
