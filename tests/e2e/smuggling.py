# SPDX-License-Identifier: BSD-2-Clause
"""A message in a message, at the doors of the lab's mail host.

The forms are those of SMTP smuggling (CVE-2023-51764 and its like): ends of data for somebody, and
for RFC 5321 none.
"""
import email

import doors
import wait

OWN, FAR, USER, PASSWORD = "isp.example", "far.example", "ann", "a long word of ann's"
FORMS = {
    "LF.LF": b"\n.\n", "LF.CRLF": b"\n.\r\n", "CRLF.LF": b"\r\n.\n", "CR.CR": b"\r.\r",
    "CR.CRLF": b"\r.\r\n", "CRLF.CR": b"\r\n.\r", "LF.CR": b"\n.\r", "CR.LF": b"\r.\n",
    "CRLF.CRCRLF": b"\r\n.\r\r\n", "NUL before the dot": b"\r\n\0.\r\n",
    "NUL after the dot": b"\r\n.\0\r\n", "NUL in the end": b"\r\n.\r\0\n",
    "NUL.CRLF": b"\0.\r\n", "LFLF.LFLF": b"\n\n.\n\n", "a blank after the dot": b"\r\n. \r\n",
    "a blank before the dot": b"\r\n .\r\n"}
PASSES_WITH_DEFAULTS = {"LF.LF", "LF.CRLF", "CRLF.LF"}
HEAD = b"Subject: whole {0}\r\n\r\nfirst part"
ENVELOPE = b"MAIL FROM:<%b>\r\nRCPT TO:<%b>\r\n"
INSIDE = b"Subject: smuggled %b\r\n\r\nsecond part"
PLENTY = ("burst: 100, hour: 300, day: 1000", "burst: 5000, hour: 5000, day: 50000")


def by_data(text):
    """The text of a mail within, as it comes where nobody waits for 354."""
    return b"DATA\r\n" + text


def by_chunk(text):
    """And as it comes where there is nothing to wait for. Behind it comes CRLF."""
    return b"BDAT %d LAST\r\n" % (len(text) + 2) + text


class Bed:
    """The mail host, and a far one that keeps what comes, byte by byte."""

    def __init__(self, isp, far):
        self.isp, self.far, self.number, self.inside = isp, far, 0, by_data

    def log(self):
        return self.isp.log()[-3000:]

    def ways(self):
        """(door, place, sender, recipient): by which somebody may send."""
        own = f"{USER}@{OWN}"
        for door in doors.MX:
            yield door, "roam", "you@stranger.example", own
        for door in doors.RELAY:
            yield door, "line-a", "me@home.example", f"you@{FAR}"
        for door in doors.SUBMISSION:
            yield door, "roam", own, f"you@{FAR}"

    def enter(self, door, place):
        """A conversation of who may send there."""
        talk = door.open(self.isp, place)
        if door in doors.SUBMISSION:
            reply = talk.auth(f"{USER}@{OWN}", PASSWORD)
            assert reply.good, reply
        return talk

    def smuggle(self, way, form, manner):
        """Sends one message with another in it. Returns its token, and how many were taken."""
        door, place, sender, recipient = way
        self.number += 1
        token = b"s%04d" % self.number
        data = HEAD.replace(b"{0}", token) + form + \
            ENVELOPE % (sender.encode(), recipient.encode()) + self.inside(INSIDE % token)
        with self.enter(door, place) as talk:
            manner(talk, f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\n".encode(), data)
            taken = [reply for reply in talk.replies() if "queued as" in reply.text]
        return token, len(taken)

    def arrived(self, way, tokens):
        """The mails of these tokens, once the queue is empty: as bytes."""
        wait.until("an empty queue", lambda: self.isp.queue() == [])
        mails = self.isp.mailbox(USER) if way[0] in doors.MX else \
            [mail.data for mail in list(self.far.mails)]
        return [mail for mail in mails if any(token in mail for token in tokens)]


def subject(mail):
    return email.message_from_bytes(mail)["Subject"]


def after_354(talk, envelope, data):
    """As a relay that found nothing odd in it: all of the message at once."""
    talk.send(envelope + b"DATA\r\n")
    wait_for_354(talk)
    talk.send(data + b"\r\n.\r\nQUIT\r\n")


def byte_by_byte(talk, envelope, data):
    """The form comes in pieces, a read of the server's for each."""
    talk.send(envelope + b"DATA\r\n")
    wait_for_354(talk)
    for piece in data.partition(b"first part"):
        for at in range(0, min(len(piece), 8)):
            talk.send(piece[at:at + 1])
        talk.send(piece[8:])
    talk.send(b"\r\n.\r\nQUIT\r\n")


def pipelined(talk, envelope, data):
    """Without waiting for anything."""
    talk.send(envelope + b"DATA\r\n" + data + b"\r\n.\r\nQUIT\r\n")


def in_a_chunk(talk, envelope, data):
    """BDAT: the end is a number, and nothing in the chunk is one."""
    talk.send(envelope + b"BDAT %d LAST\r\n" % (len(data) + 2) + data + b"\r\nQUIT\r\n")


def in_two_chunks(talk, envelope, data):
    """The form stands where one chunk ends and the next begins."""
    at = data.index(b"first part") + len(b"first part") + 2
    talk.send(envelope + b"BDAT %d\r\n" % at + data[:at])
    talk.send(b"BDAT %d LAST\r\n" % (len(data) - at + 2) + data[at:] + b"\r\nQUIT\r\n")


def wait_for_354(talk):
    for code in (250, 250, 354):
        reply = talk.reply()
        assert reply.code == code, reply


def try_forms(bed, way, manner):
    """{form: how many were taken} and what arrived."""
    taken, tokens = {}, []
    for name, form in FORMS.items():
        token, taken[name] = bed.smuggle(way, form, manner)
        tokens.append(token)
    return taken, bed.arrived(way, tokens)


def check(bed, manner, each):
    """Of each form `each` messages are taken, and what arrives is whole."""
    for way in bed.ways():
        taken, mails = try_forms(bed, way, manner)
        what = f"{way[0]}, {manner.__name__}"
        more = {name: number for name, number in taken.items() if number != each}
        assert not more, f"{what}: {more}"
        assert len(mails) == each * len(FORMS), f"{what}: {len(mails)} arrived"
        odd = [mail for mail in mails if "whole" not in subject(mail)]
        assert not odd, f"{what}: {odd}"
        odd = [mail for mail in mails if b"second part" not in mail]
        assert not odd, f"{what}: {odd}"
