//! Undoes the content codings of a response's body.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::{Failure, Response, StillCoded};

/// More codings than this on one body are left alone: each costs up to a whole body's time.
const MOST_CODINGS: usize = 4;

/// Why no bytes came out of a coding.
#[derive(Debug)]
enum Fault {
    TooLarge,
    Broken(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Broken(match error.kind() {
            io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
            _ => error.to_string(),
        })
    }
}

/// The response with its body free of its content codings (`Content-Encoding`, RFC 9110, section 8.4), which may come to
/// `limit` bytes after each of them. Its header fields stay as they were received.
///
/// # Errors
/// [`Failure::Inflated`] for a larger body.
pub(super) fn decoded(mut response: Response, limit: usize) -> Result<Response, Failure> {
    let codings = codings(&response);
    // No body at all is right for HEAD, 204 and 304, and no coding of anything.
    if codings.is_empty() || response.body.is_empty() {
        return Ok(response);
    }
    let decoders: Option<Vec<Decoder>> = codings.iter().rev().map(|coding| decoder(coding)).collect();
    let Some(decoders) = decoders.filter(|decoders| decoders.len() <= MOST_CODINGS) else {
        response.still_coded = Some(StillCoded::Unknown);
        return Ok(response);
    };
    let mut body: Option<Vec<u8>> = None;
    for (decode, coding) in decoders.iter().zip(codings.iter().rev()) {
        match decode(body.as_deref().unwrap_or(&response.body), limit) {
            Ok(plain) => body = Some(plain),
            Err(Fault::TooLarge) => return Err(Failure::Inflated(limit)),
            Err(Fault::Broken(reason)) => {
                response.still_coded = Some(StillCoded::Broken(coding.clone(), reason));
                return Ok(response);
            }
        }
    }
    response.body = body.unwrap_or_default();
    Ok(response)
}

/// Whether a response's body has to be decoded.
pub(super) fn is_coded(response: &Response) -> bool {
    !response.body.is_empty() && !codings(response).is_empty()
}

/// The codings in the order in which they were applied, in lower case; `identity` is none.
fn codings(response: &Response) -> Vec<String> {
    let fields = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    let codings = fields.flat_map(|(_, value)| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase());
    codings.filter(|coding| !matches!(coding.as_str(), "" | "identity")).collect()
}

type Decoder = fn(&[u8], usize) -> Result<Vec<u8>, Fault>;

/// What undoes a coding of the IANA registry that a browser knows too.
fn decoder(coding: &str) -> Option<Decoder> {
    Some(match coding {
        // RFC 9110, section 8.4.1.3: `x-gzip` is the same.
        "gzip" | "x-gzip" => |bytes, limit| read(MultiGzDecoder::new(bytes), limit),
        "deflate" => deflate,
        "br" => |bytes, limit| read(brotli_decompressor::Decompressor::new(bytes, 4096), limit),
        "zstd" => zstd,
        _ => return None,
    })
}

/// Reads all that a decoder gives, and stops as soon as it is too much.
fn read(decoder: impl Read, limit: usize) -> Result<Vec<u8>, Fault> {
    let mut plain = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut plain)?;
    if plain.len() > limit { Err(Fault::TooLarge) } else { Ok(plain) }
}

/// Data in zlib's wrapper, as the standard has it, or without, as some servers have it and every client takes it
/// (RFC 9110, section 8.4.1.2).
fn deflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    match inflate(bytes, limit, true) {
        Err(Fault::Broken(reason)) => match inflate(bytes, limit, false) {
            Err(Fault::Broken(_)) => Err(Fault::Broken(reason)),
            raw => raw,
        },
        wrapped => wrapped,
    }
}

fn inflate(bytes: &[u8], limit: usize, has_wrapper: bool) -> Result<Vec<u8>, Fault> {
    let mut state = Decompress::new(has_wrapper);
    let mut plain = Vec::with_capacity(4096);
    loop {
        let rest = bytes.get(state.total_in() as usize..).unwrap_or_default();
        let before = (state.total_in(), plain.len());
        let status = state.decompress_vec(rest, &mut plain, FlushDecompress::None);
        let status = status.map_err(|error| Fault::Broken(error.to_string()))?;
        if plain.len() > limit {
            return Err(Fault::TooLarge);
        }
        if status == Status::StreamEnd {
            return match state.total_in() == bytes.len() as u64 {
                true => Ok(plain),
                false => Err(Fault::Broken("more bytes follow its end".to_owned())),
            };
        }
        if plain.len() == plain.capacity() {
            plain.reserve(plain.len());
        } else if before == (state.total_in(), plain.len()) {
            return Err(Fault::Broken("it ends too early".to_owned()));
        }
    }
}

/// All frames of a body, the skippable ones left out (RFC 8878, section 3.1).
fn zstd(mut bytes: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    let mut plain = Vec::new();
    while !bytes.is_empty() {
        let mut frame = FrameDecoder::new();
        // What a frame has to remember is no more than what it holds.
        frame.set_max_window_size(limit as u64);
        match StreamingDecoder::new_with_decoder(&mut bytes, frame) {
            Ok(decoder) => plain.extend(read(decoder, limit - plain.len())?),
            Err(FrameDecoderError::WindowSizeTooBig { .. }) => return Err(Fault::TooLarge),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                let rest = bytes.get(length as usize..);
                bytes = rest.ok_or_else(|| Fault::Broken("it ends too early".to_owned()))?;
            }
            Err(error) => return Err(Fault::Broken(error.to_string())),
        }
    }
    Ok(plain)
}
