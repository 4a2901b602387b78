//! What the causes see in an exchange with the upstream by itself, where there is no gateway to fail.

use super::diagnose::finding;
use super::known::everyone;
use super::{Blame, Finding, rank};
use crate::cause::{Assessment, CAUSES, Case, Cause, StockPage};
use crate::contrast::Contrast;
use crate::observation::{Exchange, Observations};

/// The causes that an exchange shows, the best first, each as it would be found behind a gateway that does not
/// forgive it. The exchange is one of `seen`.
#[must_use]
pub fn alone(seen: &Observations, exchange: &Exchange) -> Vec<Finding> {
    let case = Case {
        seen,
        contrast: Contrast::new(exchange, Some(exchange)),
        stated: &[],
        known: None,
        page: None,
        everyone: everyone(),
        another_answers: false,
        stock_page: StockPage::No,
        written_behind: false,
    };
    let of_upstream =
        |cause: &&&'static dyn Cause| !matches!(cause.about().blame, Blame::Gateway | Blame::Client);
    let mut findings: Vec<Finding> = CAUSES
        .iter()
        .filter(of_upstream)
        .filter_map(|&cause| match cause.assess(&case) {
            Assessment::Found(found) | Assessment::Met(found) => {
                Some(finding(cause, &case, found, false, None))
            }
            Assessment::RuledOut(_) | Assessment::NotExamined(_) => None,
        })
        .collect();
    rank::rank(&mut findings);
    findings
}
