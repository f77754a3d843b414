//! Reading the templates of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind};

/// The endings of files that are templates.
const ENDINGS: [&str; 4] = ["html", "txt", "xml", "svg"];

/// The templates below a folder, as pairs of name and text, sorted by name.
///
/// A name is the path from the folder with `/` between its parts. Hidden files and folders and files
/// with other endings are left out; links are followed, and one that leads back up is left out.
pub(super) fn read(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    if !folder.is_dir() {
        let what = if folder.exists() {
            "is not a folder"
        } else {
            "does not exist"
        };
        let message = format!("the template folder `{}` {what}", folder.display());
        return Err(Error::new(ErrorKind::Io, message));
    }
    let mut templates = Vec::new();
    read_into(folder, "", &mut Vec::new(), &mut templates)?;
    templates.sort();
    Ok(templates)
}

fn read_into(
    folder: &Path,
    prefix: &str,
    above: &mut Vec<PathBuf>,
    templates: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    let real = fs::canonicalize(folder).map_err(|error| unreadable(folder, &error))?;
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let path = entry.path();
        let file_name = entry.file_name();
        let Some(file_name) = file_name.to_str() else {
            let message = format!("the name of `{}` is not UTF-8", path.display());
            return Err(Error::new(ErrorKind::Io, message));
        };
        if file_name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}{file_name}");
        if path.is_dir() {
            read_into(&path, &format!("{name}/"), above, templates)?;
        } else if ENDINGS
            .iter()
            .any(|ending| path.extension().is_some_and(|own| own == *ending))
        {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            templates.push((name, text));
        }
    }
    above.pop();
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::new(
        ErrorKind::Io,
        format!("cannot read `{}`: {error}", path.display()),
    )
}
