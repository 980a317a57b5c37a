//! Writes texts as words of bash, secrets as variables.

use crate::text::hidden::is_unseen;

/// A stretch of a shown text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Literal(&'a [u8]),
    /// The part of a shell's expansion that stands between the braces.
    Variable(&'a str),
    /// An encoding with the text that is encoded.
    Encoded(&'a str, &'a [u8]),
}

/// What may follow a variable's name in the braces; see [`Masker`](super::Masker).
const OPERATORS: [&str; 7] = ["", "%?", "~~", "^^", ",,", "#*:", "##* "];
/// Encodings, each as a filter of its standard input.
const ENCODINGS: [(&str, &str); 2] =
    [("base64", "base64 | tr -d '\\n'"), ("percent", "od -An -v -tx1 | tr -d '\\n' | tr ' ' %")];

/// One word of bash that stands for exactly these bytes, with the values of `variables` put in. A word cannot
/// hold NUL.
pub(super) fn word(text: &[u8], variables: &[String]) -> String {
    let pieces = pieces(text, variables);
    if pieces.iter().all(|piece| matches!(piece, Piece::Literal(_))) {
        return quote(text);
    }
    let plain = pieces.iter().all(|piece| match piece {
        Piece::Literal(text) => is_plain(text) && !text.iter().any(|byte| b"\"$`\\!".contains(byte)),
        _ => true,
    });
    let mut word = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        let next = pieces.get(index + 1);
        let expansion = match piece {
            Piece::Literal(text) if plain => {
                word.push_str(&String::from_utf8_lossy(text));
                continue;
            }
            Piece::Literal(text) => {
                word.push_str(&quote(text));
                continue;
            }
            // Some shells read on after a bare name: into an index, a modifier or a longer name.
            Piece::Variable(name) if is_name(name) && (next.is_none() || !plain) => format!("${name}"),
            Piece::Variable(expansion) => format!("${{{expansion}}}"),
            Piece::Encoded(encoding, text) => {
                let filter = ENCODINGS.iter().find(|(name, _)| name == encoding).map_or("cat", |(_, filter)| filter);
                format!("$(printf %s {} | {filter})", self::word(text, variables))
            }
        };
        word.push_str(&if plain { expansion } else { format!("\"{expansion}\"") });
    }
    if plain { format!("\"{word}\"") } else { word }
}

/// A text as one word of bash.
#[cfg(feature = "cli")]
pub fn quoted(text: &str) -> String {
    word(text.as_bytes(), &[])
}

/// Whether one of these bytes stands in the text, outside the notation of variables.
pub(super) fn contains_any(text: &str, bytes: &[u8], variables: &[String]) -> bool {
    let holds =
        |piece: &Piece<'_>| matches!(piece, Piece::Literal(text) if text.iter().any(|byte| bytes.contains(byte)));
    pieces(text.as_bytes(), variables).iter().any(holds)
}

/// If the text is `prefix` and then one text in base64: that text.
pub(super) fn base64_after<'a>(text: &'a str, prefix: &str, variables: &[String]) -> Option<&'a str> {
    let rest = text.strip_prefix(prefix)?;
    match pieces(rest.as_bytes(), variables).as_slice() {
        [Piece::Encoded("base64", text)] => std::str::from_utf8(text).ok(),
        _ => None,
    }
}

/// Quotes bytes so that bash takes them as they are.
fn quote(bytes: &[u8]) -> String {
    if is_plain(bytes) {
        return format!("'{}'", String::from_utf8_lossy(bytes).replace('\'', "'\\''"));
    }
    let mut quoted = String::from("$'");
    let mut rest = bytes;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(),
        };
        for c in valid.chars() {
            match c {
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                '\\' | '\'' => quoted.extend(['\\', c]),
                // An interactive shell may look for history in a word with escaped quotes.
                '!' => quoted.push_str("\\x21"),
                c if is_unseen(c) => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| hex(&mut quoted, byte)),
                c => quoted.push(c),
            }
        }
        rest = &rest[valid.len()..];
        if let Some((&broken, after)) = rest.split_first() {
            hex(&mut quoted, broken);
            rest = after;
        }
    }
    quoted + "'"
}

fn hex(text: &mut String, byte: u8) {
    text.push_str(&format!("\\x{byte:02x}"));
}

/// Whether these bytes are a text in which nothing is hidden from sight.
fn is_plain(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_unseen))
}

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn pieces<'a>(text: &'a [u8], variables: &[String]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let (mut done, mut at) = (0, 0);
    while at < text.len() {
        let found = variable(&text[at..], variables).or_else(|| encoded(&text[at..], variables));
        let Some((piece, length)) = found else {
            at += 1;
            continue;
        };
        if done < at {
            pieces.push(Piece::Literal(&text[done..at]));
        }
        pieces.push(piece);
        at += length;
        done = at;
    }
    if done < text.len() {
        pieces.push(Piece::Literal(&text[done..]));
    }
    pieces
}

/// The variable at the start of `text`, with its length there.
fn variable<'a>(text: &'a [u8], variables: &[String]) -> Option<(Piece<'a>, usize)> {
    let inner = text.strip_prefix(b"${")?;
    let end = inner.iter().position(|byte| *byte == b'}')?;
    let expansion = std::str::from_utf8(&inner[..end]).ok()?;
    let known = |name: &String| expansion.strip_prefix(name.as_str()).is_some_and(|rest| OPERATORS.contains(&rest));
    variables.iter().any(known).then_some((Piece::Variable(expansion), end + 3))
}

