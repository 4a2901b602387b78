//! `why502 explain`: the page on one cause, or the list of all.

use serde_json::{Value, json};

use super::out;
use crate::cause::{self, About, CAUSES};
use crate::cli::{Explain, Format};
use crate::error::Error;
use crate::exit::Exit;
use crate::report::{self, CauseLine, CausePage};

pub(super) fn explain(command: &Explain) -> Result<Exit, Error> {
    let options = out::text_options(&command.output);
    let text = match (&command.cause, command.output.format) {
        (None, Format::Text) => report::explain_list(&list(), &options),
        (None, Format::Json) => pretty(&CAUSES.iter().map(|cause| as_json(cause.about())).collect()),
        (Some(slug), format) => {
            let about = find(slug)?;
            match format {
                Format::Text => report::explanation(&page(about), &options),
                Format::Json => pretty(&as_json(about)),
            }
        }
    };
    out::print(text.as_bytes())
}

fn list() -> Vec<CauseLine<'static>> {
    let line = |about: &'static About| CauseLine {
        slug: about.slug,
        error_type: about.error_type,
        summary: about.title(),
    };
    CAUSES.iter().map(|cause| line(cause.about())).collect()
}

fn page(about: &'static About) -> CausePage<'static> {
    CausePage { title: about.title(), slug: about.slug, error_type: about.error_type, page: about.text() }
}

fn as_json(about: &About) -> Value {
    json!({
        "cause": about.slug,
        "title": about.title(),
        "error_type": about.error_type,
        "recommended_status": about.error_type.and_then(crate::proxy_status::ErrorType::recommended_status),
        "phase": about.phase,
        "blame": about.blame,
        "remedy": about.remedy,
        "page": about.page,
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn find(slug: &str) -> Result<&'static About, Error> {
    cause::by_slug(slug).map(cause::Cause::about).ok_or_else(|| unknown(slug))
}

/// Names the causes that share the most words with what was asked for.
fn unknown(slug: &str) -> Error {
    let words: Vec<&str> = slug.split('-').filter(|word| word.len() > 2).collect();
    let shared = |known: &str| words.iter().filter(|word| known.contains(*word)).count();
    let mut near: Vec<&str> =
        CAUSES.iter().map(|cause| cause.about().slug).filter(|known| shared(known) > 0).collect();
    near.sort_by_key(|known| std::cmp::Reverse(shared(known)));
    near.truncate(3);
    let hint = if near.is_empty() {
        "'why502 explain' lists them all".to_owned()
    } else {
        format!("did you mean {}? 'why502 explain' lists them all", near.join(", "))
    };
    Error::argument("explain", format!("there is no cause '{}'; {hint}", slug.escape_debug()))
}
