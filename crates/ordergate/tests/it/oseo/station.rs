//! A server that takes subscriptions and tasks, and what is sent to it.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::BASE;
use super::customer::Customer;
use crate::harness::{Answer, Config, Found, Server, await_status, look, post};

fn folder() -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/oseo/standing_collections").display().to_string()
}

/// A server that takes subscriptions and tasks, and the token of one who announces.
pub struct Station {
    pub server: Server,
    pub token: String,
    _folder: TempDir,
}

impl Station {
    pub fn new(processor: &str, more: &str) -> Self {
        let kept = tempfile::tempdir().unwrap();
        let file = kept.path().join("workers").display().to_string();
        let toml = format!(
            "[oseo]\ncollections_dir = {:?}\n{more}\n[fulfilment]\nworkers_file = {file:?}\n[fulfilment.oseo]\n{processor}\npoll_ms = 50\n",
            folder()
        );
        let server = Server::serve(&Config::new(&toml));
        let added = server.worker(&["add", "station"]);
        let token = String::from_utf8(added.stdout).unwrap().trim().to_owned();
        Self { server, token, _folder: kept }
    }

    /// What the customer's message is answered; it must succeed.
    #[track_caller]
    pub fn ask(&self, message: &str) -> Answer {
        Customer::demo().ask(&self.server, message)
    }

    /// Submits, waits until it is active, and gives the id.
    #[track_caller]
    pub fn active(&self, message: &str) -> String {
        let id = self.ask(message).element("orderId").unwrap().to_owned();
        await_status(&self.server, &id, "Suspended");
        id
    }

    /// Announces over HTTP.
    pub fn announce(&self, lines: &[Value]) -> (u16, Value) {
        let body = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        self.post(&self.token, body)
    }

    pub fn post(&self, token: &str, body: String) -> (u16, Value) {
        let request = post("/feed/oseo", "application/x-ndjson", body).header("Authorization", &format!("Bearer {token}"));
        let answer = self.server.send(&request);
        (answer.status, serde_json::from_str(answer.text()).unwrap())
    }

    /// How many waited for each announcement, and for how many it was new.
    #[track_caller]
    pub fn counts(&self, lines: &[Value]) -> Vec<(u64, u64)> {
        let (status, report) = self.announce(lines);
        assert_eq!((status, &report["errors"]), (200, &json!([])), "{report}");
        let of = |line: &Value| (line["matched"].as_u64().unwrap(), line["new"].as_u64().unwrap());
        report["announced"].as_array().unwrap().iter().map(of).collect()
    }

    pub fn look(&self, id: &str) -> Found {
        look(&self.server, id)
    }
}

pub const NO_PROCESSOR: &str = "processor = \"none\"";
pub const DEMO: &str = "processor = \"demo\"\ndemo_delay_ms = 1\nconcurrency = 8";
pub const PULL: &str = "processor = \"pull\"";

pub fn option(values: &str) -> String {
    format!(
        "<os:option><os:ParameterData><os:encoding>XMLEncoding</os:encoding><os:values>{values}</os:values></os:ParameterData></os:option>"
    )
}

pub fn subscription(id: &str, more: &str) -> String {
    format!(
        "<os:orderItem><os:itemId>{id}</os:itemId>{more}<os:subscriptionId><os:collectionId>urn:c:acquisitions</os:collectionId>\
         </os:subscriptionId></os:orderItem>"
    )
}

pub fn submit(order_type: &str, items: &str) -> String {
    format!(
        "<os:Submit {BASE}><os:orderSpecification><os:orderReference>standing</os:orderReference><os:deliveryOptions>\
         <os:onlineDataAccess><os:protocol>https</os:protocol></os:onlineDataAccess></os:deliveryOptions>\
         <os:orderType>{order_type}</os:orderType>{items}</os:orderSpecification>\
         <os:statusNotification>None</os:statusNotification></os:Submit>"
    )
}

pub fn subscribe(items: &str) -> String {
    submit("SUBSCRIPTION_ORDER", items)
}

pub fn product(identifier: &str) -> Value {
    json!({ "collection": "urn:c:acquisitions", "identifier": identifier })
}

pub fn statuses(order: &Found) -> Vec<(&str, &str)> {
    order.items.iter().map(|(id, status, _)| (id.as_str(), status.as_str())).collect()
}
