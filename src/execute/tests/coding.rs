//! Servers that encode their bodies.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::*;
use crate::execute::{Failure, Response, StillCoded};

const TEXT: &[u8] = br#"{"text":"hello, hello, hello"}"#;
const LIMIT: usize = 16 << 20;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// One stored meta-block and an empty last one (RFC 7932, section 9.2).
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let header = ((bytes.len() as u32 - 1) << 4 | 1 << 20).to_le_bytes();
    [&header[..3], bytes, &[3]].concat()
}

/// A frame that knows its size, with one raw block (RFC 8878, section 3.1.1).
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let block = ((bytes.len() as u32) << 3 | 1).to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.len() as u8], &block[..3], bytes].concat()
}

/// A frame of blocks that each repeat one byte 128 KiB times.
fn zstd_of_repetitions(blocks: usize) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3];
    for block in 1..=blocks {
        let header = ((128u32 << 10) << 3 | 1 << 1 | u32::from(block == blocks)).to_le_bytes();
        frame.extend([header[0], header[1], header[2], b'a']);
    }
    frame
}

/// What comes of a body with these header fields, over a socket.
async fn received(method: &str, head: &str, body: Vec<u8>) -> Result<Response, Failure> {
    let length = body.len();
    let bytes = [format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n").as_bytes(), &body].concat();
    let is_head = method == "HEAD";
    let server = Server::start(move |mut connection| {
        let bytes = if is_head { bytes[..bytes.len() - length].to_vec() } else { bytes.clone() };
        async move {
            while connection.read().await.is_some() {
                connection.write(&bytes).await;
            }
        }
    })
    .await;
    let case = case(Request { method: method.into(), ..request() });
    client(&server.url, PATIENT).send(&contract().operations[0], &case, &fixtures()).await.result
}

async fn decoded(coding: &str, body: Vec<u8>) -> Result<Response, Failure> {
    received("POST", &format!("200 OK\r\ncontent-encoding: {coding}"), body).await
}

#[tokio::test]
async fn every_coding_and_lists_of_them_are_undone() {
    let two_frames = [zstd(&TEXT[..9]), b"\x50\x2a\x4d\x18\x02\0\0\0??".to_vec(), zstd(&TEXT[9..])].concat();
    for (coding, body) in [
        ("gzip", gzip(TEXT)),
        ("X-GZip", gzip(TEXT)),
        ("gzip", [gzip(&TEXT[..7]), gzip(&TEXT[7..])].concat()),
        ("deflate", zlib(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("br", brotli(TEXT)),
        ("zstd", zstd(TEXT)),
        ("zstd", two_frames),
        ("identity", TEXT.to_vec()),
        ("", TEXT.to_vec()),
        ("deflate, identity , gzip", gzip(&zlib(TEXT))),
        ("br\r\ncontent-encoding: zstd", zstd(&brotli(TEXT))),
    ] {
        let response = decoded(coding, body).await.expect(coding);
        assert_eq!((&*response.body, &response.still_coded), (TEXT, &None), "{coding}");
        let kept = response.header("content-encoding").expect("its fields stay");
        assert!(coding.starts_with(kept), "{kept}");
    }
}

#[tokio::test]
async fn what_is_not_in_its_coding_is_told_and_stays_as_it_is() {
    let cut = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() - 5);
        bytes
    };
    for (coding, body) in [
        ("gzip", TEXT.to_vec()),
        ("gzip", cut(gzip(TEXT))),
        ("gzip", [gzip(TEXT), TEXT.to_vec()].concat()),
        ("deflate", TEXT.to_vec()),
        ("deflate", cut(zlib(TEXT))),
        ("deflate", cut(raw_deflate(TEXT))),
        ("deflate", gzip(TEXT)),
        ("br", TEXT.to_vec()),
        ("br", cut(brotli(TEXT))),
        ("zstd", TEXT.to_vec()),
        ("zstd", cut(zstd(TEXT))),
    ] {
        let response = decoded(coding, body.clone()).await.expect(coding);
        assert_eq!(response.body, body, "{coding}");
        let Some(StillCoded::Broken(told, reason)) = response.still_coded else { panic!("{coding}: {body:?}") };
        assert!(told == coding && !reason.is_empty(), "{told}: {reason}");
    }
    // Of a list, the one that does not fit.
    let Some(StillCoded::Broken(told, _)) = decoded("gzip, br", brotli(TEXT)).await.expect("br").still_coded else {
        panic!("no gzip is in it")
    };
    assert_eq!(told, "gzip");
}

#[tokio::test]
async fn an_unknown_coding_and_too_many_of_them_are_left_alone() {
    let many = ["gzip"; 5].join(",");
    for coding in ["compress", "gzip, aes128gcm", "ungzip", &many] {
        let response = decoded(coding, gzip(TEXT)).await.expect(coding);
        assert_eq!((response.body, response.still_coded), (gzip(TEXT), Some(StillCoded::Unknown)), "{coding}");
    }
}

#[tokio::test]
async fn a_bomb_is_never_held_in_memory() {
    let huge = vec![0; LIMIT + 1];
    for (coding, body) in [
        ("gzip", gzip(&huge)),
        ("deflate", zlib(&huge)),
        ("deflate", raw_deflate(&huge)),
        ("gzip, gzip", gzip(&gzip(&huge))),
        ("zstd", zstd_of_repetitions(129)),
        // It asks for a window of 3.5 TiB.
        ("zstd", vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xfe, 1, 0, 0]),
    ] {
        let failure = decoded(coding, body).await.expect_err(coding);
        assert_eq!(failure, Failure::Inflated(LIMIT), "{coding}");
    }
    // As much as may be, is fine.
    assert_eq!(decoded("gzip", gzip(&huge[1..])).await.expect("16 MiB").body.len(), LIMIT);
    assert_eq!(decoded("zstd", zstd_of_repetitions(128)).await.expect("16 MiB").body.len(), LIMIT);
}

#[tokio::test]
async fn no_body_is_fine_with_any_coding() {
    for (method, head) in [("HEAD", "200 OK"), ("POST", "204 No Content"), ("POST", "304 Not Modified")] {
        let body = if method == "HEAD" { gzip(TEXT) } else { Vec::new() };
        let response = received(method, &format!("{head}\r\ncontent-encoding: gzip"), body).await.expect(head);
        assert_eq!((response.body, response.still_coded), (Vec::new(), None), "{method} {head}");
    }
}
