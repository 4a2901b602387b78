//! Whose own error page it is.

use super::look::Look;
use super::{Sign, Weight, Who};
use crate::gateway::{self, Traces};
use crate::http1::{Body, Message};

/// The own error page of a product.
pub(super) struct Page {
    /// The stable name of the product.
    pub(super) name: &'static str,
    /// Its name for people.
    pub(super) title: &'static str,
    /// Its version, from the page or from the fields.
    pub(super) version: Option<String>,
    /// What the product leaves, if that is known.
    pub(super) traces: Option<&'static Traces>,
    /// Whether the fields beside it are the product's too.
    own_fields: bool,
    /// The version in the page.
    written_version: Option<String>,
}

impl Page {
    /// By the body alone, so that it is known behind a gateway that writes fields anew; or by the fields beside it.
    pub(super) fn of(response: &Message, body: &Body) -> Option<Self> {
        let own = gateway::recognise(response, body, None).filter(|recognised| recognised.own_error);
        let by_body = gateway::page_of(body);
        let written_version = by_body.and_then(|traces| traces.version_in(body));
        match (own, by_body) {
            (Some(own), body) if body.is_none_or(|body| gateway::are_kin(body.gateway, own.gateway.name)) => {
                Some(Self {
                    name: own.gateway.name,
                    title: own.gateway.title,
                    version: own.version,
                    traces: gateway::traces(own.gateway.name),
                    own_fields: true,
                    written_version,
                })
            }
            (_, Some(traces)) => {
                let known = gateway::by_name(traces.gateway)?;
                Some(Self {
                    name: known.name,
                    title: known.title,
                    version: written_version.clone(),
                    traces: Some(traces),
                    own_fields: false,
                    written_version,
                })
            }
            _ => None,
        }
    }

    /// Whether the fields stand as the product writes them itself.
    pub(super) fn is_as_written(&self, response: &Message) -> bool {
        self.own_fields && self.traces.and_then(|traces| traces.writes_so(response)) != Some(false)
    }

    /// Whether the `Server` field is of another version than the page.
    fn is_of_another_version(&self, response: &Message) -> bool {
        let server = response.text("Server").and_then(|server| server.strip_prefix("nginx/"));
        match (server, self.written_version.as_deref()) {
            (Some(server), Some(page)) if self.name == "nginx" => {
                server.split(' ').next().is_some_and(|version| version != page)
            }
            _ => false,
        }
    }
}

impl Look<'_> {
    pub(super) fn of_page(&self) -> Vec<Sign> {
        let Some(page) = &self.page else { return Vec::new() };
        let mut signs = self.of_page_and_fields(page);
        let date = page.traces.and_then(|traces| traces.added_date(self.response));
        signs.extend(date.map(|field| {
            let text = format!("{} writes no Date on its own errors: another has passed it on", page.title);
            let evidence = self.at(self.exchange, field, text);
            Sign::new(Weight::Weak, &[Who::InnerGateway, Who::Upstream], evidence)
        }));
        signs
    }

    fn of_page_and_fields(&self, page: &Page) -> Vec<Sign> {
        let title = page.title;
        let gateways = [Who::Gateway, Who::InnerGateway];
        let mut possible = gateways.to_vec();
        if self.upstream_is_kin() {
            possible.push(Who::Upstream);
        }
        if page.is_of_another_version(self.response) {
            let text = format!("the page is of another version of {title} than the Server field beside it");
            let page = Sign::new(
                Weight::Strong,
                &possible,
                self.in_error(format!("the page is {title}\u{2019}s own")),
            );
            return vec![page, self.passed_on(Weight::Strong, text)];
        }
        if page.is_as_written(self.response) {
            let what = if self.body.length == 0 { "answer" } else { "page" };
            let text = format!("the {what} and its fields are {title}\u{2019}s own");
            return vec![Sign::new(Weight::Strong, &possible, self.in_error(text))];
        }
        let text = format!("the page is {title}\u{2019}s own");
        let mut signs = vec![Sign::new(Weight::Strong, &possible, self.in_error(text))];
        if let Some(so) = page.traces.and_then(|traces| traces.writes_so(self.response)) {
            let what = if so { "not all those of" } else { "not in the order and the letters of" };
            let what = format!("the fields beside it are {what}");
            // Others may write theirs in another order for another fault, as Varnish does once it has begun to fetch.
            let weight = if !so && page.name == "nginx" { Weight::Weak } else { Weight::Hint };
            signs.push(self.passed_on(weight, format!("{what} {title}")));
        }
        signs
    }

    /// Whoever wrote it, the gateway asked only passed it on.
    pub(super) fn passed_on(&self, weight: Weight, text: String) -> Sign {
        Sign::new(weight, &[Who::InnerGateway, Who::Upstream], self.in_error(text))
    }

    /// Whether the upstream is, by what it sends directly, the product whose page this is.
    pub(super) fn upstream_is_kin(&self) -> bool {
        let Some(page) = &self.page else { return false };
        self.directs.iter().filter_map(|direct| Some((direct.response()?, direct.reading.as_ref()?))).any(
            |(response, reading)| {
                let same_page = Page::of(response, &reading.body)
                    .is_some_and(|other| gateway::are_kin(other.name, page.name));
                let left = gateway::left_in(response)
                    .any(|(traces, ..)| gateway::are_kin(traces.gateway, page.name));
                let server = response.text("Server").unwrap_or_default().to_ascii_lowercase();
                same_page || left || server.starts_with(&page.name.to_ascii_lowercase())
            },
        )
    }
}
