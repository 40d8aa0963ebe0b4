//! Content codings: which one a client wants (RFC 9110, 12.5.3), and the work itself.

use std::io::Write;

use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap};
use brotli::CompressorWriter;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bodies below this are sent as they are: they fit one packet with their headers either way.
pub(super) const SMALLEST: usize = 1024;
/// Bodies above this are compressed beside the worker, which has others to answer: 1 ms of work with zstd, 5 with br.
pub(super) const LARGE: usize = 1_000_000;

/// How hard br tries, of 11.
const BR_QUALITY: u8 = 3;
/// How hard zstd tries, of 22.
const ZSTD_LEVEL: i32 = 1;

/// How hard each tries.
struct Effort {
    zstd: i32,
    gzip: Compression,
    br: i32,
}

/// How a body is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Zstd,
    Gzip,
    Br,
    Identity,
}

impl Coding {
    /// All, the one that costs least first: 0.6, 1.2 and 3.3 ms for 685 kB, where writing them costs 0.2.
    pub(super) const ALL: [Coding; 4] = [Coding::Zstd, Coding::Gzip, Coding::Br, Coding::Identity];

    /// As headers name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
            Coding::Br => "br",
            Coding::Identity => "identity",
        }
    }

    /// The end of a tag, inside its quotes: other bytes need another one (RFC 9110, 8.8.3.3).
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Coding::Zstd => "-zstd",
            Coding::Gzip => "-gzip",
            Coding::Br => "-br",
            Coding::Identity => "",
        }
    }

    /// Whether this is the end of some tag.
    pub(super) fn is_suffix(text: &str) -> bool {
        Coding::ALL.iter().any(|coding| coding.suffix() == text)
    }

    /// The one that the client weighs most; among equals the cheapest, and any before none. Nothing is refused: where
    /// all are unwelcome, the body is sent as it is.
    pub(super) fn wanted(headers: &HeaderMap) -> Coding {
        let given = headers
            .get_all(ACCEPT_ENCODING)
            .filter_map(|value| value.to_str().ok());
        let weights: Vec<(&str, f32)> = given
            .flat_map(|list| list.split(','))
            .map(weighted)
            .collect();
        let weight = |coding: Coding| {
            let of = |name: &str| {
                let mut all = weights.iter();
                let found = all.find(|(given, _)| given.eq_ignore_ascii_case(name));
                found.map(|(_, weight)| *weight)
            };
            // Whoever does not name identity takes it after all that they name.
            let unnamed = if coding == Coding::Identity {
                f32::MIN_POSITIVE
            } else {
                0.0
            };
            of(coding.name()).or(of("*")).unwrap_or(unnamed)
        };
        let mut best = Coding::Identity;
        for coding in Coding::ALL.into_iter().rev() {
            if weight(coding) >= weight(best) && weight(coding) > 0.0 {
                best = coding;
            }
        }
        best
    }

    /// A body that is coded once and sent often: as small as it gets in a second.
    pub(super) fn encode_once(self, body: &[u8]) -> Vec<u8> {
        self.encode_with(
            body,
            Effort {
                zstd: 19,
                gzip: Compression::best(),
                br: 9,
            },
        )
    }

    /// A body in this coding. The same bytes give the same bytes, or the tag would not be strong.
    pub(super) fn encode(self, body: &[u8]) -> Vec<u8> {
        self.encode_with(
            body,
            Effort {
                zstd: ZSTD_LEVEL,
                gzip: Compression::fast(),
                br: BR_QUALITY.into(),
            },
        )
    }

    fn encode_with(self, body: &[u8], effort: Effort) -> Vec<u8> {
        let fits = "a vector takes everything";
        let mut coded = match self {
            Coding::Zstd => zstd::bulk::compress(body, effort.zstd).expect(fits),
            Coding::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), effort.gzip);
                encoder.write_all(body).expect(fits);
                encoder.finish().expect(fits)
            }
            Coding::Br => {
                let mut out = Vec::new();
                let parameters = BrotliEncoderParams {
                    quality: effort.br,
                    size_hint: body.len(),
                    ..BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut &*body, &mut out, &parameters).expect(fits);
                out
            }
            Coding::Identity => body.to_vec(),
        };
        // Copies are kept, and counted by their length.
        coded.shrink_to_fit();
        coded
    }
}

