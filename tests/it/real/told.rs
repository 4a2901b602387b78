//! What is told of an answer in a measured table: what it is, what became of the defect, who wrote the body, and how it
//! ended.

use why502::http1::{DefectCode, Reading, StreamEnd};
use why502::lab::Fault;
use why502::tolerance::Treatment;

use super::client::Answer;
use super::gateway::without_ports;

/// The answers to one request, or to two on one connection.
pub(super) type Session = Vec<Answer>;

/// The cells of one way in which a program is set up.
pub(super) struct Told {
    /// The status or what there is in its place, what became of the defect, and the time.
    pub(super) cell: String,
    /// The same in a word: `passes`, `repairs`, `cuts`, `refuses 502`, `waits, 504`, `closes`, `hangs`, `raw`.
    pub(super) treatment: String,
    /// Who wrote the body.
    pub(super) body: String,
    /// How it was delivered: `whole`, `cut`, `reset`, `closed`, `hangs`.
    pub(super) end: String,
}

impl Told {
    /// With commas between the answers of a session, and `or` between sessions that differ.
    pub(super) fn of(fault: &Fault, sessions: &[Session], direct: Option<&Reading>) -> Self {
        let joined = |told: &dyn Fn(&Answer) -> String| {
            let mut cells: Vec<_> = sessions
                .iter()
                .map(|answers| answers.iter().map(told).collect::<Vec<_>>().join(", "))
                .collect();
            cells.sort();
            cells.dedup();
            cells.join(" or ")
        };
        Self {
            cell: joined(&|answer| described(fault, answer, direct)),
            treatment: joined(&|answer| in_a_word(fault, answer, direct)),
            body: joined(&|answer| body(&answer.reading, direct)),
            end: joined(&|answer| end(&answer.reading).to_owned()),
        }
    }
}

/// What became of the upstream's response, in a word.
fn in_a_word(fault: &Fault, answer: &Answer, direct: Option<&Reading>) -> String {
    let cell = described(fault, answer, direct);
    let status = |reading: &Reading| reading.response().and_then(|response| response.status);
    let given = status(&answer.reading);
    // Some faults are an answer, as their names say, and cannot be asked directly here.
    let says = given.is_some_and(|status| fault.name.ends_with(&format!("-{status}")));
    let own = says || (given.is_some() && given == direct.and_then(status));
    let is_whole = end(&answer.reading) == "whole" && !cell.contains("bytes)");
    if own && is_whole && !cell.contains("repaired") {
        return "passes".to_owned();
    }
    match treatment(&cell) {
        _ if end(&answer.reading) == "hangs" => "hangs".to_owned(),
        Treatment::Passes => "passes".to_owned(),
        // Where nobody could be asked directly, there is nothing to be repaired.
        Treatment::Repairs if direct.is_none_or(|direct| direct.defects.is_empty()) => "passes".to_owned(),
        Treatment::Repairs => "repairs".to_owned(),
        Treatment::Cuts => "cuts".to_owned(),
        Treatment::Closes => "closes".to_owned(),
        Treatment::Raw => "raw".to_owned(),
        Treatment::Refuses(status) => format!("refuses {status}"),
        Treatment::WaitsThen(status) => format!("waits, {status}"),
    }
}

/// How it was delivered.
fn end(reading: &Reading) -> &'static str {
    match reading.end {
        _ if reading.is_complete() => "whole",
        StreamEnd::Open => "hangs",
        StreamEnd::Reset => "reset",
        _ if reading.response().is_some() => "cut",
        _ => "closed",
    }
}

/// Whose body it is: the upstream's, its beginning, or the first words of another, which mark who wrote it.
fn body(reading: &Reading, direct: Option<&Reading>) -> String {
    let (came, sent) = (&reading.body, direct.map(|direct| &direct.body));
    match sent {
        _ if came.length == 0 => "-".to_owned(),
        Some(sent) if sent.sha256 == came.sha256 => "the upstream's".to_owned(),
        Some(sent) if sent.length > came.length && sent.beginning.0.starts_with(&came.beginning.0) => {
            "the upstream's beginning".to_owned()
        }
        _ => format!("\"{}\"", first_words(&came.beginning.0)),
    }
}

/// How much of a page marks its author.
const MARK: usize = 48;

