//! Which gateway a response came through, and whether the gateway made it itself.
//!
//! An error page and the fields beside it are good marks of a gateway's own error. Everything that a response which
//! was passed on can carry is a weak one: the upstream may have sent the same. Where the direct response to the same
//! request is known, it settles some of that: what it has too is no mark of the gateway.

use super::{Basis, GATEWAYS, Gateway, Mark, MarkGroup, Recognised};
use crate::http1::{Body, Message, WireBytes};
use crate::statement::{Statement, StatementPlace};

/// Recognises the gateway that a response came through. `direct` is the response to the same request without it.
///
/// Errors of a gateway's own are looked for first, over all gateways, since their marks are the surer ones.
#[must_use]
pub fn recognise(response: &Message, body: &Body, direct: Option<&Message>) -> Option<Recognised> {
    let seen = Seen { response, body, direct };
    // The upstream may be a gateway too, and its error page passed on. The same status and the same server directly
    // is the sign of that.
    let own = || GATEWAYS.iter().find_map(|gateway| seen.own_error(gateway));
    let relayed = || GATEWAYS.iter().find_map(|gateway| seen.relayed(gateway));
    if seen.is_the_upstreams() { relayed() } else { own().or_else(relayed) }
}

/// What a gateway's own error response says of the cause. A response that it passed on says nothing of itself.
#[must_use]
pub fn sayings(recognised: &Recognised, response: &Message, body: &Body) -> Vec<Statement> {
    if !recognised.own_error {
        return Vec::new();
    }
    let seen = Seen { response, body, direct: None };
    let said = recognised.gateway.sayings.iter().filter(|saying| seen.has(saying.mark));
    said.map(|saying| {
        let (place, quote) = seen.quote(saying.mark);
        Statement {
            speaker: recognised.gateway.name.to_owned(),
            place,
            quote,
            means: saying.means.to_vec(),
            phase: saying.phase,
            received_status: None,
        }
    })
    .collect()
}

/// Whether this body can be the page that the gateway has for a fault of its upstream: it has all the texts of one.
#[must_use]
pub fn is_fault_page(gateway: &Gateway, body: &Body) -> bool {
    let stands = |mark: &Mark| !matches!(mark, Mark::Body(text) if !body.beginning.contains(text));
    gateway.own_error.iter().any(|group| group.marks.iter().all(stands))
}

/// What recognition looks at.
struct Seen<'a> {
    response: &'a Message,
    body: &'a Body,
    direct: Option<&'a Message>,
}

