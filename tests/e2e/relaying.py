# SPDX-License-Identifier: BSD-2-Clause
"""Trying to have mail relayed, at the doors of the lab's mail host: what is sent, what is taken."""
import itertools

import doors
import relay_forms
import smtp
import wait

OWN, FAR, USER, PASSWORD = "isp.example", "far.example", "ann", "a long word of ann's"
STRANGER, OWNER, NOBODY = relay_forms.SENDERS[0], relay_forms.SENDERS[1], relay_forms.SENDERS[3]
PLAIN = relay_forms.RECIPIENTS[0]
SHORT = [form for form in relay_forms.RECIPIENTS if form[0] in (
    "plain", "no brackets", "quoted whole", "two domains, the server", "percent at an own domain",
    "a route", "bang", "an address literal", "ORCPT of an own address")]
PATIENCE = 8  # refusals on one connection; Postfix is slow after 10 and ends after 20
TEXT = b"Subject: relayed\r\n\r\n"


class Bed:
    """The mail host, and a far one that keeps what comes."""

    def __init__(self, isp, far):
        self.isp, self.far = isp, far
        host = isp.addresses["relay", False], isp.addresses["relay", True]
        self.names = relay_forms.Names(OWN, isp.name, *host, USER, FAR, isp.place("far").v4)

    def log(self):
        return self.isp.log()[-3000:]

    def fill(self, form):
        return relay_forms.fill(form, self.names)

    def attempt(self, talk, sender, recipient):
        """The reply that decides, of one mail; the conversation can go on."""
        reply = talk.ask(b"MAIL FROM:" + self.fill(sender))
        if not reply.good:
            return reply
        reply = talk.ask(b"RCPT TO:" + self.fill(recipient))
        if reply.good and talk.ask("DATA").good:
            talk.send(TEXT)
            reply = talk.ask(".")
        rset = talk.ask("RSET")  # one answer for each command, or all after is another's
        assert rset.code == 250, f"{sender}, {recipient}: {rset} after {reply}"
        return reply

    def accepted(self, door, place, v6, pairs, before=lambda talk: None):
        """Those of the pairs that were taken: (sender, recipient, reply). before: what is said
        first on each connection."""
        found, talk, refused = [], None, PATIENCE
        for sender, recipient in pairs:
            if refused >= PATIENCE:
                if talk:
                    talk.socket.close()
                talk, refused = door.open(self.isp, place, v6), 0
                before(talk)
            try:
                reply = self.attempt(talk, sender[1], recipient[1])
            except smtp.Closed:
                refused = PATIENCE
                continue
            refused += 1
            if reply.good:
                found.append((sender[0], recipient[0], str(reply)))
        talk.socket.close()
        return found

    def none(self, pairs, place="roam", at=doors.DOORS, before=lambda talk: None, v4_only=False):
        """Nothing of it is taken, at no door and by neither family."""
        families = (False, True) if self.isp.place(place).v6 and not v4_only else (False,)
        for door, v6 in itertools.product(at, families):
            found = self.accepted(door, place, v6, pairs, before)
            assert not found, f"{door}, IPv{6 if v6 else 4}, from {place}: {found}"

    def plain(self, door, place, v6=False):
        """The reply to a stranger's mail that hides nothing."""
        with door.open(self.isp, place, v6) as talk:
            return self.attempt(talk, STRANGER[1], PLAIN[1])

    def sent_by_line(self, token):
        """A mail that may be relayed comes through, and so has all before it."""
        with doors.RELAY[1].open(self.isp, "line-a") as talk:
            reply = talk.mail("me@home.example", f"you@{FAR}", f"Subject: {token}\n\n")
            assert reply.good, reply
        wait.until(token, lambda: self.far.of(token.encode()))
