# SPDX-License-Identifier: BSD-2-Clause
"""The ways into the lab's mail host (lab/mail), for tests that speak byte by byte."""
import contextlib
import dataclasses
import pathlib
import ssl
import sys

import gateway
import smtp
import wait

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "lab"))
from effects import images  # noqa: E402
from mail import host  # noqa: E402

CLEAR, STARTTLS, IMPLICIT = "in the clear", "after STARTTLS", "with TLS"


@dataclasses.dataclass(frozen=True)
class Door:
    """A server's port, and how one speaks there."""
    server: str
    port: int
    how: str

    def __str__(self):
        return f"{self.server if self.port == 25 else self.port} {self.how}"

    def open(self, isp, place, v6=False, hello="client.example"):
        """A conversation from a place, after EHLO."""
        address = isp.addresses[self.server, v6]
        talk = smtp.Client(isp.place(place).socket(address, self.port), name=isp.name,
                           tls=isp.tls if self.how == IMPLICIT else None)
        try:
            reply = talk.hello(hello)
            if self.how == STARTTLS:
                reply = talk.starttls(isp.tls, hello)
            assert reply.good, reply
        except BaseException:
            talk.socket.close()
            raise
        return talk


MX = [Door("mx", 25, CLEAR), Door("mx", 25, STARTTLS)]
RELAY = [Door("relay", 25, CLEAR), Door("relay", 25, STARTTLS)]
SUBMISSION = [Door("relay", 587, STARTTLS), Door("relay", 465, IMPLICIT)]
DOORS = [*MX, *RELAY, Door("relay", 587, CLEAR), *SUBMISSION]


@contextlib.contextmanager
def mail_host(kind=host.MailHost, **options):
    """A mail host of the lab, running; skips where its packages can't be had."""
    isp = kind(gateway.BIN, **options)
    try:
        isp.start()
    except images.Unavailable as reason:
        gateway.skip(str(reason))
    try:
        yield isp
    finally:
        isp.stop()


def sink(isp, **options):
    """A mail host where the internet's is."""
    far = isp.place("far")
    return smtp.Sink(*(far.namespace.inside(lambda end=end: smtp.listen(end))
                       for end in (far.v4, far.v6)), **options)


def services(isp):
    """Postfix's services that speak SMTP with the world, as `postconf -P` names them."""
    lines = [line.split() for line in isp.run("postconf", "-M").splitlines()]
    return [f"{words[0]}/{words[1]}" for words in lines if words[7] == "smtpd"]


def reload(isp):
    """Has Postfix read its settings again; who connects then meets them. No session may be open:
    master only tells an smtpd to end, and one that has not heard it yet takes a client as before.
    """
    old = smtpds(isp)
    isp.postfix("reload")
    wait.until("the smtpd processes of before are gone", lambda: not old & smtpds(isp))


def smtpds(isp):
    """Process ids."""
    return set(isp.run("pgrep", "-x", "smtpd", check=False).split())


def server_context(isp):
    """A TLS context of a server with the mail host's certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(isp.folder / "chain.pem")
    return context
