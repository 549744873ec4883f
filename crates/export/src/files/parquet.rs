//! Parquet: typed columns, lists as lists, JSON as text; one file per table.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, ListBuilder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use chrono::{DateTime, NaiveDate};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rust_decimal::Decimal;

use super::Sink;
use crate::error::Named;
use crate::{Cell, Column, ExportError, Kind, Table};

/// Bytes of values kept in memory before they are encoded.
const WAITING: usize = 1 << 20;
/// Encoded bytes per row group.
const GROUP: usize = 4 << 20;
/// Bytes of distinct values before a column stops using a dictionary.
const DICTIONARY: usize = 64 << 10;
/// Digits of a decimal column.
const DIGITS: u8 = 38;
/// Decimal places; anything beyond is rounded, in this format only.
const BEHIND: i8 = 8;

/// One Parquet file per table.
#[derive(Debug)]
pub struct Files(Vec<Writer<File>>);

impl Files {
    /// Starts a file for each table in a folder.
    pub fn begin(folder: &Path, tables: &[&'static Table]) -> Result<Self, ExportError> {
        let files = tables.iter().map(|table| {
            let path = folder.join(format!("{}.parquet", table.name));
            let file = File::create_new(&path).named(&path)?;
            Writer::begin(table, file, path)
        });
        Ok(Self(files.collect::<Result<_, _>>()?))
    }
}

impl Sink for Files {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        self.0[table].row(cells)
    }

    fn finish(&mut self) -> Result<(), ExportError> {
        self.0.iter_mut().try_for_each(Writer::finish)
    }
}

/// Writes one table to one Parquet file.
#[derive(Debug)]
pub struct Writer<W: Write + Send> {
    path: PathBuf,
    schema: Arc<Schema>,
    columns: Vec<Values>,
    waiting: usize,
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> Writer<W> {
    /// Starts a file; `path` is for error messages.
    pub fn begin(table: &Table, file: W, path: PathBuf) -> Result<Self, ExportError> {
        let columns: Vec<Values> = table.columns.iter().map(Values::of).collect();
        let fields = table.columns.iter().map(field);
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_dictionary_page_size_limit(DICTIONARY)
            .set_created_by("Open Algorithm Register".to_owned())
            .build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).named(&path)?;
        Ok(Self { path, schema, columns, waiting: 0, writer })
    }

    /// Takes a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        for (values, cell) in self.columns.iter_mut().zip(cells) {
            self.waiting += values.push(cell).named(&self.path)?;
        }
        if self.waiting >= WAITING { self.encode() } else { Ok(()) }
    }

    /// Writes the rest. No rows may follow.
    pub fn finish(&mut self) -> Result<(), ExportError> {
        self.encode()?;
        self.writer.finish().map(|_| ()).named(&self.path)
    }

    /// The file or buffer written to.
    pub fn file(&mut self) -> &mut W {
        self.writer.inner_mut()
    }

    fn encode(&mut self) -> Result<(), ExportError> {
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(Values::take).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).named(&self.path)?;
        self.writer.write(&batch).named(&self.path)?;
        if self.writer.in_progress_size() >= GROUP {
            self.writer.flush().named(&self.path)?;
        }
        self.waiting = 0;
        Ok(())
    }
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        Kind::Text | Kind::Code(_) | Kind::Array | Kind::Object => DataType::Utf8,
        Kind::Date => DataType::Date32,
        Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Integer => DataType::Int64,
        Kind::Decimal => DataType::Decimal128(DIGITS, BEHIND),
        Kind::Boolean => DataType::Boolean,
        Kind::Texts | Kind::Codes(_) => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
    };
    let about = std::collections::HashMap::from([("description".to_owned(), column.about.to_string())]);
    Field::new(column.name.as_ref(), kind, !column.required).with_metadata(about)
}

/// A column's values that are not encoded yet.
#[derive(Debug)]
enum Values {
    Text(StringBuilder),
    Date(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder),
    Boolean(BooleanBuilder),
    List(ListBuilder<StringBuilder>),
}

impl Values {
    fn of(column: &Column) -> Self {
        match column.kind {
            Kind::Text | Kind::Code(_) | Kind::Array | Kind::Object => Self::Text(StringBuilder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Instant => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Decimal => {
                let kind = DataType::Decimal128(DIGITS, BEHIND);
                Self::Decimal(Decimal128Builder::new().with_data_type(kind))
            }
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Texts | Kind::Codes(_) => Self::List(ListBuilder::new(StringBuilder::new())),
        }
    }

    /// Takes a value. Returns roughly how many bytes it needs. Errors: what is wrong with it.
    fn push(&mut self, cell: &Cell<'_>) -> Result<usize, String> {
        match (&mut *self, cell) {
            (Self::Text(values), Cell::Text(text)) => {
                values.append_value(text);
                return Ok(text.len() + 4);
            }
            (Self::List(values), Cell::List(items)) => {
                items.iter().for_each(|item| values.values().append_value(item));
                values.append(true);
                return Ok(items.iter().map(|item| item.len() + 4).sum());
            }
            (Self::Date(values), Cell::Text(text)) => {
                let day: NaiveDate = text.parse().map_err(|_| format!("'{text}' is no date"))?;
                let days = (day - NaiveDate::default()).num_days();
                values.append_value(i32::try_from(days).map_err(|_| format!("{text} is too far away"))?);
            }
            (Self::Instant(values), Cell::Text(text)) => {
                let at = DateTime::parse_from_rfc3339(text).map_err(|_| format!("'{text}' is no instant"))?;
                values.append_value(at.timestamp_micros());
            }
            (Self::Integer(values), Cell::Integer(number)) => values.append_value(*number),
            (Self::Decimal(values), Cell::Text(text)) => {
                let mut number: Decimal = text.parse().map_err(|_| format!("'{text}' is no decimal"))?;
                number = number.round_dp(BEHIND.unsigned_abs().into());
                let missing = u32::from(BEHIND.unsigned_abs()) - number.scale();
                values.append_value(number.mantissa() * 10_i128.pow(missing));
            }
            (Self::Boolean(values), Cell::Boolean(value)) => values.append_value(*value),
            (_, Cell::Empty) => self.push_nothing(),
            (_, other) => return Err(format!("{other:?} is not of the column's type")),
        }
        Ok(8)
    }

    fn push_nothing(&mut self) {
        match self {
            Self::Text(values) => values.append_null(),
            Self::Date(values) => values.append_null(),
            Self::Instant(values) => values.append_null(),
            Self::Integer(values) => values.append_null(),
            Self::Decimal(values) => values.append_null(),
            Self::Boolean(values) => values.append_null(),
            Self::List(values) => values.append(false),
        }
    }

    fn take(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => ArrayBuilder::finish(values),
            Self::Date(values) => ArrayBuilder::finish(values),
            Self::Instant(values) => ArrayBuilder::finish(values),
            Self::Integer(values) => ArrayBuilder::finish(values),
            Self::Decimal(values) => ArrayBuilder::finish(values),
            Self::Boolean(values) => ArrayBuilder::finish(values),
            Self::List(values) => ArrayBuilder::finish(values),
        }
    }
}
