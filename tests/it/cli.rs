//! Wrong usage: one clear sentence on the standard error, exit status 2, and nothing is sent.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn why502<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_why502"));
    command.args(words).stdin(Stdio::null()).env("NO_COLOR", "1").env("RUST_BACKTRACE", "1");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WHY502_")) {
        command.env_remove(name);
    }
    command.output().unwrap()
}

/// What the user is told. Fails unless it is one line and the exit status is 2.
fn complaint(words: &[&str]) -> String {
    let output = why502(words);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
    assert!(output.stdout.is_empty(), "{words:?} wrote to the standard output");
    let line = said.strip_suffix('\n').unwrap_or_else(|| panic!("{words:?} said {said:?}"));
    assert!(!line.contains('\n') && !line.contains("panicked"), "{words:?} said {said:?}");
    line.to_owned()
}

/// Files that are not what an option wants, and the folder that they are in.
fn folder_of_wrong_files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let damaged = "-----BEGIN CERTIFICATE-----\nMIIB*\n-----END CERTIFICATE-----\n";
    let not_x509 = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (name, content) in [
        ("empty", ""),
        ("words.txt", "not a certificate\n"),
        ("damaged.pem", damaged),
        ("not_x509.pem", not_x509),
        ("encrypted.pem", encrypted),
        ("der.crt", "0\u{2}"),
        ("not.json", "{"),
        ("other.json", "{\"a\": 1}"),
        ("future.json", "{\"format\": 99}"),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    fs::write(folder.path().join("der.crt"), [0x30, 0x82, 1, 2]).unwrap();
    folder
}

#[test]
fn a_variable_that_is_neither_yes_nor_no_is_told_and_the_usual_words_are_taken() {
    let set = |value: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_why502"));
        let output = command.args(["http://127.0.0.1:1", "--dry-run"]).env("WHY502_INSECURE", value).output();
        let output = output.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let told = "error: environment: WHY502_INSECURE is 'maybe', which is neither yes nor no; write 1 or 0\n";
    assert_eq!(set("maybe"), (Some(2), told.to_owned()));
    for value in ["1", "yes", "True", "on", "0", "no", "false", "OFF", ""] {
        assert_eq!(set(value), (Some(0), String::new()), "{value}");
    }
}

#[test]
fn a_recording_goes_over_a_recording_and_over_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seen.json");
    let record = || why502(["http://127.0.0.1:1/", "--record", path.to_str().unwrap()]).status.code();
    assert_eq!(record(), Some(4));
    let first = fs::read_to_string(&path).unwrap();
    assert!(first.contains("why502"));
    assert_eq!(record(), Some(4));
    fs::write(&path, "my thesis").unwrap();
    assert_eq!(record(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), "my thesis");
    // What keeps nothing is not lost.
    fs::write(&path, "").unwrap();
    assert_eq!(record(), Some(4));
    assert_eq!(why502(["http://127.0.0.1:1/", "--record", "/dev/null"]).status.code(), Some(4));
}

