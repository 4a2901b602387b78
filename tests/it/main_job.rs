//! The main job as a process: what goes to which stream and into which file, and what Ctrl-C does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: id=sesame-open\r\n\r\nok";

/// A server that gives every visitor this answer, or none if it is empty. It tells of each request that came.
fn server(answer: &'static str) -> (SocketAddr, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (told, tell) = channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for visitor in listener.incoming() {
            let mut visitor: TcpStream = visitor.unwrap();
            let _ = visitor.read(&mut [0; 4096]);
            let _ = visitor.write_all(answer.as_bytes());
            let _ = told.send(());
            kept.push(visitor);
        }
    });
    (address, tell)
}

fn why502(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_why502"));
    command.args(words).stdin(Stdio::null()).env("NO_COLOR", "1");
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn run(words: &[&str]) -> Output {
    why502(words).output().unwrap()
}

#[test]
fn the_report_is_all_that_stands_on_the_standard_output() {
    let (address, _told) = server(ANSWER);
    let url = format!("http://{address}/");
    let output = run(&[&url, "--upstream", &url, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["format"], 1);
    assert_eq!(report["exchanges"].as_array().unwrap().len(), 2);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn json_is_one_document_also_when_nobody_answers() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = run(&[&format!("http://{free}/"), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["exchanges"][0]["end"], "refused");
}

#[test]
fn a_malformed_response_is_not_called_well_formed_where_nobody_else_was_asked() {
    let (address, _told) = server("HTTP/1.1 200 OK\r\nX-A : x\r\nContent-Length: 2\r\n\r\nok");
    let output = run(&[&format!("http://{address}/"), "--strict"]);
    let report = text(&output.stdout);
    assert!(report.starts_with("WARNING") && report.contains("not well-formed"), "{report}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_file_gets_the_same_report_without_colour() {
    let (address, _told) = server(ANSWER);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.txt");
    let output = run(&[&format!("http://{address}/"), "-o", file.to_str().unwrap()]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
    let report = std::fs::read_to_string(file).unwrap();
    assert!(report.contains("200 OK") && !report.contains('\x1b'), "{report}");
}

#[test]
fn a_recording_gives_the_same_report_again_and_holds_no_secret() {
    let (address, _told) = server(ANSWER);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.json");
    let file = file.to_str().unwrap();
    let url = format!("http://{address}/?token=open-sesame");
    let first = run(&[&url, "--upstream", &url, "-u", "me:sesam-oeffne", "--record", file]);
    let again = run(&["--replay", file]);
    assert_eq!(first.status.code(), again.status.code());
    assert_eq!(text(&first.stdout), text(&again.stdout));
    let recording = std::fs::read_to_string(file).unwrap();
    // The last is "me:sesam-oeffne" in base64.
    for secret in ["open-sesame", "sesame-open", "sesam-oeffne", "bWU6c2VzYW0tb2VmZm5l"] {
        assert!(!recording.contains(secret), "{secret} in {recording}");
        assert!(!text(&first.stdout).contains(secret), "{secret} in {}", text(&first.stdout));
    }
}

#[test]
fn no_report_and_no_recording_holds_a_secret_that_a_peer_repeats() {
    const ECHO: &str = "HTTP/1.1 200 OK\r\n Set-Cookie: a=SECRET1\r\nSet-Cookie: b=1;\r\n  SECRET2\r\n\
                        Content-Length: 83\r\nX-Session: SECRET3\r\nX-Again: SECRET2\r\n\r\n\
                        password=SECRET4&token=SECRET5\r\nSECRET6%3D%3D SECRET7 SECRET1 SECRET3 sso=1 and so on";
    let (address, _told) = server(ECHO);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.json");
    let file = file.to_str().unwrap();
    let url = format!("http://{address}/?sso=SECRET8");
    let common = [&url, "-b", "c=SECRET6==", "-u", "me:SECRET7", "-v", "--record", file];
    for format in ["text", "json"] {
        let output = run(&[&common[..], &["--format", format]].concat());
        let recording = std::fs::read_to_string(file).unwrap();
        for shown in [text(&output.stdout), text(&output.stderr), &recording] {
            assert!(!shown.contains("SECRET"), "{shown}");
        }
    }
}

#[test]
fn secrets_are_shown_to_those_who_want_them() {
    let (address, _told) = server(ANSWER);
    let output = run(&[&format!("http://{address}/"), "-b", "id=sesame", "--show-secrets", "-v"]);
    assert!(text(&output.stdout).contains("id=sesame"), "{}", text(&output.stdout));
}

#[cfg(unix)]
#[test]
fn ctrl_c_gives_the_report_of_what_was_seen_so_far() {
    let (address, told) = server("");
    let url = format!("http://{address}/");
    let child =
        why502(&[&url, "--upstream", &url]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The server serves one after the other and keeps everybody waiting: both have asked.
    told.recv().unwrap();
    told.recv().unwrap();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("interrupted"), "{}", text(&output.stdout));
}

#[test]
fn a_certificate_and_the_key_of_another_are_refused_before_anything_is_sent() {
    let (address, told) = server(ANSWER);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, pem: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let one = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let cert = write("cert.pem", one.cert.pem());
    let key = write("key.pem", other.signing_key.serialize_pem());
    let output = run(&[&format!("http://{address}/"), "--cert", &cert, "--key", &key]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr).lines().count(), 1, "{}", text(&output.stderr));
    assert!(told.try_recv().is_err(), "something was sent");
}

#[test]
fn the_demo_counts_a_fault_that_only_its_gateway_meets_as_named() {
    let output = run(&["demo", "via-fin"]);
    let told = text(&output.stdout);
    assert!(
        told.contains("once `Via` is in it") && told.ends_with("1 of 1 named as the lab made them.\n"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_report_that_goes_to_no_terminal_is_as_wide_as_columns_says() {
    let (address, _told) = server(ANSWER);
    let url = format!("http://{address}/");
    let widest = |columns: Option<&str>| {
        let mut command = why502(&[&url, "--upstream", &url, "-v"]);
        match columns {
            Some(columns) => command.env("COLUMNS", columns),
            None => command.env_remove("COLUMNS"),
        };
        let output = command.output().unwrap();
        let shown = text(&output.stdout);
        let report = shown.split("To see it by hand").next().unwrap();
        report.lines().map(|line| line.chars().count()).max().unwrap()
    };
    assert!((61..=80).contains(&widest(None)));
    assert!((41..=60).contains(&widest(Some("60"))));
    assert!(widest(Some("40")) <= 40);
    assert!((81..=100).contains(&widest(Some("100"))));
    assert!((61..=80).contains(&widest(Some("wide"))));
}
