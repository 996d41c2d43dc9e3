# SPDX-License-Identifier: BSD-2-Clause
"""docs/effects.md: what the cells saw, as tables and texts.

What a table says of a cell is worked out here, from the record of run.Cell alone.
"""
import email
import os
import re
import textwrap

from effects import bed, box, claims, programs

HERE = os.path.dirname(os.path.realpath(__file__))
WHY = [  # what of the notice is in a text, the most first
    ("why", lambda text: re.search(r"[Pp]ort 25", text) and "https://" in text),
    ("first line", lambda text: re.search(r"[Pp]ort 25", text)),
    ("link", lambda text: "https://" in text),
    ("code", lambda text: re.search(r"\b(554|421|550)\b", text)),
]
TITLES = {
    bed.OPEN: "open (control)", "drop": "drop", "reset": "reset", "unreachable": "unreachable",
    "greeting": "notice: greeting", "later": "notice: later", "helo": "notice: helo"}
WIDTH = 96
LINES, FIRST_TRY = 8, 20  # of a log: at most so many, from the first seconds of trouble


def seconds(value):
    """For people."""
    if value is None:
        return "–"
    return "<0.1 s" if value < 0.05 else f"{value:.1f} s" if value < 10 else f"{value:.0f} s"


def told(text, way):
    """What of the notice a text tells: a word of WHY, or ""."""
    if way not in ("greeting", "later", "helo"):
        return ""
    return next((word for word, has in WHY if has(text)), "")


def body(mail):
    """The part of a bounce that is written for people."""
    message = email.message_from_string(re.sub(r"\AFrom .*\n", "", mail))
    part = next((part for part in message.walk() if part.get_content_type() == "text/plain"),
                message)
    text = part.get_payload()
    return text.partition("Message headers follow")[0].strip() if isinstance(text, str) else ""


class Seen:
    """What a person could see of a cell."""

    def __init__(self, record):
        self.record, self.way = record, record["way"]
        self.program = programs.named(record["program"])
        signs = record["signs"]
        self.first = signs[0][0] if signs else None
        self.bounce = record["mails"][0][0] if record["mails"] else None
        self.texts = {"log": "\n".join(line for when, line in signs[:LINES]
                                       if when < signs[0][0] + FIRST_TRY),
                      "queue": record["queue"].strip() if not record["mails"] else "",
                      "bounce": body(record["mails"][0][1]) if record["mails"] else "",
                      "screen": record["output"].strip()}
        if not self.program.is_server:
            self.first = record["ended"] if self.program.narrates else record["output_at"]

    def state(self):
        """What became of the mail, in a word."""
        record = self.record
        if record["delivered"]:
            return "delivered"
        if not self.program.is_server:
            return "not sent" if record["ended"] is not None else "still trying"
        if self.bounce is not None:
            return "bounces"
        gone = not record["queue_after"].strip() and any(
            re.search(self.program.bounced, line) for _, line in record["signs"])
        return "given up, no bounce" if gone else "waits"

    def why(self):
        """{place: what it tells of the notice} for the places that tell something."""
        found = {place: told(text, self.way) for place, text in self.texts.items()}
        return {place: word for place, word in found.items() if word}

    def best(self):
        """The most that any place tells."""
        words = set(self.why().values())
        return next((word for word, _ in WHY if word in words), "")

    def after(self):
        """When the first sign came, with what it was worth."""
        if self.way == bed.OPEN:
            return "–"
        if self.first is None:
            return f"> {self.record['window']:.0f} s"
        word = told(self.texts["log" if self.program.is_server else "screen"], self.way)
        return seconds(self.first) + (f", {word}" if word else "")


def table(head, rows):
    """Markdown, its columns as wide as they need."""
    widths = [max(len(str(row[column])) for row in [head, *rows]) for column in range(len(head))]
    lines = ["| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |"
             for row in [head, *rows]]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines) + "\n"


def matrix(found, chosen, kind, cell):
    """Programs by ways."""
    ways = [way for way in found["ways"] if kind == "v4" or way != bed.OPEN]
    seen = {(one.record["program"], one.way): one for one in map(Seen, found["cells"])
            if one.record["kind"] == kind}
    return table(["", *(TITLES[way] for way in ways)], [
        [program.name, *(cell(seen[program.name, way]) if (program.name, way) in seen else "?"
                         for way in ways)] for program in chosen])


def fate(seen):
    """Of a server's mail."""
    state = seen.state()
    return f"{state}, {seconds(seen.bounce)}" if state == "bounces" else state


