//! Both routes side by side: what was asked, what came back, how it ended, how long each phase took.

use super::layout::{Page, columns, padded, wrapped};
use super::timeline::{self, Bar};
use super::{escape::safe, words};
use crate::diagnosis::Diagnosis;
use crate::figures;
use crate::http1::{Body, FramingRule, Reading};
use crate::observation::{End, Exchange, Observations, Phase, TlsSeen, Tunnel};
use crate::plan::{Experiment, Route};

/// Where the columns begin.
const LABELS: usize = 12;
/// Between two columns.
const BETWEEN: usize = 2;
/// A column that is narrower than this is not worth having.
const NARROWEST: usize = 20;

/// Draws the same request over every route, then a line for each further experiment.
pub fn draw(page: &mut Page, seen: &Observations, diagnosis: &Diagnosis) {
    let routes: Vec<&Exchange> =
        seen.exchanges.iter().filter(|exchange| exchange.experiment == Experiment::SameRequest).collect();
    let mut rows = vec![Row::new("", &routes, |exchange| heading(seen, diagnosis, exchange))];
    rows.extend(facts(&routes));
    rows.extend(times(&routes));
    page.gap();
    let labels: Vec<String> = routes.iter().map(|exchange| words::short_route(seen, exchange)).collect();
    for group in routes_per_block(page.width(), routes.len()) {
        let labels = labels.get(group.clone()).unwrap_or_default();
        for row in &rows {
            row.draw(page, group.clone(), labels);
        }
        page.gap();
    }
    let bars: Vec<Bar<'_>> =
        routes.iter().map(|exchange| Bar { label: words::short_route(seen, exchange), exchange }).collect();
    timeline::draw(page, 2, &bars);
    recognised(page, diagnosis);
    experiments(page, seen);
}

/// Which routes stand side by side: as many as there is room for.
fn routes_per_block(width: usize, count: usize) -> Vec<std::ops::Range<usize>> {
    let fitting = (width.saturating_sub(LABELS) / (NARROWEST + BETWEEN)).max(1);
    (0..count).step_by(fitting).map(|start| start..(start + fitting).min(count)).collect()
}

/// One line of the table: a label and a cell for each route.
struct Row {
    label: String,
    cells: Vec<String>,
}

impl Row {
    fn new(label: &str, routes: &[&Exchange], cell: impl Fn(&Exchange) -> String) -> Self {
        Self { label: label.to_owned(), cells: routes.iter().map(|exchange| cell(exchange)).collect() }
    }

    fn is_empty(&self) -> bool {
        is_blank(&self.cells)
    }

    /// `labels` are what the routes are called in a word.
    fn draw(&self, page: &mut Page, routes: std::ops::Range<usize>, labels: &[String]) {
        let cells = self.cells.get(routes).unwrap_or_default();
        if is_blank(cells) {
            return;
        }
        let between = BETWEEN * cells.len().saturating_sub(1);
        let width = page.width().saturating_sub(LABELS + between) / cells.len().max(1);
        if !self.label.is_empty() && cells.iter().any(|cell| has_longer_word(cell, width)) {
            self.draw_as_list(page, cells, labels);
            return;
        }
        let columns: Vec<Vec<String>> = cells.iter().map(|cell| wrapped(width, "", 0, cell)).collect();
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        for index in 0..height {
            let label = if index == 0 { self.label.as_str() } else { "" };
            let mut line = page.style.faint(&padded(&format!("  {label}"), LABELS));
            for column in &columns {
                let cell = column.get(index).map_or("", String::as_str);
                let cell = padded(cell, width + BETWEEN);
                let shown = if self.label.is_empty() { page.style.strong(&cell) } else { cell };
                line.push_str(&shown);
            }
            page.line(line);
        }
    }

    /// One cell below the other, with the name of its route: for words that no column has room for.
    fn draw_as_list(&self, page: &mut Page, cells: &[String], labels: &[String]) {
        let alone = cells.len() == 1;
        let widest =
            if alone { 0 } else { labels.iter().map(|label| columns(label) + BETWEEN).max().unwrap_or(0) };
        let room = page.width().saturating_sub(LABELS + widest);
        let fits = !cells.iter().any(|cell| has_longer_word(cell, room));
        for (index, cell) in cells.iter().enumerate() {
            let label = if index == 0 { self.label.as_str() } else { "" };
            let route = labels.get(index).filter(|_| !alone).map_or("", String::as_str);
            let start = format!("{}{}", padded(&format!("  {label}"), LABELS), padded(route, widest));
            let (first, indent) =
                if fits { (page.style.faint(&start), LABELS + widest) } else { ("    ".to_owned(), 4) };
            if !fits && !start.trim().is_empty() {
                let start = page.style.faint(start.trim_end());
                page.line(start);
            }
            page.hanging(&first, indent, cell);
        }
    }
}

