//! Features as tables, text sequences and lines: the same that GeoJSON gives.

use std::collections::BTreeSet;

use actix_web::http::{Method, Version};
use actix_web::test::TestRequest;
use heritage_registry::domain::{
    Audience, Collection, Crs84, Kind, properties, read_wkt, returned,
};
use heritage_registry::formats::FORMATS;
use heritage_registry::formats::cell::as_written;
use serde_json::{Value, json};

use crate::harness::{Answer, App, BASE, Client, Fixture, a_report, a_site, site_ref};

const SITES: &str = "/collections/sites/items";
const CSV: &str = "text/csv; charset=utf-8; header=present";

/// A table, read as others read it.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn of(answer: &Answer) -> Table {
        assert_eq!(answer.header("content-type"), CSV);
        Table::read(&answer.body)
    }

    fn read(body: &[u8]) -> Table {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(body);
        let records = reader.records().map(Result::unwrap);
        let mut rows: Vec<Vec<String>> = records
            .map(|record| record.iter().map(str::to_owned).collect())
            .collect();
        assert!(body.ends_with(b"\r\n"));
        Table {
            header: rows.remove(0),
            rows,
        }
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let place = self.header.iter().position(|one| one == name).unwrap();
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }
}

/// The records of a sequence or of lines.
fn records(answer: &Answer) -> Vec<Value> {
    let text = answer.text();
    let records: Vec<&str> = match answer.header("content-type") {
        "application/geo+json-seq" => {
            assert!(text.is_empty() || text.starts_with('\u{1E}'));
            let records = text.split('\u{1E}').skip(1);
            assert_eq!(text.matches('\n').count(), records.clone().count());
            records.collect()
        }
        "application/x-ndjson" => {
            assert!(!text.contains('\u{1E}'));
            text.split_inclusive('\n').collect()
        }
        other => panic!("{other}"),
    };
    let parsed = records.into_iter().map(|record| {
        let record = record.strip_suffix('\n').unwrap();
        serde_json::from_str(record).unwrap()
    });
    parsed.collect()
}

/// The ids of a page in any format, in order.
fn ids(answer: &Answer) -> Vec<String> {
    let of = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    match answer.header("content-type") {
        CSV => {
            let table = Table::of(answer);
            table.column("id").into_iter().map(str::to_owned).collect()
        }
        "application/geo+json" => answer.features().iter().map(of).collect(),
        _ => records(answer).iter().map(of).collect(),
    }
}

/// Fails unless a cell says what a value is.
fn says(cell: &str, kind: Kind, value: &Value, at: &str) {
    let cell = &*as_written(cell);
    let words = |cell: &str| -> Value {
        if cell.starts_with('[') {
            return serde_json::from_str(cell).unwrap();
        }
        let words = cell.split('|').filter(|word| !word.is_empty());
        words.map(as_written).collect()
    };
    match value {
        Value::Null => assert_eq!(cell, "", "{at}"),
        Value::String(text) => assert_eq!(cell, text, "{at}"),
        Value::Number(_) | Value::Bool(_) => {
            assert_eq!(serde_json::from_str::<Value>(cell).unwrap(), *value, "{at}");
        }
        Value::Array(names) if kind == Kind::Names => {
            let texts: Vec<_> = names.iter().map(|name| &name["text"]).collect();
            assert_eq!(words(cell), json!(texts), "{at}");
        }
        Value::Array(list) if list.iter().all(Value::is_string) => {
            assert_eq!(words(cell), *value, "{at}");
        }
        _ => assert_eq!(serde_json::from_str::<Value>(cell).unwrap(), *value, "{at}"),
    }
}

