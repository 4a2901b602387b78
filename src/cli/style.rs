//! How a report looks and where it goes.

use std::env;
use std::ffi::OsStr;
use std::io::{IsTerminal, stderr, stdout};
use std::path::Path;

use super::typed::{Format, Style, When};
use super::{Output, files};
use crate::error::Error;

/// The output that the options mean; `-` as a file is the standard output.
pub(super) fn output(style: &Style, file: Option<&Path>, verbose: bool) -> Result<Output, Error> {
    output_of(style.format, style.color, file, verbose)
}

/// The same for a command that has no [`Style`].
pub(super) fn output_of(
    format: Format,
    color: When,
    file: Option<&Path>,
    verbose: bool,
) -> Result<Output, Error> {
    let file = file.filter(|file| *file != Path::new("-"));
    if let Some(file) = file {
        files::check_writable("--output", file)?;
    }
    let terminal =
        file.is_none() && stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb");
    let colour =
        colour(color, env::var_os("NO_COLOR").as_deref(), env::var_os("CLICOLOR_FORCE").as_deref(), terminal);
    Ok(Output { format, file: file.map(Path::to_owned), colour, verbose })
}

/// What `--color` says goes first, then `NO_COLOR`, then `CLICOLOR_FORCE` (no-color.org, bixense.com/clicolors).
fn colour(when: When, no_color: Option<&OsStr>, force: Option<&OsStr>, terminal: bool) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if no_color.is_some_and(|value| !value.is_empty()) => false,
        When::Auto if force.is_some_and(|value| !value.is_empty() && value != "0") => true,
        When::Auto => terminal,
    }
}

/// Progress is drawn over; that makes sense on a terminal alone.
pub(super) fn progress_can_be_seen() -> bool {
    stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_unless_somebody_says_otherwise() {
        let one = Some(OsStr::new("1"));
        let table = [
            (When::Auto, None, None, true, true),
            (When::Auto, None, None, false, false),
            (When::Auto, one, None, true, false),
            (When::Auto, Some(OsStr::new("")), None, true, true),
            (When::Auto, None, one, false, true),
            (When::Auto, None, Some(OsStr::new("0")), false, false),
            (When::Auto, one, one, true, false),
            (When::Always, one, None, false, true),
            (When::Never, None, one, true, false),
        ];
        for (when, no_color, force, terminal, expected) in table {
            let seen = colour(when, no_color, force, terminal);
            assert_eq!(seen, expected, "{when:?} NO_COLOR={no_color:?} CLICOLOR_FORCE={force:?} {terminal}");
        }
    }
}