/// The first words of a page without its tags, its style, and what is another each time.
fn first_words(page: &[u8]) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    let page = String::from_utf8_lossy(page);
    let styled = page
        .split_once("<style")
        .and_then(|(before, rest)| Some(format!("{before} {}", rest.split_once("</style>")?.1)));
    for character in styled.as_deref().unwrap_or(&page).chars() {
        match character {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            _ if in_tag => {}
            ' '..='~' => text.push(character),
            character if character.is_whitespace() => text.push(' '),
            _ => text.push('.'),
        }
    }
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    without_ports(&words).chars().take(MARK).collect::<String>().trim_end().to_owned()
}

/// Whether the gateway only copied the bytes of the upstream, without a status line of its own.
fn is_raw(reading: &Reading, direct: &Reading) -> bool {
    reading.received > 0 && reading.bytes == direct.bytes
}

/// One answer: the status or what there is in its place, what became of the defect, and the time in half seconds.
fn described(fault: &Fault, answer: &Answer, direct: Option<&Reading>) -> String {
    let reading = &answer.reading;
    let status = reading.response().and_then(|response| response.status);
    // To a 101 a gateway need add nothing.
    if status != Some(101) && direct.is_some_and(|direct| is_raw(reading, direct)) {
        return "raw".to_owned();
    }
    let mut words = vec![match status {
        Some(status) => status.to_string(),
        None if reading.response().is_some() => "a bad status".to_owned(),
        None if reading.other_protocol.is_some() => "raw".to_owned(),
        None if reading.interim().count() > 0 => "interim only".to_owned(),
        None if reading.received == 0 => "nothing".to_owned(),
        None => "raw".to_owned(),
    }];
    let is_cut = reading.cut.is_some() && reading.response().is_some();
    if is_cut {
        words.push("cut".to_owned());
    }
    if let Some(direct) = direct {
        // Whom this one resets is chance.
        if direct.response().is_none() && status == Some(200) && fault.name != "flapping" {
            words.push("made of it".to_owned());
        }
        let relayed =
            reading.response().is_some() && status == direct.response().and_then(|response| response.status);
        if relayed && !is_cut && !direct.defects.is_empty() {
            let kept = direct.defects.iter().any(|defect| has(reading, defect.code));
            words.push(if kept { "as it is" } else { "repaired" }.to_owned());
        }
        let other_body = direct.body.sha256 != reading.body.sha256 && fault.name != "ok-echo";
        if relayed && other_body {
            words.push(format!("({} of {} bytes)", reading.body.length, direct.body.length));
        }
    }
    let seconds = (answer.seconds * 2.0).round() / 2.0;
    if seconds > 0.0 {
        words.push(format!("after {seconds} s"));
    }
    words.join(" ")
}

fn has(reading: &Reading, code: DefectCode) -> bool {
    reading.defects.iter().any(|defect| defect.code == code)
}

/// What a cell means. Only the gateways themselves answer 400 and more to the faults that have defects.
pub(super) fn treatment(cell: &str) -> Treatment {
    let status = cell.split(' ').next().and_then(|word| word.parse().ok());
    match (status, cell) {
        _ if cell.starts_with("raw") => Treatment::Raw,
        _ if cell.starts_with("nothing") => Treatment::Closes,
        _ if cell.starts_with("interim only") || cell.contains("cut") => Treatment::Cuts,
        (Some(status @ 400..=599), _) if cell.contains("after") => Treatment::WaitsThen(status),
        // What is above 599 nobody makes of himself.
        (Some(status @ 400..=599), _) => Treatment::Refuses(status),
        // The bytes of the upstream as a body, below a status line that it never sent.
        _ if cell.contains("made of it") || lengths(cell).is_some_and(|(got, sent)| got > sent) => {
            Treatment::Raw
        }
        // Nothing of the body, and nothing that tells the client so. How much there is to come is not certain: it is
        // not where the framing is lost.
        _ if lengths(cell).is_some_and(|(got, _)| got == 0) => Treatment::Cuts,
        _ if cell.contains("as it is") || cell.starts_with("a bad status") => Treatment::Passes,
        _ => Treatment::Repairs,
    }
}

/// `(17 of 24 bytes)`: how much of the body came, and how much there is.
fn lengths(cell: &str) -> Option<(u64, u64)> {
    let (_, inner) = cell.split_once('(')?;
    let (got, sent) = inner.split_once(" bytes)")?.0.split_once(" of ")?;
    Some((got.parse().ok()?, sent.parse().ok()?))
}

#[test]
fn a_page_is_known_by_its_first_words() {
    let page = b"<html>\n<head><title>502 Bad Gateway</title><style>p {a: b}</style></head>\n<body>by nginx:8080</body>";
    assert_eq!(first_words(page), "502 Bad Gateway by nginx:PORT");
    assert_eq!(first_words(b"\x00\xff|"), ".\u{2e}|");
}