over_the_seed!(every_format_gives_what_geojson_gives, |app| {
    let questions = [
        "limit=1000",
        "limit=20&sortby=-SORTABLE&lang=hy,az",
        "near=46.75,39.76&limit=7",
        "properties=label,geometry&limit=3",
        "properties=label",
        "resultType=hits",
    ];
    for (audience, client) in [
        (Audience::Public, app.anonymous()),
        (Audience::Trusted, app.admin()),
    ] {
        for collection in Collection::ALL {
            for question in questions {
                // Reports have no label.
                let question = match collection {
                    Collection::ConditionReports => question.replace("label", "method"),
                    _ => question.to_owned(),
                };
                let mut sortable = properties(collection, audience);
                sortable.retain(|property| property.kind.is_sortable());
                let question = question.replace("SORTABLE", sortable[1].name);
                let path = format!("/collections/{collection}/items?{question}");
                let geojson = client.get(&path).expect(200);
                let asked = |format: &str| client.get(&format!("{path}&f={format}")).expect(200);
                for format in ["geojsonseq", "ndjson"] {
                    assert_eq!(records(&asked(format)), geojson.features(), "{path}");
                }
                let page = asked("csv");
                is_as(&Table::of(&page), audience, collection, &path, &geojson);
                for format in ["csv", "geojsonseq", "ndjson"] {
                    let answer = asked(format);
                    assert_eq!(ids(&answer), ids(&geojson), "{path}");
                    let json = geojson.json();
                    for (name, member) in [
                        ("ogc-numbermatched", "numberMatched"),
                        ("ogc-numberreturned", "numberReturned"),
                    ] {
                        assert_eq!(answer.header(name), json[member].to_string());
                        assert_eq!(geojson.header(name), json[member].to_string());
                    }
                }
            }
        }
    }
});

/// Fails unless a table is what GeoJSON says, cell by cell.
fn is_as(table: &Table, audience: Audience, collection: Collection, at: &str, geojson: &Answer) {
    let has = |part: &str| at.contains(part);
    let properties: Vec<_> = returned(collection, audience)
        .map(|(_, property)| property)
        .filter(|property| !has("properties=") || ["label", "method"].contains(&property.name))
        .filter(|property| !has("=method") || property.name == "method")
        .filter(|property| !has("=label") || property.name == "label")
        .collect();
    let mut header = vec!["id"];
    header.extend(properties.iter().map(|property| property.name));
    if has("near=") {
        header.push("distance_m");
    }
    if !has("properties=") || has("geometry") {
        header.push("geometry");
    }
    assert_eq!(table.header, header, "{at}");
    let features = geojson.features();
    assert_eq!(table.rows.len(), features.len(), "{at}");
    for (row, feature) in table.rows.iter().zip(&features) {
        for (name, cell) in header.iter().zip(row) {
            let at = format!("{at} {} {name}", feature["id"]);
            let value = &feature["properties"][name];
            match *name {
                "id" => assert_eq!(feature["id"], *cell),
                "distance_m" => says(cell, Kind::Number, value, &at),
                "geometry" if feature["geometry"].is_null() => assert_eq!(cell, "", "{at}"),
                "geometry" => assert_eq!(read_wkt(cell).unwrap(), feature["geometry"], "{at}"),
                _ => {
                    let property = properties.iter().find(|one| one.name == *name);
                    says(cell, property.unwrap().kind, value, &at);
                }
            }
        }
    }
}

