//! Text files, read whole; and files that nobody ever sees half written: each is written beside its place, and then
//! renamed to it.

use std::fs::File;
use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// The octets that a text file may have: the largest documents that are published have 47 million.
pub const LARGEST: u64 = 64 << 20;

/// The octets that a file may have which people write by hand.
const LARGEST_BY_HAND: u64 = 1 << 20;

/// The text of a file that people write by hand, such as `conform.toml`: what its reader makes of it takes a hundred times the
/// room.
///
/// # Errors
/// As [`read`].
pub fn read_by_hand(path: &Path) -> Result<String, String> {
    read_up_to(path, LARGEST_BY_HAND)
}

/// The text of a file: UTF-8, or UTF-16 that starts with a byte order mark.
///
/// # Errors
/// The reason, in words: there is no such file, it is none that ends (a pipe, a device, a directory), it is too large, or
/// it is no text, with the line.
pub fn read(path: &Path) -> Result<String, String> {
    read_up_to(path, LARGEST)
}

fn read_up_to(path: &Path, largest: u64) -> Result<String, String> {
    let reason = |error: Error| match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    };
    // Asked before it is opened: to open a pipe waits for who writes to it.
    let metadata = std::fs::metadata(path).map_err(reason)?;
    if metadata.is_dir() {
        return Err("it is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is a pipe or a device; only a regular file is read".to_owned());
    }
    if metadata.len() > largest {
        return Err(format!("it has {} octets; {largest} are the most that is read", metadata.len()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(largest + 1).read_to_end(&mut bytes)).map_err(reason)?;
    text(bytes)
}

/// Octets as text.
///
/// # Errors
/// That they are none, with the line.
pub fn text(bytes: Vec<u8>) -> Result<String, String> {
    let utf16 = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = utf16 {
        let (pairs, left) = rest.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        return match String::from_utf16(&units) {
            Ok(text) if left.is_empty() => Ok(text),
            _ => Err("its byte order mark says UTF-16, and it is none: save it as UTF-8".to_owned()),
        };
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count();
        format!("line {line} is not UTF-8 (octet {valid} of the file): save it as UTF-8")
    })
}

/// Puts `bytes` at `path`. Whatever goes wrong, the file that was there is whole.
///
/// # Errors
/// The system's reason, without the name of the draft.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = draft(path)?;
    draft.write_all(bytes).map_err(plain)?;
    put(draft, path)
}

/// A file in the directory of `path`, to be written and then [`put`] there; it is removed when it is dropped before.
///
/// # Errors
/// As [`write`].
pub fn draft(path: &Path) -> Result<NamedTempFile, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // tempfile would not tell in the system's words that there is none.
    std::fs::metadata(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".conform-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other file of a repository; the process's own mask takes away what it must.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder).map_err(plain)
}

/// Makes a draft the file at `path`.
///
/// # Errors
/// As [`write`].
pub fn put(draft: NamedTempFile, path: &Path) -> Result<(), Error> {
    // A rename may reach the disk before what is renamed.
    draft.as_file().sync_all().map_err(plain)?;
    draft.persist(path).map(drop).map_err(|error| plain(error.error))
}

/// The reason alone: tempfile's errors name its own random path as well.
fn plain(error: Error) -> Error {
    match error.raw_os_error() {
        Some(code) => Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_that_people_write_is_small() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("conform.toml");
        fs::write(&path, "# a\n".repeat(300_000)).expect("written");
        assert!(read_by_hand(&path).is_err_and(|reason| reason.contains("1048576 are the most")));
        assert!(read(&path).is_ok());
        fs::write(&path, "seed = 1\n").expect("written");
        assert_eq!(read_by_hand(&path).as_deref(), Ok("seed = 1\n"));
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        for text in ["before", "after"] {
            write(&path, text.as_bytes()).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("read"), text);
        }
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told_without_the_name_of_the_draft() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        fs::create_dir(&path).expect("a directory in the way");
        for wrong in [path, folder.path().join("nowhere/a.txt")] {
            let error = write(&wrong, b"text").expect_err("no place").to_string();
            assert!(!error.contains(".conform-"), "{error}");
        }
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn text_is_utf_8_or_utf_16_with_a_mark() {
        assert_eq!(text("é\n".into()).as_deref(), Ok("é\n"));
        assert_eq!(text(vec![0xff, 0xfe, b'a', 0, b'\n', 0]).as_deref(), Ok("a\n"));
        assert_eq!(text(vec![0xfe, 0xff, 0, b'a', 0x20, 0xac]).as_deref(), Ok("a€"));
        for (bytes, told) in [(&b"a\nb\xe9\n"[..], "line 2"), (b"\xff\xfea", "UTF-16"), (b"\xff\xfe\x00\xd8", "UTF-16")]
        {
            assert!(
                text(bytes.to_vec()).is_err_and(|reason| reason.contains(told) && reason.contains("save it as UTF-8"))
            );
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_does_not_end_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo starts").success());
        for (path, told) in
            [(&*pipe, "a pipe"), (Path::new("/dev/zero"), "a pipe or a device"), (folder.path(), "a directory")]
        {
            assert!(read(path).is_err_and(|reason| reason.contains(told)), "{}", path.display());
        }
        assert_eq!(read(&folder.path().join("none")).err().as_deref(), Some("no such file"));
        let file = folder.path().join("a.txt");
        write(&file, b"text").expect("written");
        assert_eq!(read(&file).as_deref(), Ok("text"));
    }
}
