//! Credentials that the command line names: where they are, so that no list of processes shows them, or the text itself.

use std::fs::{self, File};
use std::io::Read;

use super::CliError;
use super::origin::Origin;
use super::run_args::RunArgs;
use super::tell::hide;
use super::values;
use crate::execute::Masker;
use crate::fixtures::Secret;

/// In bytes; a longer text is no credential.
const LONGEST: u64 = 64 << 10;

/// The credential that a flag names by `written`: `@FILE`, `env:NAME`, `-` for stdin, or the text itself.
/// `variable` stands for it in reports, unless the credential has a variable of its own.
///
/// # Errors
/// [`CliError::Usage`], without the credential.
pub(super) fn credential(flag: &str, written: &str, variable: String) -> Result<Secret, CliError> {
    let wrong = |what: String, help: &str| CliError::usage(format!("{flag}: {what}"), help);
    let (place, value, variable) = if let Some(path) = written.strip_prefix('@') {
        let read = file(path).map_err(|reason| {
            wrong(
                format!("cannot read {path}: {reason}"),
                "after `@`, name a file that holds the credential alone; `-` reads stdin",
            )
        });
        (format!("the file {path}"), read?, variable)
    } else if let Some(name) = written.strip_prefix("env:") {
        let set = std::env::var(name).map_err(|error| {
            let reason = match error {
                std::env::VarError::NotPresent => "not set",
                std::env::VarError::NotUnicode(_) => "no UTF-8 text",
            };
            wrong(
                format!("the environment variable `{name}` is {reason}"),
                "after `env:`, name a variable that holds the credential",
            )
        });
        // What a shell takes for a name stands for it in the commands of a report.
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (format!("the environment variable `{name}`"), set?, if is_name { name.to_owned() } else { variable })
    } else if written == "-" {
        let read = text(std::io::stdin().lock());
        (
            "stdin".to_owned(),
            read.map_err(|reason| wrong(format!("cannot read stdin: {reason}"), "write the credential to stdin"))?,
            variable,
        )
    } else {
        ("the credential".to_owned(), written.to_owned(), variable)
    };
    let value = value.strip_suffix('\n').map_or(value.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if value.is_empty() {
        return Err(wrong(format!("{place} is empty"), "give a credential, or leave the flag out"));
    }
    if value.contains(['\r', '\n', '\0']) {
        return Err(wrong(format!("{place} holds more than one line"), "a credential is one line of text"));
    }
    let secret = Secret { value: value.to_owned(), variable };
    hide(Masker::new([&secret]));
    Ok(secret)
}

/// Refuses to read stdin twice.
pub(super) fn check(args: &RunArgs) -> Result<(), CliError> {
    let credentials = args.credential.iter().filter_map(|text| values::credential(text).ok());
    let fields = args.header.iter().filter_map(|text| values::field(text).ok());
    let named = args.bearer.as_deref().into_iter().chain(credentials.chain(fields).map(|(_, value)| value));
    let documents = args.spec.iter().filter(|spec| Origin::of(spec) == Origin::Stdin).map(|_| "-");
    let fetched = args.load.spec_header.iter().filter_map(|text| values::field(text).ok());
    let named = named.chain(documents).chain(fetched.map(|(_, value)| value));
    if named.filter(|value| *value == "-").count() > 1 {
        return Err(CliError::usage(
            "more than one credential or document is to be read from stdin",
            "`-` stands for all of stdin; give the others by @FILE or env:NAME",
        ));
    }
    Ok(())
}

/// What a regular file holds: another one may never end, or be gone once it is read.
fn file(path: &str) -> Result<String, String> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    })?;
    if !metadata.is_file() {
        return Err(if metadata.is_dir() { "it is a directory" } else { "it is no regular file" }.to_owned());
    }
    text(File::open(path).map_err(|error| error.to_string())?)
}

fn text(source: impl Read) -> Result<String, String> {
    let mut bytes = Vec::new();
    source.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("it holds more than {LONGEST} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "it holds no UTF-8 text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Result<(String, String), String> {
        let secret = credential("--bearer", written, "TOKEN".to_owned()).map_err(|error| error.to_string())?;
        Ok((secret.value, secret.variable))
    }

    #[test]
    fn a_credential_is_read_from_where_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("is written");
            format!("@{}", path.display())
        };
        let known = |value: &str, variable: &str| Ok((value.to_owned(), variable.to_owned()));
        assert_eq!(read(&at("a", b"t0ken=\n")), known("t0ken=", "TOKEN"));
        assert_eq!(read(&at("b", b"t0ken\r\n")), known("t0ken", "TOKEN"));
        assert_eq!(read("a@b -"), known("a@b -", "TOKEN"));
        // Every environment has one.
        assert_eq!(read("env:PATH"), known(&std::env::var("PATH").expect("a path"), "PATH"));
        for (written, told) in [
            (at("c", b""), "c is empty"),
            (at("d", b"\n"), "d is empty"),
            (at("e", b"one\ntwo\n"), "e holds more than one line"),
            (at("f", b"\xff\xfe"), "no UTF-8 text"),
            (at("g", &vec![b'x'; 70_000]), "more than 65536 bytes"),
            (format!("@{}", folder.path().display()), "it is a directory"),
            ("@/dev/null".to_owned(), "it is no regular file"),
            ("@nowhere".to_owned(), "--bearer: cannot read nowhere: no such file"),
            ("env:CONFORM_NO_SUCH".to_owned(), "variable `CONFORM_NO_SUCH` is not set"),
            (String::new(), "the credential is empty"),
        ] {
            let error = read(&written).expect_err(&written);
            assert!(error.contains(told) && !error.contains("two"), "{written}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
        assert!(made.success());
        assert!(read(&format!("@{}", path.display())).is_err_and(|told| told.contains("it is no regular file")));
    }
}
