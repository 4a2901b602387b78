//! What a user sees: the built program replays a case, and its whole output is kept.

use std::process::{Command, Stdio};

use super::folder;

macro_rules! reports {
    ($($test:ident: $case:literal,)*) => {$(
        #[test]
        fn $test() {
            insta::with_settings!({ omit_expression => true, description => $case }, {
                insta::assert_snapshot!(stringify!($test), replay($case));
            });
        }
    )*};
}

reports! {
    refused_behind_haproxy: "upstream-refused/behind_haproxy_as_503",
    direct_refused_and_the_gateway_answers: "upstream-refused/near_miss_harmless_gateway_answers",
    written_behind_the_gateway_asked: "upstream-refused/haproxy_behind_nginx",
    reset_in_head_behind_nginx: "upstream-reset-in-head/behind_nginx",
    a_502_that_was_a_timeout: "upstream-slow-first-byte/late_as_502_after_60_s",
    timeout_and_a_gateway_that_failed_at_once: "upstream-slow-first-byte/candidate_gateway_failed_at_once",
    space_before_the_colon: "invalid-response-head/space_before_colon_behind_nginx",
    body_cut_and_passed_on_as_whole: "upstream-closed-in-body/passed_on_as_whole_by_nginx",
    certificate_expired: "certificate-expired/candidate_behind_haproxy_as_503",
    unexplained: "gateway-error-upstream-fine/502_and_200",
    gateway_alone: "upstream-slow-first-byte/gateway_alone_504_after_60_s",
}

fn replay(case: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_why502"))
        .arg("--replay")
        .arg(folder().join(format!("{case}.json")))
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    format!("exit {code}\n-- stdout\n{}-- stderr\n{}", text(&output.stdout), text(&output.stderr))
}
