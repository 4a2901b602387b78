//! The table of faults: what each is called, what it does, and what a right diagnosis says of it.
//!
//! A fault is data. The rows stand in the files of this folder, in the order in which a connection
//! meets them: name, address, TLS, status line, fields, framing, content; then those that
//! only some requests meet, and the healthy controls last.
//! `play` is the one place that turns rows into bytes on a socket.

mod address;
mod choosy;
mod content;
mod cut;
mod fields;
mod framing;
mod healthy;
mod protocol;
mod status_line;
mod tls;

use super::answer::Answer;
use super::certificates::Credential;
use super::request::Request;

/// One way in which the lab's upstream misbehaves, or a control in which it does not.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// The name, kebab-case and unique: `rst-mid-body`.
    pub name: &'static str,
    /// One sentence, beginning with a verb: what the upstream does.
    pub summary: &'static str,
    /// Where the fault sits, and so how it is reached.
    pub level: Level,
    /// What a right diagnosis names when it meets the fault on the direct route.
    pub expects: Expects,
    pub(super) behaviour: Behaviour,
}

/// Where a fault sits, and so how it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// In the host name, which no resolver knows.
    Name,
    /// In the address: a port of its own, on which connecting is the trouble.
    Address,
    /// In TLS: a port of its own.
    Tls,
    /// In the bytes of the response: any number of faults behind one port, told apart by the path.
    Stream,
}

