//! Names that the user picks from a list: an unknown one is answered with its neighbours.

use strsim::osa_distance;

use crate::error::Error;
use crate::lab::{self, FAULTS, Fault};

/// The faults that the user named.
pub(super) fn faults(option: &'static str, names: &[String]) -> Result<Vec<&'static Fault>, Error> {
    names.iter().map(|name| fault(option, name)).collect()
}

/// The fault of this name.
pub(super) fn fault(option: &'static str, name: &str) -> Result<&'static Fault, Error> {
    lab::find(name).ok_or_else(|| {
        let meant = did_you_mean(name, FAULTS.iter().map(|fault| fault.name));
        let reason =
            format!("there is no fault '{}'; {meant}why502 lab --list names them all", name.escape_debug());
        Error::argument(option, reason)
    })
}

/// The question whether the user meant another of these names, with a space behind it; empty if none is near.
pub(crate) fn did_you_mean(name: &str, all: impl Iterator<Item = &'static str> + Clone) -> String {
    let meant = nearest(name, all.clone()).map_or_else(|| neighbours(name, all), |near| vec![near]);
    if meant.is_empty() { String::new() } else { format!("did you mean {}? ", meant.join(" or ")) }
}

/// Up to three names that share most of their words with this one.
fn neighbours(name: &str, all: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let words: Vec<_> = name.split('-').filter(|word| word.len() > 1).collect();
    let shared =
        |known: &str| words.iter().filter(|word| known.split('-').any(|other| other == **word)).count();
    let mut near: Vec<_> = all.map(|known| (shared(known), known)).filter(|(count, _)| *count > 0).collect();
    near.sort_by_key(|(count, known)| (std::cmp::Reverse(*count), known.len()));
    near.into_iter().take(3).map(|(_, known)| known).collect()
}

/// The name that this one is but for a slip or two. (Of three letters, two are no slip.)
fn nearest(name: &str, all: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let slips = (name.len() / 2).min(2);
    let all = all.map(|known| (osa_distance(name, known), known));
    all.min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= slips)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_words() {
        let all = ["rst-mid-body", "fin-mid-body", "ok-404", "bare-lf"];
        assert_eq!(neighbours("rst-mid", all.into_iter()), ["rst-mid-body", "fin-mid-body"]);
        assert!(neighbours("nothing", all.into_iter()).is_empty());
        assert_eq!(nearest("barelf", all.into_iter()), Some("bare-lf"));
        assert_eq!(nearest("rst-mid", all.into_iter()), None);
        assert_eq!(did_you_mean("aws", ["iis", "aws-alb"].into_iter()), "did you mean aws-alb? ");
    }
}
