//! A TCP proxy in front of a temporary PostgreSQL server, which can inject faults.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, sleep};
use std::time::Duration;

use crate::error::{Error, cannot};

/// How often a frozen connection checks whether it may continue.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// Not a valid message of PostgreSQL.
const GARBAGE: &[u8] = &[0xff; 64];

/// The fault that the proxy injects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// Forwards everything.
    None,
    /// Accepts connections and closes them, like a proxy whose server is down.
    Refuse,
    /// Accepts connections but forwards nothing.
    Freeze,
    /// Forwards this number of client messages, then closes the connection of the next one.
    CutAfter(u32),
    /// Like [`CutAfter`](Self::CutAfter), but sends garbage to the client first.
    GarbleAfter(u32),
}

/// A running proxy. Its threads end with the test program.
pub struct Proxy {
    address: SocketAddr,
    fault: Arc<Mutex<Fault>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Listens on `address`, such as `127.0.0.1:0`, and forwards to `socket`.
    pub(crate) fn start(address: &str, socket: PathBuf) -> Result<Self, Error> {
        let listener = TcpListener::bind(address).map_err(cannot("listen"))?;
        let address = listener.local_addr().map_err(cannot("listen"))?;
        let (fault, open) = (Arc::new(Mutex::new(Fault::None)), Arc::new(Mutex::new(Vec::new())));
        let proxy = Self { address, fault: fault.clone(), open: open.clone() };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if *locked(&fault) != Fault::Refuse {
                    // If the connection to the server fails, the client's connection is closed.
                    let _ = connect(client, &socket, &fault, &open);
                }
            }
        });
        Ok(proxy)
    }

    /// The address that the proxy listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the database at `url` through the proxy.
    pub fn url(&self, url: &str) -> String {
        let path = url.trim_start_matches("postgres:///");
        let (database, user) = (path.split('?').next().unwrap_or(path), path.rsplit("user=").next());
        format!("postgres://{}@{}/{database}", user.unwrap_or_default(), self.address)
    }

    /// Sets the fault to inject. [`Fault::Refuse`] also closes open connections.
    pub fn set(&self, fault: Fault) {
        *locked(&self.fault) = fault;
        if fault == Fault::Refuse {
            for stream in locked(&self.open).drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

fn connect(
    client: TcpStream,
    socket: &Path,
    fault: &Arc<Mutex<Fault>>,
    open: &Mutex<Vec<TcpStream>>,
) -> io::Result<()> {
    let server = UnixStream::connect(socket)?;
    client.set_nodelay(true)?;
    locked(open).push(client.try_clone()?);
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let frozen = fault.clone();
    thread::spawn(move || {
        let _ = forward(&mut from_server, &mut to_client, || wait_while_frozen(&frozen));
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let mut from_client = client;
    let mut to_server = server;
    let fault = fault.clone();
    thread::spawn(move || {
        let mut reply = from_client.try_clone();
        let _ = forward(&mut from_client, &mut to_server, || {
            wait_while_frozen(&fault);
            match next_fault(&mut locked(&fault)) {
                Fault::None => true,
                Fault::GarbleAfter(_) => {
                    let _ = reply.as_mut().map(|reply| reply.write_all(GARBAGE));
                    false
                }
                _ => false,
            }
        });
        let _ = to_server.shutdown(Shutdown::Both);
        let _ = from_client.shutdown(Shutdown::Both);
    });
    Ok(())
}

/// Copies bytes until the end, or until `may_continue` returns `false`.
fn forward(
    from: &mut impl Read,
    to: &mut impl Write,
    mut may_continue: impl FnMut() -> bool,
) -> io::Result<()> {
    let mut bytes = [0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes)?;
        if count == 0 || !may_continue() {
            return Ok(());
        }
        to.write_all(&bytes[..count])?;
    }
}

fn wait_while_frozen(fault: &Mutex<Fault>) -> bool {
    while *locked(fault) == Fault::Freeze {
        sleep(POLL_INTERVAL);
    }
    true
}

/// Counts one message and returns the fault to apply to it.
fn next_fault(fault: &mut Fault) -> Fault {
    let current = *fault;
    match current {
        Fault::CutAfter(0) | Fault::GarbleAfter(0) => *fault = Fault::None,
        Fault::CutAfter(count) => *fault = Fault::CutAfter(count - 1),
        Fault::GarbleAfter(count) => *fault = Fault::GarbleAfter(count - 1),
        Fault::None | Fault::Refuse | Fault::Freeze => {}
    }
    match current {
        Fault::CutAfter(0) | Fault::GarbleAfter(0) | Fault::Refuse => current,
        _ => Fault::None,
    }
}