/// What a right diagnosis names when it meets the fault on the direct route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// Nothing: the answer is in order.
    Healthy,
    /// The cause with this slug.
    Cause(&'static str),
    /// A usable answer that carries the defect with this slug.
    Warning(&'static str),
}

/// Which requests meet a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meets {
    /// Every one.
    Any,
    /// A later one on a connection that was used before.
    LaterOnConnection,
    /// Every third, whatever the connection.
    EveryThird,
    /// One in HTTP/1.0.
    InHttp10,
    /// One with this field, whose name is in lower case.
    WithField(&'static str),
    /// One with a body.
    WithBody,
}

/// What the lab does when somebody comes for a fault.
#[derive(Debug, Clone, Copy)]
pub(super) enum Behaviour {
    /// Read the request, then take these steps, whatever was asked.
    Script(&'static [Step]),
    /// Read the request, then answer it properly.
    Answer(Answer),
    /// Answer the first request of a connection properly, and take these steps at any later one.
    Reuse(&'static [Step]),
    /// Take these steps at every third request, and answer the others properly.
    EveryThird(&'static [Step]),
    /// Take these steps with those who ask in HTTP/1.0, and answer the others properly.
    RefuseHttp10(&'static [Step]),
    /// Take these steps with those who send this field (its name in lower case), and answer the others properly.
    RefuseField(&'static str, &'static [Step]),
    /// Answer those properly who ask for this `Host`, and take these steps with the others.
    ServeOnly(&'static str, &'static [Step]),
    /// Take these steps with those who send a body, before it is read, and answer the others properly.
    RefuseUpload(&'static [Step]),
    /// Speak HTTP/2 to those who do, and only HTTP/2 to those who do not.
    Http2,
    /// Have a name that does not resolve; nobody ever arrives.
    Unresolvable,
    /// Make connecting the trouble.
    Port(Port),
    /// Speak TLS, or fail at it.
    Tls(Tls),
}

/// One step of a script. A script that ends without `Fin`, `Reset`, `Stall` or `Freeze` leaves the connection open for
/// the next request, as a server does that thinks well of its own answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Send these bytes.
    Write(&'static [u8]),
    /// Send what this function makes of the request.
    Make(fn(&Request) -> Vec<u8>),
    /// Send these bytes one at a time, ten a second.
    Drip(&'static [u8]),
    /// End the stream with FIN.
    Fin,
    /// End the connection with RST.
    Reset,
    /// Do nothing more but read, until the peer closes or a minute has passed.
    Stall,
    /// Do nothing more, not even read, until a minute has passed.
    Freeze,
}

/// What is wrong with a port.
#[derive(Debug, Clone, Copy)]
pub(super) enum Port {
    /// Nobody listens.
    Refuse,
    /// The accept queue is full, so that a SYN gets no reply.
    Full,
    /// The connection is reset as soon as it is accepted.
    Reset,
    /// The connection is closed as soon as it is accepted.
    Fin,
}

/// What a TLS port does with a handshake.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tls {
    /// Complete it with this certificate, then answer properly.
    Serve(Credential),
    /// Complete it, then take these steps; FIN comes without a `close_notify`.
    Cut(&'static [Step]),
    /// Insist on a client's certificate.
    RequireClientCertificate,
    /// Insist on a server name (SNI).
    RequireServerName,
    /// Answer the `ClientHello` with these bytes, then take these steps.
    Hello(&'static [Step]),
    /// Complete it with those who begin one, and take these steps with those who speak plain HTTP.
    RefusePlain(&'static [Step]),
    /// Be no TLS port at all: plain HTTP.
    PlainServer,
}

/// Faults that belong together, in the order of the table.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// What they have in common, as a heading.
    pub title: &'static str,
    /// The faults.
    pub faults: &'static [Fault],
}

const COUNT: usize = total(GROUPS);
/// The groups of the table, in its order.
pub const GROUPS: &[Group] = &[
    Group { title: "Reaching the upstream", faults: address::FAULTS },
    Group { title: "TLS", faults: tls::FAULTS },
    Group { title: "Closed, reset, silent or late", faults: cut::FAULTS },
    Group { title: "Another protocol", faults: protocol::FAULTS },
    Group { title: "The status line", faults: status_line::FAULTS },
    Group { title: "The header section", faults: fields::FAULTS },
    Group { title: "How the body is delimited", faults: framing::FAULTS },
    Group { title: "The content, and errors of the upstream's own", faults: content::FAULTS },
    Group { title: "What only some requests meet", faults: choosy::FAULTS },
    Group { title: "Healthy answers", faults: healthy::FAULTS },
];
static TABLE: [Fault; COUNT] = concatenated(GROUPS);

/// Every fault of the lab.
pub static FAULTS: &[Fault] = &TABLE;

/// The fault of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.name == name)
}

impl Fault {
    /// Whether the fault has a port of its own in the lab, rather than a path behind the common one.
    pub(super) fn has_own_port(&self) -> bool {
        matches!(self.behaviour, Behaviour::Port(_) | Behaviour::Tls(_) | Behaviour::Http2)
    }

    /// The method with which the fault shows.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self.name {
            "body-head" | "ok-head" => "HEAD",
            _ => "GET",
        }
    }

    /// Which requests meet the fault.
    #[must_use]
    pub fn meets(&self) -> Meets {
        match self.behaviour {
            Behaviour::Reuse(_) => Meets::LaterOnConnection,
            Behaviour::EveryThird(_) => Meets::EveryThird,
            Behaviour::RefuseHttp10(_) => Meets::InHttp10,
            Behaviour::RefuseField(name, _) => Meets::WithField(name),
            Behaviour::RefuseUpload(_) => Meets::WithBody,
            _ => Meets::Any,
        }
    }

    /// The scheme of the URL under which the fault is met.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self.behaviour {
            Behaviour::Tls(tls) if !matches!(tls, Tls::RefusePlain(_)) => "https",
            _ => "http",
        }
    }
}

impl Expects {
    /// The slug of the cause or defect, if there is one.
    #[must_use]
    pub fn slug(self) -> Option<&'static str> {
        match self {
            Self::Healthy => None,
            Self::Cause(slug) | Self::Warning(slug) => Some(slug),
        }
    }
}

/// A row for a fault in the bytes of the response.
const fn script(
    name: &'static str,
    summary: &'static str,
    expects: Expects,
    steps: &'static [Step],
) -> Fault {
    Fault { name, summary, level: Level::Stream, expects, behaviour: Behaviour::Script(steps) }
}

const fn total(groups: &[Group]) -> usize {
    let (mut sum, mut group) = (0, 0);
    while group < groups.len() {
        sum += groups[group].faults.len();
        group += 1;
    }
    sum
}

const fn concatenated<const N: usize>(groups: &[Group]) -> [Fault; N] {
    let mut rows = [groups[0].faults[0]; N];
    let (mut filled, mut group) = (0, 0);
    while group < groups.len() {
        let mut row = 0;
        while row < groups[group].faults.len() {
            rows[filled] = groups[group].faults[row];
            filled += 1;
            row += 1;
        }
        group += 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_is_unique() {
        let names: HashSet<_> = FAULTS.iter().map(|fault| fault.name).collect();
        assert_eq!(names.len(), FAULTS.len());
    }

    #[test]
    fn every_name_is_kebab_case() {
        for Fault { name, .. } in FAULTS {
            let kebab = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.')
            };
            assert!(name.split('-').all(kebab), "{name}");
        }
    }

    #[test]
    fn every_summary_is_one_sentence_that_begins_with_a_verb() {
        for Fault { name, summary, .. } in FAULTS {
            assert!(summary.ends_with('.'), "{name}: {summary}");
            let first = summary.split(' ').next().unwrap_or_default().trim_end_matches(',');
            assert!(first.ends_with('s') && first.starts_with(char::is_uppercase), "{name}: {summary}");
        }
    }

    #[test]
    fn a_fault_is_found_by_its_name() {
        assert_eq!(find("rst-mid-body").map(|fault| fault.name), Some("rst-mid-body"));
        assert!(find("no-such-fault").is_none());
    }
}
