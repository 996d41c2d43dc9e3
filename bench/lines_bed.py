# SPDX-License-Identifier: BSD-2-Clause
"""What the rows of accounting share: collector, rivals, load, and the row as JSON."""
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))

import collector  # noqa: E402
import freeradius  # noqa: E402
import freeradius_rivals  # noqa: E402
import gateway  # noqa: E402

OURS, THEIRS = 1813, 1814
UNDER_WAY = 1024  # to a server that answers in batches; others are at their best with less
FILE = """op25b_collector: 1
listen: [127.0.0.1]
store: {store}
clients: [{{name: bng, from: [127.0.0.1], secret_file: {folder}/secret}}]
socket: {folder}/control.sock
"""


def note(text):
    """For who watches."""
    print(text, file=sys.stderr, flush=True)


def load(mode, port, **options):
    """Send a load; what bench-lines says of it. All must have been answered."""
    words = [f"{name}={value}" for name, value in options.items()]
    output = subprocess.run([str(gateway.BIN / "bench-lines"), mode, str(port), collector.SECRET,
                             *words], check=True, stdout=subprocess.PIPE).stdout
    said = json.loads(output)
    note(f"  {mode} to {port}: {said}")
    assert said["answered"] == said["sent"] > 0, said
    return said


def psql(text):
    """SQL for the server that the row was given."""
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", os.environ["OP25B_TEST_POSTGRESQL"]],
                   check=True, input=text, text=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def ours(store=None):
    """op25b-radiusd on a new SQLite file, or on that store."""
    with collector.Bed() as bed:
        if store:
            bed.store = store
        bed.write_file(FILE)
        bed.start()
        yield bed
        bed.kill()


@contextlib.contextmanager
def theirs(kind):
    """FreeRADIUS with a detail file, or with stock SQL on SQLite or PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="op25b-bench-") as name:
        folder = pathlib.Path(name)
        where = folder, THEIRS, collector.SECRET
        if kind == "detail":
            freeradius_rivals.detail(*where, 4)
        elif kind == "sqlite":
            freeradius_rivals.sql(*where, 4, "sqlite", folder / "radius.db")
        else:
            psql("DROP DATABASE IF EXISTS radius")
            psql("CREATE DATABASE radius")
            uri = os.environ["OP25B_TEST_POSTGRESQL"]
            schema = freeradius_rivals.RADDB / "mods-config/sql/main/postgresql/schema.sql"
            psql(f"\\c radius\n{schema.read_text(encoding='utf-8')}")
            freeradius_rivals.sql(*where, 8, "postgresql",
                                  f"host={uri.partition('host=')[2]} user=op25b dbname=radius")
        with freeradius.FreeRadius(folder, tells=""):
            yield


def series(samples):
    """As bench/row.c prints one."""
    return {"min": min(samples), "median": statistics.median(samples), "max": max(samples)}


def report(row, unit, aim, met, own, rivals, beside):
    """The row, from lists of samples by name."""
    print(json.dumps({"id": row, "unit": unit, "ours": series(own),
                      "rivals": {name: series(list_) for name, list_ in rivals.items()},
                      "beside": {name: series(list_) for name, list_ in beside.items()},
                      "aim": aim, "met": met}), flush=True)
