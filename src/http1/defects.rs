//! The list of defects while it is being written: bounded, whatever comes.
//!
//! A response with ten thousand bad field lines is as broken as one with eight. Of one kind of defect in one place
//! (a head, a chunked body) the first eight are kept, and the last of them says how many more there are.

use std::fmt::Write as _;

use super::grammar::counted;
use super::{Defect, DefectCode};

/// How many defects of one code are kept in one place.
const MOST_OF_ONE_CODE: u64 = 8;

/// How many defects are kept of all interim heads.
const ROOM_FOR_INTERIM: usize = 96;

/// How many defects are kept up to the end of the final head.
const ROOM_FOR_HEAD: usize = 192;

/// How many defects are kept in all.
const ROOM: usize = 256;

/// Defects, in the order in which they were found.
#[derive(Debug)]
pub(super) struct Defects {
    kept: Vec<Defect>,
    counts: Vec<Count>,
    room: usize,
}

/// What one place has had of one code.
#[derive(Debug)]
struct Count {
    code: DefectCode,
    seen: u64,
    last_kept: Option<usize>,
}

impl Defects {
    pub(super) fn new() -> Self {
        Self { kept: Vec::new(), counts: Vec::new(), room: ROOM_FOR_INTERIM }
    }

    /// Notes a defect, if there is room for it.
    pub(super) fn add(&mut self, code: DefectCode, offset: u64, length: u64, text: impl Into<String>) {
        let found = self.counts.iter().position(|count| count.code == code);
        let index = found.unwrap_or(self.counts.len());
        if found.is_none() {
            self.counts.push(Count { code, seen: 0, last_kept: None });
        }
        let Some(count) = self.counts.get_mut(index) else { return };
        count.seen = count.seen.saturating_add(1);
        if count.seen <= MOST_OF_ONE_CODE && self.kept.len() < self.room {
            count.last_kept = Some(self.kept.len());
            self.kept.push(Defect::new(code, offset, length, text));
        }
    }

    /// The final head is known to be one: what is noted from here on has more room.
    pub(super) fn begin_final_head(&mut self) {
        self.room = self.room.max(ROOM_FOR_HEAD);
    }

    /// Ends one place: the next begins to count anew.
    pub(super) fn end_place(&mut self, place: &str) {
        for Count { code: _, seen, last_kept } in self.counts.drain(..) {
            let more = seen.saturating_sub(MOST_OF_ONE_CODE);
            if let Some(defect) = last_kept.and_then(|at| self.kept.get_mut(at))
                && more > 0
            {
                let places = counted(more, "more place");
                // Writing to a String does not fail.
                let _ = write!(defect.text, " The {place} has {places} like this one.");
            }
        }
    }

    /// The final head is read: what follows is about the body and the end.
    pub(super) fn begin_body(&mut self) {
        self.room = ROOM;
    }

    /// The defects, by offset.
    pub(super) fn into_defects(mut self) -> Vec<Defect> {
        // Stable: of two at the same place the one found first stays first.
        self.kept.sort_by_key(|defect| defect.offset);
        self.kept
    }
}
