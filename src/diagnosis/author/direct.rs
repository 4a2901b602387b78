//! What the direct answer says of who wrote the error.

use super::hops::shown;
use super::look::Look;
use super::{Sign, Weight, Who};
use crate::http1::{DefectKind, Field, Message};
use crate::observation::{End, Exchange};
use crate::plan::{Experiment, Guise, Route};

impl Look<'_> {
    pub(super) fn of_directs(&self) -> Vec<Sign> {
        if self.directs.is_empty() {
            return Vec::new();
        }
        let mut signs: Vec<Sign> = self.of_same_answer().into_iter().collect();
        if self.directs.iter().all(|direct| is_silent(direct)) {
            signs.extend(self.directs.first().map(|direct| {
                let text = format!("asked directly, the upstream gives no response ({})", direct.end.name());
                Sign::new(Weight::Weak, &[Who::Gateway, Who::InnerGateway], self.in_exchange(direct, text))
            }));
        }
        if signs.is_empty() {
            signs.extend(self.of_broken_answer());
        }
        if signs.is_empty() {
            signs.extend(self.of_another_answer());
        }
        signs.extend(self.of_shared_field());
        signs.extend(self.of_copied_server());
        signs
    }

    /// In a tunnel all that comes is the origin's.
    pub(super) fn in_tunnel(&self) -> Sign {
        let text = "it came through a tunnel, in which the proxy only passes bytes on".to_owned();
        Sign::new(Weight::Strong, &[Who::Upstream], self.in_error(text))
    }

    /// The same status with the same body. Of an error page that every installation has, that is a weak sign.
    fn of_same_answer(&self) -> Option<Sign> {
        let same = |direct: &&&Exchange| {
            let body = direct.reading.as_ref().map(|reading| &reading.body);
            direct.status() == self.response.status
                && body.is_some_and(|body| body.length == self.body.length && body.sha256 == self.body.sha256)
        };
        let upstream = [Who::Upstream];
        // In whatever way it was asked: some answer so to HTTP/1.0 only, as gateways ask.
        let all: Vec<&Exchange> =
            self.seen.exchanges.iter().filter(|exchange| self.is_direct(exchange)).collect();
        if let Some(direct) = all.iter().find(same) {
            let (weight, of) = match (&self.page, self.body.length) {
                (_, 0) => (Weight::Hint, "the same status, and no body either".to_owned()),
                (Some(page), _) => (Weight::Weak, format!("the same page, which every {} has", page.title)),
                (None, _) => (Weight::Strong, "the very same status and body".to_owned()),
            };
            let asked = direct.guise.as_ref().map_or_else(|| "directly".to_owned(), Guise::words);
            let text = format!("asked {asked}, the upstream answers with {of}");
            return Some(Sign::new(weight, &upstream, self.in_exchange(direct, text)));
        }
        let kind = |response: &Message| response.text("Content-Type").map(str::to_owned);
        let alike = self.directs.iter().filter(|_| self.page.is_none()).find(|direct| {
            let length = direct.reading.as_ref().map_or(0, |reading| reading.body.length);
            direct.status() == self.response.status
                && length > 0
                && direct.response().is_some_and(|response| kind(response) == kind(self.response))
                && length.abs_diff(self.body.length) <= length.max(self.body.length) / 10
        });
        alike.map(|direct| {
            let text =
                "asked directly, the upstream answers with this status too, and a body of that type and size";
            Sign::new(Weight::Weak, &upstream, self.in_exchange(direct, text.to_owned()))
        })
    }

    fn is_direct(&self, exchange: &Exchange) -> bool {
        exchange.route == Route::Direct
            && exchange.experiment != Experiment::AnotherPath
            && !crate::diagnosis::diagnose::is_the_gateway(self.exchange, exchange)
    }

    /// A response that breaks off, or breaks a rule, is what gateways refuse with an error of their own. One that is only
    /// large breaks none, and is refused by many all the same.
    fn of_broken_answer(&self) -> Option<Sign> {
        let has = |direct: &Exchange, size: bool| {
            let mut defects = direct.reading.iter().flat_map(|reading| &reading.defects);
            defects.any(|defect| (defect.code.kind() == DefectKind::Size) == size)
        };
        let broken = |direct: &Exchange| {
            has(direct, false) || matches!(direct.end, End::Closed | End::Reset | End::Malformed)
        };
        let is_no_error = |direct: &&&Exchange| direct.status().is_none_or(|status| status < 400);
        let all = || self.directs.iter().filter(is_no_error);
        let is = |what: &str| format!("asked directly, the upstream sends no error but a response {what}");
        let (direct, text) = match all().find(|direct| broken(direct)) {
            Some(direct) => (direct, is("that is broken")),
            None => {
                (all().find(|direct| has(direct, true))?, is("with a head larger than some gateways take"))
            }
        };
        let gateways = [Who::Gateway, Who::InnerGateway];
        Some(Sign::new(Weight::Weak, &gateways, self.in_exchange(direct, text)))
    }

    fn of_another_answer(&self) -> Option<Sign> {
        let direct = self.directs.iter().find(|direct| direct.is_complete())?;
        let text = format!("asked directly, the upstream answers {}", direct.status()?);
        Some(Sign::new(Weight::Hint, &[Who::Gateway, Who::InnerGateway], self.in_exchange(direct, text)))
    }

    /// A field that only the upstream would set.
    fn of_shared_field(&self) -> Option<Sign> {
        let shares = |field: &&Field| {
            is_telling(field)
                && self.directs.iter().filter_map(|direct| direct.response()).any(|direct| has(direct, field))
        };
        let field = self.response.fields.iter().find(shares).filter(|_| self.page.is_none())?;
        let text = format!("a field that the upstream sets stands in it: {}", shown(field));
        Some(Sign::new(Weight::Weak, &[Who::Upstream], self.at(self.exchange, field, text)))
    }

    fn of_copied_server(&self) -> Option<Sign> {
        let field = self.response.fields.iter().find(|field| field.name.eq_ignore_case("Server"))?;
        let copied =
            self.directs.iter().filter_map(|direct| direct.response()).any(|direct| has(direct, field));
        copied.then(|| {
            let text =
                format!("{} is the upstream\u{2019}s too, so it tells nothing of a gateway", shown(field));
            Sign::new(Weight::Hint, &super::ALL, self.at(self.exchange, field, text))
        })
    }
}

