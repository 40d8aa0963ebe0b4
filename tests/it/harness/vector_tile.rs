//! Reads vector tiles (MVT 2.1), written apart from what writes them, and refuses what the format does not allow.

use std::collections::BTreeMap;

use serde_json::Value;

/// A layer of a tile.
#[derive(Debug)]
pub struct Layer {
    pub name: String,
    pub features: Vec<Feature>,
}

/// A feature of a tile.
#[derive(Debug, PartialEq)]
pub struct Feature {
    pub id: u64,
    /// 1 of points, 2 of lines, 3 of areas.
    pub kind: u64,
    pub properties: BTreeMap<String, Value>,
    /// The points; or each line, or each ring, which ends with the point before its first.
    pub parts: Vec<Vec<[i32; 2]>>,
}

impl Feature {
    pub fn text(&self, name: &str) -> &str {
        self.properties[name].as_str().unwrap()
    }
}

/// The layers of a tile.
pub fn layers(tile: &[u8]) -> Vec<Layer> {
    let layers = messages(tile).into_iter().map(|(field, value)| {
        assert_eq!(field, 3);
        layer(value.bytes())
    });
    layers.collect()
}

/// The only layer.
pub fn only_layer(tile: &[u8]) -> Layer {
    let mut layers = layers(tile);
    assert_eq!(layers.len(), 1);
    layers.remove(0)
}

fn layer(bytes: &[u8]) -> Layer {
    let fields = messages(bytes);
    let of = |wanted: u64| fields.iter().filter(move |(field, _)| *field == wanted);
    let numbers = |wanted| {
        of(wanted)
            .map(|(_, value)| value.number())
            .collect::<Vec<_>>()
    };
    assert_eq!((numbers(15), numbers(5)), (vec![2], vec![4096]));
    let text = |value: &Wire<'_>| String::from_utf8(value.bytes().to_vec()).unwrap();
    let keys: Vec<String> = of(3).map(|(_, key)| text(key)).collect();
    let values: Vec<Value> = of(4).map(|(_, one)| scalar(one.bytes())).collect();
    let features: Vec<Feature> = of(2)
        .map(|(_, one)| feature(one.bytes(), &keys, &values))
        .collect();
    assert!(!features.is_empty(), "a layer has features");
    let names: Vec<String> = of(1).map(|(_, name)| text(name)).collect();
    let [name] = names.try_into().unwrap();
    Layer { name, features }
}

fn scalar(bytes: &[u8]) -> Value {
    let fields = messages(bytes);
    let [(field, value)] = fields.as_slice() else {
        panic!("a value is one")
    };
    match field {
        1 => std::str::from_utf8(value.bytes()).unwrap().into(),
        3 => f64::from_le_bytes(value.bytes().try_into().unwrap()).into(),
        5 => value.number().into(),
        6 => unzigzag(value.number()).into(),
        7 => (value.number() == 1).into(),
        other => panic!("no value has the field {other}"),
    }
}

fn feature(bytes: &[u8], keys: &[String], values: &[Value]) -> Feature {
    let fields: BTreeMap<u64, Wire<'_>> = messages(bytes).into_iter().collect();
    let tags = numbers(fields[&2].bytes());
    assert_eq!(tags.len() % 2, 0);
    let place = |number: u64| usize::try_from(number).unwrap();
    let pairs = tags.chunks(2);
    let pairs: Vec<_> = pairs
        .map(|pair| (keys[place(pair[0])].clone(), values[place(pair[1])].clone()))
        .collect();
    let properties: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(properties.len(), pairs.len(), "each key once");
    let kind = fields[&3].number();
    let parts = geometry(kind, &numbers(fields[&4].bytes()));
    let id = fields[&1].number();
    assert!(id < 1 << 53, "JavaScript holds it");
    Feature {
        id,
        kind,
        properties,
        parts,
    }
}

fn geometry(kind: u64, commands: &[u64]) -> Vec<Vec<[i32; 2]>> {
    let (mut parts, mut pen) = (Vec::new(), [0, 0_i32]);
    let mut commands = commands.iter().copied();
    while let Some(command) = commands.next() {
        let (command, count) = (command & 7, command >> 3);
        match command {
            1 | 2 => {
                assert!(kind == 1 || (command == 1) == (count == 1) || command == 2);
                for _ in 0..count {
                    for at in &mut pen {
                        *at += i32::try_from(unzigzag(commands.next().unwrap())).unwrap();
                    }
                    match command {
                        1 => parts.push(vec![pen]),
                        _ => parts.last_mut().unwrap().push(pen),
                    }
                }
            }
            7 => assert_eq!((kind, count), (3, 1)),
            other => panic!("there is no command {other}"),
        }
    }
    for part in &parts {
        match kind {
            1 => assert_eq!(part.len(), 1),
            2 => assert!(part.len() > 1),
            _ => assert!(area(part) != 0, "no area: {part:?}"),
        }
    }
    assert!(
        kind != 3 || area(&parts[0]) > 0,
        "an outer ring comes first"
    );
    parts
}

/// Twice the area of a ring, by the surveyor's formula.
fn area(ring: &[[i32; 2]]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    let wide = |[across, down]: &[i32; 2]| [i64::from(*across), i64::from(*down)];
    let pairs = ring.iter().map(wide).zip(next.map(wide));
    pairs.map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
}

enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Wire<'a> {
    fn number(&self) -> u64 {
        match self {
            Wire::Number(number) => *number,
            Wire::Bytes(_) => panic!("these are bytes"),
        }
    }

    fn bytes(&self) -> &'a [u8] {
        match self {
            Wire::Bytes(bytes) => bytes,
            Wire::Number(_) => panic!("this is a number"),
        }
    }
}

fn messages(mut bytes: &[u8]) -> Vec<(u64, Wire<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let head = number(&mut bytes);
        let value = match head & 7 {
            0 => Wire::Number(number(&mut bytes)),
            wire => {
                let length = match wire {
                    1 => 8,
                    2 => usize::try_from(number(&mut bytes)).unwrap(),
                    other => panic!("no field is written as {other}"),
                };
                let (value, rest) = bytes.split_at(length);
                bytes = rest;
                Wire::Bytes(value)
            }
        };
        fields.push((head >> 3, value));
    }
    fields
}

fn numbers(mut bytes: &[u8]) -> Vec<u64> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        all.push(number(&mut bytes));
    }
    all
}

fn number(bytes: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (first, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        shift += 7;
        if first & 0x80 == 0 {
            return number;
        }
    }
}

fn unzigzag(number: u64) -> i64 {
    let half = (number >> 1).cast_signed();
    if number & 1 == 1 { -half - 1 } else { half }
}
