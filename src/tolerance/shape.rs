//! Shapes of one kind of defect that a gateway does not treat alike: a word without a colon passes nginx, two words
//! do not.

use super::Treatment;
use crate::http1::{Defect, DefectCode, Reading};

/// One shape of a kind of defect, and what becomes of it at some gateways, where that is another thing than their rule
/// for the kind.
#[derive(Debug)]
pub struct Shape {
    /// The kind.
    pub code: DefectCode,
    /// Whether a defect of this kind is of this shape.
    pub is: fn(&Defect, &Reading) -> bool,
    /// What each gateway does with it, by its name.
    pub at: &'static [(&'static str, Treatment)],
}

/// The shapes that were measured, as one gateway treats them.
#[derive(Debug, Clone, Copy)]
pub struct Shapes {
    gateway: &'static str,
    table: &'static [Shape],
}

impl Shapes {
    /// Those of the gateway of this name.
    #[must_use]
    pub const fn new(gateway: &'static str, table: &'static [Shape]) -> Self {
        Self { gateway, table }
    }

    /// What the gateway does with this very defect; `None` where its rule for the kind holds.
    #[must_use]
    pub fn of(self, defect: &Defect, reading: &Reading) -> Option<Treatment> {
        let meant = self.table.iter().filter(|shape| shape.code == defect.code);
        meant
            .filter_map(|shape| shape.at.iter().find(|(name, _)| *name == self.gateway).zip(Some(shape)))
            .find(|(_, shape)| (shape.is)(defect, reading))
            .map(|((_, treatment), _)| *treatment)
    }

    /// Whether a defect of this kind has a shape here that the gateway lets pass.
    #[must_use]
    pub fn pass(self, code: DefectCode, reading: &Reading) -> bool {
        let mut defects = reading.defects.iter().filter(|defect| defect.code == code);
        defects.any(|defect| self.of(defect, reading).is_some_and(Treatment::forgives))
    }
}
