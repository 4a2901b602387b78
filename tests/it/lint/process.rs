//! The command as a process, in front of the lab.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use why502::lab::{Lab, find};

fn why502(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_why502"));
    command.args(words).stdin(Stdio::null()).env("NO_COLOR", "1").output().unwrap()
}

/// A lab on a thread of its own, as long as this lives.
struct Served {
    _stop: mpsc::Sender<()>,
    urls: mpsc::Receiver<String>,
    names: mpsc::Sender<&'static str>,
}

impl Served {
    fn start() -> Self {
        let (stop, stopped) = mpsc::channel::<()>();
        let (names, asked) = mpsc::channel::<&'static str>();
        let (tell, urls) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let lab = Lab::start(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
                loop {
                    while let Ok(name) = asked.try_recv() {
                        tell.send(lab.url_of(find(name).unwrap())).unwrap();
                    }
                    if stopped.try_recv() == Err(mpsc::TryRecvError::Disconnected) {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
        });
        Self { _stop: stop, urls, names }
    }

    fn url(&self, name: &'static str) -> String {
        self.names.send(name).unwrap();
        self.urls.recv().unwrap()
    }
}

fn lint(url: &str, more: &[&str]) -> (Value, i32) {
    let output = why502(&[&["lint", url, "--format", "json"], more].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (report, output.status.code().unwrap())
}

fn prediction<'a>(report: &'a Value, gateway: &str) -> &'a Value {
    let predictions = report["predictions"].as_array().unwrap();
    predictions.iter().find(|told| told["gateway"] == gateway).unwrap()
}

#[test]
fn a_certificate_that_is_not_trusted_here_is_told_with_the_option_that_overlooks_it() {
    let served = Served::start();
    let url = served.url("tls-self-signed");
    let (report, code) = lint(&url, &[]);
    let sentence = report["verdict"]["sentence"].as_str().unwrap();
    assert!(code == 4 && sentence.ends_with("-k overlooks it."), "{code}: {sentence}");
    let (report, code) = lint(&url, &["-k"]);
    assert_eq!((report["verdict"]["outcome"].as_str(), code), (Some("healthy"), 0));
}

#[test]
fn the_exit_status_says_whether_a_gateway_objects() {
    let lab = Served::start();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, more, expected) in [
        (lab.url("ok-length"), &["--for", "nginx,haproxy"][..], 0),
        (lab.url("name-space"), &[], 1),
        (lab.url("obs-fold"), &["--for", "haproxy"], 0),
        (lab.url("obs-fold"), &["--for", "haproxy", "--strict"], 1),
        (lab.url("fin-after-request"), &[], 1),
        (lab.url("no-answer"), &["--max-time", "0.3"], 3),
        (format!("http://{free}/"), &[], 4),
    ] {
        let (report, exit) = lint(&url, more);
        assert_eq!(exit, expected, "{url} {more:?}: {}", report["verdict"]["sentence"]);
    }
}