/// The same piece by piece.
pub(super) enum Encoder {
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    Gzip(GzEncoder<Vec<u8>>),
    Br(Box<CompressorWriter<Vec<u8>>>),
    Identity(Vec<u8>),
}

impl Encoder {
    pub(super) fn new(coding: Coding) -> Encoder {
        match coding {
            Coding::Zstd => Encoder::Zstd(
                zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)
                    .expect("the level is one of zstd"),
            ),
            Coding::Gzip => Encoder::Gzip(GzEncoder::new(Vec::new(), Compression::fast())),
            Coding::Br => {
                let writer = CompressorWriter::new(Vec::new(), 1 << 16, BR_QUALITY.into(), 20);
                Encoder::Br(Box::new(writer))
            }
            Coding::Identity => Encoder::Identity(Vec::new()),
        }
    }

    /// What comes out when this goes in.
    pub(super) fn push(&mut self, piece: &[u8]) -> std::io::Result<Vec<u8>> {
        let out = match self {
            Encoder::Zstd(encoder) => {
                encoder.write_all(piece)?;
                encoder.get_mut()
            }
            Encoder::Gzip(encoder) => {
                encoder.write_all(piece)?;
                encoder.get_mut()
            }
            Encoder::Br(encoder) => {
                encoder.write_all(piece)?;
                encoder.get_mut()
            }
            Encoder::Identity(out) => {
                out.extend_from_slice(piece);
                out
            }
        };
        Ok(std::mem::take(out))
    }

    /// What comes out when this goes in and nothing more.
    pub(super) fn finish(mut self, piece: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut out = self.push(piece)?;
        out.extend(match self {
            Encoder::Zstd(encoder) => encoder.finish()?,
            Encoder::Gzip(encoder) => encoder.finish()?,
            Encoder::Br(encoder) => encoder.into_inner(),
            Encoder::Identity(rest) => rest,
        });
        Ok(out)
    }
}

/// A coding and its weight; one that is not a number is a refusal.
fn weighted(part: &str) -> (&str, f32) {
    let mut parameters = part.split(';').map(str::trim);
    let name = parameters.next().unwrap_or_default();
    let q = parameters.find_map(|one| one.strip_prefix("q=").or(one.strip_prefix("Q=")));
    let weight = q.map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
    (name, if weight > 0.0 { weight } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_coded_takes_no_more_memory_than_it_is_long() {
        let body = vec![b'a'; 100_000];
        for coding in Coding::ALL {
            let coded = coding.encode(&body);
            assert_eq!(coded.capacity(), coded.len(), "{coding:?}");
        }
    }

    #[test]
    fn the_client_says_which_coding_and_the_cheapest_of_equals_is_used() {
        for (header, expected) in [
            ("", Coding::Identity),
            ("gzip, deflate, br, zstd", Coding::Zstd),
            ("gzip, deflate, br", Coding::Gzip),
            ("br", Coding::Br),
            ("GZIP", Coding::Gzip),
            ("gzip;q=0.5, br;q=0.8", Coding::Br),
            ("zstd;q=0, gzip", Coding::Gzip),
            ("gzip;q=0", Coding::Identity),
            ("identity, gzip;q=0.5", Coding::Identity),
            ("identity;q=0.5, gzip", Coding::Gzip),
            ("identity", Coding::Identity),
            ("*", Coding::Zstd),
            ("*, zstd;q=0", Coding::Gzip),
            ("*;q=0", Coding::Identity),
            ("*;q=0, br", Coding::Br),
            ("identity;q=0", Coding::Identity),
            ("deflate", Coding::Identity),
            ("gzip;q=lots", Coding::Identity),
            ("gzip;q=NaN", Coding::Identity),
            ("gzip;q=0.001", Coding::Gzip),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, header.parse().unwrap());
            assert_eq!(Coding::wanted(&headers), expected, "{header}");
        }
        assert_eq!(Coding::wanted(&HeaderMap::new()), Coding::Identity);
    }
}
