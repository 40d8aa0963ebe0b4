//! A part of a collection as one index: never changed, made of features or of older segments.
//!
//! Rows are numbered in the order of ids, which is the order of pages where nothing else is asked.

use std::io::{self, Error, ErrorKind, Read, Write};
use std::sync::OnceLock;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::chunks::{In, Out};
use super::column::{Column, ColumnBuilder};
use super::names::Names;
use super::plane::{rect_of_extent, rect_of_span};
use super::texts::{Blocks, Texts, TextsBuilder};
use super::tree::{Rect, Tree};
use crate::domain::{Crs84, Feature, Geometry, LonLat, Window};
use crate::formats::Written;

/// Features, indexed.
#[derive(Debug)]
pub(super) struct Segment {
    /// Ascending.
    pub(super) ids: Vec<Uuid>,
    texts: Texts,
    /// By the number of the property; `None` where no row has a value that can be asked for.
    columns: Vec<Option<Column>>,
    /// Where the features are, in the units of positions.
    pub(super) places: Tree,
    /// The geometries that are no points, by row.
    shapes: Vec<(u32, Crs84<Geometry>)>,
    /// When the features are: each span a point in the plane of first and last days.
    pub(super) times: Tree,
    /// The names by their words, once they were asked for; `None` where no row has one.
    names: OnceLock<Option<Names>>,
}

impl Segment {
    /// One segment of several, without their dead rows. No id may live in two of them.
    pub(super) fn merge(sources: &[(&Segment, &RoaringBitmap)], blocks: Blocks) -> Segment {
        let mut chosen: Vec<(Uuid, usize, u32)> = Vec::new();
        for (source, (segment, dead)) in sources.iter().enumerate() {
            let rows = (0..).zip(&segment.ids);
            let living = rows.filter(|(row, _)| !dead.contains(*row));
            chosen.extend(living.map(|(row, id)| (*id, source, row)));
        }
        chosen.sort_unstable();

        let mut moved: Vec<Vec<Option<u32>>> = sources
            .iter()
            .map(|(segment, _)| vec![None; segment.ids.len()])
            .collect();
        for (new, (_, source, row)) in (0..).zip(&chosen) {
            moved[*source][*row as usize] = Some(new);
        }
        let mut builder = SegmentBuilder {
            ids: chosen.iter().map(|(id, ..)| *id).collect(),
            ..SegmentBuilder::default()
        };
        let texts: Vec<&Texts> = sources.iter().map(|(segment, _)| &segment.texts).collect();
        let rows: Vec<(usize, u32)> = chosen
            .iter()
            .map(|(_, source, row)| (*source, *row))
            .collect();
        builder.texts.take_in(&texts, &rows, blocks);
        for ((segment, _), moved) in sources.iter().zip(&moved) {
            builder.take_in(segment, moved);
        }
        builder.shapes.sort_unstable_by_key(|(row, _)| *row);
        builder.finish()
    }

    /// Puts it into chunks.
    pub(super) fn write(&self, out: &mut Out<impl Write>) -> io::Result<()> {
        out.put(&self.ids)?;
        self.texts.write(out)?;
        out.put(&self.columns.len())?;
        self.columns.iter().try_for_each(|column| out.put(column))?;
        out.put(&self.places)?;
        let shapes = self.shapes.iter();
        let shapes: Vec<_> = shapes.map(|(row, shape)| (*row, text_of(shape))).collect();
        out.put(&shapes)?;
        out.put(&self.times)?;
        out.put(&self.names.get())
    }

    /// Reads it from there.
    pub(super) fn read(from: &mut In<impl Read>) -> io::Result<Segment> {
        let ids: Box<[Uuid]> = from.get()?;
        let texts = Texts::read(from)?;
        let columns = 0..from.get::<usize>()?;
        let columns = columns.map(|_| Ok(from.get::<Option<Column>>()?.map(Column::with_broader)));
        let columns: io::Result<Vec<_>> = columns.collect();
        let (columns, places) = (columns?, from.get()?);
        let shapes: Vec<(u32, String)> = from.get()?;
        let shapes = shapes.into_iter().map(|(row, text)| {
            let shape = read_shape(&text);
            Ok((row, shape.ok_or(Error::from(ErrorKind::InvalidData))?))
        });
        let shapes: io::Result<_> = shapes.collect();
        Ok(Segment {
            ids: ids.into(),
            texts,
            columns,
            places,
            shapes: shapes?,
            times: from.get()?,
            names: from
                .get::<Option<Option<Names>>>()?
                .map_or_else(OnceLock::new, OnceLock::from),
        })
    }

