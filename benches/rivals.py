#!/usr/bin/env python3
"""The same facts, the same reports, the same run: Svar, DuckDB, Polars and SQLite.

    python3 -m venv venv && venv/bin/pip install duckdb polars
    venv/bin/python benches/rivals.py                         1 M conversations
    venv/bin/python benches/rivals.py --fresh 15
    venv/bin/python benches/rivals.py --conversations 10000000 --without sqlite

With `--fresh TURNS` each question is asked once a turn, each turn of another window, filter and
zone, which `--seed` decides: that is what somebody feels who looks at a page. Without, the same
question comes again and again. Fresh questions go to DuckDB and Polars only.

`cargo bench --bench rivals` makes the facts, writes them as CSV, and answers the reports
itself with the time that each took; then each rival loads the files and answers the same
reports with the same number of turns. Every number must be equal; if one is not, this
says which and fails. Nothing else may run beside it if the ratios are to mean anything.

The rivals get all the help that a careful user would give: narrow types, enumerations for
texts, rows in order of time, everything in memory, instants as numbers, every core. They
answer what the report says and no more, whereas Svar's answers carry buckets, intervals,
percentiles, and counts of what was left out.
"""

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DAY = 86_400_000
HOUR = 3_600_000
FROM = 1_777_593_600_000  # 2026-05-01, as in rivals.rs
TO = 1_793_491_200_000  # 2026-11-01
ORDER = [
    "count", "rate", "rate_by_day", "rate_filtered",
    "rate_by_channel", "first_response_by_rep", "top_reps", "heat_map",
]

IN_WINDOW = f"started_at >= {FROM} AND started_at < {TO} AND excluded = 0"
HANDLED = f"{IN_WINDOW} AND outbound = 0 AND handled = 1"
RATE = "sum(CASE WHEN outcome = 'resolved' THEN 1 ELSE 0 END), count(*)"
WAITED = f"{IN_WINDOW} AND response_from IS NOT NULL AND response_at IS NOT NULL"
WRITTEN = f"written_at >= {FROM} AND written_at < {TO} AND excluded = 0"
SENT = "CASE WHEN author = 0 THEN 'received' ELSE 'sent' END"

COMMON = {
    "count": f"SELECT count(*) FROM episodes WHERE {HANDLED}",
    "rate": f"SELECT {RATE} FROM episodes WHERE {HANDLED}",
    "rate_by_day": f"SELECT started_at // {DAY} AS day, {RATE} FROM episodes WHERE {HANDLED} GROUP BY 1",
    "rate_filtered": f"SELECT {RATE} FROM episodes WHERE {HANDLED} AND channel IN ('chat', 'email')",
    "rate_by_channel": f"SELECT channel, {RATE} FROM episodes WHERE {HANDLED} GROUP BY 1",
    "top_reps": f"SELECT rep, count(*) AS n FROM messages WHERE {WRITTEN} AND author = 2 "
                "AND rep IS NOT NULL GROUP BY 1 ORDER BY n DESC, CAST(rep AS VARCHAR) LIMIT 10",
    "heat_map": f"SELECT {SENT} AS direction, (written_at // {DAY} + 3) % 7 + 1 AS weekday, written_at // {HOUR} % 24 AS hour, "
                f"count(*) FROM messages WHERE {WRITTEN} AND author <> 3 GROUP BY 1, 2, 3",
}
COLUMNS = {
    "episodes": ["started_at", "channel", "language", "rep", "outcome", "handled", "outbound", "excluded",
                 "response_from", "response_at"],
    "messages": ["written_at", "author", "rep", "excluded"],
}


class Turn:
    """A window, a filter and a zone that a fresh question is asked with."""

    def __init__(self, drawn, name):
        secs = drawn["offset_secs"] if name in ("rate_by_day", "heat_map") else 0
        self.start = (drawn["from"] * 86_400 - secs) * 1000
        self.end = (drawn["to"] * 86_400 - secs) * 1000
        self.offset = secs * 1000
        filtered = name in ("rate_by_day", "handled_by_language", "first_response_by_rep")
        self.channels = drawn["channels"] if filtered else []