/// Whether a word, such as a URL, would be broken at this width.
fn has_longer_word(cell: &str, width: usize) -> bool {
    cell.split_whitespace().any(|word| columns(word) > width)
}

/// What stands in a cell where there is nothing to say.
const NOTHING: &str = "-";

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.is_empty() || cell == NOTHING)
}

fn heading(seen: &Observations, diagnosis: &Diagnosis, exchange: &Exchange) -> String {
    let product = match (exchange.route, &diagnosis.gateway) {
        (Route::Gateway, Some(gateway)) => {
            let version = gateway.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
            format!(" ({}{})", safe(&gateway.name), safe(&version))
        }
        _ => String::new(),
    };
    match exchange.route {
        Route::Gateway => format!("gateway{product}"),
        Route::Direct if seen.upstreams.len() > 1 => words::short_route(seen, exchange),
        Route::Direct => "direct to the upstream".to_owned(),
    }
}

fn facts(routes: &[&Exchange]) -> Vec<Row> {
    let mut rows = vec![
        Row::new("asked", routes, |exchange| safe(&exchange.url).into_owned()),
        Row::new("proxy", routes, |exchange| {
            exchange.proxy.as_ref().map_or_else(nothing, |proxy| safe(&proxy.url).into_owned())
        }),
        Row::new("address", routes, address),
        Row::new("tunnel", routes, |exchange| exchange.tunnel().map_or_else(nothing, tunnel)),
        Row::new("TLS", routes, |exchange| exchange.tls.as_ref().map_or_else(nothing, tls)),
        Row::new("status", routes, status),
        Row::new("framing", routes, |exchange| {
            let framing = exchange.reading.as_ref().and_then(|reading| reading.framing.as_ref());
            framing.map_or_else(nothing, words::framing)
        }),
        Row::new("body", routes, |exchange| exchange.reading.as_ref().map_or_else(nothing, body)),
        Row::new("end", routes, end),
        Row::new("defects", routes, |exchange| exchange.reading.as_ref().map_or_else(nothing, defects)),
    ];
    rows.retain(|row| !row.is_empty());
    rows
}

fn nothing() -> String {
    NOTHING.to_owned()
}

fn address(exchange: &Exchange) -> String {
    let mut parts: Vec<String> = Vec::new();
    let failed_lookup = exchange.resolution.as_ref().filter(|resolution| resolution.addresses.is_empty());
    if let Some(resolution) = failed_lookup {
        let why = resolution.failure.map_or("no address", words::lookup);
        let code = resolution.rcode.as_ref().map(|code| format!(" ({})", safe(code))).unwrap_or_default();
        parts.push(format!("none: {why}{code}"));
    }
    let other_attempts = exchange.connects.iter().filter(|attempt| !attempt.used);
    parts.extend(other_attempts.map(|attempt| {
        let took = figures::precise_seconds(attempt.seconds);
        format!("{} {} after {took}", safe(&attempt.address), words::connect(attempt.outcome))
    }));
    parts.extend(exchange.peer.iter().map(|peer| safe(peer).into_owned()));
    if parts.is_empty() { nothing() } else { parts.join("; ") }
}

/// The answer to CONNECT, in a cell.
fn tunnel(tunnel: &Tunnel) -> String {
    let answer = tunnel.status.map_or_else(
        || "no answer".to_owned(),
        |status| format!("{status} {}", tunnel.reason).trim_end().to_owned(),
    );
    let took = tunnel.seconds.map(|seconds| format!(" after {}", figures::precise_seconds(seconds)));
    format!("{answer}{}", took.unwrap_or_default())
}

/// What was seen of TLS, in a cell.
#[must_use]
pub fn tls(tls: &TlsSeen) -> String {
    let agreed = [&tls.version, &tls.alpn];
    let mut parts: Vec<String> = agreed.into_iter().flatten().map(|word| safe(word).into_owned()).collect();
    parts.extend(words::verification(tls));
    parts.extend(tls.alert.as_ref().map(|alert| format!("alert {} ({})", safe(&alert.name), alert.id)));
    if parts.is_empty() { "no handshake".to_owned() } else { parts.join(", ") }
}

fn status(exchange: &Exchange) -> String {
    let Some(reading) = &exchange.reading else { return nothing() };
    let mut parts: Vec<String> =
        reading.interim().filter_map(|message| message.status).map(|status| status.to_string()).collect();
    parts.truncate(4);
    let last = reading.messages.last().filter(|message| !message.interim);
    match (last, reading.other_protocol) {
        (Some(message), _) => {
            let number = message.status.map_or_else(|| "no number".to_owned(), |status| status.to_string());
            let cut = if message.head_complete { "" } else { " (head cut off)" };
            parts.push(format!("{number} {}{cut}", message.reason));
        }
        (None, Some(protocol)) => parts.push(format!("none: this is {}", protocol.name())),
        (None, None) => parts.push("none".to_owned()),
    }
    parts.join(", then ")
}

