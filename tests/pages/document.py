# SPDX-License-Identifier: BSD-2-Clause
"""An HTML document read strictly: what a browser would mend in silence is an error here."""
import html.parser
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
BIN = os.environ.get("OP25B_BIN_DIR") or str(HERE.parent.parent / "build" / "debug" / "bin")
POLICIES = HERE.parent.parent / "policies"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr"}
SELF_CLOSED = {"circle", "path", "rect", "line", "polyline"}  # of SVG, in our drawings
BLOCKS = {"p", "h1", "h2", "h3", "ul", "ol", "dl", "table", "div", "section", "form", "details"}
SPEAKING = {"a", "p", "li", "h1", "h2", "h3", "dd", "td", "title", "button"}


class Element:
    """One element; `parts` are texts and elements in order."""

    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.parts = []

    def text(self):
        return "".join(part if isinstance(part, str) else part.text() for part in self.parts)

    def all(self, tag=None, **wanted):
        """Elements below, in order; `data_use="x"` asks for an attribute, True for its presence."""
        for part in self.parts:
            if isinstance(part, str):
                continue
            if (tag in (None, part.tag)) and all(part.has(name.replace("_", "-"), value)
                                                 for name, value in wanted.items()):
                yield part
            yield from part.all(tag, **wanted)

    def has(self, name, value):
        if name == "class-":
            return value in self.attributes.get("class", "").split()
        found = self.attributes.get(name, None if name not in self.attributes else "")
        return name in self.attributes if value is True else found == value


class Document(html.parser.HTMLParser):
    """`root` is <html>; `faults` are what is wrong."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.top = Element("", {}, None)
        self.open, self.faults, self.ids = self.top, [], []
        self.feed(text)
        self.close()
        if self.open is not self.top:
            self.faults.append(f"<{self.open.tag}> is not closed")
        self.check()

    @property
    def main(self):
        return next(self.top.all("main"))

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        if tag in BLOCKS and any(above.tag == "p" for above in self.above()):
            self.faults.append(f"<{tag}> in a <p>")
        if tag == "a" and any(above.tag == "a" for above in self.above()):
            self.faults.append("a link in a link")
        if "style" in names or any(name.startswith("on") for name in names):
            self.faults.append(f"<{tag}> has what the content policy forbids: {names}")
        self.open.parts.append(element)
        if "id" in element.attributes:
            self.ids.append(element.attributes["id"])
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attrs):
        if tag not in SELF_CLOSED:
            self.faults.append(f"<{tag}/>")
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if self.open.tag != tag:
            self.faults.append(f"</{tag}> where <{self.open.tag}> is open")
            return
        self.open = self.open.parent

    def handle_data(self, data):
        self.open.parts.append(data)

    def above(self):
        element = self.open
        while element is not self.top:
            yield element
            element = element.parent

    def check(self):
        if len(self.ids) != len(set(self.ids)):
            self.faults.append(f"an id twice: {self.ids}")
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for element in self.top.all(**{name.replace("-", "_"): True}):
                if element.attributes[name] not in self.ids:
                    self.faults.append(f"{name} names nothing: {element.attributes[name]}")
        levels = [int(element.tag[1]) for element in self.top.all()
                  if element.tag in ("h1", "h2", "h3", "h4")]
        if levels.count(1) != 1 or any(b - a > 1 for a, b in zip(levels, levels[1:])):
            self.faults.append(f"headings: {levels}")
        for element in self.top.all():
            if element.tag in SPEAKING and not element.text().strip() and not list(element.all()):
                self.faults.append(f"an empty <{element.tag}>")
        for place in ("{", "}"):
            if place in self.main.text():
                self.faults.append("a value that was left in its braces")


def render(path, policy, at, address=None, *more):
    """The page's bytes as text; fails on any other than a page."""
    command = [f"{BIN}/op25b-webd", "--render", path, "--policy", str(policy), "--at", str(at),
               *more]
    if address:
        command += ["--address", address]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode("utf-8", errors="strict")


def dump(text):
    """Lines that a text browser shows in 80 columns."""
    done = subprocess.run(["w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8",
                           "-cols", "80"], input=text.encode(), capture_output=True, timeout=60,
                          check=True)
    return done.stdout.decode().split("\n")
