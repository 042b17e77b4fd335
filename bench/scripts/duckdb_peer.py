"""DuckDB on one thread, asked over a pipe. Runs under the interpreter of the peers, without this project."""

import json
import sys
import time

import duckdb

base = duckdb.connect()
base.execute("SET threads = 1")
for line in sys.stdin:
    question = json.loads(line)
    began = time.process_time()
    rows = base.execute(question["sql"]).fetchall()
    taken = (time.process_time() - began) * 1000
    print(json.dumps({"milliseconds": taken, "rows": rows if question.get("rows") else len(rows)}), flush=True)
