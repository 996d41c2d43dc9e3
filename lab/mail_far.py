# SPDX-License-Identifier: BSD-2-Clause
"""The internet's side of the lab's mail: a foreign provider's MX and submission host, and a
resolver that knows its names and the lab's provider's."""
import re

import wait

HOST, DOMAIN = "mx.far.example", "far.example"
V4, V6, RESOLVER = "203.0.113.150", "2001:db8:f000::25", "203.0.113.153"
USER, PASSWORD = f"bob@{DOMAIN}", "bob-elsewhere"
ARRIVES_S = 60  # on a busy machine
INBOX = "/var/inbox/new"
NAMES = [f"--host-record={HOST},{V4},{V6}", f"--mx-host={DOMAIN},{HOST},10",
         f"--host-record=smtp.{DOMAIN},{V4},{V6}",
         "--host-record=mx.lab.example,192.0.2.10,2001:db8:25::10",
         "--host-record=mail.lab.example,192.0.2.25,2001:db8:25::25",
         "--mx-host=lab.example,mx.lab.example,10"]
SETTINGS = [
    f"myhostname={HOST}", "inet_protocols=all", "mydestination=", "alias_maps=", "relayhost=",
    f"virtual_mailbox_domains={DOMAIN}", "virtual_mailbox_base=/var",
    "virtual_mailbox_maps=static:inbox/", "virtual_uid_maps=static:65534",
    "virtual_gid_maps=static:65534", "virtual_minimum_uid=1",
    "smtpd_tls_security_level=may", "smtpd_tls_chain_files=/etc/mail.pem",
    "smtpd_sasl_type=dovecot", "smtpd_sasl_path=private/auth",
    "maillog_file=/var/log/postfix.log", f"smtp_bind_address={V4}", f"smtp_bind_address6={V6}"]
SUBMISSION = ["-o", "smtpd_tls_security_level=encrypt", "-o", "smtpd_sasl_auth_enable=yes", "-o",
              "{ smtpd_relay_restrictions = permit_sasl_authenticated, reject }"]
DOVECOT = """protocols =
ssl = no
log_path = /var/log/dovecot.log
passdb {{
  driver = static
  args = user={user} password={password}
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home=/nonexistent
}}
service auth {{
  unix_listener /var/spool/postfix/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
"""


class Far:
    """In a machine of mail_box."""

    def __init__(self, machine, key_and_certificate):
        self.machine = machine
        machine.run("dnsmasq", "--conf-file", "--no-resolv", "--no-hosts", "--user=root",
                    f"--listen-address={RESOLVER}", "--bind-interfaces", "--local=/#/",
                    "--pid-file=/run/dnsmasq.pid", *NAMES)
        for name in ("new", "cur", "tmp"):
            machine.run("install", "-d", "-o", "nobody", "-g", "nogroup", f"/var/inbox/{name}")
        machine.write("/etc/mail.pem", key_and_certificate, 0o600)
        machine.write("/etc/dovecot.conf", DOVECOT.format(user=USER, password=PASSWORD))
        machine.run("postconf", "-Me", "submission/inet=submission inet n - n - - smtpd")
        for name, value in (("smtpd_tls_security_level", "encrypt"),
                            ("smtpd_sasl_auth_enable", "yes"),
                            ("smtpd_relay_restrictions", "permit_sasl_authenticated,reject")):
            machine.run("postconf", "-Pe", f"submission/inet/{name}={value}")
        machine.postfix(*SETTINGS)
        machine.run("dovecot", "-c", "/etc/dovecot.conf")

    def came(self, token):
        """Whether a mail with that subject came, within a time."""
        return wait.until(lambda: has(self.machine.path(INBOX), token), ARRIVES_S)


def has(folder, token):
    """Whether a mail with that subject is in a folder of mails."""
    return folder.is_dir() and any(
        re.search(f"^Subject: {re.escape(token)}$", path.read_text(errors="replace"), re.M)
        for path in folder.iterdir())
