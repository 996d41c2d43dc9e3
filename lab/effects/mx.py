# SPDX-License-Identifier: BSD-2-Clause
"""The internet's mail host and resolver: a Postfix that keeps what comes, and dnsmasq.

Reads an order as a cell does, says {"say": "ready"}, and {"say": "mail", ...} of each mail that
came: its subject's word, and the address it came from.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from effects import bed, box
from effects.cell import say

INBOX = pathlib.Path("/var/inbox/new")


def resolve():
    """Names and MX of the domains, and that there are no others."""
    records = []
    for domain, ends in ((bed.DOMAINS["v4"], [bed.MX]), (bed.DOMAINS["dual"], [bed.MX, bed.MX6])):
        records += [f"--host-record=mx.{domain},{','.join(ends)}",
                    f"--mx-host={domain},mx.{domain},10"]
    subprocess.run(["dnsmasq", "--conf-file", "--no-resolv", "--no-hosts", "--user=root",
                    f"--listen-address={bed.RESOLVER}", "--bind-interfaces", "--local=/#/",
                    "--pid-file=/run/dnsmasq.pid", *records], check=True)


def serve(key_and_certificate):
    """Takes every mail for the domains into one Maildir."""
    for name in ("new", "cur", "tmp"):
        (INBOX.parent / name).mkdir(parents=True)
    subprocess.run(["chown", "-R", f"{box.PERSON}:", str(INBOX.parent)], check=True)
    with open(os.open("/etc/mx.pem", os.O_WRONLY | os.O_CREAT, 0o600), "w",
              encoding="ascii") as keys:
        keys.write(key_and_certificate)
    subprocess.run(["postconf", "-e", f"myhostname={bed.MX_HOST}", "mydestination=localhost",
                    f"virtual_mailbox_domains={' '.join(bed.DOMAINS.values())}",
                    "virtual_mailbox_base=/var", "virtual_mailbox_maps=static:inbox/",
                    f"virtual_uid_maps=static:{box.PERSON_ID}",
                    f"virtual_gid_maps=static:{box.PERSON_ID}", "smtpd_tls_security_level=may",
                    "smtpd_tls_chain_files=/etc/mx.pem"], check=True)
    subprocess.run(["postfix", "start"], check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)


def tell(name):
    """Of a mail that came."""
    text = (INBOX / name).read_text(encoding="utf-8", errors="replace")
    token = re.search(r"^Subject: (\S+)", text, re.M)
    source = re.search(r"^Received: from .*\[(?:IPv6:)?([0-9a-f.:]+)\]", text, re.M)
    say("mail", token=token and token.group(1), source=source and source.group(1),
        at=time.monotonic())


def main():
    """In the mail host's box, until it is killed."""
    order = json.loads(sys.stdin.readline())
    box.enter([order["tree"]], order["scratch"])
    box.name_machine(bed.MX_HOST, bed.RESOLVER)
    resolve()
    serve(order["key"] + order["certificate"])
    inotify = box.watch_folders(INBOX)
    told = set()
    say("ready")
    while True:
        os.read(inotify, 65536)
        for name in set(os.listdir(INBOX)) - told:
            told.add(name)
            tell(name)


if __name__ == "__main__":
    main()
