//! What is generated from the definition of the command line: completions and manual pages. The committed files are
//! kept fresh by a test.

use std::io;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli;

/// The shells that there are completions for, and the files that hold them.
const COMPLETIONS: &[(Shell, &str)] = &[
    (Shell::Bash, "completions/why502.bash"),
    (Shell::Elvish, "completions/why502.elv"),
    (Shell::Fish, "completions/why502.fish"),
    (Shell::PowerShell, "completions/_why502.ps1"),
    (Shell::Zsh, "completions/_why502"),
];

/// A generated file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Where it stands, from the root of the project.
    pub path: String,
    /// What is in it.
    pub text: Vec<u8>,
}

/// Every generated file.
///
/// # Errors
/// None that is known: the text is made in memory.
pub fn all() -> io::Result<Vec<Generated>> {
    let completions = COMPLETIONS
        .iter()
        .map(|&(shell, path)| Generated { path: path.to_owned(), text: completions(shell) });
    let definition = built();
    let pages = definition.get_subcommands().filter(|command| command.get_name() != "help");
    let pages = std::iter::once(&definition).chain(pages).map(|command| {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        Ok(Generated { path: format!("man/{name}.1"), text: page(command)? })
    });
    completions.map(Ok).chain(pages).collect()
}

/// The completions for a shell.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut cli::definition(), "why502", &mut text);
    text
}

/// The manual page in roff, or that of a subcommand.
///
/// # Errors
/// None that is known: the text is made in memory.
pub fn man(subcommand: Option<&str>) -> io::Result<Vec<u8>> {
    let definition = built();
    page(subcommand.and_then(|name| definition.find_subcommand(name)).unwrap_or(&definition))
}

/// The definition with everything that clap itself adds, such as the full names of subcommands.
fn built() -> Command {
    let mut definition = cli::definition();
    definition.build();
    definition
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command.clone()).manual("why502").render(&mut text)?;
    Ok(text)
}
