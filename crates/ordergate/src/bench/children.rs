//! The servers that are measured: child processes, ended when dropped.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ordergate_bench::load::{self, Fixed, Plan};

use super::articles::Offered;
use crate::failure::Failure;

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    /// The demo with so many synthetic orders, its workers idle: what is submitted stays Submitted.
    pub(super) fn demo(data: &Path, orders: u32, store: Option<&str>, articles: &Offered) -> Result<Self, Failure> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["demo", "--listen", &address.to_string(), "--orders", &orders.to_string(), "--data"]).arg(data);
        command.env("ORDERGATE_FULFILMENT__OSEO__ENABLED", "false").env("ORDERGATE_FULFILMENT__VELOCONNECT__ENABLED", "false");
        // Searches are begun without end; a bound on open ones would end the measurement.
        command.env("ORDERGATE_VELOCONNECT__OPEN_MAX", "0").env("ORDERGATE_VELOCONNECT__KEEP__SEARCH_OPEN_MAX", "0");
        match articles {
            Offered::File(path) => command.env("ORDERGATE_VELOCONNECT__ARTICLES", path),
            Offered::Imported(_) => command.env("ORDERGATE_VELOCONNECT__CATALOGUE__SOURCE", "store"),
        };
        if let Some(url) = store {
            command.env("ORDERGATE_STORE__URL", url);
        }
        Ok(Self { child: command.stdout(Stdio::null()).spawn()?, address })
    }

    /// Imports articles into the store of a server that does not run.
    pub(super) fn import(data: &Path, store: Option<&str>, articles: &Path) -> Result<(), Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["articles", "import"]).arg(articles).env("ORDERGATE_VELOCONNECT__CATALOGUE__SOURCE", "store");
        let own = || format!("sqlite:{}", data.join("ordergate.sqlite").display());
        command.env("ORDERGATE_STORE__URL", store.map_or_else(own, str::to_owned));
        match command.stdout(Stdio::null()).status()? {
            status if status.success() => Ok(()),
            status => Err(Failure::Failed(format!("the articles could not be imported: {status}"))),
        }
    }

    /// The yardstick.
    pub(super) fn fixed(bytes: usize) -> Result<Self, Failure> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench-static", "--listen", &address.to_string(), "--bytes", &bytes.to_string()]);
        Ok(Self { child: command.stdout(Stdio::null()).spawn()?, address })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the server answers; loading many orders takes minutes.
    pub(super) async fn ready(&mut self) -> Result<(), Failure> {
        const PATIENCE: Duration = Duration::from_hours(1);
        let began = Instant::now();
        let request = load::get("/health/ready", &self.address.to_string(), &[]);
        let mut plan = Plan::new(self.address, 1, Duration::ZERO, Duration::from_secs(1));
        plan.requests_max = Some(1);
        loop {
            let asked = load::drive(&plan, std::sync::Arc::new(Fixed(request.clone())), |status, _| status == 200).await;
            if asked.is_ok_and(|report| report.failures == 0) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(Failure::Failed(format!("a server to be measured ended: {status}")));
            }
            if began.elapsed() > PATIENCE {
                return Err(Failure::Failed("a server to be measured does not become ready".to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
