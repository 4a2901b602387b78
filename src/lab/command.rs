//! `why502 lab`: the list of faults, and the lab run until Ctrl-C.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::SocketAddr;

use super::port::AUTHORITY_PATH;
use super::{Expects, FAULTS, Fault, Lab, Level};

/// Readable on any terminal.
const WIDTH: usize = 80;

/// Prints every fault: its name, the cause that a right diagnosis names, and what the upstream does.
///
/// # Errors
///
/// If writing fails.
pub fn list(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(listing().as_bytes())
}

/// Starts the lab, says where everything listens and how to try it, and runs until Ctrl-C.
///
/// # Errors
///
/// If a port cannot be bound, or if writing fails.
pub async fn serve(listen: SocketAddr, only: Option<&'static Fault>, out: &mut dyn Write) -> io::Result<()> {
    let lab = match only {
        Some(fault) => Lab::start_with_only(listen, fault).await?,
        None => Lab::start(listen).await?,
    };
    let text = match only {
        Some(fault) => announcement_of_one(&lab, fault),
        None => announcement(&lab),
    };
    out.write_all(text.as_bytes())?;
    out.flush()?;
    tokio::signal::ctrl_c().await
}

fn listing() -> String {
    let groups = [Level::Name, Level::Address, Level::Tls, Level::Stream].map(|level| {
        let of_level = FAULTS.iter().filter(|fault| fault.level == level);
        format!("{}\n\n{}", heading(level), of_level.map(entry).collect::<String>())
    });
    groups.join("\n")
}

fn heading(level: Level) -> &'static str {
    match level {
        Level::Name => "IN THE NAME: a host that does not resolve",
        Level::Address => "IN THE ADDRESS: a port of its own for each",
        Level::Tls => "IN TLS: a port of its own for each",
        Level::Stream => "IN THE RESPONSE: one port for all, by path /fault/NAME",
    }
}

fn entry(fault: &Fault) -> String {
    let summary = textwrap::Options::new(WIDTH).initial_indent("      ").subsequent_indent("      ");
    format!("  {:<23} {}\n{}\n", fault.name, verdict(fault.expects), textwrap::fill(fault.summary, summary))
}

fn verdict(expects: Expects) -> String {
    match expects {
        Expects::Healthy => "healthy".to_owned(),
        Expects::Cause(slug) => slug.to_owned(),
        Expects::Warning(slug) => format!("{slug} (a warning)"),
    }
}

fn announcement(lab: &Lab) -> String {
    let base = lab.base_url();
    let mut text = format!(
        "The lab listens. Ctrl-C stops it.\n\n\
         Faults in the response, by path; {base}/ lists them:\n  \
           curl -i {base}/fault/rst-mid-body\n  \
           why502 http://GATEWAY/fault/rst-mid-body --upstream {base}\n\n\
         Faults with a port of their own:\n"
    );
    for fault in FAULTS.iter().filter(|fault| fault.has_own_port() || fault.level == Level::Name) {
        let url = lab.url_of(fault);
        let origin = url.split("/fault/").next().unwrap_or(&url);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  {:<23} {origin}", fault.name);
    }
    let _ = write!(
        text,
        "\nThe certificate of the lab's own authority, for --cacert:\n  curl -o lab-ca.pem {base}{AUTHORITY_PATH}\n"
    );
    text
}

fn announcement_of_one(lab: &Lab, fault: &Fault) -> String {
    let base = lab.base_url();
    let mut text = format!(
        "The lab listens. Ctrl-C stops it.\n\n\
         {}: {}\nWhatever is asked of {base} meets this fault:\n  \
           curl -i {base}/\n  \
           why502 http://GATEWAY/ --upstream {base}\n",
        fault.name, fault.summary
    );
    if fault.level == Level::Tls {
        let _ = write!(
            text,
            "\nThe certificate of the lab's own authority, to be saved for --cacert:\n{}",
            lab.authority_pem()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_names_every_fault_and_fits_into_80_columns() {
        let listing = listing();
        for fault in FAULTS {
            assert!(listing.contains(&format!("\n  {} ", fault.name)), "{}", fault.name);
        }
        assert_eq!(listing.lines().find(|line| line.len() > WIDTH), None);
    }

    #[tokio::test]
    async fn the_announcement_says_where_each_port_is() {
        let lab = Lab::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let text = announcement(&lab);
        assert!(text.contains(&format!("curl -i {}/fault/rst-mid-body\n", lab.base_url())));
        for fault in FAULTS.iter().filter(|fault| matches!(fault.level, Level::Address | Level::Tls)) {
            assert!(text.contains(lab.url_of(fault).split("/fault/").next().unwrap()), "{}", fault.name);
        }
    }
}