on_each_engine!(
    a_table_has_its_headers_and_each_audience_its_columns,
    |app| {
        let id = app.given(a_site());
        app.given(a_site().restricted());
        let answer = app
            .anonymous()
            .get(&format!("{SITES}?f=csv&lang=az"))
            .expect(200);
        for (name, expected) in [
            ("content-type", CSV),
            (
                "content-crs",
                "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>",
            ),
            ("content-language", "az"),
            ("content-disposition", "attachment; filename=\"sites.csv\""),
            ("cache-control", "public, max-age=60"),
            (
                "vary",
                "Accept, Accept-Language, Accept-Encoding, Authorization, Cookie",
            ),
            ("ogc-numbermatched", "1"),
            ("ogc-numberreturned", "1"),
        ] {
            assert_eq!(answer.header(name), expected, "{name}");
        }
        assert!(!answer.header("etag").is_empty() && !answer.header("last-modified").is_empty());
        let exposed = answer.header("access-control-expose-headers");
        for name in [
            "Link",
            "OGC-NumberMatched",
            "OGC-NumberReturned",
            "Content-Disposition",
        ] {
            assert!(exposed.split(", ").any(|one| one == name), "{name}");
        }
        let public = Table::of(&answer);
        assert_eq!(public.column("label"), ["Gəncəsər monastırı"]);
        assert_eq!(
            public.column("names"),
            ["Gəncəsər monastırı|Gandzasar Monastery|Գանձասար|Гандзасар"]
        );
        assert!(!public.header.contains(&"version".to_owned()));
        let trusted = app.admin().get(&format!("{SITES}?f=csv"));
        assert_eq!(trusted.header("cache-control"), "private, no-store");
        assert_eq!(trusted.header("ogc-numbermatched"), "2");
        assert_eq!(Table::of(&trusted).column("version"), ["1", "1"]);

        let one = app
            .anonymous()
            .get(&format!("{SITES}/{id}?f=csv"))
            .expect(200);
        let alone = Table::of(&one);
        assert_eq!((alone.header, alone.rows.len()), (public.header, 1));
        assert_eq!(alone.rows[0][0], id.to_string());
        let file = format!("attachment; filename=\"sites-{id}.csv\"");
        assert_eq!(one.header("content-disposition"), file);
        for (format, ending) in [("geojsonseq", "geojsons"), ("ndjson", "ndjson")] {
            let answer = app.anonymous().get(&format!("{SITES}?f={format}"));
            let file = format!("attachment; filename=\"sites.{ending}\"");
            assert_eq!(answer.header("content-disposition"), file);
            let one = app.anonymous().get(&format!("{SITES}/{id}?f={format}"));
            assert_eq!(records(&one), answer_without_links(app, id));
        }
        let geojson = app.anonymous().get(SITES);
        assert_eq!(geojson.header("content-disposition"), "");
    }
);

fn answer_without_links(app: &App, id: uuid::Uuid) -> Vec<Value> {
    let mut feature = app.anonymous().get(&format!("{SITES}/{id}")).json();
    feature.as_object_mut().unwrap().remove("links");
    vec![feature]
}

on_each_engine!(
    what_is_asked_again_is_sent_again_only_if_it_is_another_form,
    |app| {
        let id = app.given(a_site());
        for path in [SITES.to_owned(), format!("{SITES}/{id}")] {
            let mut tags = BTreeSet::new();
            for asked in [
                "f=json",
                "f=csv",
                "f=geojsonseq",
                "f=ndjson",
                "f=csv&bom=true",
                "f=csv&geometry-format=lonlat",
            ] {
                let at = format!("{path}?{asked}");
                let answer = app.anonymous().get(&at).expect(200);
                let tag = answer.header("etag").to_owned();
                let again = app
                    .anonymous()
                    .with("if-none-match", &tag)
                    .get(&at)
                    .expect(304);
                assert_eq!(again.header("etag"), tag);
                assert!(again.body.is_empty());
                let head = TestRequest::default().method(Method::HEAD);
                let head = app.anonymous().send(head, &at).expect(200);
                assert_eq!(head.headers(), answer.headers(), "{at}");
                assert!(tags.insert(tag), "{at}");
            }
        }
    }
);

