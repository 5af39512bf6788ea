//! `ordergate account`: customers' accounts. Works beside a running server, which takes notice within a moment.

use std::collections::BTreeSet;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use ordergate_engine::time::Clock as _;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_fulfilment::SystemClock;
use ordergate_outbox::{AddressError, Language, check_address};
use ordergate_server::auth::{hash_password, seal_secret};
use ordergate_server::config::Config;
use ordergate_store::{Batch, CommitError, ConflictOn, NewAccount, Role, Store, Write, is_account_name};

use crate::failure::Failure;
use crate::opening::{self, AnyStore};
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML) of the server whose accounts these are.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add an account. The password is read from the terminal, or from standard input.
    Add {
        #[command(flatten)]
        who: Who,
        /// Let the account use WSSE PasswordDigest; its password is then also kept encrypted.
        #[arg(long)]
        digest: bool,
        /// What the account may do, separated by commas: customer (which it is without this), operator, worker.
        #[arg(long, value_name = "ROLES", value_parser = role, value_delimiter = ',', default_value = "customer")]
        roles: Vec<Role>,
    },
    /// List all accounts: protocol, name, whether it is enabled, whether digests can be checked, mail address, language of
    /// mail, its roles, its groups.
    List {
        #[command(flatten)]
        of: OfSeller,
    },
    /// Let an account in no longer.
    Disable(Who),
    /// Let a disabled account in again.
    Enable(Who),
    /// Set the address that the account's customer gets mail at, or remove it.
    SetMail {
        #[command(flatten)]
        who: Who,
        #[arg(value_name = "ADDRESS", value_parser = mail_address, required_unless_present = "none")]
        mail: Option<String>,
        /// The language of that mail, en or de; without it, the one that the configuration names.
        #[arg(long, value_parser = language)]
        language: Option<Language>,
        /// No mail any more.
        #[arg(long, conflicts_with_all = ["mail", "language"])]
        none: bool,
    },
    /// Set the language that the account's customer reads, en or de: of mail, and of veloconnect's messages.
    SetLanguage {
        #[command(flatten)]
        who: Who,
        #[arg(value_name = "LANGUAGE", value_parser = language, required_unless_present = "none")]
        language: Option<Language>,
        /// Whichever the configuration names.
        #[arg(long, conflicts_with = "language")]
        none: bool,
    },
    /// Set the groups that an account is in; none, to take it out of all. Where `oseo.share_by_group` is set, accounts of one
    /// group see each other's orders.
    SetGroups {
        #[command(flatten)]
        who: Who,
        #[arg(value_parser = name)]
        groups: Vec<String>,
    },
    /// Set what an account may do. A customer orders, and sees its own orders; an operator sees all orders of the protocol
    /// and acts on them; a worker fetches items and announces products.
    SetRoles {
        #[command(flatten)]
        who: Who,
        #[arg(value_parser = role, required = true)]
        roles: Vec<Role>,
    },
    /// Set a new password, read from the terminal, or from standard input.
    SetPassword {
        #[command(flatten)]
        who: Who,
        /// Let the account use WSSE PasswordDigest; its password is then also kept encrypted.
        #[arg(long)]
        digest: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Who {
    /// The protocol that the account speaks.
    #[arg(long, value_parser = protocol)]
    protocol: Protocol,
    /// The login name: OSEO user, or veloconnect BuyersID.
    #[arg(value_parser = name)]
    name: String,
    #[command(flatten)]
    of: OfSeller,
}

impl Who {
    async fn provider(&self, store: &dyn Store, config: &Config) -> Result<ProviderId, Failure> {
        self.of.provider_for(self.protocol, store, config).await
    }
}

pub(crate) fn protocol(text: &str) -> Result<Protocol, String> {
    Protocol::from_name(text).ok_or_else(|| "expected oseo or veloconnect".to_owned())
}

pub(crate) fn name(text: &str) -> Result<String, String> {
    if is_account_name(text) {
        Ok(text.to_owned())
    } else {
        Err("expected 1 to 128 characters without white space at the ends".to_owned())
    }
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_name(text).ok_or_else(|| format!("expected one of {}", Role::ALL.map(Role::name).join(", ")))
}

fn mail_address(text: &str) -> Result<String, AddressError> {
    check_address(text).map(|()| text.to_owned())
}

fn language(code: &str) -> Result<Language, String> {
    Language::from_code(code).ok_or_else(|| "expected en or de".to_owned())
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    opening::runtime()?.block_on(async {
        // First, so that nobody is asked for a password in vain.
        let store = AnyStore::open_shared(&config.store).await?;
        opening::closing(store.as_store(), carry_out(arguments.command, store.as_store(), &config)).await
    })
}

async fn carry_out(command: Command, store: &dyn Store, config: &Config) -> Result<(), Failure> {
    let conflict = match &command {
        Command::Add { .. } => "there is an account of this name already",
        _ => "there is no account of this name",
    };
    let write = match command {
        Command::List { of } => return list(store, of.provider(store, config).await?).await,
        Command::Add { who, digest, roles } => {
            let provider = who.provider(store, config).await?;
            let (password_hash, digest_secret) = secrets(config, &who, digest)?;
            let created_at = SystemClock.now();
            let (Who { protocol, name, .. }, roles) = (who, roles.into_iter().collect());
            Write::InsertAccount(NewAccount { provider, protocol, name, password_hash, digest_secret, roles, created_at })
        }
        Command::SetPassword { who, digest } => {
            let provider = who.provider(store, config).await?;
            let (password_hash, digest_secret) = secrets(config, &who, digest)?;
            let at = SystemClock.now();
            let Who { protocol, name, .. } = who;
            Write::SetPassword { provider, protocol, name, password_hash, digest_secret, at }
        }
        Command::SetMail { who, mail, language, none: _ } => {
            let provider = who.provider(store, config).await?;
            let language = language.map(|language| language.code().to_owned());
            Write::SetMail { provider, protocol: who.protocol, name: who.name, mail, language }
        }
        Command::SetLanguage { who, language, none: _ } => {
            let provider = who.provider(store, config).await?;
            let language = language.map(|language| language.code().to_owned());
            Write::SetLanguage { provider, protocol: who.protocol, name: who.name, language }
        }
        Command::SetGroups { who, groups } => {
            let provider = who.provider(store, config).await?;
            let account = store.account(provider, who.protocol, &who.name).await?;
            let account = account.ok_or_else(|| Failure::Failed(conflict.to_owned()))?.id;
            let groups = groups.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
            Write::SetGroups { account, groups }
        }
        Command::SetRoles { who, roles } => {
            let provider = who.provider(store, config).await?;
            Write::SetRoles { provider, protocol: who.protocol, name: who.name, roles: roles.into_iter().collect() }
        }
        Command::Disable(who) => set_disabled(who.provider(store, config).await?, who, true),
        Command::Enable(who) => set_disabled(who.provider(store, config).await?, who, false),
    };
    match store.commit(Batch { writes: vec![write] }).await {
        Err(CommitError::Conflict(ConflictOn::Account)) => Err(Failure::Failed(conflict.to_owned())),
        stored => Ok(stored?),
    }
}

fn set_disabled(provider: ProviderId, who: Who, disabled: bool) -> Write {
    let at = SystemClock.now();
    Write::SetDisabled { provider, protocol: who.protocol, name: who.name, disabled, at }
}

#[allow(clippy::print_stdout)]
async fn list(store: &dyn Store, provider: ProviderId) -> Result<(), Failure> {
    for account in store.accounts(provider).await? {
        let digest = if account.digest_secret.is_some() { "digest" } else { "-" };
        let standing = if account.disabled { "disabled" } else { "enabled" };
        let [mail, language] = [&account.mail, &account.language].map(|text| text.as_deref().unwrap_or("-"));
        let groups = if account.in_groups { store.groups(account.id).await? } else { Vec::new() };
        let roles = account.roles.iter().map(Role::name).collect::<Vec<_>>().join(",");
        let line = [account.protocol.name(), &account.name, standing, digest, mail, language, &roles]
            .into_iter()
            .chain(groups.iter().map(String::as_str));
        println!("{}", line.collect::<Vec<_>>().join("\t"));
    }
    Ok(())
}

/// Reads a password, and makes of it what is stored.
fn secrets(config: &Config, who: &Who, digest: bool) -> Result<(String, Option<Vec<u8>>), Failure> {
    let key = opening::key(&config.store)?;
    let password = read_password()?;
    let hash = hash_password(&password).map_err(Failure::Usage)?;
    let secret = digest.then(|| seal_secret(&key, who.protocol, &who.name, &password)).transpose()?;
    Ok((hash, secret))
}

fn read_password() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("Once more: ")? == password {
        Ok(password)
    } else {
        Err(Failure::Usage("the two passwords differ".to_owned()))
    }
}
