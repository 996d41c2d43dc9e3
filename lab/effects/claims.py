# SPDX-License-Identifier: BSD-2-Clause
"""What the recommendations of effects.md.in rest on: sentences, and whether a run showed them."""
from effects import programs

SERVERS = [program.name for program in programs.SERVERS]
CLIENTS = [program.name for program in programs.CLIENTS]
SILENT = ("drop", "reset", "unreachable")
NOTICES = ("greeting", "later", "helo")


class Missing(Exception):
    """A cell was not tried."""


class Table:
    """The cells of a run: see[program, way], see[program, way, "dual"]."""

    def __init__(self, found, make):
        self.cells = {(record["program"], record["way"], record["kind"]): make(record)
                      for record in found["cells"]}

    def __getitem__(self, key):
        name, way, kind = key if len(key) == 3 else (*key, "v4")
        if (name, way, kind) not in self.cells:
            raise Missing
        return self.cells[name, way, kind]

    def states(self, way, kind="v4"):
        """{server: what became of its mail}."""
        return {name: self[name, way, kind].state() for name in SERVERS}

    def through(self, way, names=SERVERS):
        """Whether every mail of a dual-stack line got through by IPv4."""
        return all(len(self[name, way, "dual"].record["delivered"]) ==
                   self[name, way, "dual"].record["mails_sent"] for name in names)

    def seen_within(self, way, names, seconds):
        """Whether a first sign came that soon for each."""
        return all(self[name, way].first is not None and self[name, way].first <= seconds
                   for name in names)

    def seen_after(self, way, names, seconds):
        """Whether no sign came before that."""
        return all(self[name, way].first is None or self[name, way].first >= seconds
                   for name in names)

    def lost(self, way, kind="v4"):
        """Servers whose mail bounces or is given up."""
        return {name for name in SERVERS if self[name, way, kind].record["mails"] or
                self[name, way, kind].state().startswith("given up")}


CLAIMS = [
    ("Dropped, nobody sees anything for half a minute; of three servers and three clients not for "
     "two minutes.",
     lambda see: see.seen_after("drop", SERVERS + CLIENTS, 29) and
     see.seen_after("drop", ("opensmtpd", "dma", "nullmailer", "msmtp", "curl", "smtplib"), 110)),
    ("Reset and unreachable are seen within five seconds, but neither says why, and every server's "
     "mail waits for days.",
     lambda see: all(see.seen_within(way, SERVERS + CLIENTS, 5) and
                     set(see.states(way).values()) == {"waits"} for way in SILENT[1:])),
    ("Each manner of a notice is seen within five seconds, and all of its text, but by curl (the "
     "code alone), mutt (the last line) and sendmail's log and queue (the first line).",
     lambda see: all(see.seen_within(way, SERVERS + CLIENTS, 5) and
                     all(see[name, way].best() == "why" for name in SERVERS + CLIENTS
                         if name not in ("curl", "mutt", "sendmail")) and
                     see["sendmail", way].best() in ("why", "first line") for way in NOTICES)),
    ("`later` bounces nothing and loses nothing: every server keeps its mail as it does when it is "
     "reset.",
     lambda see: set(see.states("later").values()) == {"waits"}),
    ("`greeting` bounces at once in Exim, sendmail and dma, with the text in the bounce; Postfix "
     "and OpenSMTPD keep the mail.",
     lambda see: see.lost("greeting") == {"exim", "sendmail", "dma", "nullmailer"} and
     all(see[name, "greeting"].why().get("bounce") == "why"
         for name in ("exim", "sendmail", "dma"))),
    ("`helo` does the same, and Postfix bounces too; dma's bounce gives no reason then, its log "
     "does.",
     lambda see: see.lost("helo") == {"postfix", "exim", "sendmail", "dma", "nullmailer"} and
     all(see[name, "helo"].why().get("bounce") == "why"
         for name in ("postfix", "exim", "sendmail")) and
     see["dma", "helo"].why() == {"log": "why"}),
    ("OpenSMTPD bounces on no manner: for the sender every refusal is a network error that may "
     "pass, and only its log has the text.",
     lambda see: all(see["opensmtpd", way].state() == "waits" and
                     see["opensmtpd", way].why() == {"log": "why"} for way in NOTICES)),
    ("nullmailer sends its bounce by the same closed way: under `greeting` and `helo` the sender "
     "never hears of it, only the log does.",
     lambda see: all(see["nullmailer", way].state() == "given up, no bounce"
                     for way in ("greeting", "helo"))),
    ("With IPv6 refused and IPv4 open, reset and unreachable let every mail of every server "
     "through within five seconds.",
     lambda see: all(see.through(way) and all(
         max(when for when, _ in see[name, way, "dual"].record["delivered"]) < 5
         for name in SERVERS) for way in SILENT[1:])),
    ("There, drop holds mail for half a minute to minutes before IPv4 is tried.",
     lambda see: any(max((when for when, _ in see[name, "drop", "dual"].record["delivered"]),
                         default=600) > 29 for name in SERVERS)),
    ("There, `greeting` and `helo` bounce or lose mail that IPv4 would have taken: of sendmail, "
     "dma and nullmailer, and under `helo` also of Postfix.",
     lambda see: see.lost("greeting", "dual") == {"sendmail", "dma", "nullmailer"} and
     see.lost("helo", "dual") == {"postfix", "sendmail", "dma", "nullmailer"}),
    ("There, `later` bounces nothing, but mail of some servers waits that IPv4 would have taken.",
     lambda see: not see.lost("later", "dual") and not see.through("later")),
]


def judged(found, make):
    """(sentence, yes, NO or not tried) of each."""
    see = Table(found, make)
    for sentence, shown in CLAIMS:
        try:
            yield sentence, "yes" if shown(see) else "NO"
        except Missing:
            yield sentence, "not tried"
