//! What other gateways would make of a defect, in one sentence.

use super::escape::safe;
use crate::fate::{Elsewhere, Foretold};
use crate::gateway::Basis;

/// How many gateways are named that do the same, and how many different things are told.
const NAMED: usize = 3;
const OUTCOMES: usize = 3;

/// `HAProxy 2.6.12 and Envoy 1.40.0 would answer 502; nginx 1.22.1 lets it pass.` What most do is told first; empty
/// where nothing is known.
#[must_use]
pub fn sentence(told: &[Elsewhere]) -> Option<String> {
    let (measured, documented): (Vec<&Elsewhere>, Vec<&Elsewhere>) =
        told.iter().partition(|told| told.basis == Basis::Measured);
    let (passing, minding): (Vec<&Elsewhere>, Vec<&Elsewhere>) =
        measured.into_iter().partition(|told| told.outcome.lets_pass());
    let passing = (!passing.is_empty()).then(|| {
        let verb = if passing.len() == 1 { "lets" } else { "let" };
        format!("{} {verb} it pass", names(&passing))
    });
    let minding = match grouped(&minding) {
        groups if groups.is_empty() => {
            passing.is_some().then(|| "No gateway was measured to refuse it".to_owned())
        }
        groups => Some(groups.join(", ")),
    };
    let documented = documented
        .into_iter()
        .map(|told| format!("{} {} would {}, by its documents", told.title, safe(&told.version), does(told)));
    let parts: Vec<String> = minding.into_iter().chain(passing).chain(documented).collect();
    (!parts.is_empty()).then(|| format!("{}.", parts.join("; ")))
}

/// What those do that do not pass it on: who does the same shares a clause.
fn grouped(minding: &[&Elsewhere]) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&Elsewhere>)> = Vec::new();
    for told in minding {
        let does = does(told);
        match groups.iter_mut().find(|(known, _)| *known == does) {
            Some((_, group)) => group.push(told),
            None => groups.push((does, vec![told])),
        }
    }
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    let left: Vec<&Elsewhere> =
        groups.split_off(groups.len().min(OUTCOMES)).into_iter().flat_map(|(_, group)| group).collect();
    let mut clauses: Vec<String> =
        groups.iter().map(|(does, group)| format!("{} would {does}", names(group))).collect();
    if !left.is_empty() {
        clauses.push(format!("{} would not pass it on either", names(&left)));
    }
    clauses
}

fn names(group: &[&Elsewhere]) -> String {
    let name = |told: &&Elsewhere| format!("{} {}", told.title, safe(&told.version));
    // One more takes no more room than saying that there is one more.
    let shown = if group.len() == NAMED + 1 { NAMED + 1 } else { NAMED };
    let named: Vec<String> = group.iter().take(shown).map(name).collect();
    match (group.len() - named.len(), named.split_last()) {
        (0, Some((last, others))) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        (0, _) => named.join(", "),
        (more, _) => format!("{} and {more} more", named.join(", ")),
    }
}

fn does(told: &Elsewhere) -> String {
    match (told.outcome, told.status) {
        (Foretold::Refuses, Some(status)) => format!("answer {status}"),
        (Foretold::Refuses, None) => "end the connection without an answer".to_owned(),
        (Foretold::Hangs, Some(status)) => format!("wait and then answer {status}"),
        (Foretold::Hangs, None) => "wait and then end the connection".to_owned(),
        (Foretold::Cuts, _) => "cut it short".to_owned(),
        (Foretold::Raw, _) => "pass raw bytes on".to_owned(),
        (Foretold::Passes | Foretold::Repairs | Foretold::Unknown, _) => "let it pass".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(title: &'static str, version: &str, outcome: Foretold, status: Option<u16>) -> Elsewhere {
        let (gateway, version) = (title.to_lowercase(), version.to_owned());
        Elsewhere { gateway, title, version, basis: Basis::Measured, outcome, status }
    }

    #[test]
    fn who_does_the_same_shares_a_clause_and_what_most_do_comes_first() {
        let told = [
            told("h2o", "2.2.5", Foretold::Refuses, None),
            told("HAProxy", "2.6.12", Foretold::Refuses, Some(502)),
            told("Envoy", "1.40.0", Foretold::Refuses, Some(502)),
            told("nginx", "1.22.1", Foretold::Passes, Some(200)),
        ];
        assert_eq!(
            sentence(&told).unwrap(),
            "HAProxy 2.6.12 and Envoy 1.40.0 would answer 502, h2o 2.2.5 would end the connection without an \
             answer; nginx 1.22.1 lets it pass."
        );
    }

    #[test]
    fn many_are_counted_and_not_named() {
        let many: Vec<Elsewhere> =
            ["A", "B", "C", "D", "E"].map(|name| told(name, "1", Foretold::Hangs, Some(504))).into();
        assert_eq!(sentence(&many).unwrap(), "A 1, B 1, C 1 and 2 more would wait and then answer 504.");
        assert_eq!(sentence(&many[..4]).unwrap(), "A 1, B 1, C 1 and D 1 would wait and then answer 504.");
    }

    #[test]
    fn what_was_not_measured_is_said_to_be_from_documents() {
        let later = Elsewhere {
            basis: Basis::Documented,
            ..told("nginx", "1.23.0 and later", Foretold::Refuses, Some(502))
        };
        let told = [told("nginx", "1.22.1", Foretold::Repairs, Some(200)), later];
        assert_eq!(
            sentence(&told).unwrap(),
            "No gateway was measured to refuse it; nginx 1.22.1 lets it pass; nginx 1.23.0 and later would answer 502, by \
             its documents."
        );
    }

    #[test]
    fn what_nobody_refuses_is_said_and_what_nobody_knows_is_not() {
        let passes = [told("nginx", "1.22.1", Foretold::Repairs, Some(200))];
        assert_eq!(
            sentence(&passes).unwrap(),
            "No gateway was measured to refuse it; nginx 1.22.1 lets it pass."
        );
        assert_eq!(sentence(&[]), None);
    }
}
