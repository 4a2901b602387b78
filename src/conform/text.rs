//! The table for a person, in 80 columns: the sums, the rows by group, what harms clients, and what the words mean.

use std::cmp::Reverse;

use super::expected::Expected;
use super::judge::Verdict;
use super::table::{Row, Table};
use crate::report::TextOptions;
use crate::report::escape::safe;
use crate::report::layout::{DOT, Page, padded, shortened};

/// The widths of the columns between the mark and the verdict: fault, asked for, did, seconds.
const WIDTHS: [usize; 4] = [21, 12, 23, 6];

/// The table as text.
#[must_use]
pub fn text(table: &Table, options: &TextOptions) -> String {
    let mut page = options.page();
    head(&mut page, table);
    page.gap();
    let titles = columns(["fault", "RFC asks for", "the gateway", "time"]);
    let titles = page.style.faint(&format!("  {titles} verdict"));
    page.line(titles);
    for (title, rows) in table.groups() {
        page.heading(title);
        for row in rows {
            let line = line(&page, row);
            page.line(line);
        }
    }
    harm(&mut page, table);
    skipped(&mut page, table);
    legend(&mut page, table);
    page.into_text()
}

fn head(page: &mut Page, table: &Table) {
    let (url, lab) = (safe(&table.url), safe(&table.lab));
    let title = format!("{} at {url}, the lab at {lab}", safe(&table.gateway_words()));
    page.heading(&title);
    let summary = table.summary();
    let counts: Vec<_> = summary
        .counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(verdict, count)| format!("{} {count}", verdict.words()))
        .collect();
    page.pieces(0, DOT, &counts);
    let harm = match summary.harmful {
        0 => "Nothing that it did harms clients.".to_owned(),
        1 => "1 of them harms clients; it is marked with !.".to_owned(),
        count => format!("{count} of them harm clients; they are marked with !."),
    };
    let tried = match table.rows.len() {
        1 => format!("One fault or healthy control tried in {:.1} s.", table.elapsed),
        count => format!("{count} faults and healthy controls tried in {:.1} s.", table.elapsed),
    };
    page.paragraph(0, &format!("{tried} {harm}"));
    if table.interrupted {
        page.paragraph(0, "Interrupted: the others were not tried.");
    }
    if let Some(gone) = table.gone() {
        page.paragraph(0, &gone);
    }
}

fn line(page: &Page, row: &Row) -> String {
    let seconds = format!("{:.1} s", row.seconds());
    let cells = [row.fault.name, &row.expected.wanted.words(), &row.did(), &seconds];
    let (mark, verdict) = match row.verdict {
        verdict if row.harms => (page.style.bad("!"), page.style.bad(verdict.words())),
        Verdict::Conforms => (" ".to_owned(), page.style.faint(Verdict::Conforms.words())),
        verdict => (" ".to_owned(), page.style.strong(verdict.words())),
    };
    format!("{mark} {} {verdict}", columns(cells))
}

fn columns(cells: [&str; 4]) -> String {
    let [fault, asked, did, time] = WIDTHS;
    let fit = |text: &str, width: usize| padded(&shortened(text, width), width);
    let [a, b, c, d] = cells;
    format!("{} {} {} {d:>time$}", fit(a, fault), fit(b, asked), fit(c, did))
}

/// What is done to clients, the worst first, and by which faults.
fn harm(page: &mut Page, table: &Table) {
    let mut rows: Vec<_> = table.harmful().collect();
    if rows.is_empty() {
        return;
    }
    page.heading("What harms clients");
    rows.sort_by_key(|row| Reverse(row.verdict));
    let mut told = Vec::new();
    for row in &rows {
        let sentence = harm_done(row);
        if told.contains(&sentence) {
            continue;
        }
        page.paragraph(2, &sentence);
        let alike = rows.iter().filter(|other| harm_done(other) == sentence);
        let names: Vec<_> = alike.map(|row| row.fault.name.to_owned()).collect();
        page.pieces(4, DOT, &names);
        told.push(sentence);
    }
}

fn harm_done(row: &Row) -> String {
    let Expected { wanted, rule } = &row.expected;
    format!("{} ({}; {rule} asks for: {})", row.verdict.words(), row.did(), wanted.words())
}

fn skipped(page: &mut Page, table: &Table) {
    for (index, (reason, names)) in table.skipped_for().into_iter().enumerate() {
        if index == 0 {
            page.heading("Not tried");
        }
        page.paragraph(2, reason);
        let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
        page.pieces(2, DOT, &names);
    }
}

fn legend(page: &mut Page, table: &Table) {
    page.heading("The words");
    for (verdict, _) in table.summary().counts.iter().filter(|(_, count)| *count > 0) {
        let words = padded(verdict.words(), 13);
        page.hanging(&format!("  {words}"), 15, verdict.meaning());
    }
}
