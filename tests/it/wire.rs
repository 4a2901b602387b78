//! The cases in `tests/wire/*.md`: bytes, and what the reader makes of them. See the README there.
//!
//! `UPDATE_WIRE=1 cargo test wire` writes what the reader says now into the files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use why502::http1::{Asked, Defect, Message, Reader, Reading, StreamEnd, WireBytes};

/// One stream of bytes and the request that it answers.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) asked: Asked,
    pub(crate) bytes: Vec<u8>,
}

impl Case {
    pub(crate) fn read(&self, end: StreamEnd) -> Reading {
        let mut reader = Reader::new(self.asked.clone());
        reader.push(&self.bytes);
        reader.finish(end)
    }
}

/// The streams of all files.
pub(crate) fn cases() -> Vec<Case> {
    files().iter().flat_map(|path| replay(&fs::read_to_string(path).unwrap()).0).collect()
}

#[test]
fn every_case_reads_as_its_file_says() {
    let mut different = Vec::new();
    for path in files() {
        let before = fs::read_to_string(&path).unwrap();
        let (_, after) = replay(&before);
        if before == after {
            continue;
        }
        if env::var_os("UPDATE_WIRE").is_some() {
            fs::write(&path, after).unwrap();
        } else {
            different.push(first_difference(&path, &before, &after));
        }
    }
    assert!(different.is_empty(), "{}\nUPDATE_WIRE=1 accepts what the reader says now", different.join("\n"));
}

#[test]
fn every_kind_of_defect_has_a_case() {
    use why502::http1::DefectCode;
    let all: String = files().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let missing: Vec<_> = DefectCode::ALL
        .iter()
        .map(|code| code.name())
        .filter(|name| !all.contains(&format!("\ndefect {name} ")))
        .collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "README"))
        .collect();
    files.sort();
    files
}

/// Reads the cases of one file, and writes the file with what the reader says now.
fn replay(text: &str) -> (Vec<Case>, String) {
    let mut cases: Vec<Case> = Vec::new();
    let mut written = String::new();
    let mut heading = "";
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(written, "{line}").unwrap();
        if let Some(name) = line.strip_prefix("## ") {
            heading = name;
        }
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        let mut words = info.split(' ');
        let content = match words.next().unwrap() {
            "wire" => {
                let mut asked = Asked::default();
                for option in words {
                    match option.split_once('=') {
                        Some(("method", method)) => method.clone_into(&mut asked.method),
                        None if option == "upgrade" => asked.upgrade = true,
                        _ => panic!("{heading}: no such option: {option}"),
                    }
                }
                let bytes = unescape(&block.concat());
                cases.push(Case { name: heading.to_owned(), asked, bytes });
                block.iter().fold(String::new(), |all, line| all + line + "\n")
            }
            word => {
                let end = match word {
                    "fin" => StreamEnd::Fin,
                    "reset" => StreamEnd::Reset,
                    "open" => StreamEnd::Open,
                    "truncated" => StreamEnd::Truncated,
                    other => panic!("{heading}: no such block: {other}"),
                };
                shown(&cases.last().expect("bytes before what is read from them").read(end))
            }
        };
        writeln!(written, "{content}```").unwrap();
    }
    (cases, written)
}

/// The bytes that a `wire` block stands for: escapes as in `WireBytes`, and `\{COUNT TEXT}` for repetition.
fn unescape(text: &str) -> Vec<u8> {
    let plain = |text: &str| WireBytes::unescape(text).unwrap_or_else(|| panic!("bad escape in {text}")).0;
    let Some((before, rest)) = text.split_once("\\{") else { return plain(text) };
    let (repeated, after) = rest.split_once('}').expect("a repetition ends with }");
    let (count, what) = repeated.split_once(' ').expect("a repetition has a count and a text");
    let mut bytes = plain(before);
    bytes.extend(plain(what).repeat(count.parse().expect("a count is a number")));
    bytes.extend(unescape(after));
    bytes
}

