# SPDX-License-Identifier: BSD-2-Clause
"""The provider's mail host of the lab: Debian's Postfix and Dovecot with the fragments that `op25b
mailconf` writes, and op25b-maild, on the addresses of the namespace that is there."""
import pathlib
import signal

import mail_far
import mail_rows
from mail import fragment

import wait

DOMAIN = "lab.example"


SESSIONS = "/run/op25b-sessions"


class Provider(fragment.FragmentHost):
    """Its names are in the internet's resolver, mail_far's. op25b-maild follows the session store
    in the folder sessions, which users of the group nogroup may read."""

    def __init__(self, op25b, policy, sessions):
        super().__init__(
            pathlib.Path(op25b).parent, policy=policy, far=None, resolver=mail_far.RESOLVER,
            domain=DOMAIN, network={"host": "/run/netns/op25b-relay"},
            maild_file=f"sessions: {SESSIONS}/store.sqlite\n")
        self.binds = {SESSIONS: sessions}

    def resolve(self):
        pass

    def first_accounts(self):
        self.run("usermod", "-a", "-G", "nogroup", "op25b-maild")
        self.add_account(mail_rows.USER, mail_rows.PASSWORD)
        self.add_account(mail_rows.SERVER_USER, mail_rows.SERVER_PASSWORD, "--server")

    def came(self, token):
        """Whether a mail with that subject came for the customer, within a time."""
        folder = self.path(f"/var/vmail/{mail_rows.USER}/Maildir/new")
        return wait.until(lambda: mail_far.has(folder, token), mail_far.ARRIVES_S)

    def maild_alive(self, alive):
        """Kill it, or start it again."""
        if alive and not self.maild:
            self.start_maild()
        elif not alive and self.maild:
            self.end_maild(signal.SIGKILL)
