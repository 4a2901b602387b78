//! The report for a person, who may be reading it at three in the morning: the verdict first, then both routes side
//! by side, then what it rests on, what to change, and what is not known.

use super::layout::{DOT, Page};
use super::style::Style;
use super::{elsewhere, escape::safe, evidence, heads, reproduce, routes, words};
use crate::diagnosis::{Diagnosis, Finding, FixFor, Outcome, RemedyText, Strength, Verdict};
use crate::figures;
use crate::observation::{Exchange, Observations};
use crate::plan::{Experiment, Route};

/// How many reasons for ruling causes out are named where not all are asked for.
const REASONS_NAMED: usize = 5;
/// How many causes are named for one reason.
const CAUSES_NAMED: usize = 6;

/// How the report for a person is drawn.
#[derive(Debug, Clone, Copy)]
pub struct TextOptions {
    /// Columns of the terminal; kept between 40 and 100.
    pub width: usize,
    /// Whether there is colour.
    pub colour: bool,
    /// Whether everything is told: each cause that was ruled out, the heads that were sent and that came, the
    /// commands also where all is well.
    pub verbose: bool,
    /// Whether only the telling parts are shown: verdict, routes, evidence, what to change.
    pub digest: bool,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { width: 80, colour: false, verbose: false, digest: false }
    }
}

impl TextOptions {
    /// An empty page of this width and colour.
    #[must_use]
    pub fn page(&self) -> Page {
        Page::new(self.width, Style::new(self.colour))
    }
}

/// The report for a person.
#[must_use]
pub fn text(seen: &Observations, diagnosis: &Diagnosis, options: &TextOptions) -> String {
    let mut page = options.page();
    let brief = diagnosis.verdict.outcome == Outcome::Healthy && !options.verbose;
    verdict(&mut page, seen, diagnosis);
    written_by(&mut page, diagnosis, options.verbose);
    if brief {
        short_routes(&mut page, seen);
    } else {
        page.gap();
        page.hanging("", 4, &format!("{} {}", safe(&seen.request.method), safe(&seen.request.url)));
        routes::draw(&mut page, seen, diagnosis);
    }
    findings(&mut page, seen, diagnosis);
    warnings(&mut page, seen, diagnosis);
    if !brief {
        evidence::uncited(&mut page, seen, diagnosis, options.verbose);
    }
    statements(&mut page, diagnosis);
    remedies(&mut page, diagnosis);
    let whole = !brief && !options.digest;
    if whole {
        ruled_out(&mut page, diagnosis, options.verbose);
        not_examined(&mut page, diagnosis);
    }
    notes(&mut page, diagnosis);
    if options.verbose {
        heads::draw(&mut page, seen);
    }
    if whole {
        by_hand(&mut page, seen, diagnosis);
    }
    page.into_text()
}

/// The one sentence, and how much there is to it.
pub(super) fn verdict(page: &mut Page, seen: &Observations, diagnosis: &Diagnosis) {
    let verdict = &diagnosis.verdict;
    let word = verdict.outcome.name().to_uppercase();
    let indent = word.len() + 2;
    let badge = format!("{}  ", page.style.outcome(verdict.outcome, &word));
    page.hanging(&badge, indent, &safe(&verdict.sentence));
    page.pieces(indent, DOT, &judged(verdict));
    if seen.interrupted {
        page.paragraph(indent, "The run was interrupted; this is what was seen until then.");
    }
}

/// Who wrote the error; the reasons only where all is to be told.
fn written_by(page: &mut Page, diagnosis: &Diagnosis, reasons: bool) {
    let Some(written_by) = &diagnosis.written_by else { return };
    let label = "written by   ";
    let said = if reasons {
        safe(&written_by.sentence).into_owned()
    } else {
        format!("{} (-v says why)", safe(&written_by.brief))
    };
    page.hanging(&page.style.faint(label), label.len(), &said);
}

fn judged(verdict: &Verdict) -> Vec<String> {
    if verdict.outcome == Outcome::Healthy {
        return Vec::new();
    }
    let mut pieces: Vec<String> =
        verdict.strength.iter().map(|&strength| evidence::strength(strength).to_owned()).collect();
    pieces.extend(verdict.error_type.map(|kind| format!("{} (RFC 9209)", kind.token())));
    if verdict.outcome != Outcome::Warning && verdict.outcome != Outcome::Unexplained {
        pieces.push(format!("blame: {}", words::blame(verdict.blame)));
    }
    pieces.extend(status(verdict));
    pieces
}

