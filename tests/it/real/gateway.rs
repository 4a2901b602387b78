//! One running gateway program, with its folder, its port and its end.

use std::any::Any;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use why502::lab::{Fault, Lab};
use why502::plan::{Endpoint, Proxy};

use super::kept::Kept;
use super::name_server::NameServer;
use super::owner;

/// A real gateway program in front of the lab. It is killed when it is dropped.
pub(crate) struct RealGateway {
    /// `nginx-http10`, `nginx-http11`, `haproxy`.
    pub(crate) name: &'static str,
    /// The version that the program says it has, such as `1.22.1`.
    pub(crate) version: String,
    address: SocketAddr,
    folder: TempDir,
    can: fn(&Fault) -> bool,
    log: fn(&Path) -> String,
    /// Faults that have a process of their own.
    beside: Vec<(&'static str, RealGateway)>,
    _running: Box<dyn Any + Send>,
    /// Comes after the program's end.
    _shared_memory: SharedMemory,
    /// The configuration asks it for the name that does not exist.
    _name_server: NameServer,
}

/// What a gateway program needs to be started.
pub(super) struct Program {
    /// Of the guard.
    pub(super) name: &'static str,
    /// Of the program and of its package.
    pub(super) command: &'static str,
    pub(super) package: &'static str,
    /// Makes the program print its version, after these words.
    pub(super) version_option: &'static str,
    pub(super) version_follows: &'static str,
    /// The arguments, given the folder that holds `gateway.conf`.
    pub(super) arguments: fn(&Path) -> Vec<String>,
    /// The configuration.
    pub(super) config: fn(&Setting) -> String,
}

/// What a configuration is written for.
pub(super) struct Setting<'a> {
    pub(super) listen: SocketAddr,
    pub(super) folder: &'a Path,
    pub(super) name_server: SocketAddr,
    pub(super) lab: &'a Lab,
    /// The one fault that it is for, if it is for one only.
    pub(super) only: Option<&'static Fault>,
}

/// A port that was free is taken by another test now and then.
const ATTEMPTS: usize = 5;

impl RealGateway {
    pub(super) fn start(program: &Program, lab: &Lab) -> Self {
        Self::start_for(program, lab, None)
    }

    /// Starts it for one fault only, whatever the path.
    pub(super) fn start_for(program: &Program, lab: &Lab, only: Option<&'static Fault>) -> Self {
        Self::start_with(program, lab, only, program.config)
    }

    /// With this configuration instead of the program's own.
    pub(super) fn start_with(
        program: &Program,
        lab: &Lab,
        only: Option<&'static Fault>,
        config: impl Fn(&Setting) -> String,
    ) -> Self {
        for _ in 0..ATTEMPTS {
            let address = free_address();
            let (folder, name_server) = configure_with(address, lab, only, &config);
            let mut running = Running(program.spawn(folder.path()));
            if answers(address, &mut running.0) {
                return Self::new(program, address, folder, Box::new(running), name_server);
            }
            let output = read(&folder.path().join("error.log"));
            assert!(
                output.contains("in use") || output.contains("cannot bind"),
                "{}: {output}",
                program.name
            );
        }
        panic!("{}: no free port in {ATTEMPTS} attempts", program.name);
    }

    /// The same for a program that crashes: it is started again whenever it ends.
    pub(super) fn keep_for(program: &Program, lab: &Lab, only: Option<&'static Fault>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (folder, name_server) = program.configure(address, lab, only);
        let (name, arguments) = (program.command, (program.arguments)(folder.path()));
        let path = folder.path().to_owned();
        let kept = Kept::start(listener, move || {
            let mut command = command(name);
            command.args(&arguments).stdin(Stdio::null()).stderr(log_file(&path));
            command
        });
        Self::new(program, address, folder, Box::new(kept), name_server)
    }

    fn new(
        program: &Program,
        address: SocketAddr,
        folder: TempDir,
        running: Box<dyn Any + Send>,
        name_server: NameServer,
    ) -> Self {
        Self {
            name: program.name,
            version: program.version(),
            address,
            folder,
            can: |_| true,
            log: |folder| read(&folder.join("error.log")),
            beside: Vec::new(),
            _running: running,
            _shared_memory: SharedMemory(String::new()),
            _name_server: name_server,
        }
    }