def fresh_sql(name, turn):
    """A fresh question to DuckDB."""
    words = ", ".join(f"'{channel}'" for channel in turn.channels)
    channel = f" AND channel IN ({words})" if words else ""
    inside = f"started_at >= {turn.start} AND started_at < {turn.end} AND excluded = 0{channel}"
    handled = f"{inside} AND outbound = 0 AND handled = 1"
    written = f"written_at >= {turn.start} AND written_at < {turn.end} AND excluded = 0"
    wait = "(response_at - response_from)"
    waited = f"{inside} AND response_from IS NOT NULL AND response_at IS NOT NULL"
    local = f"(written_at + {turn.offset})"
    return {
        "rate_by_day": f"SELECT (started_at + {turn.offset}) // {DAY} AS day, {RATE} FROM episodes WHERE {handled} GROUP BY 1",
        "rate_by_channel": f"SELECT channel, {RATE} FROM episodes WHERE {handled} GROUP BY 1",
        "handled_by_language": f"SELECT language, count(*) FROM episodes WHERE {handled} GROUP BY 1",
        "first_response_by_rep": f"SELECT rep, count(*), avg({wait}) / 1000.0, quantile_cont({wait}, [0.5, 0.9]) "
                                 f"FROM episodes WHERE {waited} GROUP BY 1",
        "top_reps": f"SELECT rep, count(*) AS n FROM messages WHERE {written} AND author = 2 "
                    "AND rep IS NOT NULL GROUP BY 1 ORDER BY n DESC, CAST(rep AS VARCHAR) LIMIT 10",
        "heat_map": f"SELECT {SENT} AS direction, ({local} // {DAY} + 3) % 7 + 1 AS weekday, {local} // {HOUR} % 24 AS hour, "
                    f"count(*) FROM messages WHERE {written} AND author <> 3 GROUP BY 1, 2, 3",
    }[name]


class DuckDb:
    """Enumerations and narrow integers in an in-memory database."""

    TYPES = {
        "episodes": "{'started_at':'BIGINT','channel':'VARCHAR','language':'VARCHAR','rep':'VARCHAR','outcome':'VARCHAR',"
                    "'handled':'UTINYINT','outbound':'UTINYINT','excluded':'UTINYINT',"
                    "'response_from':'BIGINT','response_at':'BIGINT'}",
        "messages": "{'written_at':'BIGINT','author':'UTINYINT','rep':'VARCHAR','excluded':'UTINYINT'}",
    }

    def __init__(self, folder):
        import duckdb

        self.name = f"DuckDB {duckdb.__version__}"
        self.base = duckdb.connect()
        for table, columns in COLUMNS.items():
            path = folder / f"{table}.csv"
            self.base.execute(
                f"CREATE TEMP TABLE raw AS SELECT * FROM read_csv('{path}', header=true, "
                f"columns={self.TYPES[table]})")
            taken = []
            for column in columns:
                if column in ("channel", "language", "rep", "outcome"):
                    kind = f"{table}_{column}"
                    self.base.execute(
                        f"CREATE TYPE {kind} AS ENUM (SELECT DISTINCT {column} FROM raw "
                        f"WHERE {column} IS NOT NULL ORDER BY 1)")
                    column = f"{column}::{kind} AS {column}"
                taken.append(column)
            self.base.execute(f"CREATE TABLE {table} AS SELECT {', '.join(taken)} FROM raw")
            self.base.execute("DROP TABLE raw")

    def ask(self, name):
        if name == "first_response_by_rep":
            wait = "(response_at - response_from)"
            sql = (f"SELECT rep, count(*), avg({wait}) / 1000.0, quantile_cont({wait}, [0.5, 0.9]) "
                   f"FROM episodes WHERE {WAITED} GROUP BY 1")
            rows = self.base.execute(sql).fetchall()
            return [(rep, n, mean, q[0] / 1000, q[1] / 1000) for rep, n, mean, q in rows]
        return self.base.execute(COMMON[name]).fetchall()

    def ask_fresh(self, name, turn):
        rows = self.base.execute(fresh_sql(name, turn)).fetchall()
        if name != "first_response_by_rep":
            return rows
        return [(rep, n, mean, q[0] / 1000, q[1] / 1000) for rep, n, mean, q in rows]


