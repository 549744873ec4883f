//! A real identity provider (the npm package oidc-provider), started and stopped by a test.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::data::project;

/// A provider on loopback.
#[derive(Debug)]
pub struct Provider {
    process: Child,
    /// Its issuer URL.
    pub issuer: String,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a provider. `None`, with a notice, if `cargo xtask test` has not installed it; with
/// `REGISTER_TEST_PROVIDER=needed`, fails instead.
pub fn start(redirect: &str) -> Option<Provider> {
    let packages: PathBuf = project().join("target/contract/node");
    if !packages.join("node_modules/oidc-provider").exists() {
        assert!(
            std::env::var_os("REGISTER_TEST_PROVIDER").is_none(),
            "the npm package oidc-provider is missing"
        );
        eprintln!("SKIPPED: oidc-provider is not installed; `cargo xtask test` installs it");
        return None;
    }
    let mut process = Command::new("node")
        .arg(project().join("tests/support/provider/provider.mjs"))
        .arg(redirect)
        .env("PROVIDER_PACKAGES", packages)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let issuer = lines.find_map(|line| line.ok().filter(|line| line.starts_with("http://"))).unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    Some(Provider { process, issuer })
}
