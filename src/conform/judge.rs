//! What it comes to: what was asked for beside what the gateway did.

use schemars::JsonSchema;
use serde::Serialize;

use super::expected::Wanted;
use super::observed::{Delivery, Observed};

/// What a gateway's treatment of a fault comes to. In the order of how bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It did what is asked for.
    Conforms,
    /// It answered with an error of another status than the recommended one.
    OtherStatus,
    /// It passed the fault on to its client.
    PassesOn,
    /// It broke a response off where it should have refused or passed it on; its client can tell.
    CutsShort,
    /// It closed the client's connection without a final response.
    Closes,
    /// It sent bytes that are no HTTP response.
    Raw,
    /// It let its client wait until the limit was over.
    Hangs,
    /// It made something else of an answer that is in order.
    Spoils,
    /// It delivered as a good answer what is broken or incomplete.
    LooksWhole,
}

impl Verdict {
    /// All of them, in their order.
    pub const ALL: &[Self] = &[
        Self::Conforms,
        Self::OtherStatus,
        Self::PassesOn,
        Self::CutsShort,
        Self::Closes,
        Self::Raw,
        Self::Hangs,
        Self::Spoils,
        Self::LooksWhole,
    ];

    /// Two words or three.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::OtherStatus => "other status",
            Self::PassesOn => "passes it on",
            Self::CutsShort => "cuts short",
            Self::Closes => "closes",
            Self::Raw => "raw",
            Self::Hangs => "hangs",
            Self::Spoils => "spoils",
            Self::LooksWhole => "looks whole",
        }
    }

    /// What it means, for the legend.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Conforms => "what the RFC asks for",
            Self::OtherStatus => "an error, with another status than the one recommended",
            Self::PassesOn => {
                "the client gets the fault too; harmful where clients may read it in different ways"
            }
            Self::CutsShort => "broken off where an error was asked for; the client can tell",
            Self::Closes => "the connection closed without a final response",
            Self::Raw => "bytes that are no HTTP response",
            Self::Hangs => "no end within the limit (--max-time)",
            Self::Spoils => "a good answer did not come through",
            Self::LooksWhole => {
                "broken or incomplete, and delivered as a good answer; the client cannot tell"
            }
        }
    }

    /// Whether it harms clients whatever the circumstances.
    #[must_use]
    pub fn is_harmful(self) -> bool {
        self >= Self::Closes
    }
}

/// Judges one answer. `upstreams_own` says that the upstream answers with an error of its own.
#[must_use]
pub fn judge(wanted: Wanted, did: &Observed, upstreams_own: bool) -> Verdict {
    use Delivery::{
        Altered, Closed, Cut, Hung, InterimOnly, LooksWhole, Malformed, NotReached, Own, Raw, Whole,
    };
    match (did.delivery, wanted) {
        (Closed | InterimOnly | Raw, Wanted::Whole) => Verdict::Spoils,
        (Closed | InterimOnly | NotReached, _) => Verdict::Closes,
        (Raw, _) => Verdict::Raw,
        (Hung, _) => Verdict::Hangs,

        (Whole, Wanted::Whole) | (Cut, Wanted::CutOr(_)) => Verdict::Conforms,
        (Whole, Wanted::WholeOr(_)) if !did.has_defects => Verdict::Conforms,
        // An error that looks like a good answer: nobody learns of it.
        (Altered | LooksWhole, Wanted::Whole) if upstreams_own && hides_an_error(did) => Verdict::Spoils,
        (Own, Wanted::Whole) if upstreams_own => Verdict::OtherStatus,
        (Altered | LooksWhole, Wanted::Whole) if upstreams_own => Verdict::PassesOn,
        (Altered | LooksWhole | Own | Cut | Malformed, Wanted::Whole) => Verdict::Spoils,

        (LooksWhole, _) => Verdict::LooksWhole,
        (Own, _) if did.status == wanted.status() => Verdict::Conforms,
        (Own, _) => Verdict::OtherStatus,
        (Cut, _) => Verdict::CutsShort,
        (Whole | Altered | Malformed, _) => Verdict::PassesOn,
    }
}

