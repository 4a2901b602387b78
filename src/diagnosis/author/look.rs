//! What is looked at: the error, what came directly, and a good answer through the same gateway.

use super::good::Good;
use super::hops::Hops;
use super::page::Page;
use super::{Sign, Who};
use crate::contrast::Answer;
use crate::diagnosis::{Evidence, Place};
use crate::http1::{Body, Field, Message};
use crate::observation::{End, Exchange, Observations};
use crate::plan::{Experiment, Route};

/// What is looked at.
pub(super) struct Look<'a> {
    pub(super) seen: &'a Observations,
    /// The exchange with the error in it.
    pub(super) exchange: &'a Exchange,
    pub(super) response: &'a Message,
    pub(super) body: &'a Body,
    /// The same request, directly.
    pub(super) directs: Vec<&'a Exchange>,
    /// Whose own page the error is.
    pub(super) page: Option<Page>,
    /// The hops that show in it.
    pub(super) hops: Hops,
    /// A good answer through the same gateway.
    pub(super) good: Option<Good<'a>>,
}

impl<'a> Look<'a> {
    /// `None` if no error came.
    pub(super) fn of(seen: &'a Observations) -> Option<Self> {
        let exchange = seen.gateway()?;
        let response = exchange.response()?;
        let directs: Vec<&Exchange> = seen
            .direct()
            .filter(|direct| !crate::diagnosis::diagnose::is_the_gateway(exchange, direct))
            .collect();
        let body = &exchange.reading.as_ref()?.body;
        let page = Page::of(response, body);
        if !is_error(seen, &directs, page.is_some()) {
            return None;
        }
        let direct_heads: Vec<&Message> = directs.iter().filter_map(|direct| direct.response()).collect();
        let hops = Hops::of(response, &direct_heads, page.as_ref());
        let good = Good::of(seen, exchange);
        Some(Self { seen, exchange, response, body, directs, page, hops, good })
    }

    /// All that there is to say.
    pub(super) fn signs(&self) -> Vec<Sign> {
        if self.exchange.is_tunnelled() {
            return vec![self.in_tunnel()];
        }
        let mut signs = self.of_page();
        signs.extend(self.of_proxy_status());
        signs.extend(self.of_hops());
        signs.extend(self.of_directs());
        signs.extend(self.of_guises());
        signs.extend(self.of_good());
        signs
    }

    /// Whether only the gateway was asked.
    pub(super) fn is_alone(&self) -> bool {
        self.directs.is_empty() && !self.exchange.is_tunnelled()
    }

    /// The gateway that stands behind the author, by a good answer.
    pub(super) fn behind(&self) -> Option<&'static str> {
        self.good.as_ref()?.behind(self)
    }

    /// Who else would look the same, though the signs do not leave him.
    pub(super) fn also(&self, who: Who) -> impl Iterator<Item = Who> {
        let is_gateway = matches!(who, Who::Gateway | Who::OuterGateway | Who::InnerGateway);
        let upstream = is_gateway && (self.is_alone() || self.upstream_is_kin());
        // Installations of one product have one page: the same page directly is no proof.
        let gateway = who == Who::Upstream
            && !self.exchange.is_tunnelled()
            && !self.hops.passed_on()
            && self.page.is_some();
        upstream.then_some(Who::Upstream).into_iter().chain(gateway.then_some(Who::Gateway))
    }

    /// What the author is called, and its version.
    pub(super) fn writer(&self, who: Who) -> (Option<String>, Option<String>) {
        match &self.page {
            Some(page) if who != Who::NotEstablished => (Some(page.name.to_owned()), page.version.clone()),
            _ if who == Who::Upstream || who == Who::NotEstablished => (None, None),
            _ => (self.speaker(), None),
        }
    }

    /// A place in the head of an exchange.
    pub(super) fn at(&self, exchange: &Exchange, field: &Field, text: String) -> Evidence {
        let place = Place::Bytes { offset: field.offset, length: field.size };
        Evidence { exchange: self.seen.index_of(exchange), place, text }
    }

    /// The error as a whole.
    pub(super) fn in_error(&self, text: String) -> Evidence {
        self.in_exchange(self.exchange, text)
    }

    pub(super) fn in_exchange(&self, exchange: &Exchange, text: String) -> Evidence {
        Evidence { exchange: self.seen.index_of(exchange), place: Place::Exchange, text }
    }
}

/// What the upstream answers where its certificate is overlooked, if this side rejected it.
fn overlooking_certificate<'a>(seen: &'a Observations, direct: &'a Exchange) -> &'a Exchange {
    let mut past = seen.of(Route::Direct, Experiment::WithoutVerification);
    past.find(|past| direct.end == End::CertificateRejected && past.upstream == direct.upstream)
        .unwrap_or(direct)
}

/// A server error; or a client error that the upstream does not give. Where the upstream gave no status to compare, a
/// client error is one only on a gateway's own page: others are what applications answer every day.
fn is_error(seen: &Observations, directs: &[&Exchange], is_own_page: bool) -> bool {
    let Some(status) = seen.gateway().and_then(|exchange| Answer::of(exchange).status()) else {
        return false;
    };
    let directly: Vec<Option<u16>> =
        directs.iter().map(|direct| overlooking_certificate(seen, direct).status()).collect();
    let compared = || is_own_page || directly.iter().any(Option::is_some);
    let otherwise = || !directs.is_empty() && !directly.contains(&Some(status));
    (500..=599).contains(&status) || (400..500).contains(&status) && compared() && otherwise()
}