    /// How many rows there are, dead ones too.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.ids.len()).expect("rows are numbered in 32 bits")
    }

    /// The row of an id.
    pub(super) fn find(&self, id: Uuid) -> Option<u32> {
        let found = self.ids.binary_search(&id).ok()?;
        u32::try_from(found).ok()
    }

    /// The feature of a row.
    pub(super) fn written(&self, row: u32) -> Written<'_> {
        self.texts.get(row, self.ids[row as usize])
    }

    /// The index of a property.
    pub(super) fn column(&self, number: usize) -> Option<&Column> {
        self.columns.get(number)?.as_ref()
    }

    /// The names by their words; `number` is that of the property with the names, the same each time.
    pub(super) fn names(&self, number: usize) -> Option<&Names> {
        let made = || self.column(number).map(Names::of);
        self.names.get_or_init(made).as_ref()
    }

    /// Whether that was asked before.
    pub(super) fn has_names_in_order(&self) -> bool {
        self.names.get().is_some()
    }

    /// Whether a row has a geometry.
    pub(super) fn is_located(&self, row: u32) -> bool {
        self.places.of(row).is_some()
    }

    /// Whether the geometry of a row, which its own box meets, meets a box of whatever system.
    pub(super) fn meets(&self, row: u32, window: &Window) -> bool {
        match (window, self.shape(row)) {
            (Window::Box(bbox), shape) => {
                shape.is_none_or(|shape| shape.is_box() || shape.intersects(bbox))
            }
            (Window::Outline(outline), Some(shape)) => outline.meets(shape),
            (Window::Outline(outline), None) => {
                let at = self.places.of(row);
                at.is_some_and(|[lon, lat, ..]| outline.contains(LonLat::of_units(lon, lat)))
            }
        }
    }

    /// The geometry of a row, if it is no point.
    pub(super) fn shape(&self, row: u32) -> Option<&Crs84<Geometry>> {
        let place = self
            .shapes
            .binary_search_by_key(&row, |(row, _)| *row)
            .ok()?;
        Some(&self.shapes[place].1)
    }
}

/// A segment in the making: what each part is made of.
#[derive(Debug, Default)]
pub(super) struct SegmentBuilder {
    ids: Vec<Uuid>,
    texts: TextsBuilder,
    columns: Vec<ColumnBuilder>,
    places: Vec<(Rect, u32)>,
    shapes: Vec<(u32, Crs84<Geometry>)>,
    times: Vec<(Rect, u32)>,
}

impl SegmentBuilder {
    /// Adds a feature, whose id is after those before.
    pub(super) fn push(&mut self, feature: &Feature) {
        let row = u32::try_from(self.ids.len()).expect("rows are numbered in 32 bits");
        self.ids.push(feature.id);
        self.texts.push(feature);
        self.columns
            .resize_with(feature.values.len(), ColumnBuilder::default);
        for (column, value) in self.columns.iter_mut().zip(&feature.values) {
            column.push(row, value);
        }
        if let Some(geometry) = &feature.geometry {
            self.places.push((rect_of_extent(&geometry.extent()), row));
            if !matches!(geometry.as_geo(), Geometry::Point(_)) {
                self.shapes.push((row, geometry.clone()));
            }
        }
        if let Some(span) = feature.time {
            self.times.push((rect_of_span(span), row));
        }
    }

    fn take_in(&mut self, segment: &Segment, moved: &[Option<u32>]) {
        let most = self.columns.len().max(segment.columns.len());
        self.columns.resize_with(most, ColumnBuilder::default);
        for (builder, column) in self.columns.iter_mut().zip(&segment.columns) {
            if let Some(column) = column {
                builder.take_in(column, moved);
            }
        }
        let moved = |row: u32| moved[row as usize];
        let boxes = |tree: &Tree| -> Vec<(Rect, u32)> {
            tree.iter()
                .filter_map(|(rect, row)| Some((rect, moved(row)?)))
                .collect()
        };
        self.places.extend(boxes(&segment.places));
        self.times.extend(boxes(&segment.times));
        let shapes = segment.shapes.iter();
        self.shapes
            .extend(shapes.filter_map(|(row, shape)| Some((moved(*row)?, shape.clone()))));
    }

    /// The segment.
    pub(super) fn finish(self) -> Segment {
        let rows = self.ids.len();
        Segment {
            ids: self.ids,
            texts: self.texts.finish(),
            columns: self
                .columns
                .into_iter()
                .map(|column| column.finish(rows))
                .collect(),
            places: Tree::build(rows, self.places),
            shapes: self.shapes,
            times: Tree::build(rows, self.times),
            names: OnceLock::new(),
        }
    }
}

fn text_of(shape: &Crs84<Geometry>) -> String {
    let mut text = String::new();
    shape.write_geojson(&mut text);
    text
}

fn read_shape(text: &str) -> Option<Crs84<Geometry>> {
    Crs84::parse(&serde_json::from_str(text).ok()?, "", &mut vec![])
}