on_each_engine!(
    what_a_spreadsheet_would_compute_is_text_and_numbers_are_numbers,
    |app| {
        let texts = ["=1+1", "a;=1+1;b", "say \"no\", and\n-2", "+374", "plain"];
        let site = |text: &str| {
            let description = json!([{"text": text, "lang": "en", "src": ["book"]}]);
            a_site()
                .with("descriptions", description)
                .with(
                    "dating",
                    json!([{"kind": "construction", "edtf": "-0499", "src": ["book"]}]),
                )
                .at(-46.5, -40.25)
        };
        for text in texts {
            app.given(site(text));
        }
        let answer = app.anonymous().get(&format!("{SITES}?f=csv")).expect(200);
        let table = Table::of(&answer);
        let cells = table.column("descriptions");
        assert_eq!(
            cells,
            [
                "'=1+1",
                "a;'=1+1;b",
                "say \"no\", and\n'-2",
                "'+374",
                "plain"
            ]
        );
        assert_eq!(cells.into_iter().map(as_written).collect::<Vec<_>>(), texts);
        assert_eq!(table.column("earliest_year"), ["-499"; 5]);
        assert_eq!(table.column("geometry"), ["POINT (-46.5 -40.25)"; 5]);
        let places = app
            .anonymous()
            .get(&format!("{SITES}?f=csv&geometry-format=lonlat"));
        assert_eq!(Table::of(&places).column("lon"), ["-46.5"; 5]);
    }
);

on_each_engine!(places_stand_in_a_table_as_they_are_wanted, |app| {
    let point = app.given(a_site().at(46.5318, 40.0));
    let cell = app.given(a_site().generalised().at(46.123_456, 39.654_321));
    let nowhere = app.given(a_site().nowhere());
    let asked = |more: &str| {
        app.anonymous()
            .get(&format!("{SITES}?f=csv&{more}"))
            .expect(200)
    };
    let table = |more: &str| Table::of(&asked(more));
    let ids = [point, cell, nowhere].map(|id| id.to_string());
    assert_eq!(table("").column("id"), ids);

    let lonlat = table("geometry-format=lonlat");
    let columns = lonlat.header.len();
    assert_eq!(lonlat.header[columns - 2..], ["lon", "lat"]);
    assert_eq!(lonlat.column("lon"), ["46.5318", "46.15", ""]);
    assert_eq!(lonlat.column("lat"), ["40", "39.65", ""]);
    let outline = app.anonymous().get(&format!("{SITES}/{cell}")).json()["geometry"].clone();
    let outline = Crs84::parse(&outline, "", &mut vec![]).unwrap();
    let on_it = outline.surface_point();
    assert!((on_it.lon() - 46.15).abs() < 1e-9 && (on_it.lat() - 39.65).abs() < 1e-9);
    // Who may see it is given the place itself.
    let exact = app
        .admin()
        .get(&format!("{SITES}/{cell}?f=csv&geometry-format=lonlat"));
    assert_eq!(Table::of(&exact).column("lon"), ["46.123456"]);

    let without = table("geometry-format=none").header;
    assert_eq!(without, lonlat.header[..columns - 2]);
    assert_eq!(table("properties=label").header, ["id", "label"]);
    let both = table("properties=geometry,label&geometry-format=lonlat&near=46.5,40");
    assert_eq!(both.header, ["id", "label", "distance_m", "lon", "lat"]);
    assert_eq!(both.rows.len(), 2);

    let marked = asked("bom=true").body;
    assert_eq!(
        marked.strip_prefix("\u{FEFF}".as_bytes()).unwrap(),
        asked("bom=false").body
    );
    assert!(asked("bom=false").body.starts_with(b"id,"));
});

