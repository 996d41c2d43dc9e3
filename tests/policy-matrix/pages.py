# SPDX-License-Identifier: BSD-2-Clause
"""What a page of op25b-webd says, by its machine-readable attributes."""
import datetime
import html.parser
import os
import pathlib
import subprocess
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
POLICIES = pathlib.Path(os.environ.get("OP25B_POLICIES") or ROOT / "policies")
BIN = os.environ.get("OP25B_BIN_DIR") or str(ROOT / "build" / "debug" / "bin")
LANGUAGES = ("en", "ja")
ZONE = zoneinfo.ZoneInfo("Asia/Tokyo")


def instant(date):
    """Seconds of the first instant of a day in the policies' zone."""
    return int(datetime.datetime.fromisoformat(date).replace(tzinfo=ZONE).timestamp())


class Page(html.parser.HTMLParser):
    """The start tags that carry data- attributes, in order, and the text of <main>."""

    def __init__(self, text):
        super().__init__()
        self.marks, self.text, self._main = [], "", False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._main |= tag == "main"
        mark = {name[5:]: value for name, value in attrs if name.startswith("data-")}
        if mark:
            self.marks.append({"tag": tag, **mark})

    def handle_endtag(self, tag):
        self._main &= tag != "main"

    def handle_data(self, data):
        if self._main:
            self.text += data

    def lead(self):
        """Outcome and verdict of the page."""
        mark = next(mark for mark in self.marks if mark["tag"] == "main")
        return mark["outcome"], mark["verdict"]

    def remedies(self):
        """(situation, [remedy, ...]) of the page's first list."""
        situation, found = None, []
        for mark in self.marks:
            if "situation" in mark and situation is not None:
                break
            situation = mark.get("situation", situation)
            if "remedy" in mark:
                found.append(mark["remedy"])
        return situation, found

    def values(self, name):
        return [mark[name] for mark in self.marks if name in mark]


def render(policy, path, at, address=None, languages=LANGUAGES):
    """The page in these languages, which must carry the same attributes; the first one."""
    pages = []
    for language in languages:
        args = [f"{BIN}/op25b-webd", "--render", f"/{language}/{path}", "--policy", str(policy),
                "--at", str(at), *(["--address", address] if address else [])]
        done = subprocess.run(args, stdout=subprocess.PIPE, text=True, timeout=60, check=False)
        if done.returncode:
            raise ValueError(f"{' '.join(args)}: status {done.returncode}")
        pages.append(Page(done.stdout))
    if pages[0].marks != pages[-1].marks:
        raise ValueError(f"{path}: the languages differ: {pages[0].marks} {pages[1].marks}")
    return pages[0]
