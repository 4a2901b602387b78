//! The hops that show in the error: by `Via`, by fields of one product, by `Proxy-Status`.

use super::look::Look;
use super::page::Page;
use super::{Sign, Weight, Who};
use crate::gateway::{self, Gateway, Left, On};
use crate::http1::{Field, Message, WireBytes};
use crate::proxy_status::{self, ErrorType, Member};

/// Stands between a product and the mark that it left.
pub(super) const PASSED_ON: &str = " passed it on: ";

/// The hops that show in the error and not in the direct answer.
#[derive(Default)]
pub(super) struct Hops {
    /// Those that only passed it on, the field line by which each shows.
    front: Vec<(&'static Gateway, usize)>,
    /// Those that passed it on or wrote it.
    at: Vec<(&'static Gateway, usize)>,
    /// Entries of `Via` by which no product is known.
    strangers: Vec<(String, usize)>,
    /// The product writes capitals, and there are none.
    lowered: bool,
}

impl Hops {
    pub(super) fn of(response: &Message, directs: &[&Message], page: Option<&Page>) -> Self {
        let mut hops = Self { lowered: is_lowered(response, page), ..Self::default() };
        // There is one Server field: on the page of one product, that of another is of a hop, and not copied from an
        // upstream that answers otherwise.
        let is_not_directs = page.is_some() && directs.iter().all(|direct| direct.status != response.status);
        for (traces, mark, index) in gateway::left_in(response) {
            let own = page.is_some_and(|page| gateway::are_kin(page.name, traces.gateway));
            let before = directs.iter().map(|direct| count(direct, mark)).max().unwrap_or_default();
            let is_hops = is_not_directs && !own && mark.field.eq_ignore_ascii_case("Server");
            let before = if is_hops { 0 } else { before };
            let more = count(response, mark).saturating_sub(before);
            let list = match (mark.on, page) {
                _ if more == 0 => continue,
                (On::Relayed, _) => &mut hops.front,
                (On::All, Some(_)) if more > usize::from(own) => &mut hops.front,
                (On::All, Some(_)) => continue,
                (On::All, None) => &mut hops.at,
            };
            let Some(gateway) = gateway::by_name(traces.gateway) else { continue };
            if !list.iter().any(|(known, _)| known.name == gateway.name) {
                list.push((gateway, index));
            }
        }
        let in_directs: Vec<String> =
            directs.iter().flat_map(|direct| entries(direct)).map(|(entry, _)| entry).collect();
        hops.strangers = entries(response)
            .filter(|(entry, index)| !in_directs.contains(entry) && is_strange(response, *index, entry))
            .collect();
        hops
    }

    /// Whether a hop shows that only passed it on.
    pub(super) fn passed_on(&self) -> bool {
        !self.front.is_empty() || self.lowered
    }

    /// The products that only passed it on.
    pub(super) fn in_front(&self) -> impl Iterator<Item = &'static Gateway> {
        self.front.iter().map(|(gateway, _)| *gateway)
    }
}

impl Look<'_> {
    pub(super) fn of_hops(&self) -> Vec<Sign> {
        let passed_on = [Who::InnerGateway, Who::Upstream];
        let field = |index: usize| self.response.fields.get(index);
        let sign = |weight, speaks_for: &[Who], index, text: &dyn Fn(&Field) -> String| {
            let field = field(index)?;
            Some(Sign::new(weight, speaks_for, self.at(self.exchange, field, text(field))))
        };
        let mut signs = Vec::new();
        for &(gateway, index) in &self.hops.front {
            let title = gateway.title;
            let text = |field: &Field| format!("{title}{PASSED_ON}{}", shown(field));
            signs.extend(sign(Weight::Strong, &passed_on, index, &text));
        }
        for &(gateway, index) in &self.hops.at {
            let title = gateway.title;
            let text = |field: &Field| format!("{title} passed it on or wrote it: {}", shown(field));
            signs.extend(sign(Weight::Hint, &super::ALL, index, &text));
        }
        if self.hops.lowered {
            let text =
                "all its fields are in lower case, as that product does not write them: another passed it on";
            signs.push(self.passed_on(Weight::Strong, text.to_owned()));
        }
        let as_written = self.page.as_ref().is_some_and(|page| page.is_as_written(self.response));
        for (entry, index) in &self.hops.strangers {
            let weight = if self.page.is_some() { Weight::Weak } else { Weight::Hint };
            let text = |_: &Field| format!("Via names a hop that passes answers on: {entry}");
            signs.extend(sign(weight, &passed_on, *index, &text));
        }
        if as_written && !self.hops.strangers.is_empty() {
            let text = "all else is as the gateway asked would send it".to_owned();
            signs.push(Sign::new(Weight::Weak, &[Who::Gateway], self.in_error(text)));
        }
        signs
    }

