//! A customer's machine: its users, its home folders and its servers, in a mount and a process name space of their own.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::certificate;
use crate::harness::{eventually, free_port};

/// crypt(3) of the user's password.
const HASH: &str = "$6$ordergate$dGwoEALfWL/ocQGvZl4wRCj8GvASb29nhhW2zVRRNW6RKPia90buVjrCz8RUYtRRfI4Iqm/PQvMcSuNDR3LjM/";
const USER: u32 = 20_017;

/// Users and folders as the servers see them. `$1` is the machine's folder, the rest what to run. The server is not the first
/// process there, because some are not made for that.
const ENTER: &str = "set -e; mount --bind \"$1/passwd\" /etc/passwd; mount --bind \"$1/shadow\" /etc/shadow; \
    mount -t tmpfs tmpfs /run; mkdir /run/sshd; if [ -n \"$SMALL_DISK\" ]; then \
    mount -t tmpfs -o size=512k,mode=777 tmpfs \"$1/home/in\"; fi; shift; \"$@\"; exit";

/// The machine, with the user `anna`. What runs there ends when it is dropped.
pub struct Machine {
    folder: TempDir,
    pub at: SocketAddr,
    pub small_disk: bool,
    running: Option<Child>,
}

impl Machine {
    /// None where the system does not let us have one, or has no such server: CI must.
    pub fn with(server: &str) -> Option<Self> {
        let missing = if !Path::new(server).exists() {
            format!("{server} is not installed")
        } else if !may_have_name_spaces() {
            "mounts in a name space need root".to_owned()
        } else {
            return Some(Self::new());
        };
        eprintln!("skipped: {missing}");
        assert!(std::env::var_os("CI").is_none(), "{missing}, but CI is set");
        None
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        fs::set_permissions(at, fs::Permissions::from_mode(0o755)).unwrap();
        for home in ["home", "home/in"] {
            fs::create_dir(at.join(home)).unwrap();
            chown(at.join(home), Some(USER), Some(USER)).unwrap();
        }
        fs::create_dir(at.join("empty")).unwrap();
        let user = format!("anna:x:{USER}:{USER}::{}/home:/bin/sh\n", at.display());
        add_line(Path::new("/etc/passwd"), &at.join("passwd"), &user, 0o644);
        add_line(Path::new("/etc/shadow"), &at.join("shadow"), &format!("anna:{HASH}:20000:0:99999:7:::\n"), 0o600);
        certificate(at);
        let machine = Self { at: free_port(), small_disk: false, running: None, folder };
        machine.new_host_key();
        machine
    }

    pub fn inbox(&self) -> PathBuf {
        self.folder.path().join("home/in")
    }

    pub fn cert(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub fn new_host_key(&self) {
        let file = self.folder.path().join("host_key");
        let _ = fs::remove_file(&file);
        let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&file).status();
        // Where there is no OpenSSH, nobody needs it.
        assert!(made.map_or(true, |status| status.success()));
    }

    pub fn run_sshd(&mut self) {
        let folder = self.folder.path().display();
        let config = format!(
            "Port {}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile none\nUsePAM no\n\
             PasswordAuthentication yes\nStrictModes no\nSubsystem sftp internal-sftp\n",
            self.at.port()
        );
        fs::write(self.folder.path().join("sshd_config"), config).unwrap();
        self.run("/usr/sbin/sshd", &["-D", "-e", "-f", &format!("{folder}/sshd_config")]);
    }

    pub fn run_vsftpd(&mut self, more: &str) {
        let folder = self.folder.path().display();
        let config = format!(
            "listen=YES\nlisten_address=127.0.0.1\nlisten_port={}\nbackground=NO\nlocal_enable=YES\nwrite_enable=YES\n\
             anonymous_enable=NO\nssl_enable=YES\nrequire_ssl_reuse=YES\nforce_local_logins_ssl=YES\n\
             force_local_data_ssl=YES\nssl_ciphers=HIGH\nrsa_cert_file={folder}/cert.pem\n\
             rsa_private_key_file={folder}/key.pem\nsecure_chroot_dir={folder}/empty\npam_service_name=vsftpd\n\
             seccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\nlog_ftp_protocol=YES\nxferlog_enable=YES\n\
             vsftpd_log_file={folder}/log\n{more}",
            self.at.port()
        );
        fs::write(self.folder.path().join("vsftpd.conf"), config).unwrap();
        self.run("/usr/sbin/vsftpd", &[&format!("{folder}/vsftpd.conf")]);
    }

    fn run(&mut self, program: &str, arguments: &[&str]) {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--pid", "--fork", "--kill-child=KILL", "sh", "-c", ENTER, "sh"]).arg(self.folder.path());
        command.arg(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("SMALL_DISK", if self.small_disk { "yes" } else { "" });
        self.running = Some(command.spawn().unwrap());
        eventually("the server listens", || TcpStream::connect(self.at).ok());
    }

    /// As if its power failed.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill().unwrap();
            running.wait().unwrap();
            eventually("nobody listens", || TcpStream::connect(self.at).is_err().then_some(()));
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}

fn may_have_name_spaces() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--pid", "--fork", "sh", "-c", "mount -t tmpfs tmpfs /run"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn add_line(from: &Path, to: &Path, line: &str, mode: u32) {
    let mut text = fs::read_to_string(from).unwrap();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(line);
    fs::write(to, text).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).unwrap();
}
