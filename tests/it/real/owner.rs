//! Whose socket it is that listens at a port. A free port can be somebody else's by the time that a program wants it.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// Whether the process with this number, or one that it started, listens at the port.
pub(super) fn listens(process: u32, address: SocketAddr) -> bool {
    let links: Vec<String> =
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().flat_map(|table| sockets(table, address.port())).collect();
    let parents = parents();
    let mut family = parents.keys().filter(|&&number| is_of(number, process, &parents));
    family.any(|number| {
        let open = fs::read_dir(format!("/proc/{number}/fd")).into_iter().flatten().flatten();
        open.filter_map(|file| fs::read_link(file.path()).ok())
            .any(|link| links.iter().any(|socket| link == Path::new(socket)))
    })
}

/// The listening sockets at a port, as links in `/proc/PID/fd` name them.
fn sockets(table: &str, port: u16) -> Vec<String> {
    let table = fs::read_to_string(table).unwrap_or_default();
    let of_line = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let is_listening = columns.get(3) == Some(&"0A");
        let own = columns.get(1)?.rsplit_once(':')?.1;
        let is_it = is_listening && u16::from_str_radix(own, 16).ok() == Some(port);
        is_it.then(|| format!("socket:[{}]", columns.get(9).copied().unwrap_or_default()))
    };
    table.lines().filter_map(of_line).collect()
}

/// The parent of every process.
fn parents() -> HashMap<u32, u32> {
    let of_entry = |entry: fs::DirEntry| {
        let number: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // The name in parentheses may have anything in it.
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        Some((number, parent))
    };
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(of_entry).collect()
}

fn is_of(mut number: u32, ancestor: u32, parents: &HashMap<u32, u32>) -> bool {
    while number > 1 {
        if number == ancestor {
            return true;
        }
        number = parents.get(&number).copied().unwrap_or_default();
    }
    false
}
