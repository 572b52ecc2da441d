//! A TCP proxy before a throw-away PostgreSQL server, which breaks when a test wants it to.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, sleep};
use std::time::Duration;

use crate::error::{Error, cannot};

/// How often a frozen connection looks whether it may go on.
const TICK: Duration = Duration::from_millis(20);
/// No answer of PostgreSQL looks like this.
const GARBAGE: &[u8] = &[0xff; 64];

/// What the proxy does with what comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// Passes everything on.
    None,
    /// Accepts connections and closes them, as a proxy without a live server behind it does.
    Refuse,
    /// Accepts connections and passes nothing on.
    Freeze,
    /// Passes on so many messages of clients, and cuts the connection of the next one.
    CutAfter(u32),
    /// The same, but answers with garbage.
    GarbleAfter(u32),
}

/// The proxy; its threads end with the test program.
pub struct Proxy {
    address: SocketAddr,
    fault: Arc<Mutex<Fault>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// Listens at `address`, such as `127.0.0.1:0`, before the server with this socket.
    pub(crate) fn start(address: &str, socket: PathBuf) -> Result<Self, Error> {
        let listener = TcpListener::bind(address).map_err(cannot("listen"))?;
        let address = listener.local_addr().map_err(cannot("listen"))?;
        let (fault, open) = (Arc::new(Mutex::new(Fault::None)), Arc::new(Mutex::new(Vec::new())));
        let proxy = Self { address, fault: fault.clone(), open: open.clone() };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if *locked(&fault) != Fault::Refuse {
                    // A connection that cannot be made is one that is closed.
                    let _ = connect(client, &socket, &fault, &open);
                }
            }
        });
        Ok(proxy)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address by which the database of `url` is reached through it.
    pub fn url(&self, url: &str) -> String {
        let path = url.trim_start_matches("postgres:///");
        let (database, user) = (path.split('?').next().unwrap_or(path), path.rsplit("user=").next());
        format!("postgres://{}@{}/{database}", user.unwrap_or_default(), self.address)
    }

    /// Breaks from now on; to refuse also closes what is open.
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
        let _ = pass(&mut from_server, &mut to_client, || wait_while_frozen(&frozen));
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let (mut from_client, mut to_server, fault) = (client, server, fault.clone());
    thread::spawn(move || {
        let mut back = from_client.try_clone();
        let _ = pass(&mut from_client, &mut to_server, || {
            wait_while_frozen(&fault);
            match step(&mut locked(&fault)) {
                Fault::None => true,
                Fault::GarbleAfter(_) => {
                    let _ = back.as_mut().map(|back| back.write_all(GARBAGE));
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

/// Copies until the end, or until `goes_on` says no.
fn pass(from: &mut impl Read, to: &mut impl Write, mut goes_on: impl FnMut() -> bool) -> io::Result<()> {
    let mut bytes = [0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes)?;
        if count == 0 || !goes_on() {
            return Ok(());
        }
        to.write_all(&bytes[..count])?;
    }
}

fn wait_while_frozen(fault: &Mutex<Fault>) -> bool {
    while *locked(fault) == Fault::Freeze {
        sleep(TICK);
    }
    true
}

/// Counts one message, and answers what happens to it.
fn step(fault: &mut Fault) -> Fault {
    let now = *fault;
    match now {
        Fault::CutAfter(0) | Fault::GarbleAfter(0) => *fault = Fault::None,
        Fault::CutAfter(count) => *fault = Fault::CutAfter(count - 1),
        Fault::GarbleAfter(count) => *fault = Fault::GarbleAfter(count - 1),
        Fault::None | Fault::Refuse | Fault::Freeze => {}
    }
    match now {
        Fault::CutAfter(0) | Fault::GarbleAfter(0) | Fault::Refuse => now,
        _ => Fault::None,
    }
}
