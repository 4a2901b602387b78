//! Who may use whom. The table says it, and this test keeps it true.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms that it may use besides itself.
const ROOMS: &[(&str, &[&[&str]])] = &[
    ("http1", &[]),
    ("proxy_status", &[&["http1"]]),
    ("figures", &[]),
    ("plan", &[&["http1"]]),
    ("observation", &[&["http1", "plan"]]),
    ("tolerance", &[&["http1", "observation"]]),
    ("statement", &[SEEN]),
    ("contrast", &[SEEN]),
    ("gateway", &[SEEN, SAID]),
    // A cause says what it found in the words of a finding, which stand with the diagnosis.
    ("cause", &[SEEN, SAID, &["diagnosis"]]),
    ("fate", &[SEEN, SAID, &["gateway"]]),
    ("diagnosis", &[SEEN, SAID, &["gateway", "cause", "fate"]]),
    ("lint", &[SEEN, SAID, &["gateway", "cause", "fate", "diagnosis"]]),
    ("report", &[SEEN, SAID, &["gateway", "fate", "diagnosis", "lint"]]),
    ("probe", &[&["http1", "plan", "observation"]]),
    // Never "http1": what the lab sends is not to be right by the same code that reads it.
    ("lab", &[&["proxy_status"]]),
    ("conform", &[SEEN, SAID, &["gateway", "cause", "lab", "report"]]),
    ("progress", &[&["observation", "report"]]),
    ("error", &[&["plan"]]),
    ("exit", &[&["diagnosis"]]),
    ("cli", &[&["error", "exit", "http1", "plan", "observation", "lab", "gateway", "lint"]]),
    ("generate", &[&["cli"]]),
];

/// What was seen, and the words for it.
const SEEN: &[&str] = &["http1", "plan", "observation", "proxy_status", "figures"];

/// What can be said of it before anybody weighs.
const SAID: &[&str] = &["tolerance", "statement", "contrast"];

/// Rooms that may use everything: they put the rest together.
const FREE: &[&str] = &["app", "lib", "main"];

/// A crate, and the rooms that are its home.
const HOMES: &[(&str, &[&str])] = &[
    ("clap", &["cli", "generate"]),
    ("clap_complete", &["cli", "generate"]),
    ("clap_mangen", &["generate"]),
    ("reqwest", &["probe"]),
    ("hyper", &["probe"]),
    ("h2", &["probe"]),
    ("rustls", &["probe", "lab"]),
    ("tokio_rustls", &["probe", "lab"]),
    ("rustls_native_certs", &["probe"]),
    ("hickory_resolver", &["probe"]),
    ("socket2", &["probe", "lab"]),
    ("rcgen", &["lab"]),
    ("tokio", &["probe", "lab", "app"]),
    ("colored", &["report/style"]),
    ("annotate_snippets", &["report"]),
    ("textwrap", &["report", "lab"]),
    ("terminal_size", &["report", "app"]),
    ("indicatif", &["progress"]),
    ("sfv", &["proxy_status", "lab"]),
];

#[test]
fn every_room_uses_only_what_it_may() {
    let mut wrong = String::new();
    for (path, room) in sources() {
        let text = fs::read_to_string(&path).unwrap();
        for (line, number) in production(&text).lines().zip(1..) {
            for problem in foreign_rooms(&room, line).chain(homeless_crates(&path, &room, line)) {
                writeln!(wrong, "{}:{number}: {problem}", shown(&path)).unwrap();
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "\n{wrong}(the table stands in tests/it/layering.rs, its reasons in ARCHITECTURE.md)"
    );
}

#[test]
fn every_room_is_in_the_table() {
    for (path, room) in sources() {
        let known = FREE.contains(&room.as_str()) || ROOMS.iter().any(|(name, _)| *name == room);
        assert!(known, "{}: there is no room '{room}' in the table of tests/it/layering.rs", shown(&path));
    }
}

/// What a line uses of other rooms and may not. It finds `crate::room` and the head of `use crate::{...}`.
fn foreign_rooms<'a>(room: &'a str, line: &'a str) -> impl Iterator<Item = String> + 'a {
    let allowed = ROOMS.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
    let used = code(line).split("crate::").skip(1).flat_map(|rest| {
        let list = rest.strip_prefix('{').map_or(rest, |list| list.split('}').next().unwrap_or_default());
        let several = rest.starts_with('{');
        list.split(',').take(if several { usize::MAX } else { 1 }).map(first_word)
    });
    used.filter(move |used| {
        let is_room = ROOMS.iter().any(|(name, _)| name == used) || FREE.contains(used);
        is_room
            && *used != room
            && allowed.is_some_and(|allowed| !allowed.iter().any(|some| some.contains(used)))
    })
    .map(move |used| format!("'{room}' may not use '{used}'"))
}

/// Crates that a line uses outside their home.
fn homeless_crates<'a>(path: &'a Path, room: &'a str, line: &'a str) -> impl Iterator<Item = String> + 'a {
    let file = shown(path);
    HOMES.iter().filter_map(move |(name, homes)| {
        let used = code(line).match_indices(name).any(|(at, _)| is_path(code(line), at, name));
        let at_home = homes.iter().any(|home| *home == room || file.starts_with(&format!("src/{home}")));
        (used && !at_home).then(|| format!("'{name}' is used outside its home, {}", homes.join(" and ")))
    })
}

/// Whether the word at this place is a whole one and the beginning of a path, as in `clap::Args` or `use clap;`.
fn is_path(line: &str, at: usize, name: &str) -> bool {
    let before = line[..at].chars().next_back();
    let after = &line[at + name.len()..];
    let begins = !before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '.'));
    begins && (after.starts_with("::") || (line.trim_start().starts_with("use ") && after.starts_with(';')))
}

/// The line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

/// The part of a file before its tests, which may use what they like.
fn production(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

/// Every source file that is not a test, and the room it belongs to.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
            if path.is_dir() && !is_test {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
                let first =
                    path.strip_prefix(&root).unwrap().iter().next().unwrap().to_string_lossy().into_owned();
                found.push((path, first.trim_end_matches(".rs").to_owned()));
            }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[test]
fn the_test_itself_sees_what_is_wrong() {
    let foreign = |room, line| foreign_rooms(room, line).collect::<Vec<_>>();
    assert_eq!(foreign("http1", "use crate::plan::Plan;"), ["'http1' may not use 'plan'"]);
    assert_eq!(foreign("gateway", "    crate::cause::CAUSES"), ["'gateway' may not use 'cause'"]);
    assert_eq!(foreign("plan", "use crate::{http1::Asked, probe};"), ["'plan' may not use 'probe'"]);
    assert!(foreign("plan", "use crate::http1::Asked; // not crate::probe").is_empty());
    let path = Path::new("src/plan/mod.rs");
    assert_eq!(homeless_crates(path, "plan", "use clap::Args;").count(), 1);
    assert_eq!(homeless_crates(path, "plan", "let clapped = 1;").count(), 0);
}
