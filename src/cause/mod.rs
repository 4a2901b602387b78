//! The reasons for a 502, one file each.
//!
//! A cause looks at the exchanges of a [`Case`], weighs what it finds there, and says one of three things: it
//! is found, it is ruled out (by what?), or it was not examined (what would it take?). Silence is no pass.
//! Causes know nothing of gateway products: what a gateway said and what it tolerates is in the case, in words
//! that all gateways share.

mod abreast;
pub mod again;
pub mod asked;
pub mod body;
pub mod connect;
pub(crate) mod fit;
pub mod gateway;
pub mod head;
mod limits;
pub mod name;
pub mod opinion;
mod outlasted;
pub mod proxy;
mod sighting;
pub mod tls;
pub mod wait;
mod weigh;

use crate::contrast::{Answer, Contrast};
use crate::diagnosis::{Blame, Evidence, Strength};
use crate::observation::{Exchange, Observations, Phase};
use crate::plan::{Experiment, Guise, Pace, Route};
use crate::proxy_status::ErrorType;
use crate::statement::Statement;
use crate::tolerance::Known;

/// One reason for a 502.
pub trait Cause: Sync {
    /// What it is called and what it is about.
    fn about(&self) -> &'static About;

    /// Weighs what was seen.
    fn assess(&self, case: &Case<'_>) -> Assessment;

    /// Further experiments that would help to tell, given what was seen so far. They are made only where the
    /// request may be repeated.
    fn asks(&self, _case: &Case<'_>) -> Vec<Ask> {
        Vec::new()
    }
}

/// A further experiment that a cause asks for. Of those in a guise it lists all that it wants, in their order, the ones
/// that were made already included: the same guise twice is two requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Through the gateway or directly.
    pub route: Route,
    /// What is to be tried.
    pub experiment: Experiment,
    /// In which guise. How a gateway asks is the gateway's to say: [`Experiment::AsGateway`] without a guise stands for
    /// the next of its guises.
    pub guise: Option<Guise>,
    /// When and for how long, where that is not as a rule.
    pub pace: Pace,
}

impl Ask {
    /// Through the gateway.
    #[must_use]
    pub fn gateway(experiment: Experiment) -> Self {
        Self { route: Route::Gateway, experiment, guise: None, pace: Pace::default() }
    }

    /// Directly to the upstream of the case.
    #[must_use]
    pub fn direct(experiment: Experiment) -> Self {
        Self { route: Route::Direct, experiment, guise: None, pace: Pace::default() }
    }

    /// Directly to the upstream of the case, in a guise.
    #[must_use]
    pub fn in_guise(guise: Guise) -> Self {
        Self { guise: Some(guise), ..Self::direct(Experiment::AsGateway) }
    }
}

/// What a cause is called and what it is about.
#[derive(Debug)]
pub struct About {
    /// The stable name, as in reports, metrics and `why502 explain`.
    pub slug: &'static str,
    /// The error type of RFC 9209; `None` where the RFC has none.
    pub error_type: Option<ErrorType>,
    /// The phase in which it arises.
    pub phase: Phase,
    /// Whose fault it is.
    pub blame: Blame,
    /// The error types for which this cause is named when a gateway states one and no probe shows more.
    pub stated_as: &'static [ErrorType],
    /// What to do about it, whatever the gateway: one or two sentences.
    pub remedy: &'static str,
    /// The explanation, Markdown: its first line is the title.
    pub page: &'static str,
}

impl About {
    /// The title of the explanation: what happens, in a few words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// The explanation without its title.
    #[must_use]
    pub fn text(&self) -> &'static str {
        self.page.split_once('\n').map_or("", |(_, text)| text.trim_start())
    }
}

/// What a cause weighs: the gateway's exchange beside that of one upstream, and what is known of the gateway.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Everything that was seen.
    pub seen: &'a Observations,
    /// The two exchanges of the same request.
    pub contrast: Contrast<'a>,
    /// What the gateway says of the fault.
    pub stated: &'a [Statement],
    /// What is known of the gateway, if it was recognised.
    pub known: Option<Known>,
    /// Where the gateway is not recognised: what is known of the one whose page its answer has; the error is its own if
    /// the page is one for a fault of its upstream.
    pub page: Option<Known>,
    /// What is known of every gateway that was measured.
    pub everyone: &'static [Known],
    /// Whether another of the upstreams, asked directly, answers well.
    pub another_answers: bool,
    /// Whether the gateway's response is an error page as a gateway product comes with it.
    pub stock_page: StockPage,
    /// Whether the signs of who wrote the error speak for somebody behind the gateway asked, and not for it.
    pub written_behind: bool,
}