def by_other_family(seen):
    """Of six mails of a line whose IPv6 is refused and whose IPv4 is open."""
    times = [when for when, _ in seen.record["delivered"]]
    count, lost = seen.record["mails_sent"], len(seen.record["mails"])
    text = f"{len(times)} of {count}" + (f", {seconds(min(times))} to {seconds(max(times))}"
                                         if times else "")
    if lost:
        text += f"; {lost} bounce"
    rest = count - len(times) - lost
    if rest > 0:
        state = seen.state()
        text += f"; {rest} {state if state.startswith('given up') else 'wait'}"
    return text


def details(found, program):
    """A table and the texts of one program."""
    cells = sorted((seen for seen in map(Seen, found["cells"])
                    if seen.record["program"] == program.name and seen.record["kind"] == "v4"),
                   key=lambda seen: bed.WAYS.index(seen.way))
    if program.is_server:
        head = ["", "first sign in the log", "bounce", "the mail", "tells why",
                "connections", "exit code"]
        rows = [[TITLES[seen.way], seen.after().partition(",")[0], seconds(seen.bounce),
                 seen.state(), ", ".join(f"{place}: {word}" for place, word in seen.why().items())
                 or "–", seen.record["attempts"], seen.record["exit"]] for seen in cells]
    else:
        head = ["", "text", "ends", "the mail", "tells why", "connections", "exit code"]
        rows = [[TITLES[seen.way], seen.after().partition(",")[0], seconds(seen.record["ended"]),
                 seen.state(), seen.best() or "–", seen.record["attempts"],
                 "–" if seen.record["exit"] is None else seen.record["exit"]] for seen in cells]
    text = f"### {program.name} {found['programs'][program.name]}\n\n"
    keeps = next((seen.record["keeps"] for seen in cells if seen.record["keeps"]), "")
    if keeps:
        text += f"Keeps mail that waits: {keeps}.\n\n"
    text += table(head, rows)
    for seen in cells:
        if seen.way != bed.OPEN:
            text += f"\n{TITLES[seen.way]}:\n\n```\n{quoted(seen)}\n```\n"
    return text


def quoted(seen):
    """The very texts of a cell, folded for reading."""
    parts = []
    for place, text in seen.texts.items():
        if not text or place == "queue" and not seen.why().get("queue") and seen.why():
            continue
        lines = []
        if text.startswith("Traceback"):  # of Python: what went wrong is at its end
            text = "Traceback (most recent call last):\n  ...\n" + re.split(r"\n(?=\S)", text)[-1]
        text = text.replace(f"/home/{box.PERSON}", "~")
        for line in text.replace("\\r\\n", "\n").replace("\\n", "\n").splitlines():
            lines += textwrap.wrap(line.rstrip(), WIDTH, subsequent_indent="    ") or [""]
        parts.append(f"[{place}]\n" + "\n".join(lines))
    return "\n".join(parts) or "(nothing)"


def undelivered(found):
    """Controls that did not arrive: then the rest says nothing."""
    return [f"{record['program']}: its mail did not arrive though the port was open"
            for record in found["cells"]
            if record["way"] == bed.OPEN and not record["delivered"]]


def unseen(found):
    """Sentences that the recommendation rests on, and that this run did not show."""
    return [f"not seen: {sentence}" for sentence, shown in claims.judged(found, Seen)
            if shown == "NO"]


def markdown(found):
    """The document."""
    chosen = [program for program in programs.ALL if program.name in found["programs"]]
    servers = [program for program in chosen if program.is_server]
    clients = [program for program in chosen if not program.is_server]
    with open(f"{HERE}/effects.md.in", encoding="utf-8") as template:
        text = template.read()
    values = {
        "KERNEL": found["kernel"], "MINUTES": str(found["window"] // 60),
        "VERSIONS": table(["program", "version"], sorted(found["programs"].items())),
        "FATES": matrix(found, servers, "v4", fate),
        "SIGNS": matrix(found, servers, "v4", Seen.after),
        "SCREENS": matrix(found, clients, "v4", Seen.after),
        "DUAL": matrix(found, servers, "dual", by_other_family),
        "KEEPS": table(["program", "keeps mail that waits"], [
            [program.name, next((record["keeps"] for record in found["cells"]
                                 if record["program"] == program.name), "")]
            for program in servers]),
        "CLAIMS": "\n".join(f"- {sentence} *Seen in this run: {shown}.*"
                            for sentence, shown in claims.judged(found, Seen)),
        "DETAILS": "\n".join(details(found, program) for program in chosen),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value.rstrip("\n"))
    return text
