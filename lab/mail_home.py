# SPDX-License-Identifier: BSD-2-Clause
"""A customer's own mail server, a Postfix, and the three ways that its mail may leave."""
import re
import subprocess

import mail_far
import mail_rows
import wait

DOMAIN = "home.example"
PROVIDER = "mail.lab.example"
LOG = "/var/log/postfix.log"
# By the sender, so that nothing is set anew between two mails.
WAYS = {"line": f"[{PROVIDER}]:25", "account": f"[{PROVIDER}]:587", "itself": None}
RELAYS = " ".join(f"{{ {way}@{DOMAIN} = {relay} }}" for way, relay in WAYS.items() if relay)
NEXT = {"line": rf"{PROVIDER}\[.*\]:25", "account": rf"{PROVIDER}\[.*\]:587",
        "itself": rf"{mail_far.HOST}\[.*\]:25"}  # as Postfix's log names the next server
SETTINGS = [
    f"myhostname={DOMAIN}", f"mydomain={DOMAIN}", "inet_protocols=ipv4", f"maillog_file={LOG}",
    f"sender_dependent_relayhost_maps=inline:{{ {RELAYS} }}",
    "smtp_tls_CAfile=/etc/ca.pem",
    f"smtp_tls_policy_maps=inline:{{ {{ {WAYS['account']} = verify }} }}",
    "smtp_sasl_auth_enable=yes", "smtp_sasl_security_options=noanonymous",
    f"smtp_sasl_password_maps=inline:{{ {{ {WAYS['account']} = "
    f"{mail_rows.SERVER_USER}:{mail_rows.SERVER_PASSWORD} }} }}"]


class Home:
    """In a machine of mail_box, at that address."""

    def __init__(self, machine, address):
        self.machine = machine
        machine.postfix(*SETTINGS, f"smtp_bind_address={address}")

    def trust(self, authority):
        """The provider's certificate is this authority's."""
        self.machine.write("/etc/ca.pem", authority)

    def send(self, way, token):
        """One mail of its person's. None: it is with the next server; else what that said."""
        sender = f"{way}@{DOMAIN}"
        subprocess.run(self.machine.command("sendmail", "-f", sender, mail_rows.FAR),
                       input=mail_rows.text(token, sender, mail_rows.FAR), text=True, check=True)
        ended = wait.until(lambda: self.end_of(token), mail_rows.TAKES_S)
        if not ended:
            return "nothing"
        relay, status, why = ended
        if status == "sent":
            return None if re.fullmatch(NEXT[way], relay) else f"sent to {relay}"
        said = mail_rows.SAID.search(why)
        return " ".join(said.groups()) if said else why

    def end_of(self, token):
        """(relay, status, why) of the last try to deliver it, if there was one."""
        log = self.machine.path(LOG).read_text(encoding="utf-8", errors="replace")
        found = re.search(rf" (\w+): message-id=<{token}@", log)
        tries = found and re.findall(
            rf" {found.group(1)}: to=<.*, relay=([^,]*), .*, status=(\w+) \((.*)\)$", log, re.M)
        return tries[-1] if tries else None
