//! Files with child lists of our template, such as `assessments.csv`, beside the file with the records.

use std::path::PathBuf;

use anyhow::bail;
use importer::Source;
use importer::sources::is_list;

/// Tells child lists, which are known by their names, from files of records: first the files, then the lists.
///
/// Errors: there are only lists, or lists beside several files, whose rows could not be told apart.
pub(super) fn apart(
    source: Option<Source>,
    files: &[PathBuf],
) -> anyhow::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    if source != Some(Source::Records) {
        return Ok((files.to_vec(), Vec::new()));
    }
    let is_records = |file: &PathBuf| !is_list(&file.file_stem().unwrap_or_default().to_string_lossy());
    let (records, lists): (Vec<_>, Vec<_>) = files.iter().cloned().partition(is_records);
    match records.len() {
        0 => bail!("there are only child lists here: name the file with the records too"),
        2.. if !lists.is_empty() => {
            bail!(
                "child lists go with one file of records: import the files one by one, each with its own lists"
            )
        }
        _ => Ok((records, lists)),
    }
}