class Polars:
    """Categories and narrow integers in frames; lazy queries."""

    def __init__(self, folder):
        import polars as pl

        self.pl = pl
        self.name = f"Polars {pl.__version__}"
        narrow = {"handled": pl.UInt8, "outbound": pl.UInt8, "excluded": pl.UInt8, "author": pl.UInt8}
        text = {"channel": pl.String, "language": pl.String, "rep": pl.String, "outcome": pl.String}
        self.tables = {}
        for table, columns in COLUMNS.items():
            types = {column: {**narrow, **text}.get(column, pl.Int64) for column in columns}
            frame = pl.read_csv(folder / f"{table}.csv", schema=types)
            for column in set(columns) & set(text):
                words = frame[column].drop_nulls().unique().sort()
                frame = frame.with_columns(pl.col(column).cast(pl.Enum(words)))
            self.tables[table] = frame.rechunk()

    def ask(self, name):
        return getattr(self, name)().collect().rows()

    def handled(self):
        col = self.pl.col
        inside = (col("started_at") >= FROM) & (col("started_at") < TO) & (col("excluded") == 0)
        return self.tables["episodes"].lazy().filter(inside & (col("outbound") == 0) & (col("handled") == 1))

    def rates(self):
        return [(self.pl.col("outcome") == "resolved").sum().alias("hits"), self.pl.len().alias("of")]

    def written(self):
        col = self.pl.col
        inside = (col("written_at") >= FROM) & (col("written_at") < TO) & (col("excluded") == 0)
        return self.tables["messages"].lazy().filter(inside)

    def count(self):
        return self.handled().select(self.pl.len())

    def rate(self):
        return self.handled().select(self.rates())

    def rate_by_day(self):
        return self.handled().group_by((self.pl.col("started_at") // DAY).alias("day")).agg(self.rates())

    def rate_filtered(self):
        channel = self.pl.col("channel")
        return self.handled().filter((channel == "chat") | (channel == "email")).select(self.rates())

    def rate_by_channel(self):
        return self.handled().group_by("channel").agg(self.rates())

    def first_response_by_rep(self):
        col = self.pl.col
        inside = (col("started_at") >= FROM) & (col("started_at") < TO) & (col("excluded") == 0)
        return self.waits(self.tables["episodes"].lazy().filter(inside))

    def waits(self, episodes):
        col = self.pl.col
        wait = (col("response_at") - col("response_from")).alias("wait")
        waited = episodes.select("rep", wait).drop_nulls("wait")
        wait = col("wait")
        return waited.group_by("rep").agg(
            self.pl.len().alias("n"),
            (wait.mean() / 1000).alias("mean"),
            (wait.quantile(0.5, "linear") / 1000).alias("p50"),
            (wait.quantile(0.9, "linear") / 1000).alias("p90"),
        )

    def top_reps(self):
        return self.busiest(self.written())

    def busiest(self, messages):
        col = self.pl.col
        counts = messages.filter((col("author") == 2) & col("rep").is_not_null()).group_by("rep")
        ordered = counts.agg(self.pl.len().alias("n")).with_columns(col("rep").cast(self.pl.String))
        return ordered.sort(["n", "rep"], descending=[True, False]).head(10)

    def heat_map(self):
        return self.by_hour(self.written(), 0)

    def by_hour(self, messages, offset):
        col, pl = self.pl.col, self.pl
        local = col("written_at") + offset
        keys = [
            pl.when(col("author") == 0).then(pl.lit("received")).otherwise(pl.lit("sent")).alias("direction"),
            ((local // DAY + 3) % 7 + 1).alias("weekday"),
            (local // HOUR % 24).alias("hour"),
        ]
        return messages.filter(col("author") != 3).group_by(keys).agg(pl.len().alias("n"))


    def ask_fresh(self, name, turn):
        col, pl = self.pl.col, self.pl
        episodes, messages = self.tables["episodes"].lazy(), self.tables["messages"].lazy()
        inside = (col("started_at") >= turn.start) & (col("started_at") < turn.end) & (col("excluded") == 0)
        if turn.channels:
            channel = col("channel") == turn.channels[0]
            for other in turn.channels[1:]:
                channel = channel | (col("channel") == other)
            inside = inside & channel
        handled = episodes.filter(inside & (col("outbound") == 0) & (col("handled") == 1))
        written = (col("written_at") >= turn.start) & (col("written_at") < turn.end) & (col("excluded") == 0)
        if name == "rate_by_day":
            asked = handled.group_by(((col("started_at") + turn.offset) // DAY).alias("day")).agg(self.rates())
        elif name == "rate_by_channel":
            asked = handled.group_by("channel").agg(self.rates())
        elif name == "handled_by_language":
            asked = handled.group_by("language").agg(pl.len().alias("n"))
        elif name == "first_response_by_rep":
            asked = self.waits(episodes.filter(inside))
        elif name == "top_reps":
            asked = self.busiest(messages.filter(written))
        else:
            asked = self.by_hour(messages.filter(written), turn.offset)
        return asked.collect().rows()


class Sqlite:
    """Tables in an in-memory database; one thread, as SQLite is."""

    def __init__(self, folder):
        import csv
        import sqlite3

        self.name = f"SQLite {sqlite3.sqlite_version}"
        self.base = sqlite3.connect(":memory:")
        texts = ("channel", "language", "rep", "outcome")
        for table, columns in COLUMNS.items():
            kinds = [f"{column} {'TEXT' if column in texts else 'INTEGER'}" for column in columns]
            self.base.execute(f"CREATE TABLE {table} ({', '.join(kinds)})")
            with open(folder / f"{table}.csv", newline="") as lines:
                rows = csv.reader(lines)
                next(rows)
                filled = ([value or None for value in row] for row in rows)
                marks = ", ".join("?" * len(columns))
                self.base.executemany(f"INSERT INTO {table} VALUES ({marks})", filled)
        self.base.execute("ANALYZE")

    def ask(self, name):
        if name == "first_response_by_rep":
            return self.durations()
        sql = COMMON[name].replace("//", "/").replace("CAST(rep AS VARCHAR)", "rep")
        return self.base.execute(sql).fetchall()

    def durations(self):
        # It has no percentiles: rank the waits, and take the two around each rank.
        sql = f"""
            WITH waits AS (
                SELECT rep, response_at - response_from AS wait,
                    row_number() OVER (PARTITION BY rep ORDER BY response_at - response_from) - 1 AS place,
                    count(*) OVER (PARTITION BY rep) AS n
                FROM episodes WHERE {WAITED})
            SELECT rep, n, avg(wait) / 1000.0,
                max(CASE WHEN place = (n - 1) * 5 / 10 THEN wait END),
                max(CASE WHEN place = ((n - 1) * 5 + 9) / 10 THEN wait END),
                max(CASE WHEN place = (n - 1) * 9 / 10 THEN wait END),
                max(CASE WHEN place = ((n - 1) * 9 + 9) / 10 THEN wait END)
            FROM waits GROUP BY rep"""
        found = []
        for rep, n, mean, low50, high50, low90, high90 in self.base.execute(sql):
            part50, part90 = (n - 1) * 5 % 10 / 10, (n - 1) * 9 % 10 / 10
            p50 = (low50 + (high50 - low50) * part50) / 1000
            p90 = (low90 + (high90 - low90) * part90) / 1000
            found.append((rep, n, mean, p50, p90))
        return found


RIVALS = {"duckdb": DuckDb, "polars": Polars, "sqlite": Sqlite}


def alike(name, rows, offset=0):
    """Rows in one form and order, so that they can be compared; a day by the UTC date of its start."""
    if name == "rate_by_day":
        day = lambda number: time.strftime("%Y-%m-%d", time.gmtime(number * 86_400 - offset // 1000))
        rows = [(day(row[0]) if isinstance(row[0], int) else row[0], *row[1:]) for row in rows]
    plain = [tuple("" if value is None else value for value in row) for row in rows]
    return plain if name == "top_reps" else sorted(plain, key=lambda row: tuple(map(str, row[:3])))


def equal(one, other):
    """Floats may differ in how their last digits are rounded."""
    if isinstance(one, float) or isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1.0)
    return one == other


def differ(ours, theirs):
    """The first difference, if there is one."""
    if not ours:
        return "there is nothing to compare"
    if len(ours) != len(theirs):
        return f"{len(ours)} rows here, {len(theirs)} there"
    for mine, other in zip(ours, theirs):
        if len(mine) != len(other) or not all(map(equal, mine, other)):
            return f"{mine} here, {other} there"
    return None


def timed(rival, name, turns):
    """The answer, and the median of its times in milliseconds, the first turn left out."""
    answer = rival.ask(name)
    times = []
    for _ in range(turns):
        began = time.perf_counter()
        rival.ask(name)
        times.append((time.perf_counter() - began) * 1000)
    return answer, statistics.median(times)


def compare(svar, rivals):
    """Prints a line a report; how many answers differ."""
    width = 24
    print(f"{'median of ' + str(svar['turns']) + ' turns':<24}{'Svar':>11}"
          + "".join(f"{rival.name:>{width}}" for rival in rivals))
    wrong = 0
    for name in ORDER:
        ours = svar["answers"][name]
        cells = []
        for rival in rivals:
            answer, median = timed(rival, name, svar["turns"])
            found = differ(alike(name, ours["rows"]), alike(name, answer))
            if found:
                wrong += 1
                print(f"{name}: {rival.name} differs: {found}", file=sys.stderr)
            cells.append(f"{median:.2f} ms ({median / ours['median_ms']:.1f}×)")
        print(f"{name:<24}{ours['median_ms']:>8.2f} ms" + "".join(f"{cell:>{width}}" for cell in cells))
    return wrong


def compare_fresh(fresh, rivals):
    """Prints a line a question: the first turn, then the median of the others; how many differ."""
    width = 24
    print(f"{'median of ' + str(len(fresh['turns']) - 1) + ' fresh turns':<24}{'first':>11}{'Svar':>11}"
          + "".join(f"{rival.name:>{width}}" for rival in rivals))
    wrong = 0
    for name, asked in fresh["answers"].items():
        ours = statistics.median(one["ms"] for one in asked[1:])
        cells = []
        for rival in rivals if asked[0]["rows"] is not None else []:
            times = []
            for drawn, one in zip(fresh["turns"], asked):
                turn = Turn(drawn, name)
                began = time.perf_counter()
                answer = rival.ask_fresh(name, turn)
                times.append((time.perf_counter() - began) * 1000)
                found = differ(alike(name, one["rows"]), alike(name, answer, turn.offset))
                if found:
                    wrong += 1
                    print(f"{name}: {rival.name} differs in {drawn}: {found}", file=sys.stderr)
            median = statistics.median(times[1:])
            cells.append(f"{median:.2f} ms ({median / ours:.1f}×)")
        print(f"{name:<24}{asked[0]['ms']:>8.1f} ms{ours:>8.2f} ms" + "".join(f"{cell:>{width}}" for cell in cells))
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--fresh", type=int, help="how many turns of fresh questions; at least two")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", action="append", default=[], choices=sorted(RIVALS))
    parser.add_argument("--svar", default="cargo bench --bench rivals --",
                        help="the command that makes the facts and answers for Svar")
    parser.add_argument("--folder", help="where the facts are kept; a temporary folder by default")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given.folder or temporary).resolve()
        command = [*shlex.split(given.svar), "--to", str(folder),
                   "--conversations", str(given.conversations), "--turns", str(given.turns)]
        if given.fresh:
            command += ["--fresh", str(max(given.fresh, 2)), "--seed", str(given.seed)]
            given.without.append("sqlite")
        subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)
        svar = json.loads((folder / ("fresh.json" if given.fresh else "svar.json")).read_text())
        rivals = [kind(folder) for name, kind in RIVALS.items() if name not in given.without]
        print(f"{svar['episodes']:,} episodes, {svar['messages']:,} messages; "
              f"{os.cpu_count()} cores, {platform.machine()}; (n×): n times Svar's time")
        wrong = (compare_fresh if given.fresh else compare)(svar, rivals)
    if wrong:
        sys.exit(f"{wrong} answers differ")
    print("all answers are equal")


if __name__ == "__main__":
    main()
