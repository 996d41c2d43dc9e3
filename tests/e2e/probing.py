# SPDX-License-Identifier: BSD-2-Clause
"""Running op25b-probe as anybody would: without privileges, in some network namespace."""
import json
import subprocess

from gateway import BIN

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
             "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
WAIT = 8  # seconds that a probe waits where silence is what is tested
LONG = 60


def probe(*words, timeout=LONG, inside=(), env=None):
    """Exit code, standard output and error."""
    done = subprocess.run([*inside, *AS_NOBODY, str(BIN / "op25b-probe"), *map(str, words),
                           "--timeout", str(timeout)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={"LC_ALL": "C.UTF-8", **(env or {})})
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def report(*words, **options):
    """The report of --json; its exit code is the program's."""
    code, said = probe(*words, "--json", **options)
    found = json.loads(said)
    assert found["schema"] == "op25b.probe/1" and found["exit"] == code, (code, said)
    return found


def row(found, port, family="v4", control=False, **more):
    """The one row that fits."""
    one, = [row for row in found["rows"] if (row["port"], row["family"], row["control"]) ==
            (port, family, control) and more.items() <= row.items()]
    return one
