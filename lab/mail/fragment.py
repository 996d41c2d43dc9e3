# SPDX-License-Identifier: BSD-2-Clause
"""A mail host that was there before op25b: Postfix and Dovecot as Debian installs them and a
provider goes on from, with mailboxes of his own; then the fragments, put in as docs/mail.md says.
"""
from mail import host

PART = "/etc/op25b/fragment"
MAILBOXES, USERS = "/etc/postfix/mailboxes", "/etc/dovecot/users"
# What the provider made of Debian's main.cf; most of it a fragment relies on.
MAIN = f"""myhostname = mail.DOMAIN
mydestination = $myhostname localhost.DOMAIN localhost
virtual_mailbox_domains = DOMAIN regexp:{{ {{ /^[^.]+\.DOMAIN$$/ own }} }}
virtual_mailbox_maps = texthash:{MAILBOXES}
virtual_transport = lmtp:unix:private/dovecot-lmtp
mynetworks = 127.0.0.0/8 [::1]/128
smtpd_tls_chain_files = /etc/op25b/mail.pem
smtpd_tls_cert_file =
smtpd_tls_key_file =
maillog_file = {host.LOG}
"""
MX = "".join(f"{address}:smtp inet n - y - - smtpd\n"
             for address in ("192.0.2.10", "[2001:db8:25::10]"))
DOVECOT = f"""ssl = required
ssl_min_protocol = TLSv1.2
ssl_cert = </etc/op25b/mail.pem
ssl_key = </etc/op25b/mail.pem
log_path = /var/log/op25b/dovecot.log
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = username_format=%Lu {USERS}
  override_fields = verified=1
}}
userdb {{
  driver = static
  args = uid=vmail gid=vmail home=/var/vmail/%Lu
}}
service lmtp {{
  unix_listener /var/spool/postfix/private/dovecot-lmtp {{
    mode = 0600
    user = postfix
    group = postfix
  }}
}}
"""


class FragmentHost(host.MailHost):
    """said: what --check-postconf said, and its exit code, at each stage of setting up."""

    def mailconf(self):
        self.said = {}
        for what in ("postfix", "dovecot"):
            self.op25b("mailconf", what, "--maild", host.MAILD_FILE, "--fragment", "--out", PART,
                       *self.options)
        self.join_dovecot()
        self.said["Debian's"] = self.judge()
        self.run("postconf", "-e", *MAIN.replace("DOMAIN", self.domain).splitlines())
        self.run("sh", "-ec", f"grep -v '^#' {PART}/op25b-main.cf | xargs -d '\\n' postconf -e; "
                 f"cat {PART}/op25b-master.cf >> /etc/postfix/master.cf")
        self.said["put in"] = self.judge()
        self.run("postconf", "-M#", "smtp/inet")
        self.run("sh", "-c", "cat >> /etc/postfix/master.cf", input=MX)
        self.said["with an MX"] = self.judge()
        self.run("/usr/lib/postfix/configure-instance.sh", "-")  # as Debian's unit does

    def join_dovecot(self):
        """The provider's own settings, and behind them the fragment."""
        self.run("sed", "-i", "s/^!include auth-system/#&/", "/etc/dovecot/conf.d/10-auth.conf")
        self.write("/etc/dovecot/conf.d/50-provider.conf", DOVECOT)
        self.run("sh", "-ec", f"cp {PART}/op25b.conf /etc/dovecot/conf.d/99-op25b.conf; "
                 f"cp -p {PART}/op25b-secret.conf /etc/dovecot")
        for path in (MAILBOXES, USERS):
            self.write(path, "")

    def judge(self):
        """What --check-postconf says now, and its exit code."""
        return self.run("sh", "-c", "(postconf -n; postconf -M) | op25b mailconf postfix "
                        f"--maild {host.MAILD_FILE} --fragment --check-postconf -; echo $?")

    def add_account(self, name, password, *options):
        """A mailbox of the provider's too. Postfix hears of it when it starts."""
        address = super().add_account(name, password, *options)
        for path, text in ((MAILBOXES, f"{address} mailbox\n"),
                           (USERS, f"{address}:{{PLAIN}}{password}\n")):
            with open(self.path(path), "a", encoding="ascii") as file:
                file.write(text)
        return address