on_each_engine!(what_is_of_tables_alone_is_refused_elsewhere, |app| {
    let id = app.given(a_site());
    let other = "is of tables: ask for f=csv, or leave it out";
    for path in [SITES.to_owned(), format!("{SITES}/{id}")] {
        for format in ["", "f=json&", "f=ndjson&"] {
            let at = format!("{path}?{format}bom=true&geometry-format=wkt");
            let faults = app.anonymous().get(&at).expect(400).faults();
            assert_eq!(
                faults,
                [format!("bom: {other}"), format!("geometry-format: {other}")]
            );
        }
        let faults = app
            .anonymous()
            .get(&format!("{path}?f=csv&bom=x&geometry-format=wtk"));
        assert_eq!(
            faults.faults(),
            [
                "bom: \"x\" is not true or false",
                "geometry-format: \"wtk\" is not known here: did you mean wkt? It is one of wkt, lonlat, none",
            ]
        );
    }
    let faults = app.anonymous().get(&format!(
        "{SITES}?f=csv&properties=label&geometry-format=lonlat"
    ));
    assert_eq!(
        faults.faults(),
        ["geometry-format: does not stand beside properties without geometry: name it among them"]
    );
    let faults = app
        .anonymous()
        .get(&format!("{SITES}?f=pdf"))
        .expect(400)
        .faults();
    assert_eq!(
        faults,
        [
            "f: there is no format \"pdf\" here: it is one of json, geojson, csv, geojsonseq, ndjson, jsonl, html"
        ]
    );
    let refused = app.anonymous().with("accept", "image/png").get(SITES);
    assert_eq!(refused.problem(), "406 no-format");
    for format in FORMATS {
        assert!(
            refused.json()["detail"]
                .as_str()
                .unwrap()
                .contains(format.media_type)
        );
    }
    // What was sent is answered in GeoJSON alone.
    let sent = TestRequest::post().insert_header(("content-type", "application/json"));
    let refused = app
        .admin()
        .send(sent.set_payload("{}"), &format!("{SITES}?f=csv"));
    assert_eq!(
        refused.faults(),
        ["f: there is no format \"csv\" here: it is one of json, geojson"]
    );
});

fn link(answer: &Answer, rel: &str) -> Option<String> {
    let all = answer.header_links().into_iter();
    let mut found = all
        .filter(|link| link[0] == rel)
        .map(|link| link[1].clone());
    found.next()
}

on_each_engine!(every_link_in_the_headers_leads_where_it_says, |app| {
    let sites: Vec<_> = (0..5).map(|_| app.given(a_site())).collect();
    app.given(a_report(sites[0]));
    let second = link(&app.anonymous().get(&format!("{SITES}?limit=2")), "next").unwrap();
    let one = format!("{SITES}/{}", sites[0]);
    for path in [
        second,
        format!("{BASE}{SITES}?limit=2&lang=hy"),
        format!("{BASE}{one}?lang=hy"),
    ] {
        for format in FORMATS {
            let answer = app
                .anonymous()
                .with("accept", format.media_type)
                .get(&path)
                .expect(200);
            assert_eq!(answer.header("content-type"), format.media_type);
            let links = answer.header_links();
            let alternates = links.iter().filter(|link| link[0] == "alternate");
            let types: Vec<_> = alternates.map(|link| link[2].as_str()).collect();
            let forms = FORMATS.iter().map(|one| one.media_type);
            assert_eq!(types, forms.chain(["text/html"]).collect::<Vec<_>>());
            for [rel, href, media_type, title] in &links {
                assert!(!title.is_empty());
                let there = app.anonymous().get(href).expect(200);
                assert_eq!(there.header("content-type"), media_type, "{rel} {href}");
                if rel == "self" {
                    assert_eq!(there.body.len(), answer.body.len(), "{href}");
                }
                if rel == "alternate" && media_type != "text/html" {
                    assert_eq!(number(&there), number(&answer), "{href}");
                    assert_eq!(
                        there.header("content-language"),
                        answer.header("content-language")
                    );
                }
            }
            if format.media_type == "application/geo+json" {
                let json = answer.json();
                let within: Vec<[String; 4]> = json["links"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|link| {
                        ["rel", "href", "type", "title"]
                            .map(|name| link[name].as_str().unwrap().to_owned())
                    })
                    .collect();
                assert_eq!(links, within);
            }
        }
    }
    let kept = app.anonymous().get(&format!(
        "{SITES}?f=csv&bom=true&geometry-format=wkt&limit=2&sortby=-site_type"
    ));
    let next = link(&kept, "next").unwrap();
    assert!(
        next.contains("f=csv&bom=true&geometry-format=wkt&limit=2&sortby=-site_type&cursor="),
        "{next}"
    );
    let alternate = link(&kept, "alternate").unwrap();
    assert_eq!(
        alternate,
        format!("{BASE}{SITES}?limit=2&sortby=-site_type&f=json")
    );
});

