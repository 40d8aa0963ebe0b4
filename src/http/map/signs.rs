//! The signs of sites, as styles name them by `sprite`: one picture and where each sign is in it.
//!
//! They are fields of distances, so that one picture serves every screen, and a colour is given to each where it is drawn.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use super::base_map::keep;
use crate::domain::{Audience, Concept, Scheme};
use crate::formats::Format;
use crate::http::Problem;
use crate::http::asked::no_parameters;
use crate::http::call::Call;
use crate::http::negotiate::JSON;
use crate::http::respond::{self, About};
use crate::http::tag::Parts;
use crate::tiles::{Sign, SignSheet};

const PNG: Format = Format {
    names: &["png"],
    title: "PNG",
    media_type: "image/png",
    also: &[],
};

/// The picture, as a PNG: what is told of each pixel is how opaque it is.
static PICTURE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let SignSheet {
        width,
        height,
        shades,
    } = Sign::sheet();
    let pixels: Vec<u8> = shades.into_iter().flat_map(|shade| [0, shade]).collect();
    let side = |pixels: usize| u32::try_from(pixels).expect("a few hundred pixels");
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, side(width), side(height));
    encoder.set_color(png::ColorType::GrayscaleAlpha);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels));
    written.expect("a vector takes everything");
    png
});

/// `GET /sprites/{sprite}`.
pub(in crate::http) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let mut response = match call.request.match_info().get("sprite") {
        Some("signs.json" | "signs@2x.json") => {
            no_parameters(&call.request, &[JSON])?;
            respond::json(&places(), None, &call).await?
        }
        Some("signs.png" | "signs@2x.png") => {
            no_parameters(&call.request, &[PNG])?;
            let about = About::fixed(PNG, Parts::new(PNG, Audience::Public));
            respond::answer(&about, &call, || PICTURE.clone()).await?
        }
        _ => return Err(Problem::not_found()),
    };
    keep(&mut response, &call);
    Ok(response)
}

/// Where each sign is in the picture.
fn places() -> Value {
    let all = Sign::ALL.map(|sign| {
        let place = sign.place();
        let told = json!({
            "x": place.left,
            "y": 0,
            "width": place.side,
            "height": place.side,
            "pixelRatio": 1,
            "sdf": true,
        });
        (sign.id().to_owned(), told)
    });
    all.into_iter().collect::<Map<_, _>>().into()
}

/// The sign of a type of sites: that of the broadest concept that it is within. All types have signs of the same kind and size.
pub(in crate::http) fn sign_of(site_type: Concept) -> Sign {
    let broadest = std::iter::successors(Some(site_type), |one| one.broader()).last();
    match broadest.unwrap_or(site_type).id() {
        "religious_place" => Sign::Disc,
        "funerary_place" => Sign::Stele,
        "archaeological_site" => Sign::Triangle,
        "fortification" => Sign::Battlements,
        "civil_building" => Sign::House,
        "engineering_structure" => Sign::Arch,
        "commemorative_monument" => Sign::Diamond,
        "cultural_landscape" => Sign::Octagon,
        _ => Sign::Square,
    }
}

/// The corners of a sign in a square of 24 by 24, as SVG has them: downwards.
pub(in crate::http) fn corners(sign: Sign) -> String {
    let corners = sign.outline();
    let corners = corners
        .iter()
        .map(|[x, y]| format!("{x:.1},{:.1}", 24.0 - y));
    corners.collect::<Vec<_>>().join(" ")
}

/// The types of sites that a sign stands for by themselves, each with the sign: the broadest concepts.
pub(in crate::http) fn broadest() -> impl Iterator<Item = (Concept, Sign)> {
    let all = Scheme::SiteType.concepts();
    all.filter(|one| one.broader().is_none())
        .map(|one| (one, sign_of(one)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_read_back_as_it_was_drawn() {
        let decoder = png::Decoder::new(std::io::Cursor::new(PICTURE.as_slice()));
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let sheet = Sign::sheet();
        assert_eq!(
            (info.width as usize, info.height as usize),
            (sheet.width, sheet.height)
        );
        let shades: Vec<u8> = pixels.chunks(2).map(|pixel| pixel[1]).collect();
        assert_eq!(shades, sheet.shades);
    }

    #[test]
    fn each_broad_type_has_a_sign_of_its_own() {
        let mut signs: Vec<_> = broadest().map(|(_, sign)| sign.id()).collect();
        // What is other and what is unknown look alike.
        assert_eq!(signs.len(), Sign::ALL.len() + 1);
        signs.sort_unstable();
        signs.dedup();
        assert_eq!(signs.len(), Sign::ALL.len());
        let find = |id| Scheme::SiteType.find(id).unwrap();
        assert_eq!(sign_of(find("cathedral")), sign_of(find("mosque")));
    }
}
