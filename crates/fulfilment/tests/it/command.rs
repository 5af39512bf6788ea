//! The command processor with real programs: shell scripts that each test writes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::common::{Scripts, is_alive, until};
use ordergate_engine::order::{OrderKind, Priority};
use ordergate_engine::{OrderId, Protocol, Timestamp};
use ordergate_fulfilment::{CommandProcessor, Outcome, Processor, WorkItem};

/// Long enough for everything but what a test lets run out of time.
const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(300);

fn item(details: serde_json::Value) -> WorkItem {
    WorkItem {
        protocol: Protocol::Oseo,
        order_id: OrderId(17),
        order_reference: None,
        order_kind: OrderKind::Product,
        priority: Priority::Standard,
        submitted_at: Timestamp(0),
        item_id: "item 'one'".into(),
        position: 0,
        attempt: 2,
        attempts_max: 3,
        details,
        claim: None,
    }
}

async fn run_with(scripts: &Scripts, script: &str, timeout: Duration, details: serde_json::Value) -> Outcome {
    CommandProcessor::new(scripts.command(script), timeout).process(&item(details)).await
}

async fn run(script: &str) -> Outcome {
    run_with(&Scripts::new(), script, LONG, serde_json::Value::Null).await
}

fn reason(outcome: Outcome) -> String {
    match outcome {
        Outcome::Failed { reason, retry: true } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_program_gets_the_item_and_gives_the_result() {
    let scripts = Scripts::new();
    let script = r#"cat > "$1/input"; env > "$1/env"; echo progress >&2; echo '{"result":"https://x.example/1"}'"#;
    let outcome = run_with(&scripts, script, LONG, serde_json::json!({ "n": 1 })).await;
    assert_eq!(outcome, Outcome::Done { result: Some("https://x.example/1".into()) });
    let input: serde_json::Value = serde_json::from_str(&scripts.read("input")).unwrap();
    assert_eq!((&input["order_id"], &input["details"]["n"]), (&"17".into(), &1.into()));
    let env = scripts.read("env");
    let mut names: Vec<&str> = env.lines().filter_map(|l| l.split('=').next()).collect();
    // What the shell sets by itself.
    names.retain(|n| !["PWD", "OLDPWD", "SHLVL", "_"].contains(n));
    for name in &names {
        let own = ["ORDERGATE_ORDER_ID", "ORDERGATE_ITEM_ID", "ORDERGATE_ATTEMPT"];
        assert!(own.contains(name) || ["PATH", "HOME", "LANG"].contains(name), "{name} is handed on");
    }
    assert!(env.contains("ORDERGATE_ORDER_ID=17\n") && env.contains("ORDERGATE_ITEM_ID=item 'one'\n"));
    assert!(env.contains("ORDERGATE_ATTEMPT=2\n"));
}

/// More than any pipe holds.
fn large() -> serde_json::Value {
    "x".repeat(1_000_000).into()
}

#[tokio::test]
async fn a_program_may_leave_its_input_unread_or_closed() {
    let expected = Outcome::Done { result: None };
    for script in
        [r#"echo '{"result":null}'"#, r#"exec <&-; echo '{"result":null}'"#, r#"head -c 10 >/dev/null; echo '{"result":null}'"#]
    {
        assert_eq!(run_with(&Scripts::new(), script, LONG, large()).await, expected, "{script}");
    }
}

#[tokio::test]
async fn a_program_that_fails_says_why() {
    assert_eq!(reason(run("echo first >&2; echo 'no scene' >&2; exit 3").await), "no scene");
    assert_eq!(reason(run("exit 3").await), "the processing program ended with exit status 3 and gave no reason");
    assert_eq!(reason(run("kill -TERM $$").await), "the processing program ended with signal 15 and gave no reason");
    let noisy =
        r#"i=0; while [ $i -lt 3000 ]; do echo "line $i of a lot of noise on standard error" >&2; i=$((i+1)); done; exit 1"#;
    assert_eq!(reason(run(noisy).await), "line 2999 of a lot of noise on standard error");
    let outcome = run(r#"echo '{"error":"not in the archive","retry":false}'"#).await;
    assert_eq!(outcome, Outcome::Failed { reason: "not in the archive".into(), retry: false });
}

#[tokio::test]
async fn garbage_and_floods_are_failures() {
    assert!(reason(run("echo ready").await).contains("expected one JSON object"));
    // Without an end: only the limit ends it.
    assert_eq!(reason(run("yes").await), "the processing program wrote more than 1048576 bytes");
    let missing = CommandProcessor::new(vec!["/nonexistent/program".into()], LONG).process(&item(large())).await;
    assert_eq!(reason(missing), "the processing program could not be started");
}

/// Starts a grandchild, and says who both are.
const FAMILY: &str = r#"sleep 600 & echo "$$ $!" > "$1/tmp"; mv "$1/tmp" "$1/pids"; "#;

fn family(scripts: &Scripts) -> Vec<u32> {
    scripts.read("pids").split_whitespace().map(|pid| pid.parse().unwrap()).collect()
}

async fn all_gone(pids: &[u32]) {
    until("all processes are gone", || async { pids.iter().all(|pid| !is_alive(*pid)) }).await;
}

#[tokio::test]
async fn a_run_out_of_time_is_ended_with_all_it_started() {
    let scripts = Scripts::new();
    // The program may be ended before it has written its number; then it is run again.
    let outcome = loop {
        let outcome = run_with(&scripts, &format!("{FAMILY} wait"), SHORT, large()).await;
        if scripts.has("pids") {
            break outcome;
        }
    };
    assert_eq!(reason(outcome), "the processing program did not end within 0.3 s");
    all_gone(&family(&scripts)).await;
}

#[tokio::test]
async fn what_a_program_leaves_behind_is_ended() {
    let scripts = Scripts::new();
    // The grandchild keeps the pipes open: the answer must not wait for it.
    let outcome = run_with(&scripts, &format!(r#"{FAMILY} echo '{{"result":null}}'"#), LONG, large()).await;
    assert_eq!(outcome, Outcome::Done { result: None });
    all_gone(&family(&scripts)).await;
}

#[tokio::test]
async fn dropping_a_run_ends_it() {
    let scripts = Scripts::new();
    let processor = CommandProcessor::new(scripts.command(&format!("{FAMILY} wait")), LONG);
    let running = tokio::spawn(async move { processor.process(&item(serde_json::Value::Null)).await });
    until("the program runs", || async { scripts.has("pids") }).await;
    running.abort();
    all_gone(&family(&scripts)).await;
}

/// Not a test by itself: the process that [`a_killed_server_leaves_no_program_running`] kills.
#[tokio::test]
#[ignore = "run by another test"]
async fn victim() {
    if let Ok(folder) = std::env::var("ORDERGATE_TEST_FOLDER") {
        let scripts = Scripts::at(Path::new(&folder));
        run_with(&scripts, &format!("{FAMILY} wait"), LONG, serde_json::Value::Null).await;
    }
}

#[tokio::test]
async fn a_killed_server_leaves_no_program_running() {
    let scripts = Scripts::new();
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "command::victim"])
        .env("ORDERGATE_TEST_FOLDER", scripts.folder())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the program runs", || async { scripts.has("pids") }).await;
    let pids = family(&scripts);
    // Not earlier, or the guard is not yet there.
    until("the guard watches", || async { guards_of(victim.id()) == 1 }).await;
    victim.kill().unwrap();
    victim.wait().unwrap();
    all_gone(&pids).await;
}

/// How many shells that watch over a program a process has started.
fn guards_of(parent: u32) -> usize {
    let output = Command::new("ps").args(["-eo", "ppid=,args="]).output().unwrap();
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines.lines().filter(|l| l.trim_start().starts_with(&format!("{parent} ")) && l.contains("read -r _")).count()
}