    /// RFC 9209 section 2: each hop adds itself at the end, so that the last is the nearest to the client.
    pub(super) fn of_proxy_status(&self) -> Vec<Sign> {
        let members = members(self.response);
        let Some(field) = self.response.fields.iter().find(|field| field.name.eq_ignore_case("Proxy-Status"))
        else {
            return Vec::new();
        };
        let directly: Vec<Member> =
            self.directs.iter().filter_map(|direct| direct.response()).flat_map(members_of).collect();
        let sign = |weight, speaks_for: &[Who], text| {
            vec![Sign::new(weight, speaks_for, self.at(self.exchange, field, text))]
        };
        let Some(failed) = members.iter().rposition(|member| member.error_token.is_some()) else {
            let last = members.last().filter(|last| last.received_status == self.response.status);
            return last.map_or_else(Vec::new, |last| {
                let text = format!("Proxy-Status: {} received this status", safe(&last.proxy));
                sign(Weight::Strong, &[Who::InnerGateway, Who::Upstream], text)
            });
        };
        let Some(member) = members.get(failed) else { return Vec::new() };
        let name = safe(&member.proxy);
        if directly.contains(member) {
            let text = format!("Proxy-Status: {name} failed, and says so to a direct request too");
            return sign(Weight::Strong, &[Who::Upstream], text);
        }
        let weight = match member.error {
            Some(kind) if can_pass_on(kind) => Weight::Weak,
            _ => Weight::Strong,
        };
        let error = member.error_token.as_deref().map(safe).unwrap_or_default();
        match members.get(failed + 1) {
            None => {
                let text = format!("Proxy-Status: {name}, the last hop to speak, failed (error={error})");
                sign(weight, &[Who::Gateway, Who::InnerGateway], text)
            }
            Some(next) => {
                let text = format!(
                    "Proxy-Status: {name} failed (error={error}), and {} passed that on",
                    safe(&next.proxy)
                );
                sign(weight, &[Who::InnerGateway], text)
            }
        }
    }

    /// What the author calls itself in `Proxy-Status`.
    pub(super) fn speaker(&self) -> Option<String> {
        let members = members(self.response);
        members.iter().rfind(|member| member.error_token.is_some()).map(|member| safe(&member.proxy))
    }
}

/// The types of which RFC 9209 section 2.3 says that the response need not be the intermediary's own.
fn can_pass_on(kind: ErrorType) -> bool {
    use ErrorType as E;
    matches!(
        kind,
        E::HttpResponseIncomplete
            | E::HttpResponseHeaderSectionSize
            | E::HttpResponseHeaderSize
            | E::HttpResponseBodySize
            | E::HttpResponseTrailerSectionSize
            | E::HttpResponseTrailerSize
            | E::HttpResponseTransferCoding
            | E::HttpResponseContentCoding
            | E::HttpProtocolError
    )
}

fn members(response: &Message) -> Vec<Member> {
    let values: Vec<&[u8]> = response.values("Proxy-Status").map(|value| value.0.as_slice()).collect();
    proxy_status::parse(&values).members
}

fn members_of(response: &Message) -> impl Iterator<Item = Member> {
    members(response).into_iter()
}

fn safe(text: &str) -> String {
    WireBytes::from(text).to_string()
}

/// `Name: value`, shortened.
pub(super) fn shown(field: &Field) -> String {
    let text = format!("{}: {}", field.name, field.value);
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// How often a mark is met in a response. A line of `Via` can name several hops.
fn count(response: &Message, mark: Left) -> usize {
    let part = mark.part.to_ascii_lowercase();
    response
        .values(mark.field)
        .map(|value| {
            let value = value.to_string().to_ascii_lowercase();
            if part.is_empty() { 1 } else { value.matches(&part).count() }
        })
        .sum()
}

/// The entries of `Via` in the order in which they came, and the field lines that they stand in.
fn entries(response: &Message) -> impl Iterator<Item = (String, usize)> {
    let lines = response.fields.iter().enumerate().filter(|(_, field)| field.name.eq_ignore_case("Via"));
    lines.flat_map(|(index, field)| {
        let value = field.value.to_string();
        let entries: Vec<_> = value.split(',').map(|entry| (entry.trim().to_owned(), index)).collect();
        entries.into_iter().filter(|(entry, _)| !entry.is_empty())
    })
}

/// Whether no known product calls itself so.
fn is_strange(response: &Message, index: usize, entry: &str) -> bool {
    let entry = entry.to_ascii_lowercase();
    !gateway::left_in(response)
        .any(|(_, mark, at)| at == index && entry.contains(&mark.part.to_ascii_lowercase()))
}

/// Whether the product of the page writes capitals and the response has none: a hop in front has lowered them.
fn is_lowered(response: &Message, page: Option<&Page>) -> bool {
    let Some(traces) = page.and_then(|page| page.traces) else { return false };
    !response.version.0.starts_with(b"HTTP/2")
        && traces.writes_capitals()
        && response.fields.iter().all(|field| !field.name.0.iter().any(u8::is_ascii_uppercase))
}
