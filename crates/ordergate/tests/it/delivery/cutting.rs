//! A line to a server that is cut in the middle of the first transfer.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

use crate::harness::free_port;

/// Gives the address to connect to. The first connection ends after so many bytes from the client, the others do not.
pub fn cut_once(to: SocketAddr, after: usize) -> SocketAddr {
    let listener = TcpListener::bind(free_port()).unwrap();
    let at = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (number, client) in listener.incoming().enumerate() {
            let Ok(client) = client else { return };
            thread::spawn(move || carry(&client, to, if number == 0 { after } else { usize::MAX }));
        }
    });
    at
}

fn carry(client: &TcpStream, to: SocketAddr, after: usize) {
    let Ok(server) = TcpStream::connect(to) else { return };
    let (Ok(mut from_server), Ok(mut to_client)) = (server.try_clone(), client.try_clone()) else { return };
    let back = thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut client.take(u64::try_from(after).unwrap_or(u64::MAX)), &mut &server);
    let _ = (&server).flush();
    let _ = server.shutdown(Shutdown::Both);
    let _ = client.shutdown(Shutdown::Both);
    let _ = back.join();
}