    /// The same, with a process of its own for each of these faults.
    pub(super) fn beside(
        mut self,
        faults: impl Iterator<Item = &'static Fault>,
        start: impl Fn(&'static Fault) -> Self,
    ) -> Self {
        self.beside.extend(faults.map(|fault| (fault.name, start(fault))));
        self
    }

    /// The same, but only these faults can be met through it.
    pub(super) fn only(self, can: fn(&Fault) -> bool) -> Self {
        Self { can, ..self }
    }

    /// The same, but its log is made, from what is in the folder, of lines as a measurement takes them:
    /// `"GET /fault/NAME HTTP/1.1" => WHAT IT SAYS`.
    pub(super) fn logging(self, log: fn(&Path) -> String) -> Self {
        Self { log, ..self }
    }

    /// The same, but what it leaves in shared memory under a name that begins so is removed at its end.
    pub(super) fn leaving_in_shared_memory(self, beginning: impl Fn(SocketAddr) -> String) -> Self {
        Self { _shared_memory: SharedMemory(beginning(self.address)), ..self }
    }

    /// Whether the program can be set up to meet this fault.
    pub(crate) fn can(&self, fault: &Fault) -> bool {
        (self.can)(fault)
    }

    /// Where this fault of the lab is met through the gateway.
    pub(crate) fn url(&self, fault: &Fault) -> String {
        if let Some((_, gateway)) = self.beside.iter().find(|(name, _)| *name == fault.name) {
            return gateway.url(fault);
        }
        format!("http://{}/fault/{}", self.address, fault.name)
    }

    /// It as a forward proxy.
    pub(crate) fn proxy(&self) -> Proxy {
        Proxy { endpoint: Endpoint::parse(&self.address.to_string()).unwrap().0, fields: Vec::new() }
    }

    /// All that it has logged so far: errors, for HAProxy one line for each request.
    pub(crate) fn log(&self) -> String {
        let beside = self.beside.iter().map(|(_, gateway)| (self.log)(gateway.folder.path()));
        (self.log)(self.folder.path()) + &beside.collect::<String>()
    }
}

/// A child that does not outlive the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a program that is killed leaves in `/dev/shm`: all that begins so, if this is not empty.
struct SharedMemory(String);

impl Drop for SharedMemory {
    fn drop(&mut self) {
        let left = fs::read_dir("/dev/shm").into_iter().flatten().flatten();
        let is_its_own = |name: &str| !self.0.is_empty() && name.starts_with(&self.0);
        for file in left.filter(|file| file.file_name().to_str().is_some_and(is_its_own)) {
            let _ = fs::remove_file(file.path());
        }
    }
}

impl Program {
    /// A folder with all that it needs, and the name server that its configuration names.
    fn configure(
        &self,
        address: SocketAddr,
        lab: &Lab,
        only: Option<&'static Fault>,
    ) -> (TempDir, NameServer) {
        configure_with(address, lab, only, &self.config)
    }

    fn spawn(&self, folder: &Path) -> Child {
        command(self.command)
            .args((self.arguments)(folder))
            // Some keep their last configuration.
            .env("XDG_CONFIG_HOME", folder)
            .stdin(Stdio::null())
            .stdout(log_file(folder))
            .stderr(log_file(folder))
            .spawn()
            .unwrap_or_else(|problem| match problem.kind() {
                ErrorKind::NotFound => panic!("{}", self.missing()),
                _ => panic!("{} cannot be run: {problem}", self.command),
            })
    }

    fn version(&self) -> String {
        let (_, text) = self.run(&[self.version_option]);
        // The last time, as the program's own path may come first.
        let after = text
            .rmatch_indices(self.version_follows)
            .map(|(at, words)| &text[at + words.len()..])
            .find(|after| after.starts_with(|c: char| c.is_ascii_digit()))
            .unwrap_or_else(|| panic!("no version in {text}"));
        after.chars().take_while(|&c| c.is_ascii_digit() || c == '.').collect()
    }

    /// Runs the program to its end: whether it succeeded, and what it said.
    pub(super) fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output =
            command(self.command).args(arguments).output().unwrap_or_else(|problem| match problem.kind() {
                ErrorKind::NotFound => panic!("{}", self.missing()),
                _ => panic!("{} cannot be run: {problem}", self.command),
            });
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success(), said)
    }

    fn missing(&self) -> String {
        format!(
            "{} is not installed; ./tests/run installs some of the gateways, and this one is in the package {}",
            self.command, self.package
        )
    }
}

/// A folder with all that a program needs, and the name server that its configuration names.
fn configure_with(
    address: SocketAddr,
    lab: &Lab,
    only: Option<&'static Fault>,
    config: &impl Fn(&Setting) -> String,
) -> (TempDir, NameServer) {
    let name_server = NameServer::start();
    let folder = tempfile::tempdir().unwrap();
    let setting =
        Setting { listen: address, folder: folder.path(), name_server: name_server.address, lab, only };
    fs::write(folder.path().join("authority.pem"), lab.authority_pem()).unwrap();
    fs::write(folder.path().join("gateway.conf"), config(&setting)).unwrap();
    (folder, name_server)
}

/// `/usr/sbin` is not in everybody's `PATH`.
fn command(name: &str) -> Command {
    let in_sbin = PathBuf::from("/usr/sbin").join(name);
    if in_sbin.exists() { Command::new(in_sbin) } else { Command::new(name) }
}

/// What it prints goes there; what it logs may go there too.
fn log_file(folder: &Path) -> File {
    File::options().create(true).append(true).open(folder.join("error.log")).unwrap()
}

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// Waits until the program takes connections; `false` if it ended instead.
fn answers(address: SocketAddr, child: &mut Child) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        // It may be another that answers there, and this one be ending because of that; where that cannot be seen, it ends
        // within seconds.
        if TcpStream::connect(address).is_ok() {
            let sure = owner::listens(child.id(), address) || begun.elapsed() > Duration::from_secs(5);
            if sure {
                return child.try_wait().unwrap().is_none();
            }
        }
        sleep(Duration::from_millis(10));
    }
    panic!("no gateway at {address} after 10 s");
}

pub(super) fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

/// A line of a log with `:PORT` for every port in it, which is another each time.
pub(super) fn without_ports(line: &str) -> String {
    let mut parts = line.split(':');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        plain.push(':');
        plain += if part.len() - rest.len() >= 4 { "PORT" } else { &part[..part.len() - rest.len()] };
        plain += rest;
    }
    plain
}
