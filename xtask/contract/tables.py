"""Opens the CSV download with pandas and DuckDB and compares their row counts with the API's total."""

import json
import sys
import urllib.request

import duckdb
import pandas

base, path = sys.argv[1], sys.argv[2]
total = json.load(urllib.request.urlopen(f"{base}/api/v1/records"))["total"]
urllib.request.urlretrieve(f"{base}/api/v1/records.csv", path)
frame = pandas.read_csv(path)
rows = duckdb.sql(f"SELECT count(*), count(DISTINCT id) FROM read_csv('{path}')").fetchall()[0]
assert len(frame) == total == rows[0] == rows[1], (len(frame), total, rows)
assert frame["id"].is_unique
print(f"pandas {len(frame)}, duckdb {rows[0]}, total {total}")