/// Whether a response has this very field.
pub(super) fn has(response: &Message, field: &Field) -> bool {
    response
        .fields
        .iter()
        .any(|other| other.name.0.eq_ignore_ascii_case(&field.name.0) && other.value == field.value)
}

/// Whether nothing came that a gateway could pass on.
fn is_silent(direct: &Exchange) -> bool {
    direct.response().is_none() && !matches!(direct.end, End::Interrupted | End::LocalFailure)
}

/// Fields that every server sets, or that are set at gateways as readily as at upstreams: they tell nothing of who
/// set them. A name that ends with `-` stands for all that begin so.
const COMMON: &[&str] = &[
    "server",
    "date",
    "content-",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "cache-control",
    "vary",
    "etag",
    "last-modified",
    "accept-ranges",
    "strict-transport-security",
    "x-frame-options",
    "x-content-type-options",
    "x-xss-protection",
    "referrer-policy",
    "permissions-policy",
    "access-control-",
    "cross-origin-",
    "set-cookie",
    "age",
    "via",
    "expires",
    "pragma",
    "alt-svc",
    "location",
    "link",
    "retry-after",
    "www-authenticate",
    "trailer",
    "proxy-",
    "upgrade",
    "report-to",
    "nel",
    "x-request-id",
    "x-cache",
    "allow",
    "x-robots-tag",
    "p3p",
];

/// Whether a field tells of who set it.
pub(super) fn is_telling(field: &Field) -> bool {
    let name = field.name.to_string().to_ascii_lowercase();
    !COMMON.iter().any(|common| name == *common || common.ends_with('-') && name.starts_with(common))
}
