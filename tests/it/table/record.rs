//! Recordings of cells, as cases for `tests/cases`: written where `WHY502_RECORD` names a folder.

use std::fs;
use std::path::PathBuf;

use why502::observation::{recording, secrets};

use super::Cell;

pub(super) fn write_if_asked(cells: &[Cell]) {
    let Some(folder) = std::env::var_os("WHY502_RECORD").map(PathBuf::from) else { return };
    for cell in cells {
        let mut seen = cell.seen.clone();
        secrets::mask(&mut seen);
        let path = folder.join(format!("{}_behind_{}.json", cell.fault.name, cell.gateway));
        fs::create_dir_all(&folder).unwrap();
        fs::write(path, recording::save(&seen)).unwrap();
    }
}