/// The encoded text with a variable in it at the start of `text`, with its length there.
fn encoded<'a>(text: &'a [u8], variables: &[String]) -> Option<(Piece<'a>, usize)> {
    let (encoding, inner) = ENCODINGS.iter().find_map(|(name, _)| {
        let inner = text.strip_prefix(name.as_bytes())?.strip_prefix(b"(")?;
        Some((*name, inner))
    })?;
    let end = inner.iter().position(|byte| *byte == b')')?;
    let inner = &inner[..end];
    let holds_variable = (0..inner.len()).any(|at| variable(&inner[at..], variables).is_some());
    holds_variable.then_some((Piece::Encoded(encoding, inner), encoding.len() + end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What bash makes of a word.
    fn bash(word: &str) -> Vec<u8> {
        let command = std::process::Command::new("bash")
            .args(["-c", &format!("printf %s {word}")])
            .env("KEY", "s3cr:t'\"$")
            .output()
            .expect("bash runs");
        assert!(command.status.success() && command.stderr.is_empty(), "{word}: {command:?}");
        command.stdout
    }

    #[test]
    fn bash_reads_every_byte_but_nul_as_it_is() {
        let all: Vec<u8> = (1..=255).collect();
        let texts =
            ["", "it's", "$HOME `id` \\ \"x\" !", "${HOME} $(id)", "a\nb\tc\r", "é 👋 \u{202e}x", "'", "-n", "%s"];
        for text in texts.iter().map(|text| text.as_bytes()).chain([all.as_slice(), b"\xc3\xff'!f"]) {
            assert_eq!(bash(&word(text, &[])), text, "{}", word(text, &[]));
        }
    }

    #[test]
    fn what_is_invisible_is_written_so_that_it_is_seen_and_bash_reads_it_as_it_is() {
        let is_edge = |c: &char| {
            let next = |step: i64| char::from_u32((i64::from(*c as u32) + step) as u32).is_some_and(is_unseen);
            is_unseen(*c) && !(next(-1) && next(1))
        };
        let unseen: String = ('\u{1}'..=char::MAX).filter(is_edge).collect();
        assert!(unseen.chars().count() > 1_000);
        let known = ["KEY".to_owned()];
        for text in ["pay\u{ad}pal", "\u{202e}exe.txt", "\u{2764}\u{fe0f}", "\u{e0041}", "a\u{a0}b", &unseen] {
            let quoted = word(text.as_bytes(), &known);
            assert!(!quoted.contains(is_unseen), "{quoted}");
            assert!(bash(&quoted) == text.as_bytes(), "{quoted}");
            let mixed = word(format!("{text}${{KEY}}").as_bytes(), &known);
            assert!(!mixed.contains(is_unseen), "{mixed}");
            assert!(bash(&mixed) == format!("{text}s3cr:t'\"$").as_bytes(), "{mixed}");
        }
        // What is seen stays as a person wrote it.
        assert_eq!(word("Grüße, 你好 👋🏽".as_bytes(), &[]), "'Grüße, 你好 👋🏽'");
    }

    #[test]
    fn variables_are_put_in_by_bash() {
        let known = ["KEY".to_owned()];
        let table = [
            ("Bearer ${KEY}", "\"Bearer $KEY\"", "Bearer s3cr:t'\"$"),
            ("${KEY}x", "\"${KEY}x\"", "s3cr:t'\"$x"),
            ("${KEY%?}", "\"${KEY%?}\"", "s3cr:t'\""),
            ("${KEY~~}", "\"${KEY~~}\"", "S3CR:T'\"$"),
            ("${KEY#*:}.", "\"${KEY#*:}.\"", "t'\"$."),
            ("${HOME} ${KEY}", "'${HOME} '\"$KEY\"", "${HOME} s3cr:t'\"$"),
            ("{\"a\":\"${KEY}\"}", "'{\"a\":\"'\"$KEY\"'\"}'", "{\"a\":\"s3cr:t'\"$\"}"),
            ("base64(${KEY}x)", "\"$(printf %s \"${KEY}x\" | base64 | tr -d '\\n')\"", "czNjcjp0JyIkeA=="),
            ("base64(x)", "'base64(x)'", "base64(x)"),
        ];
        for (text, expected, read) in table {
            let word = word(text.as_bytes(), &known);
            assert_eq!(word, expected);
            assert_eq!(String::from_utf8_lossy(&bash(&word)), read);
        }
        let percent = bash(&word(b"?k=percent(${KEY})", &known));
        assert_eq!(String::from_utf8_lossy(&percent), "?k=%73%33%63%72%3a%74%27%22%24");
    }

    #[test]
    fn base64_is_found_at_the_end_alone() {
        let known = ["KEY".to_owned()];
        assert_eq!(base64_after("Basic base64(${KEY}x)", "Basic ", &known), Some("${KEY}x"));
        assert_eq!(base64_after("Basic base64(${KEY}).", "Basic ", &known), None);
        assert_eq!(base64_after("Bearer base64(${KEY})", "Basic ", &known), None);
    }
}
