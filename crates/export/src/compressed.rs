//! Compressed copies of a dump's long texts, made once so that they need not be compressed for every
//! download.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::{Compression, GzBuilder};

use crate::ExportError;
use crate::describe::Sum;
use crate::error::Named;
use crate::going::Going;

/// zstd compression level.
const ZSTD_LEVEL: i32 = 9;

/// Whether a file gets compressed copies.
pub fn is_compressed(name: &str) -> bool {
    name.ends_with(".csv") || name.ends_with(".ndjson")
}

/// Compresses the long texts among `sums`. Returns the sums of the compressed files.
pub(crate) fn files(folder: &Path, sums: &[Sum], going: &Going<'_>) -> Result<Vec<Sum>, ExportError> {
    let mut made = Vec::new();
    for sum in sums.iter().filter(|sum| is_compressed(&sum.name)) {
        let from = folder.join(&sum.name);
        for ending in ["gz", "zst"] {
            let name = format!("{}.{ending}", sum.name);
            let path = folder.join(&name);
            compress(going.reading(File::open(&from).named(&from)?), &path, ending).named(&path)?;
            made.push(Sum::of_while(name, &path, going)?);
        }
    }
    Ok(made)
}

fn compress(mut from: impl Read, to: &Path, ending: &str) -> io::Result<()> {
    let to = File::create_new(to)?;
    if ending == "gz" {
        // No timestamp, so that the same text gives the same bytes.
        let mut writer = GzBuilder::new().mtime(0).write(to, Compression::default());
        io::copy(&mut from, &mut writer)?;
        writer.finish().map(|_| ())
    } else {
        let mut writer = zstd::Encoder::new(to, ZSTD_LEVEL)?;
        io::copy(&mut from, &mut writer)?;
        writer.finish().map(|_| ())
    }
}
