//! The committed completions and manual pages are those of the program.

use std::fs;
use std::path::Path;

use why502::generate;

const REFRESH: &str = "UPDATE_GENERATED=1 cargo nextest run generated";

#[test]
fn generated_files_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE_GENERATED").is_some_and(|value| value == "1");
    let mut stale = Vec::new();
    for file in generate::all().unwrap() {
        let path = root.join(&file.path);
        if fs::read(&path).is_ok_and(|committed| committed == file.text) {
            continue;
        }
        if update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &file.text).unwrap();
        } else {
            stale.push(file.path);
        }
    }
    assert!(
        stale.is_empty(),
        "older than the command line: {}; refresh them with {REFRESH}",
        stale.join(", ")
    );
}
