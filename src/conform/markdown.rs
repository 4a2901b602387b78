//! The table as Markdown, for an issue or a wiki.

use std::fmt::Write;

use super::table::{Row, Table};
use crate::report::escape::safe;

/// The table as Markdown.
#[must_use]
pub fn markdown(table: &Table) -> String {
    let summary = table.summary();
    let mut text = format!("# {} in front of why502's lab\n\n", safe(&table.gateway_words()));
    // Writing into a String cannot fail.
    let _ = writeln!(
        text,
        "`{}`, lab at `{}`: {} tried in {:.1} s, {} harm clients, {} not tried.\n",
        safe(&table.url),
        safe(&table.lab),
        table.rows.len(),
        table.elapsed,
        summary.harmful,
        table.skipped.len()
    );
    if table.interrupted {
        text.push_str("Interrupted: the others were not tried.\n\n");
    }
    if let Some(gone) = table.gone() {
        let _ = writeln!(text, "{gone}\n");
    }
    text.push_str("| verdict | rows | meaning |\n|---|---:|---|\n");
    for (verdict, count) in summary.counts.iter().filter(|(_, count)| *count > 0) {
        let _ = writeln!(text, "| {} | {count} | {} |", verdict.words(), verdict.meaning());
    }
    for (title, rows) in table.groups() {
        let _ = writeln!(text, "\n## {title}\n");
        text.push_str(
            "| fault | RFC asks for | rule | the gateway | seconds | verdict |\n|---|---|---|---|---:|---|\n",
        );
        for row in rows {
            text.push_str(&line(row));
        }
    }
    for (index, (reason, names)) in table.skipped_for().into_iter().enumerate() {
        let heading = if index == 0 { "\n## Not tried\n" } else { "" };
        let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(text, "{heading}\n{reason}\n\n{}", names.join(", "));
    }
    text
}

fn line(row: &Row) -> String {
    let words = row.verdict.words();
    let verdict = if row.harms { format!("**{words}** (harmful)") } else { words.to_owned() };
    format!(
        "| `{}` | {} | {} | {} | {:.1} | {verdict} |\n",
        row.fault.name,
        row.expected.wanted.words(),
        row.expected.rule,
        row.did(),
        row.seconds()
    )
}