/// How many features there are on a page, or one.
fn number(answer: &Answer) -> usize {
    let json = || answer.json()["features"].as_array().map_or(1, Vec::len);
    match answer.header("content-type") {
        "application/geo+json" => json(),
        _ => ids(answer).len(),
    }
}

on_each_engine!(
    whoever_follows_next_gets_every_feature_in_the_form_they_began_with,
    |app| {
        let mut all: Vec<String> = (0..7).map(|_| app.given(a_site()).to_string()).collect();
        all.sort();
        for format in FORMATS {
            // Named, and accepted in the first request alone.
            let named = format!("{SITES}?limit=3&f={}", format.names[0]);
            let accepted = app.anonymous().with("accept", format.media_type);
            for first in [
                app.anonymous().get(&named),
                accepted.get(&format!("{SITES}?limit=3")),
            ] {
                let (mut page, mut walked, mut pages) = (first, Vec::new(), 0);
                loop {
                    assert_eq!(page.header("content-type"), format.media_type);
                    walked.extend(ids(&page));
                    pages += 1;
                    let Some(next) = link(&page, "next") else {
                        break;
                    };
                    page = app.anonymous().get(&next).expect(200);
                    assert!(link(&page, "prev").is_some());
                }
                assert_eq!((&walked, pages), (&all, 3));
            }
        }
    }
);

on_each_engine!(long_addresses_make_no_headers_that_proxies_refuse, |app| {
    app.given(a_site());
    app.given(a_site());
    let long = format!("region={}", "x".repeat(10));
    let faults = app.anonymous().get(&format!("{SITES}?{long}")).expect(400);
    assert_eq!(faults.header("link"), "");
    let lang = vec!["hy"; 400].join(",");
    let asked = format!("{SITES}?limit=1&lang={lang}");
    let geojson = app.anonymous().get(&asked).expect(200);
    assert_eq!(geojson.header("link"), "");
    assert!(geojson.link("next").is_some());
    let table = app.anonymous().get(&format!("{asked}&f=csv")).expect(200);
    let rels: Vec<_> = table
        .header_links()
        .into_iter()
        .map(|[rel, ..]| rel)
        .collect();
    let queryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
    assert_eq!(rels, ["self", "next", "collection", queryables]);
});

on_each_engine!(the_past_has_every_format, |app| {
    let id = app.given(a_site());
    let before = app.admin().get(&format!("{SITES}/{id}")).json();
    let at = before["properties"]["updated_at"]
        .as_str()
        .unwrap()
        .to_owned();
    app.clock().moves(60_000_000);
    app.edit(id, a_site().with("site_type", "church"));
    let later = app.given(a_site());
    for (path, count) in [(SITES.to_owned(), 1), (format!("{SITES}/{id}"), 1)] {
        let asked = |format: &str| {
            let at = format!("{path}?as_of={at}&f={format}");
            app.anonymous().get(&at).expect(200)
        };
        let table = Table::of(&asked("csv"));
        assert_eq!((table.column("id"), count), (vec![&*id.to_string()], 1));
        assert_eq!(table.column("site_type"), ["monastery"]);
        for format in ["geojsonseq", "ndjson"] {
            let records = records(&asked(format));
            assert_eq!(records.len(), 1);
            assert_eq!(records[0]["properties"]["site_type"], "monastery");
        }
    }
    let now = Table::of(&app.anonymous().get(&format!("{SITES}?f=csv")));
    assert_eq!(now.column("site_type"), ["church", "monastery"]);
    app.withdraw(site_ref(later));
    let gone = app.anonymous().get(&format!("{SITES}/{later}?f=csv"));
    assert_eq!(gone.problem(), "410 gone");
});

