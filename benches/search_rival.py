#!/usr/bin/env python3
"""SQLite's FTS5 over the texts of `cargo bench --bench search`, which starts this.

    python3 benches/search_rival.py FOLDER

Reads FOLDER/texts.tsv and FOLDER/queries.json, and prints the median of each sort of
query in milliseconds as JSON. It gets the help that a careful user would give: one table
in memory, Porter's stems, the ten best by its own ranking. It tolerates no slips, so that
there it does less than Svar.
"""

import json
import sqlite3
import statistics
import sys
import time
from pathlib import Path


def rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            number, channel, text = line.rstrip("\n").split("\t", 2)
            yield int(number), text, channel


def match(query):
    words = query["text"].replace('"', " ").split()
    if query["phrase"]:
        return '"' + " ".join(words) + '"'
    return " OR ".join(f'"{word}"' for word in words)


def main():
    folder = Path(sys.argv[1])
    desk = sqlite3.connect(":memory:")
    desk.execute(
        "CREATE VIRTUAL TABLE questions USING fts5(text, channel UNINDEXED, tokenize = 'porter unicode61')"
    )
    desk.executemany(
        "INSERT INTO questions (rowid, text, channel) VALUES (?, ?, ?)", rows(folder / "texts.tsv")
    )
    desk.execute("INSERT INTO questions (questions) VALUES ('optimize')")
    desk.commit()
    medians = {}
    for sort, queries in json.loads((folder / "queries.json").read_text()).items():
        times = []
        for query in queries:
            wanted = " AND channel = ?" if query["channel"] else ""
            given = [match(query)] + ([query["channel"]] if query["channel"] else [])
            sql = f"SELECT rowid, text FROM questions WHERE questions MATCH ?{wanted} ORDER BY rank LIMIT 10"
            began = time.perf_counter()
            desk.execute(sql, given).fetchall()
            times.append((time.perf_counter() - began) * 1000)
        medians[sort] = statistics.median(times)
    print(json.dumps(medians))


if __name__ == "__main__":
    main()
