//! A measured table as a Markdown file: written by a measurement, read by the tests.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};

/// What one program made of every fault of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) program: String,
    pub(super) version: String,
    /// The ways in which the program was set up: one answer a row for each.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) fault: String,
    /// What the reader finds on the direct way: codes with a space between them.
    pub(super) defects: String,
    pub(super) answers: Vec<String>,
    /// What became of it in a word, who wrote the body, and how it was delivered; with ` / ` between the ways in which
    /// the program was set up, where they differ.
    pub(super) treatment: String,
    pub(super) body: String,
    pub(super) end: String,
    pub(super) log: String,
}

/// The columns after those of the answers.
const AFTER: [&str; 4] = ["treatment", "body", "end", "log"];

impl Table {
    pub(super) fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateways/measured")
    }

    pub(super) fn path(&self) -> PathBuf {
        Self::folder().join(format!("{}-{}.md", self.program, self.version))
    }

    /// Of every program that was measured.
    pub(super) fn all() -> Vec<Self> {
        let files = fs::read_dir(Self::folder()).unwrap().map(|file| file.unwrap().file_name());
        let mut files: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
        files.sort();
        files.iter().map(|file| Self::read(file)).collect()
    }

    fn read(file: &str) -> Self {
        Self::parse(file, &fs::read_to_string(Self::folder().join(file)).unwrap())
    }

    fn parse(file: &str, text: &str) -> Self {
        let (program, version) = file.strip_suffix(".md").unwrap().rsplit_once('-').unwrap();
        let mut lines = text.lines().filter_map(cells);
        let head = lines.next().unwrap();
        assert!(
            head.ends_with(&AFTER.map(str::to_owned)),
            "{file} is to be measured anew: tests/measure {program}"
        );
        let after = head.len() - AFTER.len();
        let columns = head[2..after].to_vec();
        let rows = lines.skip(1).map(|cells| {
            let [treatment, body, end, log] = cells[after..].to_vec().try_into().unwrap();
            let (fault, defects) = (cells[0].clone(), cells[1].clone());
            Row { fault, defects, answers: cells[2..after].to_vec(), treatment, body, end, log }
        });
        Self { program: program.to_owned(), version: version.to_owned(), columns, rows: rows.collect() }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { program, version, columns, .. } = self;
        writeln!(f, "# {program} {version} in front of the lab\n")?;
        writeln!(f, "{INTRODUCTION}\n")?;
        writeln!(f, "| fault | defects | {} | {} |", columns.join(" | "), AFTER.join(" | "))?;
        writeln!(f, "|---|---|{}", "---|".repeat(columns.len() + AFTER.len()))?;
        for Row { fault, defects, answers, treatment, body, end, log } in &self.rows {
            let (answers, plain) = (answers.join(" | "), |text: &str| text.replace('|', "\\|"));
            let (body, log) = (plain(body), plain(log));
            writeln!(f, "| {fault} | {defects} | {answers} | {treatment} | {body} | {end} | {log} |")?;
        }
        Ok(())
    }
}

const INTRODUCTION: &str = "\
Written by `tests/measure`. Retries are off; connecting may take 1 s, each read 2 s; buffers and all else are as they
are by default. *defects* is what the reader finds on the direct way. An answer is its status; `cut` if it is not whole;
`as it is` or `repaired` if the defect came along or did not; the size of the body where it differs from the direct one;
`made of it`: 200, with bytes that are no HTTP as its body; the time from 0.5 s on. `raw`: bytes without a status line.
`nothing`: the connection was closed without a byte, or none came. `interim only`: a 1xx response, then the close. With a
comma: two requests on one connection; with `or`: seen both ways in six tries. Faults of uploads are asked for with a
body of 900 kB. *treatment* is the same in a word; *body* says whose it is, by its first words where it is not the
upstream's; *end* how it was delivered: `whole`, `cut` (a close too early), `reset`, `closed` (nothing that could be
cut), `hangs` (still open after 10 s of silence). Where the ways in which a program was set up differ in these, ` / ` is
between them. *log* is that of the last column of answers.";

/// The cells of a line, if it is one of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix("| ").or_else(|| line.strip_prefix('|'))?.strip_suffix('|')?;
    let mut cells: Vec<String> = vec![String::new()];
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.as_str().starts_with('|') => {
                characters.next();
                cells.last_mut()?.push('|');
            }
            '|' => cells.push(String::new()),
            plain => cells.last_mut()?.push(plain),
        }
    }
    Some(cells.into_iter().map(|cell| cell.trim().to_owned()).collect())
}

#[test]
fn a_table_is_read_as_it_was_written() {
    let row = Row {
        fault: "obs-fold".to_owned(),
        defects: "obs-fold".to_owned(),
        answers: vec!["502".to_owned(), "200 repaired".to_owned()],
        treatment: "refuses 502 / repairs".to_owned(),
        body: "\"502 Bad Gateway | nginx\"".to_owned(),
        end: "whole".to_owned(),
        log: "[error] upstream sent invalid header: \"a|b\\x20...\"".to_owned(),
    };
    let table = Table {
        program: "nginx".to_owned(),
        version: "1.22.1".to_owned(),
        columns: vec!["nginx-http10".to_owned(), "nginx-http11".to_owned()],
        rows: vec![row],
    };
    assert_eq!(Table::parse("nginx-1.22.1.md", &table.to_string()), table);
}
