//! How to point common gateways at the lab: the shortest configuration of each, with timeouts shorter than the limit.

use std::fmt::Write;
use std::net::SocketAddr;

use crate::lab::{USUAL_ADDRESS, own_ports};

/// The port at which each of them is made to listen.
const LISTEN: u16 = 8080;

/// A gateway, the file to write, and how to start it on that file.
struct Recipe {
    /// As `--how` takes it.
    name: &'static str,
    title: &'static str,
    file: &'static str,
    start: &'static str,
    /// With `LAB`, `HOST`, `PORT` and `LISTEN` to be filled in.
    config: &'static str,
}

const RECIPES: &[Recipe] = &[
    Recipe {
        name: "nginx",
        title: "nginx",
        file: "lab.conf",
        start: "nginx -p \"$PWD\" -c \"$PWD/lab.conf\"",
        config: r#"daemon off;
pid lab.pid;
error_log stderr;
events {}
http {
    access_log off;
    proxy_read_timeout 5s;
    proxy_send_timeout 5s;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    server {
        listen LISTEN;
        location / { proxy_pass http://LAB; }
    }
}"#,
    },
    Recipe {
        name: "haproxy",
        title: "HAProxy",
        file: "lab.cfg",
        start: "haproxy -db -f lab.cfg",
        config: r"defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 5s
frontend gateway
    bind :LISTEN
    default_backend lab
backend lab
    server lab LAB",
    },
    Recipe {
        name: "apache",
        title: "Apache httpd",
        file: "a virtual host (a2enmod proxy proxy_http)",
        start: "apachectl graceful",
        config: r#"Listen LISTEN
<VirtualHost *:LISTEN>
    ProxyPass "/" "http://LAB/" timeout=5 retry=0
</VirtualHost>"#,
    },
    Recipe {
        name: "caddy",
        title: "Caddy",
        file: "Caddyfile",
        start: "caddy run --config Caddyfile",
        config: r":LISTEN {
    reverse_proxy LAB {
        transport http {
            dial_timeout 2s
            response_header_timeout 5s
            read_timeout 5s
        }
    }
}",
    },
    Recipe {
        name: "envoy",
        title: "Envoy",
        file: "lab.yaml",
        start: "envoy -c lab.yaml",
        config: r#"static_resources:
  listeners:
  - address: {socket_address: {address: 0.0.0.0, port_value: LISTEN}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: lab
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            virtual_hosts:
            - name: lab
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: lab, timeout: 5s}
  clusters:
  - name: lab
    connect_timeout: 2s
    load_assignment:
      cluster_name: lab
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: "HOST", port_value: PORT}}}"#,
    },
    Recipe {
        name: "traefik",
        title: "Traefik",
        file: "traefik.yaml and dynamic.yaml (from its documentation; the others were tried)",
        start: "traefik --configFile=traefik.yaml",
        config: r#"# traefik.yaml
entryPoints: {web: {address: ":LISTEN"}}
providers: {file: {filename: dynamic.yaml}}
# dynamic.yaml
http:
  routers: {lab: {rule: "PathPrefix(`/`)", service: lab}}
  services: {lab: {loadBalancer: {servers: [{url: "http://LAB"}], serversTransport: lab}}}
  serversTransports: {lab: {forwardingTimeouts: {dialTimeout: 2s, responseHeaderTimeout: 5s}}}"#,
    },
];

/// How to point common gateways, or the one of this name, at a lab that listens there.
///
/// # Errors
/// A sentence that names those that there are, if there is none of this name.
pub fn how(lab: SocketAddr, name: Option<&str>) -> Result<String, String> {
    let recipes = named(name)?;
    let mut text = format!(
        "Point the gateway's upstream at the lab, {lab}, and then, while it runs:\n\n  \
         why502 conform http://127.0.0.1:{LISTEN}/{option}\n\n\
         The lab runs for as long as the command does. A prefix before /fault/NAME does no harm, and\n\
         timeouts towards the upstream must be shorter than --max-time (10 s), or every stall is said\n\
         to hang. A gateway on another machine needs an address that it can reach: --lab 10.0.0.5:8502.\n",
        option = if lab.to_string() == USUAL_ADDRESS { String::new() } else { format!(" --lab {lab}") },
    );
    for recipe in recipes {
        let config = recipe
            .config
            .replace("LISTEN", &LISTEN.to_string())
            .replace("LAB", &lab.to_string())
            .replace("HOST", &lab.ip().to_string())
            .replace("PORT", &lab.port().to_string());
        // Writing into a String cannot fail.
        let _ = write!(text, "\n== {}: {}\n\n", recipe.title, recipe.file);
        config.lines().for_each(|line| {
            let _ = writeln!(text, "  {line}");
        });
        let _ = writeln!(text, "\n  $ {}", recipe.start);
    }
    text.push_str(
        "\n== Faults in connecting and in TLS\n\n\
         They have ports of their own, and are tried if the gateway leads /fault/NAME there. (The lab's\n\
         certificates are new at each start; its authority is at /ca.pem.)\n\n",
    );
    for (fault, address) in own_ports(lab) {
        let _ = writeln!(text, "  /fault/{:<22} {}://{address}", fault.name, fault.scheme());
    }
    Ok(text)
}

/// The recipe of this name; all without one.
fn named(name: Option<&str>) -> Result<Vec<&'static Recipe>, String> {
    let is_meant = |recipe: &&Recipe| {
        name.is_none_or(|name| {
            recipe.name.eq_ignore_ascii_case(name) || recipe.title.eq_ignore_ascii_case(name)
        })
    };
    let found: Vec<&Recipe> = RECIPES.iter().filter(is_meant).collect();
    if found.is_empty() {
        let known: Vec<&str> = RECIPES.iter().map(|recipe| recipe.name).collect();
        let name = name.unwrap_or_default().escape_debug();
        return Err(format!("there are no instructions for '{name}'; there are for {}", known.join(", ")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_leads_to_the_lab() {
        let text = how("10.0.0.5:9000".parse().unwrap(), None).unwrap();
        assert_eq!(text.matches("10.0.0.5:9000").count(), 7, "{text}");
        for placeholder in ["LAB", "HOST", "PORT", "LISTEN"] {
            assert!(!text.contains(placeholder), "{placeholder}");
        }
        assert!(text.contains("/fault/refused") && text.contains("http://10.0.0.5:9001"), "{text}");
    }

    #[test]
    fn one_gateway_is_picked_by_its_name_and_an_unknown_one_is_told_those_that_there_are() {
        let lab = USUAL_ADDRESS.parse().unwrap();
        let text = how(lab, Some("HAProxy")).unwrap();
        assert!(text.contains("== HAProxy") && !text.contains("== nginx"), "{text}");
        assert!(how(lab, Some("apache")).unwrap().contains("== Apache httpd"));
        let told = how(lab, Some("iis")).unwrap_err();
        assert_eq!(
            told,
            "there are no instructions for 'iis'; there are for nginx, haproxy, apache, caddy, envoy, traefik"
        );
    }
}
