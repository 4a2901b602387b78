//! What `why502 explain` shows: the page on one cause, and the list of all.
//!
//! Pages are a small part of Markdown: paragraphs, `code`, lists with `-`, headings with `##`, and blocks between
//! lines of three backticks, which stay as they are.

use super::layout::{DOT, Page, columns, padded};
use super::{TextOptions, escape::safe};
use crate::proxy_status::ErrorType;

/// The page on one cause.
#[derive(Debug, Clone, Copy)]
pub struct CausePage<'a> {
    /// A few words for the cause.
    pub title: &'a str,
    /// Its slug.
    pub slug: &'a str,
    /// The error type of RFC 9209, if there is one.
    pub error_type: Option<ErrorType>,
    /// The page itself, in a small part of Markdown.
    pub page: &'a str,
}

/// One line of the list of causes.
#[derive(Debug, Clone, Copy)]
pub struct CauseLine<'a> {
    /// Its slug.
    pub slug: &'a str,
    /// The error type of RFC 9209, if there is one.
    pub error_type: Option<ErrorType>,
    /// One sentence.
    pub summary: &'a str,
}

/// One line of the list of gateways.
#[derive(Debug, Clone, Copy)]
pub struct GatewayLine<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its name for people.
    pub title: &'a str,
    /// Where what is known of it is from.
    pub basis: &'a str,
}

/// The page on one cause, wrapped for a terminal.
#[must_use]
pub fn explanation(cause: &CausePage<'_>, options: &TextOptions) -> String {
    let mut facts = vec![cause.slug.to_owned()];
    if let Some(kind) = cause.error_type {
        facts.push(format!("{} (RFC 9209 section {})", kind.token(), kind.section()));
        facts.push(kind.recommended_status().map_or_else(
            || "RFC 9209 names no one status".to_owned(),
            |status| format!("the right status is {status}"),
        ));
    }
    explained(cause.title, &facts, cause.page, options)
}

/// A page with its title, and the facts that stand under it.
pub(super) fn explained(title: &str, facts: &[String], text: &str, options: &TextOptions) -> String {
    let mut page = options.page();
    let title = page.style.heading(&safe(title));
    page.hanging("", 2, &title);
    let facts: Vec<String> = facts.iter().map(|fact| safe(fact).into_owned()).collect();
    page.pieces(0, DOT, &facts);
    page.gap();
    markdown(&mut page, text);
    page.into_text()
}

/// All causes: slug, error type, one sentence; and all gateways: name, title, where the facts are from.
#[must_use]
pub fn explain_list(causes: &[CauseLine<'_>], gateways: &[GatewayLine<'_>], options: &TextOptions) -> String {
    let mut page = options.page();
    for cause in causes {
        let kind = cause.error_type.map_or("", ErrorType::token);
        let slug = safe(cause.slug);
        let room = page.width().saturating_sub(columns(&slug) + columns(kind));
        page.line(format!("{}{}{}", page.style.strong(&slug), padded("", room), page.style.faint(kind)));
        page.paragraph(4, &safe(cause.summary));
    }
    if !gateways.is_empty() {
        page.heading("Gateways");
    }
    let widest = gateways.iter().map(|gateway| columns(gateway.name)).max().unwrap_or_default();
    for gateway in gateways {
        let room = padded("", widest + 2 - columns(gateway.name));
        let name = page.style.strong(gateway.name);
        page.line(format!("{name}{room}{} ({})", gateway.title, gateway.basis));
    }
    page.into_text()
}

/// Draws the part of Markdown that pages are written in.
fn markdown(page: &mut Page, text: &str) {
    let mut paragraph = Block::default();
    let mut verbatim = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            paragraph.draw(page);
            page.gap();
            verbatim = !verbatim;
        } else if verbatim {
            page.verbatim(4, line);
        } else if trimmed.is_empty() {
            paragraph.draw(page);
            page.gap();
        } else if let Some(heading) = trimmed.strip_prefix('#') {
            paragraph.draw(page);
            page.heading(&safe(heading.trim_start_matches('#').trim()));
        } else if let Some(item) = trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* ")) {
            paragraph.draw(page);
            paragraph = Block { item: true, text: item.to_owned() };
        } else {
            paragraph.push(trimmed);
        }
    }
    paragraph.draw(page);
}

/// A paragraph or a list item, while its lines are gathered.
#[derive(Default)]
struct Block {
    item: bool,
    text: String,
}

impl Block {
    fn push(&mut self, line: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(line);
    }

    fn draw(&mut self, page: &mut Page) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            let (first, indent) = if self.item { ("  - ", 4) } else { ("", 0) };
            // The backticks stay: without colour they are what tells code from words.
            page.hanging(first, indent, &safe(&text));
        }
        self.item = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_wrapped_and_its_blocks_stay() {
        let cause = CausePage {
            title: "The upstream resets the connection in its head",
            slug: "upstream-reset-in-head",
            error_type: Some(ErrorType::ConnectionTerminated),
            page: "The upstream began to answer and\nthe kernel sent a reset.\n\n## What to look for\n- a crash of \
                   the process that answers, in its own log or in the log of the system\n- `SO_LINGER` of 0\n\n\
                   ```\ndmesg | tail\n```\nThen ask again.",
        };
        insta::assert_snapshot!(explanation(&cause, &TextOptions { width: 60, ..TextOptions::default() }), @r"
        The upstream resets the connection in its head
        upstream-reset-in-head
        connection_terminated (RFC 9209 section 2.3.8)
        the right status is 502

        The upstream began to answer and the kernel sent a reset.

        What to look for
          - a crash of the process that answers, in its own log or
            in the log of the system
          - `SO_LINGER` of 0

            dmesg | tail

        Then ask again.
        ");
    }

    #[test]
    fn the_list_has_a_line_and_a_sentence_for_each() {
        let causes = [
            CauseLine {
                slug: "connection-refused",
                error_type: Some(ErrorType::ConnectionRefused),
                summary: "Nobody listens at the address and port of the upstream.",
            },
            CauseLine { slug: "passed-on", error_type: None, summary: "The upstream itself answered 502." },
        ];
        let gateways = [GatewayLine { name: "nginx", title: "nginx", basis: "measured with nginx 1.22.1" }];
        insta::assert_snapshot!(explain_list(&causes, &gateways, &TextOptions { width: 60, ..TextOptions::default() }), @r"
        connection-refused                        connection_refused
            Nobody listens at the address and port of the upstream.
        passed-on
            The upstream itself answered 502.

        Gateways
        nginx  nginx (measured with nginx 1.22.1)
        ");
    }
}
