//! Passwords as argon2id hashes, computed a few at a time and never on the threads that serve requests.

use std::sync::{Arc, LazyLock};

use allocator_api2::alloc::System;
use allocator_api2::vec::Vec as VecIn;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{CustomizedPasswordHasher, PasswordHasher, PasswordVerifier, Result as HashResult};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest password that is looked at.
pub const PASSWORD_CHARACTERS_MAX: usize = 1024;

/// So many logins may wait to be hashed. Who comes after them would wait for longer than clients do.
const WAITING_MAX: usize = 512;

/// So much room is asked for, in blocks, however little of it is used: glibc gives memory back at once if more than 32 MiB were
/// asked for, and else keeps it for the next time, which may be hours away. What is not written to costs nothing.
const ROOM_MIN: usize = 33 << 20 >> 10;

/// What an unknown account's password is compared with, so that it takes as long as a known one's.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password("nobody").unwrap_or_default());

/// The PHC string of a new password's hash.
pub fn hash_password(password: &str) -> Result<String, String> {
    let length = password.chars().count();
    if length == 0 || length > PASSWORD_CHARACTERS_MAX {
        return Err(format!("a password has 1 to {PASSWORD_CHARACTERS_MAX} characters"));
    }
    Argon2id.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|e| e.to_string())
}

/// Whether a text is a hash that passwords can be compared with: argon2id, as a PHC string.
pub fn is_password_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id" && hash.hash.is_some())
}

/// Whether a password fits a hash. Takes tens of milliseconds.
pub fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|h| Argon2id.verify_password(password.as_bytes(), &h).is_ok())
}

/// `Argon2::default()`, but in memory that the system gets back afterwards: what the program's own allocator once had, it may keep,
/// and this is as much as all the rest of an idle server.
struct Argon2id;

impl PasswordHasher<PasswordHash> for Argon2id {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> HashResult<PasswordHash> {
        self.hash_password_with_params(password, salt, Params::default())
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Argon2id {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> HashResult<PasswordHash> {
        let salt = Salt::new(salt)?;
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let mut room = [0; Output::MAX_LENGTH];
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let out = room.get_mut(..length).ok_or(argon2::Error::OutputTooLong)?;
        let memory = memory(params.block_count())?;
        Argon2::new(algorithm, version, params.clone()).hash_password_into_with_memory(password, &salt, out, memory)?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(salt),
            hash: Some(Output::new(out)?),
        })
    }
}

fn memory(blocks: usize) -> argon2::Result<VecIn<Block, System>> {
    let mut memory = VecIn::new_in(System);
    memory.try_reserve_exact(blocks.max(ROOM_MIN)).map_err(|_| argon2::Error::OutOfMemory)?;
    memory.resize(blocks, Block::new());
    Ok(memory)
}

/// Compares passwords with hashes, a bounded number at a time.
#[derive(Debug, Clone)]
pub(super) struct Hasher {
    permits: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Hasher {
    pub(super) fn new(parallel: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(parallel)), queue: Arc::new(Semaphore::new(WAITING_MAX)) }
    }

    /// Waits for a turn; none if too many wait already. While waiting, another request may have found the same password right, so
    /// the caller looks once more before it hashes.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let Ok(_queued) = self.queue.try_acquire() else {
            tracing::debug!("too many logins wait to be checked; one is refused");
            return None;
        };
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }

    /// Whether a password fits a hash; `None` stands for an account that does not exist.
    pub(super) async fn matches(&self, password: &str, hash: Option<String>) -> bool {
        if password.len() > PASSWORD_CHARACTERS_MAX * 4 {
            return false;
        }
        let password = password.to_owned();
        let work = move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            password_fits(&password, &hash) && known
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_fits() {
        let hash = hash_password("geheim").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "OWASP's minimum: {hash}");
        let hasher = Hasher::new(1);
        assert!(hasher.matches("geheim", Some(hash.clone())).await);
        assert!(!hasher.matches("Geheim", Some(hash.clone())).await);
        assert!(!hasher.matches("", Some(hash)).await);
        assert!(!hasher.matches("nobody", None).await);
        assert!(!hasher.matches("x", Some("no hash".into())).await);
        assert!(hash_password("").is_err() && hash_password(&"x".repeat(1025)).is_err());
    }
}
