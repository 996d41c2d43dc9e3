# SPDX-License-Identifier: BSD-2-Clause
"""The configuration files of docs/radius/, used as docs/radius.md tells its reader to.

Nothing is changed but what the files leave to the reader: the line after a comment with "yours:".
"""
import os
import pathlib
import re

FOLDER = pathlib.Path(os.environ["OP25B_SOURCE_DIR"]) / "docs/radius"
YOURS = re.compile(r"(# yours:.*\n)(.*)")


def text(name, yours):
    """A file's text. yours: what a marked line says -> what it says instead."""
    whole = (FOLDER / name).read_text(encoding="utf-8")
    for old, new in yours.items():
        lines = [found for found in YOURS.finditer(whole) if old in found[2]]
        assert len(lines) == 1, f"{name} leaves {len(lines)} lines with {old} to its reader"
        start, end = lines[0].span(2)
        whole = whole[:start] + lines[0][2].replace(old, str(new)) + whole[end:]
    return whole
