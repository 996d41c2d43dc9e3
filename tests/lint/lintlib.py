# SPDX-License-Identifier: BSD-2-Clause
"""What the lint checks share: the list of the project's files, and how a check reports.

A check is a function (path, text) -> complaints, each "line: what is wrong and how to mend it".
run() first shows it samples that it must refuse and samples that it must accept, then the
tree; all come out as TAP lines, so that a check which cannot fail fails.
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("OP25B_SOURCE_DIR") or
                    pathlib.Path(__file__).resolve().parent.parent.parent)
LEFT_OUT = ("build/", ".git/")


def project_files():
    """Paths of the project's text files, relative to its root, sorted."""
    try:
        # Another user's clone is read all the same: nothing of it is executed.
        output = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z", "-co",
             "--exclude-standard"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            check=True).stdout
        names = [os.fsdecode(name) for name in output.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
    found = []
    for name in sorted(names):
        path = ROOT / name
        if name.startswith(LEFT_OUT) or path.is_symlink() or not path.is_file():
            continue
        if b"\0" not in path.read_bytes()[:8192]:
            found.append(name)
    return found


def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def is_c(name):
    return name.endswith((".c", ".h"))


def interpreter(text):
    """bash, sh, python3 … of a script's first line, or None."""
    found = re.match(r"#!\s*(?:/usr/bin/env\s+)?(\S+)", text)
    return found.group(1).rsplit("/", 1)[-1] if found else None


def is_python(name, text):
    return name.endswith(".py") or interpreter(text) == "python3"


def is_shell(name, text):
    return name.endswith(".sh") or interpreter(text) in ("sh", "bash")


def without_comments(text, strings=True):
    """C text with comments, and with strings=True literals too, blanked; lines stay in place."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def blank(found):
        piece = found.group(0)
        if piece[0] in "\"'":
            return piece[0] * 2 if strings else piece
        return "\n" * piece.count("\n") or " "
    return re.sub(pattern, blank, text, flags=re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class Report:
    """TAP lines on standard output; exit() ends with 1 if any was "not ok"."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, good, title, details=()):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {title}")
        for detail in () if good else details:
            print(f"# {detail}")

    def skip(self, title, reason):
        self.count += 1
        print(f"ok {self.count} - {title} # SKIP {reason}")

    def exit(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def run(title, check, select, refused, accepted=(), may_be_empty=False):
    """Show that check refuses and accepts the samples (why, path, text), then check the tree."""
    report = Report()
    for why, path, text in refused:
        report.result(bool(check(path, text)), f"refuses {why}")
    for why, path, text in accepted:
        found = check(path, text)
        report.result(not found, f"accepts {why}", found)
    complaints = []
    seen = 0
    for name in project_files():
        text = read(name)
        if select(name, text):
            seen += 1
            complaints += [f"{name}:{complaint}" for complaint in check(name, text)]
    if not seen and not may_be_empty:
        complaints.append("no file was looked at")
    report.result(not complaints, f"{title} ({seen} files)", complaints)
    report.exit()