fn body(reading: &Reading) -> String {
    let Body { length, .. } = reading.body;
    match reading.framing.as_ref().map(|framing| framing.rule) {
        Some(FramingRule::ContentLength { length: announced }) if announced != length => {
            format!("{} of {}", figures::thousands(length), figures::bytes_and_mebibytes(announced))
        }
        None | Some(FramingRule::NoBody) if length == 0 => nothing(),
        _ => figures::bytes_and_mebibytes(length),
    }
}

/// Which kinds of defects were met, each once.
fn defects(reading: &Reading) -> String {
    let mut names: Vec<&str> = Vec::new();
    for defect in &reading.defects {
        if !names.contains(&defect.code.name()) {
            names.push(defect.code.name());
        }
    }
    if names.is_empty() { nothing() } else { names.join(", ") }
}

fn end(exchange: &Exchange) -> String {
    let received = exchange.reading.as_ref().map_or(0, |reading| reading.received);
    let after = if exchange.is_complete() || received == 0 {
        String::new()
    } else {
        format!(", after {}", figures::bytes_and_mebibytes(received))
    };
    // What the kernel says of these is what their names say.
    let plain =
        matches!(exchange.end, End::Complete | End::Closed | End::Reset | End::Refused | End::TimedOut);
    let detail = match &exchange.end_detail {
        Some(detail) if !plain => format!(": {}", safe(detail)),
        _ => String::new(),
    };
    format!("{}{after}{detail}", words::end(exchange))
}

/// How long each phase took that occurs on any route.
fn times(routes: &[&Exchange]) -> Vec<Row> {
    let took = |phase: Phase| {
        let cell = move |exchange: &Exchange| {
            exchange.phases.get(phase).map_or_else(nothing, |span| figures::precise_seconds(span.seconds()))
        };
        Row::new(phase.name(), routes, cell)
    };
    let mut rows: Vec<Row> = Phase::ALL.into_iter().map(took).filter(|row| !row.is_empty()).collect();
    rows.push(Row::new("in all", routes, |exchange| figures::precise_seconds(exchange.phases.total())));
    rows
}

/// By what the gateway was recognised.
fn recognised(page: &mut Page, diagnosis: &Diagnosis) {
    let Some(gateway) = diagnosis.gateway.as_ref().filter(|gateway| !gateway.recognised_by.is_empty()) else {
        return;
    };
    let marks: Vec<String> = gateway.recognised_by.iter().map(|mark| safe(mark).into_owned()).collect();
    page.gap();
    page.hanging(
        "  ",
        4,
        &format!("The gateway is {}, judging by {}.", safe(&gateway.name), marks.join(" and ")),
    );
}

/// One line for each further experiment; those of which the same came share one.
fn experiments(page: &mut Page, seen: &Observations) {
    let further: Vec<&Exchange> =
        seen.exchanges.iter().filter(|exchange| exchange.experiment != Experiment::SameRequest).collect();
    if further.is_empty() {
        return;
    }
    page.heading("Further experiments");
    let mut alike: Vec<(String, Vec<f64>)> = Vec::new();
    for exchange in further {
        let told = format!("{}: {}", words::exchange(seen, exchange), answer(exchange));
        let took = exchange.phases.total();
        match alike.iter_mut().find(|(known, _)| *known == told) {
            Some((_, times)) => times.push(took),
            None => alike.push((told, vec![took])),
        }
    }
    for (told, times) in alike {
        page.hanging("  - ", 4, &format!("{told}, {}", times_taken(&times)));
    }
}

/// `in 8.12 ms`, or `5 times, in 1.20 ms to 8.12 ms`.
fn times_taken(times: &[f64]) -> String {
    let shortest = times.iter().copied().fold(f64::INFINITY, f64::min);
    let longest = times.iter().copied().fold(0.0, f64::max);
    match times.len() {
        0 | 1 => format!("in {}", figures::precise_seconds(longest)),
        count => format!(
            "{count} times, in {} to {}",
            figures::precise_seconds(shortest),
            figures::precise_seconds(longest)
        ),
    }
}

/// What came of an exchange, in one line: `200 OK, complete, in 8.12 ms`.
#[must_use]
pub fn outcome(exchange: &Exchange) -> String {
    format!("{}, in {}", answer(exchange), figures::precise_seconds(exchange.phases.total()))
}

/// The same without its time: `200 OK, complete`.
#[must_use]
pub fn answer(exchange: &Exchange) -> String {
    let status = exchange.response().map(|message| {
        let number = message.status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        // HTTP/2 has no reason phrase, and others may send none.
        let line = format!("{number} {}", message.reason);
        format!("{}, ", line.trim_end())
    });
    format!("{}{}", status.unwrap_or_default(), words::end(exchange))
}