/// Whether a response is an error page as a gateway product comes with it: the same from every installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockPage {
    /// It is none.
    No,
    /// It is one of a product that is not the gateway's.
    Others,
    /// It can be the gateway's own: it is of its product, or the gateway is not recognised.
    Own,
}

impl<'a> Case<'a> {
    /// The further direct exchanges of one experiment with the upstream of this case.
    #[must_use]
    pub fn direct_of(&self, experiment: Experiment) -> Option<&'a Exchange> {
        self.all_direct_of(experiment).next()
    }

    /// All of them.
    pub fn all_direct_of(&self, experiment: Experiment) -> impl Iterator<Item = &'a Exchange> + use<'a> {
        let upstream = self.contrast.direct.map(|direct| direct.upstream.as_deref());
        self.seen
            .of(Route::Direct, experiment)
            .filter(move |exchange| upstream == Some(exchange.upstream.as_deref()))
    }

    /// What came when the gateway was asked the same once more, as often as it was.
    pub fn gateway_again(&self) -> impl Iterator<Item = &'a Exchange> + use<'a> {
        self.seen.of(Route::Gateway, Experiment::Repeat)
    }

    /// Whether the gateway fared otherwise when it was asked once more: one failure can be chance.
    #[must_use]
    pub fn gateway_fared_otherwise(&self) -> bool {
        self.gateway_again().any(|again| Answer::of(again) != self.contrast.answer)
    }
}

/// Whoever took longer than this (in seconds) is not asked again: that costs the user more than it tells.
pub const QUICK: f64 = 5.0;

/// What the sentence of a finding has in it that rests on the gateway's words alone.
pub const SAYS_ITSELF: &str = "says the gateway itself";

/// How evidence begins that speaks against what it stands under.
pub const AGAINST: &str = "against it: ";

/// What a cause says of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Assessment {
    /// This is it, or can be.
    Found(Found),
    /// It was met, but the client got its answer all the same: elsewhere it would be the cause.
    Met(Found),
    /// It is not this; by what.
    RuledOut(String),
    /// It cannot be said; what it would take.
    NotExamined(String),
}

/// A cause that was found or met.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How sure it is.
    pub strength: Strength,
    /// Whose fault it is.
    pub blame: Blame,
    /// The error type, where it is another than the cause's usual one.
    pub error_type: Option<ErrorType>,
    /// One sentence.
    pub sentence: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// Every cause. First the gateway that cannot be reached; then the upstream's faults in the order of the phases, within
/// a phase the more specific first; then those of a forward proxy; last what is left for the gateway.
pub static CAUSES: &[&dyn Cause] = &[
    &gateway::Unreachable,
    &name::NotFound,
    &name::Timeout,
    &connect::AddressFamily,
    &connect::Refused,
    &connect::Unreachable,
    &connect::Timeout,
    &tls::ToPlainPort,
    &tls::PlainToTlsPort,
    &tls::RequiresServerName,
    &tls::certificate::EXPIRED,
    &tls::certificate::NOT_YET_VALID,
    &tls::certificate::WRONG_NAME,
    &tls::certificate::SELF_SIGNED,
    &tls::certificate::UNKNOWN_ISSUER,
    &tls::certificate::WRONG_PURPOSE,
    &tls::certificate::REJECTED,
    &tls::AlertReceived,
    &tls::HandshakeCut,
    &tls::HandshakeGarbage,
    &tls::HandshakeTimeout,
    &wait::ClosedBeforeResponse,
    &wait::ResetBeforeResponse,
    &wait::SlowFirstByte,
    &head::Http2Only,
    &head::Http1Only,
    &head::OtherProtocol,
    &head::InterimWithoutFinal,
    &head::TooManyInterim,
    &head::UnexpectedUpgrade,
    &head::ClosedInHead,
    &head::ResetInHead,
    &head::StalledInHead,
    &head::InvalidTransferCoding,
    &head::InvalidContentLength,
    &head::InvalidHead,
    &head::TooLarge,
    &body::InvalidChunk,
    &body::Closed,
    &body::Reset,
    &body::Stalled,
    &body::InvalidContentCoding,
    &body::BytesAfterResponse,
    &proxy::AuthenticationRequired,
    &proxy::RefusesConnect,
    &proxy::DeniesRequest,
    &proxy::CannotConnect,
    &proxy::InterceptsTls,
    &gateway::UpstreamErrorStatus,
    &asked::RefusesHttp10,
    &asked::RefusesHost,
    &asked::RefusesFields,
    &gateway::MishandlesValidResponse,
    &gateway::Crashes,
    &gateway::CutsResponse,
    &gateway::ErrorUpstreamFine,
];

/// The cause of that name.
#[must_use]
pub fn by_slug(slug: &str) -> Option<&'static dyn Cause> {
    CAUSES.iter().copied().find(|cause| cause.about().slug == slug)
}
