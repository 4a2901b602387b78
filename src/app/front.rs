//! What stands in front of the lab in `why502 demo`: its own small gateway, or a real program.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::sleep;

use super::demo::ANY_PORT;
use crate::cli::RealGateway;
use crate::error::Error;
use crate::lab::gateway::{Gateway, Limits, Upstream};
use crate::plan::{Endpoint, Scheme};

/// How long the gateways wait.
const LIMITS: Limits = Limits { connect: Duration::from_secs(1), read: Duration::from_secs(2) };

/// A gateway in front of one upstream. It stops when it is dropped.
pub(super) enum Front {
    /// The small one, which answers as RFC 9209 says.
    Own(Gateway),
    /// A program of its own.
    Real(Program),
}

/// A running program with its folder.
pub(super) struct Program {
    address: SocketAddr,
    folder: PathBuf,
    child: Option<Child>,
}

impl Front {
    pub(super) async fn start(
        real: Option<RealGateway>,
        upstream: &Endpoint,
        authority: &str,
    ) -> Result<Self, Error> {
        let started = match real {
            None => Gateway::start(ANY_PORT, own_upstream(upstream, authority), LIMITS).await.map(Self::Own),
            Some(real) => Program::start(real, upstream, authority).await.map(Self::Real),
        };
        started.map_err(|source| Error::Machine { what: format!("start {}", title(real)), source })
    }

    pub(super) fn base_url(&self) -> String {
        match self {
            Self::Own(gateway) => gateway.base_url(),
            Self::Real(program) => format!("http://{}", program.address),
        }
    }
}

fn title(real: Option<RealGateway>) -> String {
    match real {
        None => "the gateway of the demo".to_owned(),
        Some(real) => format!("{} (is it installed?)", command(real)),
    }
}

fn own_upstream(upstream: &Endpoint, authority: &str) -> Upstream {
    let tls = (upstream.scheme == Scheme::Https).then(|| authority.to_owned());
    Upstream { host: upstream.host.clone(), port: upstream.port, tls }
}

fn command(real: RealGateway) -> &'static str {
    match real {
        RealGateway::Nginx => "nginx",
        RealGateway::Haproxy => "haproxy",
    }
}

impl Program {
    async fn start(real: RealGateway, upstream: &Endpoint, authority: &str) -> io::Result<Self> {
        let address = TcpListener::bind(ANY_PORT)?.local_addr()?;
        let folder = new_folder()?;
        let mut program = Self { address, folder, child: None };
        fs::write(program.folder.join("authority.pem"), authority)?;
        let config = match real {
            RealGateway::Nginx => nginx(address, &program.folder, upstream),
            RealGateway::Haproxy => haproxy(address, &program.folder, upstream),
        };
        let file = program.folder.join("gateway.conf");
        fs::write(&file, config)?;
        let mut command = Command::new(found(command(real)));
        match real {
            RealGateway::Nginx => command
                .arg("-p")
                .arg(&program.folder)
                .arg("-e")
                .arg(program.folder.join("error.log"))
                .arg("-c"),
            RealGateway::Haproxy => command.args(["-db", "-f"]),
        };
        let child =
            command.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        program.child = Some(child);
        program.wait_until_it_listens().await?;
        Ok(program)
    }

    async fn wait_until_it_listens(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            let ended = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = ended {
                return Err(io::Error::other(format!("it ended at once, with {status}")));
            }
            if begun.elapsed() > Duration::from_secs(5) {
                return Err(io::Error::other("it does not listen"));
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // What is gone already needs no end.
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Debian keeps servers where only root's PATH looks.
fn found(command: &str) -> PathBuf {
    let usual = ["/usr/sbin", "/usr/local/sbin"].map(|folder| Path::new(folder).join(command));
    usual.into_iter().find(|path| path.is_file()).unwrap_or_else(|| command.into())
}

fn new_folder() -> io::Result<PathBuf> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("why502-demo-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    fs::create_dir(&folder)?;
    Ok(folder)
}

fn nginx(listen: SocketAddr, folder: &Path, upstream: &Endpoint) -> String {
    let folder = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path \"{folder}/{kind}\";"))
        .join("\n");
    let (scheme, authority) = (upstream.scheme.name(), upstream.authority());
    // A name that does not resolve keeps nginx from starting, unless it is asked for with each request.
    format!(
        r#"daemon off;
master_process off;
pid "{folder}/nginx.pid";
error_log "{folder}/error.log";
events {{ worker_connections 64; }}
http {{
    access_log off;
{temporary}
    resolver 127.0.0.1:1 ipv6=off;
    resolver_timeout 1s;
    proxy_connect_timeout {connect}s;
    proxy_read_timeout {read}s;
    proxy_ssl_server_name on;
    proxy_ssl_name localhost;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate "{folder}/authority.pem";
    server {{
        listen {listen};
        set $upstream {scheme}://{authority};
        location / {{ proxy_pass $upstream; }}
    }}
}}
"#,
        connect = LIMITS.connect.as_secs(),
        read = LIMITS.read.as_secs(),
    )
}

fn haproxy(listen: SocketAddr, folder: &Path, upstream: &Endpoint) -> String {
    let tls = match upstream.scheme {
        Scheme::Http => String::new(),
        Scheme::Https => {
            format!(" ssl verify required ca-file {}/authority.pem sni str(localhost)", folder.display())
        }
    };
    format!(
        r"global
    nbthread 1
defaults
    mode http
    retries 0
    timeout connect {connect}s
    timeout server {read}s
    timeout client 10s
resolvers nobody
    nameserver nobody 127.0.0.1:1
frontend gateway
    bind {listen}
    default_backend lab
backend lab
    server lab {host}:{port} init-addr libc,none{tls}
",
        host = upstream.host,
        port = upstream.port,
        connect = LIMITS.connect.as_secs(),
        read = LIMITS.read.as_secs(),
    )
}
