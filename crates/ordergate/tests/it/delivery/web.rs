//! A customer's web server: nginx, which takes PUT from who knows the password.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{PASSWORD, certificate};
use crate::harness::{eventually, free_port, tool_or_skip};

const NGINX: &str = "/usr/sbin/nginx";

pub struct WebServer {
    folder: TempDir,
    pub at: SocketAddr,
    running: Option<Child>,
}

impl WebServer {
    /// It does not run yet. None where there is no nginx.
    pub fn new() -> Option<Self> {
        if !tool_or_skip(NGINX, "-v") {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("files/in")).unwrap();
        super::open_to_all(root);
        super::open_to_all(&root.join("files"));
        super::open_to_all(&root.join("files/in"));
        certificate(root);
        fs::write(root.join("passwords"), format!("anna:{{PLAIN}}{PASSWORD}\n")).unwrap();
        Some(Self { folder, at: free_port(), running: None })
    }

    pub fn run(&mut self) {
        let at = self.folder.path().display();
        let temporary: String =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {at}/{kind};\n")).concat();
        let config = format!(
            "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log {at}/log;\nevents {{}}\nhttp {{\n{temporary}\
             access_log off;\nclient_max_body_size 0;\nserver {{\nlisten 127.0.0.1:{} ssl;\n\
             ssl_certificate {at}/cert.pem;\nssl_certificate_key {at}/key.pem;\nroot {at}/files;\n\
             location / {{ auth_basic in; auth_basic_user_file {at}/passwords; dav_methods PUT; }}\n}}\n}}\n",
            self.at.port()
        );
        let file = self.folder.path().join("nginx.conf");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(NGINX);
        command.arg("-e").arg(self.folder.path().join("log")).arg("-p").arg(self.folder.path()).arg("-c").arg(file);
        self.running = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        eventually("nginx listens", || TcpStream::connect(self.at).ok());
    }

    pub fn inbox(&self) -> PathBuf {
        self.folder.path().join("files/in")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn cert(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}