#[test]
fn what_is_wrong_with_the_usage_is_one_sentence() {
    let folder = folder_of_wrong_files();
    let at = |text: &str| text.replace("DIR", folder.path().to_str().unwrap());
    let cases = include_str!("cli/usage.txt").split("\n\n").map(str::trim).filter(|case| !case.is_empty());
    let mut seen = String::new();
    for case in cases {
        let line = case.lines().next().unwrap_or_default();
        let words: Vec<_> =
            line.trim_start_matches("$ why502 ").split(' ').map(|word| at(&unescaped(word))).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let said = complaint(&words).replace(folder.path().to_str().unwrap(), "DIR");
        write!(seen, "{line}\n{said}\n\n").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cli/usage.txt");
    if std::env::var_os("UPDATE_USAGE").is_some() {
        fs::write(path, seen.trim_end().to_owned() + "\n").unwrap();
        return;
    }
    let expected = include_str!("cli/usage.txt");
    assert!(
        seen.trim() == expected.trim(),
        "a message changed; if it got better, UPDATE_USAGE=1 keeps it:\n{seen}"
    );
}

/// In the table of cases `␠` is a space within a word, `\n` a line break.
fn unescaped(word: &str) -> String {
    word.replace('␠', " ").replace("\\n", "\n")
}

#[test]
fn the_parsers_own_complaints_have_the_same_status() {
    for words in [&["--no-such-option"][..], &["--max-time"], &["http://a", "http://b"], &["read"], &[]] {
        let output = why502(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn no_complaint_repeats_a_token() {
    let url = "http://me:hidden@a/?reset_token=hidden";
    for words in [&["http://a", url][..], &["--format", url], &["--replay", url], &["-X", url, "a"]] {
        let said = String::from_utf8(why502(words).stderr).unwrap();
        assert!(said.contains("reset_token=***") && !said.contains("hidden"), "{words:?}: {said}");
    }
}

#[test]
fn without_arguments_the_help_is_told_as_it_is() {
    let said = String::from_utf8(why502::<&str>([]).stderr).unwrap();
    assert!(said.contains("<[http://][USER:PASSWORD@]HOST:PORT>") && !said.contains("***"), "{said}");
}

#[test]
fn help_and_version_are_no_mistakes() {
    for words in [["--help"], ["--version"], ["help"]] {
        let output = why502(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{words:?}");
    }
}

#[test]
fn the_help_lists_every_exit_status() {
    let help = String::from_utf8(why502(["--help"]).stdout).unwrap();
    for exit in why502::exit::Exit::ALL {
        assert!(help.contains(&format!("{:>3}  {}", exit.code(), exit.sentence())), "{exit:?}");
    }
}

#[test]
fn the_readme_has_the_same_table_of_exit_statuses() {
    let readme = include_str!("../../README.md").replace('`', "");
    for exit in why502::exit::Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.sentence());
        assert!(readme.contains(&row), "the README lacks: {row}");
    }
}

#[test]
fn a_dry_run_shows_the_bytes_and_sends_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://me:hidden@{}/cart", listener.local_addr().unwrap());
    let output = why502(["--dry-run", &url, "--upstream", "http://localhost:1", "-d", "a=1"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        shown.contains("POST /cart HTTP/1.1\\r\\n") && shown.contains("http://localhost:1/cart"),
        "{shown}"
    );
    assert!(!shown.contains("only if"), "a POST is not followed by another path: {shown}");
    assert!(shown.contains("Authorization: ") && !shown.contains("bWU6"), "{shown}");
    let output = why502(["--dry-run", "a", "-d", "password=hidden&b=c", "-H", "X-Session: hidden"]);
    let shown = String::from_utf8(output.stdout).unwrap();
    let possible = String::from_utf8(why502(["--dry-run", "a/cart"]).stdout).unwrap();
    assert!(possible.contains("only if an error comes") && possible.contains("GET / HTTP/1.1"), "{possible}");
    assert!(shown.contains("password=******&b=c") && !shown.contains("hidden"), "{shown}");
    assert!(!shown.contains("more may follow"), "a POST is not sent again: {shown}");
    let output = why502(["--dry-run", &url, "--upstream", "http://localhost:1"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("more may follow"));
    assert!(listener.accept().is_err(), "somebody called");
}

#[cfg(unix)]
#[test]
fn a_reader_who_goes_away_is_no_reason_to_complain() {
    for words in [&["completions", "zsh"][..], &["man"], &["--dry-run", "http://a"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_why502"));
        let output = command
            .args(words)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn there_is_a_page_on_every_gateway_that_the_list_names() {
    let said = |words: &[&str]| {
        let output = why502(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let list = said(&["explain"]);
    let (_, gateways) = list.split_once("\nGateways\n").unwrap();
    assert_eq!(gateways.lines().count(), why502::gateway::GATEWAYS.len());
    for name in gateways.lines().filter_map(|line| line.split(' ').next()) {
        let page = said(&["explain", name]);
        for heading in ["How it is recognised", "What its errors mean", "Its documentation"] {
            assert!(page.contains(heading), "{name}: {heading}");
        }
        // What was not measured is not told as if it were.
        assert_eq!(
            page.contains("not measured:"),
            !page.contains("What it does with faulty responses"),
            "{name}"
        );
        let json: serde_json::Value =
            serde_json::from_str(&said(&["explain", name, "--format", "json"])).unwrap();
        assert_eq!(json["gateway"], name);
    }
}

#[test]
fn a_page_on_a_gateway_has_its_timeouts_and_its_log_in_its_own_words() {
    let page = String::from_utf8(why502(["explain", "nginx"]).stdout).unwrap();
    for fact in [
        "`proxy_read_timeout`: 60.0 s, then 504 (wait, head)",
        "answers 502: whitespace-before-first-field, obs-fold",
        "Unless proxy_ssl_verify is on, it overlooks faults in the upstream's certificate: expired,",
        "A 503 at once, for which it asks nobody, comes of limit_req or limit_conn",
        "A page instead of an error comes of `error_page 502 =200 ...`",
        "What it logs: error log (level error)",
        "upstream sent too big header while reading response header from upstream",
    ] {
        assert!(page.split_whitespace().collect::<Vec<_>>().join(" ").contains(fact), "{fact}: {page}");
    }
}
