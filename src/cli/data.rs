//! `-d` and its kin: the content of the request, put together in the order in which it was typed.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::ArgMatches;

use super::files;
use crate::error::Error;

/// The content of the request, and what it says of itself.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// The fields that belong to it, unless the user sets them.
    pub(super) fields: &'static [(&'static str, &'static str)],
}

const FORM: &[(&str, &str)] = &[("Content-Type", "application/x-www-form-urlencoded")];
const JSON: &[(&str, &str)] = &[("Content-Type", "application/json"), ("Accept", "application/json")];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `-d`: a file loses its line ends.
    Text,
    /// `--data-raw`: nothing is a file.
    Raw,
    /// `--data-binary` and `--json`: a file stays as it is.
    Binary,
}

const OPTIONS: &[(&str, &str, Kind)] = &[
    ("data", "--data", Kind::Text),
    ("data_raw", "--data-raw", Kind::Raw),
    ("data_binary", "--data-binary", Kind::Binary),
    ("json", "--json", Kind::Binary),
];

/// The content, if any was given. Pieces of a form are joined with `&`, pieces of JSON with nothing, as in curl.
pub(super) fn content(matches: &ArgMatches) -> Result<Option<Content>, Error> {
    let mut pieces = Vec::new();
    for &(id, option, kind) in OPTIONS {
        let (Some(indices), Some(values)) = (matches.indices_of(id), matches.get_many::<OsString>(id)) else {
            continue;
        };
        for (index, value) in indices.zip(values) {
            pieces.push((index, piece(option, kind, value)?));
        }
    }
    pieces.sort_by_key(|(index, _)| *index);
    let bytes: Vec<_> = pieces.into_iter().map(|(_, bytes)| bytes).collect();
    let is_json = matches.contains_id("json");
    Ok((!bytes.is_empty()).then(|| Content {
        bytes: bytes.join(if is_json { [].as_slice() } else { b"&" }),
        fields: if is_json { JSON } else { FORM },
    }))
}

fn piece(option: &'static str, kind: Kind, value: &OsStr) -> Result<Vec<u8>, Error> {
    let bytes = value.as_encoded_bytes();
    let Some(name) = bytes.strip_prefix(b"@").filter(|_| kind != Kind::Raw) else {
        return Ok(bytes.to_vec());
    };
    let Some(name) = value.to_str().and_then(|text| text.strip_prefix('@')) else {
        let reason = format!("the name of the file '{}' is not UTF-8", name.escape_ascii());
        return Err(Error::argument(option, reason));
    };
    let mut content = files::whole(option, Path::new(name))?;
    if kind == Kind::Text {
        content.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
    }
    Ok(content)
}
