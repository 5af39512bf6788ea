//! What is secret is in no message, no log line and no answer, and need not stand in the configuration.

use crate::harness::{Account, Config, Server, Soap, eventually, get, get_status, ordergate, output_of, security, veloconnect};

/// In no other text.
const SECRET: &str = "hunter2-geheim";

/// What `config check` says of a file and of variables, which must be a refusal without the secret.
#[track_caller]
fn refused(toml: &str, variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ordergate.toml");
    std::fs::write(&path, toml).unwrap();
    let mut command = ordergate();
    let output = output_of(command.args(["config", "check", "--config"]).arg(&path).envs(variables.iter().copied()));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success() && !said.contains(SECRET), "{toml} {variables:?}: {said}");
    said
}

#[test]
fn what_is_wrong_with_a_secret_is_said_without_it() {
    for (toml, says) in [
        ("[auth.callout]\nsecret = \"SECRET\"", "auth.callout"),
        ("[auth.callout]\nsecret = [\"SECRET\"]", "auth.callout.secret"),
        ("[auth.callout]\nsecret = { is = \"SECRET\" }", "auth.callout.secret"),
        ("[auth.callout]\nsecret = \"SECRET", "ordergate.toml:2:"),
        ("[auth.callout]\nsecret = SECRET", "ordergate.toml:2:"),
        ("[auth.callout]\nsecrets = \"SECRET\"", "secrets"),
        ("[auth.callout]\nsecret = \"whsec_a\"\nsecret = \"SECRET\"", "ordergate.toml:3:"),
        ("[fulfilment.oseo]\nurl = \"https://mill.example/\"\nsecret = \"SECRET\"", "fulfilment.oseo"),
        ("[fulfilment.veloconnect]\nsecret = 5\nurl = \"https://a:SECRET@mill.example/\"", "fulfilment.veloconnect"),
        ("[store]\nurl = \"postgres://a:SECRET@[::1/x\"", "store.url"),
        ("[outbox.mail]\nserver = \"x\"\nfrom = \"a@example.org\"\npassword = \"SECRET\"", "outbox.mail"),
        ("[[outbox.webhook]]\nname = \"x\"\nurl = \"https://x.example/\"\nsecret = \"SECRET\"", "outbox.webhook"),
        ("[veloconnect.shop]\nsecret = \"SECRET\"", "veloconnect.shop"),
        ("[veloconnect.live]\nsecret = \"SECRET\"", "veloconnect.live"),
        ("[oseo.quotation]\nsecret = \"SECRET\"", "oseo.quotation"),
    ] {
        let said = refused(&toml.replace("SECRET", SECRET), &[]);
        assert!(said.contains(says), "{toml}: {said}");
    }
    for (variable, value) in [
        ("ORDERGATE_AUTH__CALLOUT__SECRET", SECRET),
        ("ORDERGATE_FULFILMENT__OSEO__SECRET", "['hunter2-geheim']"),
        ("ORDERGATE_STORE__URL", "postgres://a:hunter2-geheim@"),
        ("ORDERGATE_SERVER", SECRET),
        ("ORDERGATE_NOTHING", SECRET),
    ] {
        let said = refused("", &[(variable, value)]);
        assert!(said.contains(variable), "{variable}: {said}");
    }
}

/// 24 bytes, as Standard Webhooks writes them.
fn signing(letter: char) -> String {
    format!("whsec_{}", letter.to_string().repeat(32))
}

/// A server that says all it can, with a secret in each setting that there is for one.
#[test]
fn no_secret_is_in_the_log() {
    let accounts = vec![Account("oseo", "demo", SECRET), Account("veloconnect", "K4711", "geheim")];
    let mut server = Server::stopped(&Config { toml: String::new(), accounts }, crate::place::Place::new);
    let folder = server.folder().to_owned();
    let file = |name: &str, content: String| {
        std::fs::write(folder.join(name), content).unwrap();
        folder.join(name).display().to_string()
    };
    let (shop, live) = (file("shop.secret", signing('B')), file("live.secret", signing('C')));
    server.reconfigure(|config| {
        format!(
            "{config}\n[log]\nlevel = \"trace\"\n[auth]\nveloconnect_provider = \"callout\"\n[auth.callout]\nurl = \"http://127.0.0.1:9/\"\n\
             secret_file = {shop:?}\n[veloconnect.live]\nurl = \"http://127.0.0.1:9/\"\nsecret_file = {live:?}\n\
             [veloconnect.shop]\nenabled = true\nurl = \"http://127.0.0.1:9/\"\nsecret_file = {shop:?}\n\
             [fulfilment.oseo]\nprocessor = \"http\"\nurl = \"http://127.0.0.1:9/\"\n\
             [outbox]\nallow_private = [\"127.0.0.1\"]\n[[outbox.webhook]]\nname = \"x\"\nurl = \"http://127.0.0.1:9/\"\nsecret_env = \"HOOK_SECRET\"\n\
             [outbox.mail]\nserver = \"127.0.0.1\"\nport = 9\ntls = \"none\"\nuser = \"u\"\npassword_env = \"MAIL_PASSWORD\"\nfrom = \"a@example.org\"\n\
             operators = [\"b@example.org\"]\noperator_events = [\"order.accepted\"]\n"
        )
    });
    server.set("ORDERGATE_FULFILMENT__OSEO__SECRET", &signing('D'));
    server.set("HOOK_SECRET", &signing('E'));
    server.set("MAIL_PASSWORD", SECRET);
    server.start();
    let message = get_status("<os:filteringCriteria/><os:presentation>brief</os:presentation>");
    let mut answers = vec![server.send(&Soap::V11.request_with(&security("demo", SECRET), &message))];
    assert_eq!(answers[0].status, 200, "{}", answers[0].text());
    answers.push(server.send(&veloconnect("GetItemDetails", "&SellersItemIdentification=1")));
    let order =
        String::from_utf8(crate::harness::submit("signed", "STANDARD", &["item"]).body).unwrap().replace("demo-secret", SECRET);
    answers.push(server.send(&crate::harness::post("/oseo", Soap::V11.content_type(), order)));
    assert_eq!(answers[2].status, 200, "{}", answers[2].text());
    eventually("all were called", || {
        let page = server.send(&get("/metrics"));
        ["webhook", "mail"].iter().all(|channel| page.text().contains(&format!("channel=\"{channel}\""))).then_some(())
    });
    answers.push(server.send(&get("/metrics")));
    let mut texts = vec![server.log()];
    texts.extend(answers.iter().map(|answer| answer.text().to_owned()));
    for text in texts {
        for secret in [SECRET.to_owned(), signing('B'), signing('C'), signing('D'), signing('E'), "geheim".to_owned()] {
            assert!(!text.contains(&secret), "{secret} in {text}");
        }
    }
}