#[test]
fn every_report_is_what_the_schema_says() {
    let lab = Served::start();
    let schema: Value = serde_json::from_slice(&why502(&["schema", "lint"]).stdout).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for name in ["ok-103", "obs-fold", "headers-200", "http10-426", "not-there", "body-head"] {
        let url = find(name).map_or_else(|| "127.0.0.1:1".to_owned(), |fault| lab.url(fault.name));
        let (report, _) = lint(&url, &["--idle", "0.1"]);
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn a_limit_is_named_with_its_directive() {
    let lab = Served::start();
    let (report, _) = lint(&lab.url("header-5k"), &[]);
    let nginx = prediction(&report, "nginx");
    assert_eq!((&nginx["outcome"], &nginx["status"]), (&"refuses".into(), &502.into()));
    assert_eq!(nginx["because"], serde_json::json!(["proxy_buffer_size"]));
    assert_eq!(report["verdict"]["cause"], "response-head-too-large");
}

#[test]
fn an_upstream_that_refuses_http10_is_found_by_asking_as_nginx_does() {
    let lab = Served::start();
    let (report, _) = lint(&lab.url("http10-426"), &[]);
    let nginx = prediction(&report, "nginx");
    assert_eq!((&nginx["outcome"], &nginx["status"]), (&"refuses".into(), &426.into()));
    assert_eq!(prediction(&report, "haproxy")["outcome"], "passes");
    assert_eq!(report["verdict"]["cause"], "upstream-refuses-http10");
}

#[test]
fn the_field_that_decides_is_named_with_all_who_send_it() {
    let lab = Served::start();
    let report = why502(&["lint", &lab.url("via-fin")]);
    let text = String::from_utf8(report.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "Asked as each of Squid, Traffic Server, nghttpx, h2o and tinyproxy asks (with Via): The upstream closes";
    assert!(text.contains(expected), "{text}");
}

/// A server that closes idle connections after `keeps`, and whose HEAD tells another length than its GET.
fn impatient(keeps: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for visitor in listener.incoming() {
            thread::spawn(move || {
                let mut visitor = visitor.unwrap();
                let mut request = [0; 4096];
                let length = visitor.read(&mut request).unwrap();
                let answer = if request[..length].starts_with(b"HEAD") {
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
                } else {
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                };
                visitor.write_all(answer.as_bytes()).unwrap();
                thread::sleep(keeps);
            });
        }
    });
    address
}

#[test]
fn an_idle_close_and_a_head_of_another_length_are_warnings() {
    let url = format!("http://{}/", impatient(Duration::from_millis(400)));
    let (report, exit) = lint(&url, &["--idle", "5"]);
    assert_eq!((exit, &report["verdict"]["outcome"]), (0, &"warning".into()));
    assert_eq!(report["idle"]["end"], "closed");
    let seconds = report["idle"]["seconds"].as_f64().unwrap();
    assert!((0.2..3.0).contains(&seconds), "{seconds}");
    assert!(prediction(&report, "nginx")["sometimes"][0].as_str().unwrap().contains("keepalive_timeout"));
    let notes = report["notes"].to_string();
    assert!(notes.contains("HEAD announces 3 bytes"), "{notes}");
    let last = report["exchanges"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["experiment"], &last["end"]), (&"left-idle".into(), &"complete".into()));
    assert!(last["duration"].as_f64().unwrap() < 0.3, "the wait is none of the exchange");
}

#[test]
fn an_unknown_gateway_is_answered_with_those_that_are_known() {
    let output = why502(&["lint", "127.0.0.1:1", "--for", "nginx,nobody"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("'nobody' was not measured") && said.contains("nginx, "), "{said}");
}

#[test]
fn saved_bytes_are_judged_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("response");
    std::fs::write(&file, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok").unwrap();
    let output = why502(&["lint", "--raw", file.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("cuts it short") && text.contains("body-short"), "{text}");
    let json = why502(&["lint", "--raw", file.to_str().unwrap(), "--format", "json"]);
    let report: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(prediction(&report, "nginx")["because"], serde_json::json!(["body-short"]));
    let head = why502(&["lint", "--raw", file.to_str().unwrap(), "--method", "HEAD"]);
    assert_eq!(head.status.code(), Some(0), "{}", String::from_utf8_lossy(&head.stdout));
}

#[test]
fn a_sentence_that_begins_with_the_gateway_keeps_its_subject() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("response");
    std::fs::write(&file, "HTTP/1.1 200 OK\r\nX-Accel-Redirect: /a\r\nContent-Length: 2\r\n\r\nok").unwrap();
    let output = why502(&["lint", "--raw", file.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("  - nginx drops a response with this field"), "{text}");
}

#[test]
fn a_saved_head_alone_may_be_an_answer_to_head() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("head");
    std::fs::write(&file, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").unwrap();
    let judged = |more: &[&str]| {
        let words = [&["lint", "--raw", file.to_str().unwrap()], more].concat();
        String::from_utf8(why502(&words).stdout).unwrap()
    };
    assert!(judged(&[]).contains("--method HEAD reads it as"));
    let as_head = judged(&["--method", "HEAD"]);
    assert!(!as_head.contains("--method HEAD") && as_head.starts_with("HEALTHY"), "{as_head}");
}

#[test]
fn what_is_broken_in_http10_alone_is_told_so() {
    // Chunked in HTTP/1.1, and in HTTP/1.0 a body that is shorter than it says: 200 both times.
    let url = upstream(|request, visitor| {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        let short = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok";
        let older = request.lines().next().is_some_and(|line| line.ends_with("HTTP/1.0"));
        let _ = visitor.write_all(if older { short } else { chunked }.as_bytes());
    });
    let (report, _) = lint(&url, &[]);
    let nginx = prediction(&report, "nginx");
    assert_eq!(nginx["outcome"], "cuts", "{nginx}");
    let sentence = nginx["reasons"][0]["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("Asked as nginx asks before 1.29.7 (in HTTP/1.0): "), "{sentence}");
}

#[test]
fn an_upstream_that_minds_a_field_in_any_version_does_not_mind_the_version() {
    let url = upstream(|request, visitor| {
        if request.to_ascii_lowercase().contains("connection: close") {
            let _ = visitor.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        } else {
            fine(visitor);
        }
    });
    let (report, _) = lint(&url, &[]);
    assert_ne!(report["verdict"]["cause"], "upstream-refuses-http10", "{}", report["verdict"]);
    assert_eq!(prediction(&report, "nginx")["because"], serde_json::json!(["answers-otherwise"]));
}

/// What an upstream does with a request, and the connection.
type Handler = fn(&str, &mut std::net::TcpStream);

fn upstream(handler: Handler) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for visitor in listener.incoming() {
            thread::spawn(move || {
                let mut visitor = visitor.unwrap();
                let (mut request, mut byte) = (Vec::new(), [0]);
                while !request.ends_with(b"\r\n\r\n") && visitor.read(&mut byte).is_ok_and(|read| read == 1) {
                    request.push(byte[0]);
                }
                handler(&String::from_utf8_lossy(&request), &mut visitor);
            });
        }
    });
    url
}

