//! Who may fetch items and announce products: those with a token, and accounts with a role for it.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use ordergate_engine::{Actor, Protocol};
use ordergate_store::Role;
use tokio::task::spawn_blocking;

use super::Refusal;
use crate::auth::{Callers, WorkersFile};
use crate::client_address::Sender;

/// Knows workers by the headers of a request.
#[derive(Debug, Clone)]
pub(crate) struct Workers {
    /// The tokens; none if there are none.
    file: Option<WorkersFile>,
    callers: Callers,
}

/// Someone who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Worker {
    pub(crate) name: String,
    role: Role,
}

impl Worker {
    /// Who it is in the history.
    pub(crate) fn actor(&self) -> Actor {
        if self.role == Role::Operator { Actor::operator(&self.name) } else { Actor::pull_worker(&self.name) }
    }
}

impl Workers {
    pub(crate) const fn new(file: Option<WorkersFile>, callers: Callers) -> Self {
        Self { file, callers }
    }

    /// Whose token came with the request; without one, the account of this protocol that calls, if it has one of the roles.
    pub(crate) async fn identify(
        &self,
        protocol: Option<Protocol>,
        headers: &HeaderMap,
        sender: Sender,
        roles: &[Role],
    ) -> Result<Worker, Refusal> {
        if let Some(token) = bearer_token(headers) {
            let file = self.file.as_ref().ok_or(Refusal::Unauthorized)?;
            return Ok(Worker { name: of_token(file, token).await?, role: Role::Worker });
        }
        let protocol = protocol.ok_or(Refusal::Unauthorized)?;
        let caller = self.callers.identify(protocol, headers, sender).await?.ok_or(Refusal::Unauthorized)?;
        let role = roles.iter().find(|role| caller.roles.has(**role));
        role.map_or(Err(Refusal::NoRole), |role| Ok(Worker { name: caller.name, role: *role }))
    }
}

/// Whose token came with the request, where nobody has another way in.
pub(crate) async fn worker_of(workers: &WorkersFile, headers: &HeaderMap) -> Result<String, Refusal> {
    of_token(workers, bearer_token(headers).ok_or(Refusal::Unauthorized)?).await
}

async fn of_token(workers: &WorkersFile, token: &str) -> Result<String, Refusal> {
    let (workers, token) = (workers.clone(), token.to_owned());
    match spawn_blocking(move || workers.worker_of(&token)).await {
        Ok(Ok(Some(name))) => Ok(name),
        Ok(Ok(None)) => Err(Refusal::Unauthorized),
        Ok(Err(error)) => {
            tracing::error!(%error, "no worker can be let in");
            Err(Refusal::Unavailable)
        }
        Err(_) => Err(Refusal::Unavailable),
    }
}

/// RFC 6750 §2.1; the scheme's name is written in any case (RFC 9110 §11.1).
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}