/// What the reader says, as the files show it.
fn shown(reading: &Reading) -> String {
    let mut out = String::new();
    for message in &reading.messages {
        out += &shown_message(message);
    }
    if let Some(protocol) = reading.other_protocol {
        writeln!(out, "protocol: {}", protocol.name()).unwrap();
    }
    if let Some(framing) = &reading.framing {
        let lost = if reading.framing_lost { ", lost on the way" } else { "" };
        let rule = serde_json::to_value(framing.rule).unwrap();
        let length = rule.get("length").map(|length| format!(" {length}")).unwrap_or_default();
        let kind = rule["kind"].as_str().unwrap();
        writeln!(out, "framing: {kind}{length} by {}{lost}", framing.section).unwrap();
    }
    let body = &reading.body;
    if body.length > 0 || !body.codings.is_empty() {
        write!(out, "body: {} bytes {}", body.length, short(&body.beginning.0)).unwrap();
        if body.chunks > 0 {
            write!(out, ", chunks {}", body.chunks).unwrap();
        }
        if !body.codings.is_empty() {
            let decoded = body.decoded_length.map_or("not".to_owned(), |length| format!("to {length} bytes"));
            write!(out, ", coded {}, decoded {decoded}", body.codings.join(", ")).unwrap();
        }
        out.push('\n');
    }
    for trailer in &body.trailers {
        writeln!(out, "trailer: {}: {}", trailer.name, trailer.value).unwrap();
    }
    if reading.leftover.length > 0 {
        let leftover = &reading.leftover;
        writeln!(out, "leftover: {} bytes {}", leftover.length, short(&leftover.beginning.0)).unwrap();
    }
    let cut = reading
        .cut
        .map_or("nowhere".to_owned(), |cut| serde_json::to_value(cut).unwrap().as_str().unwrap().to_owned());
    let complete = if reading.is_complete() { "complete" } else { "not complete" };
    writeln!(out, "cut: {cut}, {complete}").unwrap();
    for defect in &reading.defects {
        let Defect { code, section, offset, length, text } = defect;
        writeln!(out, "defect {} at {offset}+{length}, {section}: {text}", code.name()).unwrap();
        out += &marked(reading, *offset, *length);
    }
    out
}

fn shown_message(message: &Message) -> String {
    const FIELDS_SHOWN: usize = 6;
    let Message { offset, head_size, head_complete, interim, version, status, reason, field_count, fields } =
        message;
    let kind = if *interim { "interim" } else { "final" };
    let cut = if *head_complete { "" } else { ", cut" };
    let status = status.map_or("no status".to_owned(), |status| format!("status {status}"));
    let mut out = format!("{kind} at {offset}+{head_size}{cut}: {version}, {status}, {}\n", short(&reason.0));
    for field in fields.iter().take(FIELDS_SHOWN) {
        writeln!(out, "    {}: {}", field.name, short(&field.value.0)).unwrap();
    }
    if *field_count > 6 {
        writeln!(out, "    ... {field_count} fields").unwrap();
    }
    out
}

fn short(bytes: &[u8]) -> String {
    match bytes.get(..40) {
        Some(beginning) if bytes.len() > 40 => format!("\"{}\"...", WireBytes::from(beginning)),
        _ => format!("\"{}\"", WireBytes::from(bytes)),
    }
}

/// The line of the stream in which a defect begins, with a mark under it.
fn marked(reading: &Reading, offset: u64, length: u64) -> String {
    const MOST: usize = 60;
    let at = usize::try_from(offset).unwrap();
    let bytes = &reading.bytes.0;
    if at > bytes.len() {
        return String::new();
    }
    let start = bytes[..at]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |lf| lf + 1)
        .max(at.saturating_sub(MOST));
    let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |lf| at + lf + 1);
    let end = end.min(at + MOST);
    let marked_end = (at + usize::try_from(length).unwrap()).clamp(at, end);
    let [before, marked, after] =
        [start..at, at..marked_end, marked_end..end].map(|range| WireBytes::from(&bytes[range]).to_string());
    let mark = if marked.is_empty() { "^".to_owned() } else { "~".repeat(marked.len()) };
    format!("    {before}{marked}{after}\n    {}{mark}\n", " ".repeat(before.len()))
}

fn first_difference(path: &Path, before: &str, after: &str) -> String {
    let heading = |count: usize| {
        before.lines().take(count).filter(|line| line.starts_with("## ")).last().unwrap_or_default()
    };
    let lines = before.lines().zip(after.lines()).enumerate().find(|(_, (before, after))| before != after);
    let place = path.file_name().unwrap().display();
    match lines {
        Some((index, (before, after))) => {
            format!("{place}:{}, {}\n  file:   {before}\n  reader: {after}", index + 1, heading(index + 1))
        }
        None => format!("{place}: one is longer than the other"),
    }
}