/// What there is to say of the status that the gateway chose.
fn status(verdict: &Verdict) -> Option<String> {
    let right = verdict.status_is_right?;
    let Some(given) = verdict.gateway_status else {
        return (!right).then(|| "the gateway gave no status".to_owned());
    };
    Some(match (right, verdict.expected_status) {
        (true, _) if given < 400 => format!("the {given} had been sent by then; the client can see the cut"),
        (true, _) => format!("the gateway's {given} is the right status"),
        (false, Some(expected)) => format!("the gateway said {given}, RFC 9209 asks for {expected}"),
        (false, None) => format!("the gateway's {given} is not the right status"),
    })
}

/// A line a route, where all is well.
fn short_routes(page: &mut Page, seen: &Observations) {
    let same = seen.exchanges.iter().filter(|exchange| exchange.experiment == Experiment::SameRequest);
    for exchange in same {
        let line = format!(
            "{}, {}: {}",
            words::short_route(seen, exchange),
            safe(&exchange.url),
            routes::outcome(exchange)
        );
        page.hanging("  ", 4, &line);
    }
}

/// What the verdict rests on, then what else was found.
fn findings(page: &mut Page, seen: &Observations, diagnosis: &Diagnosis) {
    let Some((first, others)) = diagnosis.findings.split_first() else { return };
    page.heading("Evidence");
    if first.sentence != diagnosis.verdict.sentence {
        page.paragraph(2, &safe(&first.sentence));
    }
    evidence::all(page, 2, seen, &first.evidence);
    let explain = format!("More on this cause: why502 explain {}", safe(&first.cause));
    page.paragraph(2, &explain);
    listed(page, seen, "Also found", others);
}

fn warnings(page: &mut Page, seen: &Observations, diagnosis: &Diagnosis) {
    if diagnosis.warnings.is_empty() {
        return;
    }
    page.heading("Warnings");
    for (index, warning) in diagnosis.warnings.iter().enumerate() {
        // The verdict ends with the sentence of the first.
        let said = index == 0 && diagnosis.verdict.sentence.ends_with(&warning.sentence);
        if said {
            evidence::under_verdict(page, seen, warning);
        } else {
            evidence::finding(page, seen, warning);
        }
        if let Some(sentence) = elsewhere::sentence(&warning.elsewhere) {
            page.hanging("    Elsewhere: ", 4, &sentence);
        }
    }
}

fn listed(page: &mut Page, seen: &Observations, heading: &str, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    page.heading(heading);
    for finding in findings {
        evidence::finding(page, seen, finding);
    }
}

/// How many error types of RFC 9209 are worth naming beside a gateway's words.
const FEW: usize = 4;

fn statements(page: &mut Page, diagnosis: &Diagnosis) {
    if diagnosis.statements.is_empty() {
        return;
    }
    page.heading("What the gateway says");
    for statement in &diagnosis.statements {
        let means: Vec<&str> = statement.means.iter().map(|kind| kind.token()).collect();
        let meaning = match means.len() {
            0 => String::new(),
            1..=FEW => format!("; that can mean {}", means.join(" or ")),
            many => format!("; it says so of {many} kinds of fault, and tells none of them apart"),
        };
        let (speaker, quote) = (safe(&statement.speaker), safe(&statement.quote));
        let place = words::statement_place(statement.place);
        page.hanging("  - ", 4, &format!("{speaker}, {place}: \"{quote}\"{meaning}"));
    }
}

pub(super) fn remedies(page: &mut Page, diagnosis: &Diagnosis) {
    let mut shown: Vec<&RemedyText> = Vec::new();
    // Beside a cause, what is only a candidate asks for no stop-gap at the gateway and no look into its log.
    let established = diagnosis.findings.iter().any(|finding| finding.strength != Strength::Consistent);
    for finding in diagnosis.findings.iter().chain(&diagnosis.warnings) {
        let is_candidate = established && finding.strength == Strength::Consistent;
        for remedy in &finding.remedies {
            if (!is_candidate || remedy.fix_for == FixFor::Upstream) && !shown.contains(&remedy) {
                shown.push(remedy);
            }
        }
    }
    for who in [FixFor::Upstream, FixFor::Gateway, FixFor::Investigation] {
        let mut headed = false;
        for remedy in shown.iter().filter(|remedy| remedy.fix_for == who) {
            if !std::mem::replace(&mut headed, true) {
                page.heading(words::fix_for(who));
            }
            page.hanging("  - ", 4, &safe(&remedy.advice));
            if let Some(config) = &remedy.config {
                page.verbatim(8, config);
            }
        }
    }
}

