# SPDX-License-Identifier: BSD-2-Clause
"""Reading /metrics: samples of both formats, OpenMetrics 1.0 by its rules, and which metrics our
files name."""
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = re.compile(r'([a-z_0-9]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (-?[0-9.]+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')
TAILS = {"counter": "_total", "info": "_info", "gauge": ""}


def samples(text):
    """[(name, labels, value)]."""
    found = []
    for line in text.splitlines():
        if not line.startswith("#"):
            parts = SAMPLE.fullmatch(line)
            assert parts, line
            found.append((parts[1], dict(LABEL.findall(parts[2] or "")), float(parts[3])))
    names = [(name, tuple(sorted(labels.items()))) for name, labels, _ in found]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"{twice} twice"
    return found


def check(text):
    """OpenMetrics 1.0: each family once with its TYPE, UNIT ends its name, counters end in _total,
    no blank line, # EOF last."""
    assert text.endswith("\n# EOF\n") and text.count("# EOF") == 1 and "\n\n" not in text, "its end"
    kinds, family = {}, None
    for line in text.splitlines()[:-1]:
        word, name, rest = (line.split(" ", 3) + [""])[1:4] if line.startswith("# ") else (
            None, SAMPLE.fullmatch(line)[1], None)
        if word == "HELP":
            assert name not in kinds, f"{name} is there twice"
            family = name
        elif word == "TYPE":
            assert name == family and rest in TAILS, line
            kinds[name] = rest
        elif word == "UNIT":
            assert name == family and name.endswith("_" + rest), line
        else:
            assert family in kinds and name == family + TAILS[kinds[family]], line
    assert kinds["op25b_packets"] == "counter" and kinds["op25b_build"] == "info"


def known():
    """Every name that metrics.c can write, in the text format."""
    source = (ROOT / "src/web/metrics.c").read_text(encoding="utf-8")
    return {name + TAILS[kind.lower()] for name, kind in
            re.findall(r'begin\(&?m, "(op25b_[a-z_]+)", (\w+)', source)}


def named(expressions):
    """The names in PromQL."""
    return {name for expression in expressions
            for name in re.findall(r"\bop25b_[a-z_0-9]+", expression)}


def dashboard():
    """It, read."""
    return json.loads((ROOT / "packaging/grafana/op25b.json").read_text(encoding="utf-8"))


def named_by_files():
    """By alerts and by the dashboard."""
    rules = (ROOT / "packaging/prometheus/op25b.rules.yml").read_text(encoding="utf-8")
    return named(re.findall(r"expr: (.*)", rules)) | named(
        target["expr"] for panel in dashboard()["panels"] for target in panel["targets"])
