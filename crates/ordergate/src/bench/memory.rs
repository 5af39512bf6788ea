//! How much memory a server takes: idle, and for the largest search it can be asked for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ordergate_bench::cpu::{peak_resident_bytes, resident_bytes};
use ordergate_bench::load::{Fixed, post};

use super::{requests, scenario};
use crate::failure::Failure;

const MIB: f64 = 1024.0 * 1024.0;

/// What was seen, in MiB.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) idle: f64,
    pub(super) search_growth: f64,
}

/// Measures a server that was just started and has answered nothing yet.
pub(super) async fn measure(address: SocketAddr, pid: u32) -> Result<Memory, Failure> {
    let idle = mib(resident_bytes(pid)?);
    let body = requests::envelope(&requests::search_all());
    let request = post("/oseo", &address.to_string(), "text/xml; charset=utf-8", &[], body.as_bytes());
    let check = |status: u16, _: &[u8]| status == 200;
    scenario::drive(address, None, 1, Duration::from_secs(1), Arc::new(Fixed(request)), check).await?;
    Ok(Memory { idle, search_growth: mib(peak_resident_bytes(pid)?) - idle })
}

#[allow(clippy::cast_precision_loss)]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / MIB
}
