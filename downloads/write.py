"""Batches to a file of one of the formats: one way in, a writer for each."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from isal import isal_zlib
from stream_zip import ZIP_32, ZIP_64, MemberFile, stream_zip

from downloads.cells import neutral
from downloads.manifest import KEY, as_json
from downloads.order import Format, Table
from downloads.sink import Digest, Sink, Told
from downloads.workbook import write_workbook
from warehouse.extract import Content

Batches = Iterable[pa.RecordBatch]
FILE_MODE = 0o600
CHUNK = 2**18
LARGE = 20_000  # rows from which a zip allows for more than 4 GiB, which some old programs do not open
HASHED = {
    Format.CSV: "the rows' file in this zip",
    Format.PARQUET: "all bytes before the footer",
    Format.ARROW: "all bytes before the last batch, which is empty and holds this",
}


class CountError(Exception):
    """Not as many rows came as were counted: what was written must not be taken for whole."""


def write(batches: Batches, schema: pa.Schema, table: Table, sink: Sink, told: Told) -> None:
    """The whole file into the sink. `told` hears how many rows are written. Raises CountError, what `told` raises and
    what the sink raises; then what the sink has is no file of its format."""
    writer: Callable[[Batches, pa.Schema, Table, Sink], None] = {
        Format.CSV: _write_csv,
        Format.XLSX: write_workbook,
        Format.PARQUET: _write_parquet,
        Format.ARROW: _write_arrow,
    }[table.format]
    convert = _as_text if table.format in (Format.CSV, Format.XLSX) else _typed

    def converted(batch: pa.RecordBatch) -> pa.RecordBatch:
        names = batch.schema.names
        columns = [convert(column, table.contents[name]) for name, column in zip(names, batch.columns, strict=True)]
        return pa.RecordBatch.from_arrays(columns, names=names)

    shape = converted(_empty(schema)).schema
    writer((converted(batch) for batch in _counted(batches, table, told)), shape, table, sink)


def signed(table: Table, digest: str) -> dict[str, Any]:
    """The manifest with the hash of what was written; a workbook says it in its own last sheet."""
    return {**table.manifest, "sha256": digest, "sha256_of": HASHED[table.format]}


def _counted(batches: Batches, table: Table, told: Told) -> Iterator[pa.RecordBatch]:
    rows = 0
    told(rows)
    for batch in batches:
        yield batch
        rows += batch.num_rows
        told(rows)
    if rows != table.rows:
        raise CountError(f"{rows} rows where {table.rows} were counted")


def _as_text(column: pa.Array, content: Content) -> pa.Array:
    """Nothing in it that a spreadsheet would run."""
    column = _plain(column)
    return neutral(column) if content is Content.TEXT else column


def _typed(column: pa.Array, content: Content) -> pa.Array:
    """Text as it is; instants in UTC known as such."""
    column = _plain(column)
    return column.cast(pa.timestamp("us", "UTC")) if content is Content.UTC else column


def _plain(column: pa.Array) -> pa.Array:
    """An enum's values as the text they are."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _write_csv(batches: Batches, schema: pa.Schema, table: Table, sink: Sink) -> None:
    rows = Digest(_Nowhere())

    def text() -> Iterator[bytes]:
        for chunk in _csv_chunks(batches, schema, table):
            rows.write(chunk)
            yield chunk

    def manifest() -> Iterator[bytes]:
        yield as_json(signed(table, rows.hexdigest()))

    large = ZIP_64 if table.rows > LARGE else ZIP_32
    members: tuple[MemberFile, ...] = (
        (f"{table.name}.csv", table.as_of, FILE_MODE, large, text()),
        ("manifest.json", table.as_of, FILE_MODE, ZIP_32, manifest()),
    )

    def deflate() -> Any:
        return isal_zlib.compressobj(level=1, wbits=-15)

    for chunk in stream_zip(members, chunk_size=CHUNK, get_compressobj=deflate, extended_timestamps=False):
        sink.write(chunk)


class _Nowhere:
    def write(self, data: bytes) -> None:
        """What is hashed here is sent by others."""


def _csv_chunks(batches: Batches, schema: pa.Schema, table: Table) -> Iterator[bytes]:
    """RFC 4180: a header, CRLF, quotes where they are needed. Null is nothing, an empty text is a pair of quotes."""
    options = pyarrow.csv.WriteOptions(eol="\r\n", batch_size=10_000)
    out = pa.BufferOutputStream()
    if table.bom:
        yield b"\xef\xbb\xbf"
    pyarrow.csv.write_csv(schema.empty_table(), out, options)
    yield out.getvalue().to_pybytes()
    bare = pyarrow.csv.WriteOptions(eol="\r\n", batch_size=10_000, include_header=False)
    for batch in batches:
        out = pa.BufferOutputStream()
        pyarrow.csv.write_csv(batch, out, bare)
        yield out.getvalue().to_pybytes()


def _write_parquet(batches: Batches, schema: pa.Schema, table: Table, sink: Sink) -> None:
    rows = Digest(sink)
    with pyarrow.parquet.ParquetWriter(rows, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch, row_group_size=batch.num_rows or None)
        manifest = as_json(signed(table, rows.hexdigest()))
        writer.add_key_value_metadata({KEY: manifest})


def _write_arrow(batches: Batches, schema: pa.Schema, table: Table, sink: Sink) -> None:
    """In the file format, whose footer tells a whole file from a cut one."""
    rows = Digest(sink)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    told = schema.with_metadata({KEY: as_json(table.manifest)})
    with pa.ipc.new_file(pa.PythonFile(rows, mode="w"), told, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch.replace_schema_metadata(told.metadata))
        signature = {KEY: as_json(signed(table, rows.hexdigest()))}
        writer.write_batch(_empty(told), custom_metadata=signature)


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