fn ruled_out(page: &mut Page, diagnosis: &Diagnosis, all: bool) {
    let causes = &diagnosis.ruled_out;
    if causes.is_empty() {
        return;
    }
    let count = figures::counted(causes.len() as u64, "cause");
    if all {
        page.heading(&format!("Ruled out: {count}"));
        for cause in causes {
            page.hanging("  - ", 4, &format!("{}: {}", safe(&cause.cause), safe(&cause.by)));
        }
        return;
    }
    page.heading(&format!("Ruled out: {count} (--verbose tells each)"));
    let grouped = grouped(causes.iter().map(|cause| (cause.by.as_str(), cause.cause.as_str())));
    for (by, causes) in grouped.iter().take(REASONS_NAMED) {
        page.hanging("  - ", 4, &format!("{}: {}", safe(by), some_of(causes)));
    }
    if let Some(more) = grouped.len().checked_sub(REASONS_NAMED).filter(|&more| more > 0) {
        page.hanging("  - ", 4, &format!("and by {}", figures::counted(more as u64, "further reason")));
    }
}

fn not_examined(page: &mut Page, diagnosis: &Diagnosis) {
    let causes = &diagnosis.not_examined;
    if causes.is_empty() {
        return;
    }
    page.heading(&format!("Not examined: {}, for want of", figures::counted(causes.len() as u64, "cause")));
    for (needs, causes) in grouped(causes.iter().map(|cause| (cause.needs.as_str(), cause.cause.as_str()))) {
        page.hanging("  - ", 4, &format!("{}: {}", safe(needs), some_of(&causes)));
    }
}

/// Causes by the reason that they share, in the order of their first.
fn grouped<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (reason, cause) in pairs {
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, causes)) => causes.push(cause),
            None => groups.push((reason, vec![cause])),
        }
    }
    groups
}

/// The first causes of a group, and how many more there are.
fn some_of(causes: &[&str]) -> String {
    let shown: Vec<String> = causes.iter().take(CAUSES_NAMED).map(|cause| safe(cause).into_owned()).collect();
    match causes.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {}", shown.join(", "), figures::counted(more as u64, "more cause")),
    }
}

pub(super) fn notes(page: &mut Page, diagnosis: &Diagnosis) {
    if diagnosis.notes.is_empty() {
        return;
    }
    page.heading("Notes");
    for note in &diagnosis.notes {
        page.hanging("  - ", 4, &safe(note));
    }
}

/// The commands for the same request over each route, and for the changed one that tells most.
fn by_hand(page: &mut Page, seen: &Observations, diagnosis: &Diagnosis) {
    let mut masked = false;
    let mut begun = false;
    for exchange in seen.gateway().into_iter().chain(seen.direct()).chain(telling(seen, diagnosis)) {
        let commands = reproduce::commands(seen, exchange, page.width().saturating_sub(4));
        if commands.is_empty() {
            continue;
        }
        if !begun {
            page.heading("To see it by hand");
            begun = true;
        }
        let route = match exchange.route {
            Route::Gateway => "through the gateway".to_owned(),
            Route::Direct => words::exchange(seen, exchange),
        };
        page.paragraph(2, &format!("{route}:"));
        for command in commands {
            masked |= reproduce::is_masked(&command);
            page.verbatim(4, &command);
        }
    }
    if masked {
        page.paragraph(2, "Secrets are masked: put them in the place of *** first.");
    }
    if begun && seen.request.body_size > 0 {
        let size = figures::bytes_and_mebibytes(seen.request.body_size);
        page.paragraph(2, &format!("body.bin is the content of the request ({size}); it is not kept here."));
    }
}

/// The exchange in a guise on which the best finding rests: the one with the fewest changes, the first of these.
fn telling<'a>(seen: &'a Observations, diagnosis: &Diagnosis) -> Option<&'a Exchange> {
    let best = diagnosis.findings.first().or(diagnosis.warnings.first())?;
    let changes = |exchange: &&Exchange| exchange.guise.as_ref().map_or(0, |guise| guise.changes.len());
    let pieces = best.evidence.iter().filter_map(|piece| seen.exchanges.get(piece.exchange));
    pieces.filter(|exchange| changes(exchange) > 0).min_by_key(changes)
}
