//! `register openapi`.

use clap::Args;

use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub(crate) struct Openapi {
    /// YAML instead of JSON
    #[arg(long)]
    yaml: bool,
}

impl Openapi {
    pub(super) fn run(&self, _: &Settings) -> anyhow::Result<Ended> {
        let document = api::document();
        if self.yaml {
            print!("{}", document.to_yaml()?);
        } else {
            println!("{}", document.to_pretty_json()?);
        }
        Ok(Ended::Done)
    }
}
