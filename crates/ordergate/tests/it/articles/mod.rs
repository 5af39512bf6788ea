//! Articles that are imported, as operators, ERPs and buyers see it.

mod buyers;
mod catalogue;
mod changes;
mod interrupted;
mod large;
mod over_http;
mod rows;

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Answer, Config, Server, veloconnect, veloconnect_as};

/// A server that offers what is imported, and a folder for files.
pub struct Shop {
    pub server: Server,
    pub folder: TempDir,
}

pub const HEADER: &str = "number;description;unit;pack_quantity;ean;prices;stock;alternatives;replaced_by\n";

impl Shop {
    pub fn new() -> Self {
        Self::with("")
    }

    /// With further settings of `veloconnect.catalogue`.
    pub fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let importers = folder.path().join("importers").display().to_string();
        let toml = format!("[veloconnect.catalogue]\nsource = \"store\"\nimporters_file = {importers:?}\n{more}");
        Self { server: Server::serve(&Config::new(&toml)), folder }
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn articles(&self, arguments: &[&str]) -> Output {
        self.server.beside("articles").args(arguments).output().unwrap()
    }

    /// `ordergate articles import` of a file with this content.
    pub fn import(&self, options: &[&str], content: impl AsRef<[u8]>) -> Imported {
        let (path, report) = (self.file("import.csv", content), self.folder.path().join("report.jsonl"));
        let _ = std::fs::remove_file(&report);
        let mut command = self.server.beside("articles");
        command.arg("import").args(options).arg("--report").arg(&report).arg(&path);
        Imported::of(&command.output().unwrap(), std::fs::read_to_string(&report).ok())
    }

    /// Like [`Self::import`], and it must succeed.
    #[track_caller]
    pub fn imported(&self, options: &[&str], content: impl AsRef<[u8]>) -> Imported {
        let imported = self.import(options, content);
        assert!(imported.done, "{imported:?}");
        imported
    }

    /// GetItemDetails by K4711.
    #[track_caller]
    pub fn details(&self, number: &str) -> Answer {
        self.server.send(&veloconnect("GetItemDetails", &format!("&SellersItemIdentification={number}&Quantity=1")))
    }

    /// What K4711 is told of an article: its description and availability, or what it is not.
    #[track_caller]
    pub fn told(&self, number: &str) -> String {
        let answer = self.details(number);
        assert_eq!(answer.element("ResponseCode"), Some("200"), "{}", answer.text());
        if answer.text().contains("ItemUnknown") {
            return "unknown".to_owned();
        }
        if answer.text().contains("RequestReplacement") {
            return format!("replaced by {}", answer.elements("ID").last().unwrap());
        }
        let (description, code) = (answer.element("Description").unwrap(), answer.element("Code").unwrap());
        format!("{description}: {code}")
    }

    /// The price that a buyer is told.
    #[track_caller]
    pub fn price(&self, buyer: &str, password: &str, number: &str) -> String {
        let request = veloconnect_as(buyer, password, "GetItemDetails", &format!("&SellersItemIdentification={number}"));
        self.server.send(&request).element("PriceAmount").unwrap().to_owned()
    }
}

/// What an import said.
#[derive(Debug)]
pub struct Imported {
    pub done: bool,
    pub printed: String,
    pub said: String,
    /// The lines of `--report`.
    pub report: Vec<Value>,
}

impl Imported {
    fn of(output: &Output, report: Option<String>) -> Self {
        let report = report.unwrap_or_default().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { done: output.status.success(), printed: text(&output.stdout), said: text(&output.stderr), report }
    }

    /// The problems: line, column and the beginning of what is wrong.
    pub fn problems(&self) -> Vec<(u64, String)> {
        let column = |problem: &Value| problem["column"].as_str().unwrap_or_default().to_owned();
        let problems = self.report.iter().filter(|line| line.get("problem").is_some());
        problems.map(|problem| (problem["line"].as_u64().unwrap(), column(problem))).collect()
    }

    pub fn summary(&self) -> &Value {
        &self.report.last().unwrap()["summary"]
    }
}

/// So many articles.
pub fn many(count: usize) -> String {
    HEADER.to_owned() + &(0..count).map(row).collect::<String>()
}

/// The row of one of them.
pub fn row(n: usize) -> String {
    format!("N-{n:06};Part number {n};EA;;;1.{:02} 10=0.{:02};{n};;\n", n % 100, n % 100)
}
