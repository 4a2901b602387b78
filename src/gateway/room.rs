//! How much room a gateway has to be given for a response head that is too large for it, in its own words.
//!
//! Each size is the next power of two with an eighth to spare, because the head that was seen is not the largest there
//! will be. That the gateway takes these lines, and the head with them, was measured with heads of 9,000 to 70,000 bytes
//! and of 200 and 2000 fields, with the versions that `tests/gateways/measured` names.

use std::fmt::Write as _;

use super::configured_as;

/// The sizes of a response head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadSize {
    /// The whole head in bytes, with its status line.
    pub bytes: u64,
    /// The largest field in bytes, with its line end.
    pub largest_field: u64,
    /// The number of fields.
    pub fields: u64,
}

/// The lines that let the gateway of this name take such a head; `None` where nothing would, and for HAProxy, Varnish and
/// nghttpx also where the head is within the defaults.
#[must_use]
pub fn room(gateway: &str, head: HeadSize) -> Option<String> {
    match configured_as(gateway) {
        "nginx" => Some(nginx(head)),
        "ingress-nginx" => {
            let size = kilobytes(nginx_buffer(head));
            Some(format!(
                "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-buffer-size: {size}k"
            ))
        }
        "haproxy" => haproxy(head),
        "apache" => {
            let size = above(head.largest_field, 16_384);
            Some(format!("ProxyPass \"/\" \"http://10.0.3.7:8080/\" responsefieldsize={size}"))
        }
        "varnish" => varnish(head),
        "nghttpx" => nghttpx(head),
        "trafficserver" => {
            let size = above(head.bytes, 262_144);
            Some(format!("CONFIG proxy.config.http.response_header_max_size INT {size}"))
        }
        "envoy" => envoy(head),
        _ => None,
    }
}

/// `proxy_busy_buffers_size` must hold one of each buffer, and leave one of `proxy_buffers` free.
fn nginx(head: HeadSize) -> String {
    let size = kilobytes(nginx_buffer(head));
    format!("proxy_buffer_size {size}k;\nproxy_buffers 4 {size}k;\nproxy_busy_buffers_size {}k;", 2 * size)
}

fn nginx_buffer(head: HeadSize) -> u64 {
    above(head.bytes, 8192)
}

/// The head has to fit into `tune.bufsize` less `tune.maxrewrite` (1024 by default) and what HAProxy stores beside it.
fn haproxy(head: HeadSize) -> Option<String> {
    let needed = head.bytes.saturating_add(head.fields.saturating_mul(4)).saturating_add(1024 + 79);
    let mut lines = String::new();
    if needed > 16_384 {
        let _ = write!(lines, "\n    tune.bufsize {}", above(needed, 32_768));
    }
    if head.fields > 100 {
        let lines_of_head = above(head.fields, 256);
        // The manual has 32767 as the most.
        if lines_of_head > 32_767 {
            return None;
        }
        let _ = write!(lines, "\n    tune.http.maxhdr {lines_of_head}");
    }
    (!lines.is_empty()).then(|| format!("global{lines}"))
}

fn varnish(head: HeadSize) -> Option<String> {
    let mut parameters = Vec::new();
    if head.largest_field > 8194 {
        parameters.push(format!("-p http_resp_hdr_len={}k", kilobytes(above(head.largest_field, 16_384))));
    }
    let size = above(head.bytes, 65_536);
    if head.bytes > 32_768 {
        parameters.push(format!("-p http_resp_size={}k", kilobytes(size)));
    }
    let workspace = kilobytes(size.saturating_mul(4));
    if head.fields > 55 {
        let lines = above(head.fields, 256);
        // More was not measured, and takes a larger workspace.
        if lines > 4096 {
            return None;
        }
        // Measured: without a larger workspace for clients it crashes at the first request of 4096 lines.
        parameters.push(format!("-p http_max_hdr={lines} -p workspace_client={workspace}k"));
    }
    if parameters.is_empty() {
        return None;
    }
    parameters.push(format!("-p workspace_backend={workspace}k"));
    Some(parameters.join(" "))
}

fn nghttpx(head: HeadSize) -> Option<String> {
    let size = (head.bytes > 65_536)
        .then(|| format!("response-header-field-buffer={}K", kilobytes(above(head.bytes, 131_072))));
    let fields =
        (head.fields > 500).then(|| format!("max-response-header-fields={}", above(head.fields, 1024)));
    let lines: Vec<String> = size.into_iter().chain(fields).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn envoy(head: HeadSize) -> Option<String> {
    let kilobytes = kilobytes(above(head.bytes, 131_072));
    // The largest that its documents allow.
    (kilobytes <= 8192).then(|| {
        format!(
            "clusters:\n- name: app\n  typed_extension_protocol_options:\n    \
             envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n      \
             \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n      \
             common_http_protocol_options: {{max_headers_count: {}, max_response_headers_kb: {kilobytes}}}\n      \
             explicit_http_config: {{http_protocol_options: {{}}}}",
            above(head.fields, 256)
        )
    })
}

/// The next power of two with an eighth to spare, and no less than `least`.
fn above(size: u64, least: u64) -> u64 {
    size.saturating_add(size / 8).checked_next_power_of_two().unwrap_or(size).max(least)
}

fn kilobytes(bytes: u64) -> u64 {
    bytes / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: HeadSize = HeadSize { bytes: 40_047, largest_field: 40_009, fields: 3 };

    #[test]
    fn nginx_is_given_a_buffer_above_the_head_and_others_that_it_takes_beside_it() {
        assert_eq!(
            room("nginx", LARGE).unwrap(),
            "proxy_buffer_size 64k;\nproxy_buffers 4 64k;\nproxy_busy_buffers_size 128k;"
        );
    }

    #[test]
    fn haproxy_is_given_what_is_too_small_and_no_more() {
        assert_eq!(room("haproxy", LARGE).unwrap(), "global\n    tune.bufsize 65536");
        let many = HeadSize { bytes: 4000, largest_field: 30, fields: 200 };
        assert_eq!(room("haproxy", many).unwrap(), "global\n    tune.http.maxhdr 256");
    }

    #[test]
    fn no_size_that_a_stranger_sends_overflows() {
        let huge = HeadSize { bytes: u64::MAX, largest_field: u64::MAX, fields: u64::MAX };
        for gateway in crate::gateway::GATEWAYS {
            let _ = room(gateway.name, huge);
        }
    }
}