fn fine(visitor: &mut std::net::TcpStream) {
    let _ = visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
}

#[test]
fn a_body_that_was_still_coming_when_why502_stopped_listening_is_no_fault() {
    for head in
        ["Content-Length: 40\r\n", "Content-Type: text/event-stream\r\n", "Transfer-Encoding: chunked\r\n"]
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let part = if head.starts_with("Transfer") { "1\r\nx\r\n" } else { "x" };
        thread::spawn(move || {
            let mut visitor = listener.accept().unwrap().0;
            let _ = visitor.read(&mut [0; 4096]);
            let _ = write!(visitor, "HTTP/1.1 200 OK\r\n{head}\r\n");
            while visitor.write_all(part.as_bytes()).is_ok() {
                thread::sleep(Duration::from_millis(200));
            }
        });
        let (report, exit) = lint(&url, &["--max-time", "1.5"]);
        assert_eq!(
            (exit, &report["verdict"]["outcome"]),
            (0, &"healthy".into()),
            "{head}{}",
            report["verdict"]
        );
        assert_eq!(prediction(&report, "nginx")["outcome"], "passes");
        let notes = report["notes"].to_string();
        assert!(notes.contains("still coming when why502 stopped listening"), "{notes}");
        // It would pass on nothing of it before the end.
        assert_eq!(
            prediction(&report, "lighttpd")["because"],
            serde_json::json!(["server.stream-response-body"])
        );
        let sentence = report["verdict"]["sentence"].as_str().unwrap();
        assert!(sentence.ends_with(", as far as it was heard."), "{sentence}");
    }
}

#[test]
fn a_fault_of_head_alone_is_a_warning_and_not_charged_to_get() {
    let url = upstream(|request, visitor| {
        if !request.starts_with("HEAD") {
            fine(visitor);
        }
    });
    let (report, exit) = lint(&url, &[]);
    assert_eq!((exit, &report["verdict"]["outcome"]), (0, &"warning".into()), "{}", report["verdict"]);
    assert_eq!(prediction(&report, "nginx")["outcome"], "passes");
    let notes = report["notes"].to_string();
    assert!(notes.contains("A HEAD request is") && notes.contains("nginx (502)"), "{notes}");
    assert_eq!(lint(&url, &["--strict"]).1, 1);
}

#[test]
fn who_answers_only_those_who_forward_is_not_charged_with_a_plain_head() {
    let url = upstream(|request, visitor| {
        if request.to_lowercase().contains("x-forwarded-for:") {
            fine(visitor);
        }
    });
    let (report, _) = lint(&url, &[]);
    assert_eq!(prediction(&report, "caddy")["outcome"], "passes");
    assert_eq!(prediction(&report, "haproxy")["outcome"], "refuses");
    let notes = report["notes"].to_string();
    assert!(!notes.contains("A HEAD request is"), "{notes}");
}
