//! The request in another guise: as somebody else would send it, or with a part of what he changes in it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Endpoint, Experiment, HttpVersion, Plan, Probe, Request, Route};
use crate::http1::WireBytes;

/// One change to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Change {
    /// It is sent in another version.
    Version {
        /// The version.
        version: HttpVersion,
    },
    /// This field is there, in the place of any of the same name. `Host` is a field as well.
    Field {
        /// The name.
        name: String,
        /// The value.
        value: String,
    },
    /// A field is left out.
    Without {
        /// Its name.
        name: String,
    },
}

/// What is changed in a request, and who would change it so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guise {
    /// Who asks so: `as nginx asks before 1.29.7`. `null` for a part of the changes, tried to learn which of them matters.
    pub name: Option<String>,
    /// The changes; none for the request as it was.
    pub changes: Vec<Change>,
}

/// A further experiment that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Further {
    /// Which way it takes.
    pub route: Route,
    /// Which of the upstreams, for a direct one.
    pub upstream: Option<usize>,
    /// What is tried.
    pub experiment: Experiment,
    /// In which guise.
    pub guise: Option<Guise>,
    /// When and for how long.
    pub pace: Pace,
}

impl Further {
    /// Whether it is the same experiment, at whatever pace.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        *self == Self { pace: self.pace, ..other.clone() }
    }
}

/// When a further experiment begins, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long to wait before it: what was asked for before may still keep the upstream busy.
    pub pause: Duration,
    /// When it is given up, counted from its beginning; or at the limit of the run, if that is sooner.
    pub patience: Duration,
}

impl Default for Pace {
    /// At once, and for 6 s: further experiments are for what shows soon, and do not double a long wait.
    fn default() -> Self {
        Self { pause: Duration::ZERO, patience: Duration::from_secs(6) }
    }
}

impl Change {
    /// A field.
    #[must_use]
    pub fn field(name: &str, value: &str) -> Self {
        Self::Field { name: name.to_owned(), value: value.to_owned() }
    }

    /// The change as half a sentence: ``with `Via: 1.1 gateway.example` ``.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Version { version } => format!("in {}", version.name()),
            Self::Field { name, value } => format!("with `{name}: {value}`"),
            Self::Without { name } => format!("without `{name}`"),
        }
    }

    /// Several changes together: ``in HTTP/1.0, with `Connection: close`, `Via: 1.1 gateway.example` ``.
    #[must_use]
    pub fn all(changes: &[Self]) -> String {
        let mut words = String::new();
        let mut before = None;
        for change in changes {
            let kind = Some(std::mem::discriminant(change));
            let this = change.words();
            let short = this.split_once(' ').map_or(this.as_str(), |(_, what)| what);
            words += if words.is_empty() { "" } else { ", " };
            words += if before == kind { short } else { &this };
            before = kind;
        }
        words
    }

    /// Whether it sets or removes this field.
    #[must_use]
    pub fn is_of(&self, field: &str) -> bool {
        matches!(self, Self::Field { name, .. } | Self::Without { name } if name.eq_ignore_ascii_case(field))
    }

    /// Whether it is about the same as another: the version, or one field, whatever its value.
    #[must_use]
    pub fn is_about_what(&self, other: &Self) -> bool {
        match other {
            Self::Version { .. } => matches!(self, Self::Version { .. }),
            Self::Field { name, .. } | Self::Without { name } => self.is_of(name),
        }
    }

    /// Makes the change.
    pub fn make(&self, request: &mut Request, endpoint: &mut Endpoint) {
        match self {
            Self::Version { version } => request.version = *version,
            Self::Field { name, value } if name.eq_ignore_ascii_case("host") => {
                endpoint.host_field.clone_from(value);
            }
            Self::Field { name, value } => request.set_field(name, value),
            Self::Without { name } => request.fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name)),
        }
    }
}

impl Guise {
    /// Some changes, without a name.
    #[must_use]
    pub fn of(changes: &[Change]) -> Self {
        Self { name: None, changes: changes.to_vec() }
    }

    /// Whether it is one of this gateway's.
    #[must_use]
    pub fn is_of(&self, title: &str) -> bool {
        self.name.as_ref().is_some_and(|name| name.starts_with(&asker(title, "")))
    }

    /// What is left when these changes are taken back.
    #[must_use]
    pub fn without(&self, taken: &[Change]) -> Self {
        let left = self.changes.iter().filter(|change| !taken.contains(change));
        Self { name: None, changes: left.cloned().collect() }
    }

    /// A few words on it, for reports: who asks so, or what is changed.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None if self.changes.is_empty() => "as you sent it, once more".to_owned(),
            None => Change::all(&self.changes),
        }
    }
}

/// The name of a gateway's guise: `as nginx asks before 1.29.7`. `when` says when it asks so, and is empty for always.
#[must_use]
pub fn asker(title: &str, when: &str) -> String {
    format!("as {title} asks {when}").trim_end().to_owned()
}

impl Plan {
    /// The probe that carries out a further experiment.
    #[must_use]
    pub fn further(&self, further: &Further) -> Probe {
        let mut probe = self.probe(further.route, further.upstream, further.experiment);
        for change in further.guise.iter().flat_map(|guise| &guise.changes) {
            change.make(&mut probe.request, &mut probe.endpoint);
        }
        probe.guise.clone_from(&further.guise);
        probe.pace = Some(further.pace);
        probe
    }
}

/// The fields of a head that was sent, by name; `None` where it has none of this name. For what is not to be changed
/// because it is so already.
#[must_use]
pub fn sent_field(head: &WireBytes, wanted: &str) -> Option<String> {
    head.0.split(|&byte| byte == b'\n').skip(1).find_map(|line| {
        let line = String::from_utf8_lossy(line);
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guise_is_put_on_and_parts_of_it_are_left_out() {
        let (mut endpoint, _) = Endpoint::parse("http://127.0.0.1:3000/cart").unwrap();
        endpoint.host_field = "shop.example.com".to_owned();
        let mut request = Request::get();
        request.set_field("Upgrade", "h2c");
        let changes = [
            Change::Version { version: HttpVersion::Http10 },
            Change::field("Host", "127.0.0.1:3000"),
            Change::field("Via", "1.1 gateway.example"),
            Change::Without { name: "upgrade".to_owned() },
        ];
        let guise = Guise::of(&changes);
        assert_eq!(guise.without(&changes[1..]).words(), "in HTTP/1.0");
        assert_eq!(
            guise.words(),
            "in HTTP/1.0, with `Host: 127.0.0.1:3000`, `Via: 1.1 gateway.example`, without `upgrade`"
        );
        assert_eq!(guise.without(&changes).words(), "as you sent it, once more");
        for change in &guise.changes {
            change.make(&mut request, &mut endpoint);
        }
        let sent = WireBytes(request.to_bytes(&endpoint));
        let expected = "GET /cart HTTP/1.0\r\nHost: 127.0.0.1:3000\r\nVia: 1.1 gateway.example\r\n\r\n";
        assert_eq!(sent.0, expected.as_bytes());
        assert_eq!(sent_field(&sent, "VIA").as_deref(), Some("1.1 gateway.example"));
        assert_eq!(sent_field(&sent, "GET /cart HTTP/1.0"), None);
    }
}
