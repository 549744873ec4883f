//! `register completions` and `register man`.

use std::path::PathBuf;

use clap::Args;

use crate::exit::Ended;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

impl Completions {
    pub(super) fn run(&self, cli: &mut clap::Command) -> anyhow::Result<Ended> {
        clap_complete::generate(self.shell, cli, "register", &mut std::io::stdout());
        Ok(Ended::Done)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write a page for each command to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self, cli: &mut clap::Command) -> anyhow::Result<Ended> {
        match &self.out {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                clap_mangen::generate_to(cli.clone(), folder)?;
            }
            None => clap_mangen::Man::new(cli.clone()).render(&mut std::io::stdout())?,
        }
        Ok(Ended::Done)
    }
}