/// Whether the status that came is none of an error.
fn hides_an_error(did: &Observed) -> bool {
    did.status.is_some_and(|status| status < 400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy_status::ErrorType;

    const REFUSE: Wanted = Wanted::Status(ErrorType::HttpProtocolError);
    const LATE: Wanted = Wanted::Status(ErrorType::ConnectionReadTimeout);
    const USABLE: Wanted = Wanted::WholeOr(ErrorType::HttpProtocolError);
    const BODY: Wanted = Wanted::CutOr(ErrorType::HttpResponseIncomplete);

    fn did(delivery: Delivery, status: u16) -> Observed {
        Observed {
            delivery,
            status: Some(status),
            body: 3,
            body_directly: Some(3),
            has_defects: false,
            is_ambiguous: false,
            seconds: 0.0,
        }
    }

    #[test]
    fn every_answer_has_its_verdict() {
        let table = [
            (Wanted::Whole, Delivery::Whole, 200, Verdict::Conforms),
            (Wanted::Whole, Delivery::Own, 502, Verdict::Spoils),
            (Wanted::Whole, Delivery::Cut, 200, Verdict::Spoils),
            (Wanted::Whole, Delivery::LooksWhole, 200, Verdict::Spoils),
            (Wanted::Whole, Delivery::InterimOnly, 103, Verdict::Spoils),
            (REFUSE, Delivery::Own, 502, Verdict::Conforms),
            (REFUSE, Delivery::Own, 504, Verdict::OtherStatus),
            (LATE, Delivery::Own, 504, Verdict::Conforms),
            (LATE, Delivery::Own, 502, Verdict::OtherStatus),
            (LATE, Delivery::Hung, 0, Verdict::Hangs),
            (REFUSE, Delivery::Whole, 200, Verdict::PassesOn),
            (REFUSE, Delivery::Malformed, 101, Verdict::PassesOn),
            (REFUSE, Delivery::Cut, 200, Verdict::CutsShort),
            (REFUSE, Delivery::LooksWhole, 200, Verdict::LooksWhole),
            (REFUSE, Delivery::Raw, 0, Verdict::Raw),
            (REFUSE, Delivery::Closed, 0, Verdict::Closes),
            (USABLE, Delivery::Whole, 200, Verdict::Conforms),
            (USABLE, Delivery::Own, 502, Verdict::Conforms),
            (USABLE, Delivery::Own, 500, Verdict::OtherStatus),
            (BODY, Delivery::Cut, 200, Verdict::Conforms),
            (BODY, Delivery::Own, 502, Verdict::Conforms),
            (BODY, Delivery::LooksWhole, 200, Verdict::LooksWhole),
            (BODY, Delivery::Whole, 200, Verdict::PassesOn),
        ];
        for (wanted, delivery, status, verdict) in table {
            let seen = judge(wanted, &did(delivery, status), false);
            assert_eq!(seen, verdict, "{wanted:?}, {delivery:?} {status}");
        }
    }

    #[test]
    fn a_defect_that_stays_in_a_usable_answer_is_passed_on() {
        let did = Observed { has_defects: true, ..did(Delivery::Whole, 200) };
        assert_eq!(judge(USABLE, &did, false), Verdict::PassesOn);
    }

    #[test]
    fn the_upstreams_own_error_in_the_gateways_page_is_no_good_answer_spoiled() {
        assert_eq!(judge(Wanted::Whole, &did(Delivery::Altered, 502), true), Verdict::PassesOn);
        assert_eq!(judge(Wanted::Whole, &did(Delivery::Own, 500), true), Verdict::OtherStatus);
    }

    #[test]
    fn the_upstreams_own_error_behind_a_page_with_200_is_spoiled() {
        let verdict = judge(Wanted::Whole, &did(Delivery::Altered, 200), true);
        assert_eq!(verdict, Verdict::Spoils);
        assert!(verdict.is_harmful());
    }

    #[test]
    fn all_verdicts_are_in_their_order() {
        assert!(Verdict::ALL.is_sorted());
        assert!(!Verdict::CutsShort.is_harmful() && Verdict::Closes.is_harmful());
    }
}
