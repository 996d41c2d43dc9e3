# SPDX-License-Identifier: BSD-2-Clause
"""The lab's mail host (lab/mail) for tests: one for all of a file's test functions."""
import os
import pathlib
import smtplib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "lab"))

from effects import images  # noqa: E402

import gateway  # noqa: E402
import tap  # noqa: E402

BIN = pathlib.Path(os.environ["OP25B_BIN_DIR"])


class Lent:
    """A host that stays when the test is over."""

    def __init__(self, isp):
        self.isp = isp

    def __enter__(self):
        return self.isp

    def __exit__(self, *_):
        pass


def run(tests, isp):
    """The tests on a host, as TAP; it ends with them. Skips where there is no Postfix to fetch."""
    try:
        isp.start()
    except images.Unavailable as reason:
        gateway.skip(str(reason))
    try:
        tap.run(tests, lambda: Lent(isp))
    finally:
        isp.stop()


def send(client, sender, recipients, text="Subject: t\r\n\r\nhello\r\n"):
    """What a mail is answered at its end, or by whatever refused it: (code, text)."""
    client.ehlo_or_helo_if_needed()
    code, said = client.mail(sender)
    taken = 0
    for recipient in recipients if code == 250 else ():
        code, said = client.rcpt(recipient)
        taken += code == 250
    if taken and code == 250:
        try:
            code, said = client.data(text.encode())
        except smtplib.SMTPDataError as error:
            code, said = error.smtp_code, error.smtp_error
    client.rset()
    return code, said.decode()
