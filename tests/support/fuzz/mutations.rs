//! Mutations of seeds, for runs without libFuzzer: few, quick, and the same each time.

use fastrand::Rng;

/// Bytes and words that readers trip over.
const TRAPS: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\"",
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"%00",
    b"%ff",
    b"&#0;",
    b"<![CDATA[",
    b"<!--",
    b"]]>",
    b"{",
    b"[[[[[[[[",
    b"-",
    b"-0",
    b"1e999",
    b"0.1e-400",
    b"18446744073709551616",
    b"9007199254740993",
    b"-9223372036854775808",
    b"0000-00-00",
    b"9999-12-31",
    b"+14:00",
    b"null",
    b";",
    b",",
    b"\t",
    b"..",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7",
    b"\xcc\x81\xcc\x81\xcc\x81",
    b"=",
];
/// Inputs never grow beyond this, in bytes.
const LONGEST: usize = 64 << 10;

/// A mutation of a seed, which may take over a part of another.
pub fn mutated(rng: &mut Rng, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..rng.usize(1..=4) {
        once(rng, &mut bytes, other);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn once(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = rng.usize(0..=bytes.len());
    let until = rng.usize(at..=bytes.len().min(at + 32));
    match rng.u8(0..8) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(0..8),
        1 if at < bytes.len() => bytes[at] = rng.u8(..),
        2 => {
            bytes.drain(at..until);
        }
        3 => {
            let copied = bytes[at..until].repeat(rng.usize(1..=20));
            bytes.splice(at..at, copied);
        }
        4 => bytes.truncate(at),
        5 if !other.is_empty() => {
            let from = rng.usize(0..other.len());
            let to = rng.usize(from..=other.len().min(from + 200));
            bytes.splice(at..until, other[from..to].iter().copied());
        }
        6 => {
            bytes.splice(at..until, rng.choice(TRAPS).copied().unwrap_or_default().iter().copied());
        }
        _ => {
            bytes.splice(at..at, rng.choice(TRAPS).copied().unwrap_or_default().iter().copied());
        }
    }
}