/// A body as it was before it was coded.
fn decoded(answer: &Answer) -> Vec<u8> {
    match answer.header("content-encoding") {
        "zstd" => zstd::decode_all(&answer.body[..]).unwrap(),
        "" => answer.body.clone(),
        other => panic!("{other}"),
    }
}

on_each_engine!(a_long_page_is_what_its_parts_are, |app| {
    let registry = app.registry_organization();
    let many = (0..1250).map(|_| Fixture::from(a_site()).item(app.new_id(), registry));
    app.import(many.collect());
    for format in ["csv", "geojsonseq", "ndjson"] {
        let client: Client<'_> = app.anonymous();
        let long = client
            .get(&format!("{SITES}?limit=1201&f={format}"))
            .expect(200);
        assert!(!long.has_length, "it is written while it is sent");
        let short = client
            .get(&format!("{SITES}?limit=700&f={format}"))
            .expect(200);
        let rest = client.get(&format!("{SITES}?limit=501&offset=700&f={format}"));
        let mut both = short.body;
        let header = match format {
            "csv" => rest.body.iter().position(|byte| *byte == b'\n').unwrap() + 1,
            _ => 0,
        };
        both.extend(&rest.body[header..]);
        assert!(both == long.body, "{format}");
        assert_eq!(ids(&long).len(), 1201);
        assert_eq!(long.header("ogc-numbermatched"), "1250");
        assert_eq!(long.header("ogc-numberreturned"), "1201");
        let path = format!("{SITES}?limit=1201&f={format}");
        let coded = app.anonymous().with("accept-encoding", "zstd").get(&path);
        assert_eq!(coded.header("content-encoding"), "zstd");
        assert!(decoded(&coded) == long.body, "{format}");
        let tag = coded.header("etag").to_owned();
        assert!(tag.ends_with("-zstd\""));
        app.anonymous()
            .with("if-none-match", &tag)
            .get(&path)
            .expect(304);
        let old = TestRequest::get().version(Version::HTTP_10);
        let old = app.anonymous().send(old, &path);
        assert!(old.body == long.body && old.has_length);
        let few = app.anonymous().with("accept-encoding", "zstd");
        let few = few.get(&format!("{SITES}?limit=5&f={format}"));
        assert_eq!(few.header("content-encoding"), "zstd");
        assert_eq!(
            ids(&app.anonymous().get(&format!("{SITES}?limit=5&f={format}"))),
            ids(&long)[..5]
        );
        assert!(decoded(&few).len() > few.body.len());
    }
});

on_each_engine!(a_number_alone_is_in_the_headers, |app| {
    app.given(a_site());
    for (format, is_empty) in [("csv", false), ("geojsonseq", true), ("ndjson", true)] {
        let path = format!("{SITES}?resultType=hits&f={format}");
        let answer = app.anonymous().get(&path).expect(200);
        assert_eq!(answer.header("ogc-numbermatched"), "1");
        assert_eq!(answer.header("ogc-numberreturned"), "0");
        assert_eq!(answer.body.is_empty(), is_empty);
        if !is_empty {
            assert_eq!(Table::of(&answer).rows.len(), 0);
        }
    }
});

on_each_engine!(a_collection_links_to_its_features_in_every_format, |app| {
    app.given(a_site());
    let collection = app.anonymous().get("/collections/sites").expect(200).json();
    let items = collection["links"].as_array().unwrap().iter();
    let items: Vec<_> = items.filter(|link| link["rel"] == "items").collect();
    assert_eq!(items.len(), FORMATS.len());
    for (link, format) in items.into_iter().zip(FORMATS) {
        assert_eq!(link["type"], format.media_type);
        let there = app
            .anonymous()
            .get(link["href"].as_str().unwrap())
            .expect(200);
        assert_eq!(there.header("content-type"), format.media_type);
        assert_eq!(ids(&there).len(), 1);
    }
});