impl Seen<'_> {
    fn own_error(&self, gateway: &'static Gateway) -> Option<Recognised> {
        let group = self.met(gateway.own_error)?;
        let by = vec![group.what.to_owned()].into_iter().chain(self.product_fields(group)).collect();
        let by = with_basis(gateway, by);
        Some(Recognised { gateway, version: self.version(gateway), by, own_error: true })
    }

    fn relayed(&self, gateway: &'static Gateway) -> Option<Recognised> {
        let group = self.met(gateway.relayed)?;
        if group.marks.iter().any(|&mark| self.has_directly(mark)) {
            return None;
        }
        let doubt = if self.direct.is_none() { " (could also be the upstream's)" } else { "" };
        let mut by: Vec<_> = self.product_fields(group).map(|line| line + doubt).collect();
        if by.is_empty() {
            by.push(group.what.to_owned());
        }
        let by = with_basis(gateway, by);
        Some(Recognised { gateway, version: self.version(gateway), by, own_error: false })
    }

    fn met(&self, groups: &'static [MarkGroup]) -> Option<&'static MarkGroup> {
        groups.iter().find(|group| group.marks.iter().all(|&mark| self.has(mark)))
    }

    /// Whether the direct response is the same error by the same server.
    fn is_the_upstreams(&self) -> bool {
        self.direct.is_some_and(|direct| {
            let same = |name| direct.values(name).eq(self.response.values(name));
            direct.status == self.response.status && same("Server") && same("Content-Length")
        })
    }

    fn has(&self, mark: Mark) -> bool {
        let response = self.response;
        match mark {
            Mark::Field(name, pattern) => {
                response.values(name).any(|value| Mark::value_matches(value, pattern))
            }
            Mark::FieldContains(name, part) => contains(response, name, part),
            Mark::NoField(name) => response.values(name).next().is_none(),
            Mark::FieldSpelling(name) => {
                spelled(response, name) || (has_no_spelling(response) && self.has(Mark::Field(name, "*")))
            }
            Mark::Reason(reason) => response.reason.0 == reason.as_bytes(),
            Mark::Body(text) => self.body.beginning.contains(text),
            Mark::EmptyBody => self.body.length == 0,
            Mark::Status(statuses) => response.status.is_some_and(|status| statuses.contains(&status)),
            Mark::OnlyFields(names) => {
                let known = |name: &WireBytes| names.iter().any(|known| name.0 == known.as_bytes());
                response.fields.iter().all(|field| known(&field.name))
            }
            Mark::FieldInBody { field, before, after } => response
                .text(field)
                .is_some_and(|value| self.body.beginning.contains(&format!("{before}{value}{after}"))),
            Mark::NamesLowered => self.direct.is_some_and(|direct| names_lowered(response, direct)),
        }
    }

    /// Whether a field that serves as a mark stands in the direct response as well, with the same value.
    fn has_directly(&self, mark: Mark) -> bool {
        let Some(direct) = self.direct else { return false };
        match mark {
            Mark::Field(name, _) => {
                self.response.values(name).any(|value| direct.values(name).any(|known| known == value))
            }
            Mark::FieldContains(name, part) => contains(direct, name, part),
            _ => false,
        }
    }

    /// The field lines that name the product, as they came.
    fn product_fields(&self, group: &MarkGroup) -> impl Iterator<Item = String> {
        group.marks.iter().filter_map(|&mark| {
            let Mark::Field(name, pattern) = mark else { return None };
            let value = self.response.values(name).find(|value| Mark::value_matches(value, pattern))?;
            pattern.ends_with('*').then(|| format!("{name}: {value}"))
        })
    }

    fn version(&self, gateway: &Gateway) -> Option<String> {
        let (field, before) = gateway.version?;
        let after = self.response.text(field)?.strip_prefix(before)?;
        let version = after.split([' ', ')']).next().filter(|version| !version.is_empty())?;
        Some(WireBytes::from(version).to_string())
    }

    fn quote(&self, mark: Mark) -> (StatementPlace, String) {
        match mark {
            Mark::Field(name, _) | Mark::FieldContains(name, _) => {
                let value = self.response.values(name).next().map(ToString::to_string).unwrap_or_default();
                (StatementPlace::Field, format!("{name}: {value}"))
            }
            Mark::Body(text) => (StatementPlace::Body, text.to_owned()),
            Mark::Status(_) => {
                let status = self.response.status.map(|status| status.to_string()).unwrap_or_default();
                (StatementPlace::Reason, format!("{status} {}", self.response.reason).trim_end().to_owned())
            }
            _ => (StatementPlace::Reason, self.response.reason.to_string()),
        }
    }
}

/// What a gateway is recognised by; for one that was never run, with a word on where that is from.
fn with_basis(gateway: &Gateway, mut by: Vec<String>) -> Vec<String> {
    if let (Basis::Documented, Some(first)) = (gateway.basis, by.first_mut()) {
        first.push_str(" (from its documentation)");
    }
    by
}

fn contains(message: &Message, name: &str, part: &str) -> bool {
    message.values(name).any(|value| value.to_string().contains(part))
}

/// In HTTP/2 every name is in lower case (RFC 9113 section 8.2.1), whoever sends it.
fn has_no_spelling(message: &Message) -> bool {
    message.version.0.starts_with(b"HTTP/2")
}

fn spelled(message: &Message, name: &str) -> bool {
    message.fields.iter().any(|field| field.name.0 == name.as_bytes())
}

/// Fields of one connection only, which a gateway drops or makes itself (RFC 9110 section 7.6.1).
const HOP_BY_HOP: &[&str] = &["connection", "keep-alive", "transfer-encoding", "proxy-connection"];

fn names_lowered(response: &Message, direct: &Message) -> bool {
    let is_lower = |name: &WireBytes| !name.0.iter().any(u8::is_ascii_uppercase);
    let own = |name: &WireBytes| HOP_BY_HOP.iter().any(|known| name.eq_ignore_case(known));
    response.fields.iter().all(|field| is_lower(&field.name))
        && direct.fields.iter().any(|field| !is_lower(&field.name) && !own(&field.name))
        && response
            .fields
            .iter()
            .filter(|field| !own(&field.name))
            .all(|field| direct.fields.iter().any(|known| known.name.0.eq_ignore_ascii_case(&field.name.0)))
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod documented;
