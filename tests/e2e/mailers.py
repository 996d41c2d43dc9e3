# SPDX-License-Identifier: BSD-2-Clause
"""Real mail programs on the line: swaks, and a Postfix as a home server has it.

Postfix is fetched and unpacked, never installed: it would take another mail server's place. It sees
its own /usr, /etc and /var in a mount namespace that ends with it.
"""
import os
import pathlib
import subprocess
import sys

import gateway
import wait

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "kernel"))
import debian_kernel  # noqa: E402

CACHE = pathlib.Path(os.environ["OP25B_BUILD_DIR"]).parent / "programs"

MAIN = """compatibility_level = 3.6
myhostname = home.example.org
mydestination = home.example.org
smtp_address_preference = any
smtp_host_lookup = native
smtp_dns_support_level = disabled
maillog_file = /var/log/mail.log
alias_maps =
alias_database =
sender_dependent_default_transport_maps = inline:{{ {transports} }}
"""
MASTER = """pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
local unix - n n - - local
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
CLIENT = """{name} unix - - n - - smtp -o smtp_bind_address={v4} -o smtp_bind_address6={v6}
"""
SETUP = """set -e
mount -t tmpfs op25b-postfix {folder}
cd {folder}
for tree in usr etc var; do
    mkdir -p $tree work/$tree
    mount -t overlay op25b-postfix /$tree \\
        -o lowerdir={root}/$tree:/$tree,upperdir=$tree,workdir=work/$tree
done
echo postfix:x:9125:9125::/:/bin/false >>/etc/passwd
printf 'postfix:x:9125:\\npostdrop:x:9126:\\n' >>/etc/group
chown postfix /var/lib/postfix
chgrp postdrop /usr/sbin/postqueue /usr/sbin/postdrop
chmod g+s,go+x /usr/sbin/postqueue /usr/sbin/postdrop
cat >/etc/postfix/main.cf <<'END'
{main}END
cat >/etc/postfix/master.cf <<'END'
{master}END
exec postfix start-fg
"""


def unpacked():
    """The folder of Postfix's files, fetched once."""
    root = CACHE / "postfix"
    if not root.exists():
        try:
            deb = debian_kernel.download("postfix", str(CACHE))
            debian_kernel.unpack(deb, f"{root}.new", ["./*"])
        except debian_kernel.Unavailable as reason:
            gateway.skip(str(reason))
        os.unlink(deb)
        os.rename(f"{root}.new", root)
    return root


def sender(name):
    """Whose mail leaves by the line of that name."""
    return f"{name}@home.example.org"


class Postfix:
    """A home server on several lines. lines: of each name, an address of each family."""

    def __init__(self, bed, lines):
        self.bed = bed
        folder = bed.folder / "postfix"
        folder.mkdir()
        self.output = open(bed.folder / "postfix.out", "w+", encoding="utf-8")
        self.script = SETUP.format(
            folder=folder, root=unpacked(),
            main=MAIN.format(transports=", ".join(f"{{{sender(name)}={name}:}}" for name in lines)),
            master=MASTER + "".join(CLIENT.format(name=name, v4=v4, v6=v6)
                                    for name, (v4, v6) in lines.items()))
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{self.bed.prefix}-line", "unshare", "--mount",
             "--propagation", "private", "sh", "-c", self.script],
            stdout=self.output, stderr=self.output)
        wait.until("Postfix", lambda: "daemon started" in self.log())
        return self

    def __exit__(self, *_):
        self.inside("postfix", "abort", check=False)
        self.process.wait(60)
        self.output.close()

    def inside(self, *command, check=True, **options):
        """A command where Postfix is."""
        return subprocess.run(["nsenter", "-t", str(self.process.pid), "-m", "-n", *command],
                              check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, **options).stdout

    def log(self):
        """Its mail log."""
        if self.process.poll() is not None:
            raise AssertionError(f"Postfix ended: {self.process.returncode}")
        return self.inside("cat", "/var/log/mail.log", check=False)

    def send(self, text, recipient, name):
        """Take in a mail that leaves by the line of that name."""
        self.inside("sendmail", "-f", sender(name), recipient, input=text)

    def said_of(self, recipient):
        """What the log says of a mail to this recipient, once it says a status."""
        def find():
            lines = [line for line in self.log().splitlines()
                     if f"to=<{recipient}>" in line and "status=" in line]
            return lines and lines[-1]
        return wait.until(f"the fate of {recipient}", find)


def literal(address):
    """The domain that is this address: no DNS is asked."""
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def swaks(bed, source, address, *options):
    """What swaks shows of one mail."""
    kind = "-6" if ":" in address else "-4"
    return bed.inside("line", "swaks", kind, "--server", address, "--local-interface", source,
                      "--from", "me@home.example.org", "--to", "you@other.example", "--helo",
                      "home.example.org", "--timeout", "60", *options, check=False)
