//! What becomes of a response at a gateway, looked up in what is known of it: defects in its tolerance, sizes and times
//! in its limits. `lint` foretells from it, and a diagnosis says whom else a defect would offend.

mod elsewhere;
mod objection;

pub use elsewhere::{Elsewhere, elsewhere};
pub use objection::{Objection, SPOILED, Stage, is_own_doing, is_still_flowing, objections};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tolerance::Treatment;

/// What becomes of a response at a gateway, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Foretold {
    /// It is passed on as it is.
    Passes,
    /// It is passed on, and what is wrong with it is dropped or put right.
    Repairs,
    /// Its beginning is passed on, and then the gateway breaks off.
    Cuts,
    /// The client gets another answer in its place, or none: then there is no status.
    Refuses,
    /// The gateway waits for more until its timeout, and then answers with the status.
    Hangs,
    /// Its bytes reach the client as they are: without a status line, or as the content of a 200.
    Raw,
    /// It has defects of which nobody has measured what this gateway does with them.
    Unknown,
}

impl Foretold {
    /// Whether the client gets the whole response, as far as is known.
    #[must_use]
    pub fn lets_pass(self) -> bool {
        matches!(self, Self::Passes | Self::Repairs | Self::Unknown)
    }
}

/// The same with its status. The order is that in which one decides over another: the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Answered with this status in its place; with none where the connection ends.
    Refuses(Option<u16>),
    /// The client's connection is closed without a byte.
    Closes,
    /// Answered with this status after a wait; 0 where the connection ends then.
    Waits(u16),
    /// The bytes go on without a status line.
    Raw,
    /// The beginning goes on, and not the rest.
    Cuts,
    /// Nobody measured it.
    Unknown,
    /// Passed on without what is wrong.
    Repairs,
    /// Passed on as it is.
    Passes,
}

impl Fate {
    /// What a treatment comes to; one that was not measured is unknown.
    #[must_use]
    pub fn of(treatment: Option<Treatment>) -> Self {
        match treatment {
            None => Self::Unknown,
            Some(Treatment::Passes) => Self::Passes,
            Some(Treatment::Repairs) => Self::Repairs,
            Some(Treatment::Refuses(status)) => Self::Refuses(Some(status)),
            Some(Treatment::Raw) => Self::Raw,
            Some(Treatment::Cuts) => Self::Cuts,
            Some(Treatment::Closes) => Self::Closes,
            Some(Treatment::WaitsThen(status)) => Self::Waits(status),
        }
    }

    /// Of several things that a gateway meets in one response: what it comes upon first decides, and there the worst.
    #[must_use]
    pub fn of_all(met: &[Objection]) -> Self {
        let first = met.iter().filter(|met| !met.fate.lets_pass()).min_by_key(|met| (met.stage, met.fate));
        let worst = || met.iter().map(|met| met.fate).min();
        first.map(|met| met.fate).or_else(worst).unwrap_or(Self::Passes)
    }

    /// What else becomes of it, where that is a matter of when the bytes come in: at the thing that decides.
    #[must_use]
    pub fn or_of_all(met: &[Objection]) -> Option<Self> {
        let decides = |met: &&Objection| !met.fate.lets_pass();
        met.iter().filter(decides).min_by_key(|met| (met.stage, met.fate)).and_then(|met| met.or)
    }

    /// Whether the client gets the whole response, as far as is known.
    #[must_use]
    pub fn lets_pass(self) -> bool {
        self.foretold().lets_pass()
    }

    /// The same in a word.
    #[must_use]
    pub fn foretold(self) -> Foretold {
        match self {
            Self::Refuses(_) | Self::Closes => Foretold::Refuses,
            Self::Waits(_) => Foretold::Hangs,
            Self::Raw => Foretold::Raw,
            Self::Cuts => Foretold::Cuts,
            Self::Unknown => Foretold::Unknown,
            Self::Repairs => Foretold::Repairs,
            Self::Passes => Foretold::Passes,
        }
    }

    /// The status that the client gets, where `own` is that of the response.
    #[must_use]
    pub fn status(self, own: Option<u16>) -> Option<u16> {
        match self {
            Self::Refuses(status) => status,
            // 0 stands for none: the gateway closes.
            Self::Waits(status) => (status != 0).then_some(status),
            Self::Closes | Self::Raw => None,
            Self::Cuts | Self::Unknown | Self::Repairs | Self::Passes => own,
        }
    }
}
