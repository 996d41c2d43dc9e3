# SPDX-License-Identifier: BSD-2-Clause
"""A certificate authority that ends with the test, and what it signs."""
import re
import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]


def openssl(*arguments):
    """Run openssl, which says much when it succeeds too."""
    done = subprocess.run(["openssl", *map(str, arguments)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


class Authority:
    """Its certificate is folder/ca.pem."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        openssl("req", "-x509", *KEY, "-keyout", folder / "ca.key", "-out", folder / "ca.pem",
                "-subj", "/CN=ca.example.net")

    def sign(self, name, subject=None, days=2):
        """A key and certificate for this host name or address: folder/NAME.key and .pem, which
        hold so many days, none if negative."""
        key, request, extensions = (self.folder / f"{name}.{end}" for end in ("key", "csr", "ext"))
        openssl("req", *KEY[:-2], "-keyout", key, "-out", request, "-subj",
                f"/CN={subject or name}")
        kind = "IP" if re.fullmatch(r"[0-9a-f.:]+", name) and not name.isalpha() else "DNS"
        extensions.write_text(f"subjectAltName={kind}:{subject or name}\n"
                              "basicConstraints=critical,CA:FALSE\n", encoding="ascii")
        openssl("x509", "-req", "-in", request, "-CA", self.folder / "ca.pem", "-CAkey",
                self.folder / "ca.key", "-CAcreateserial", "-days", days, "-extfile", extensions,
                "-out", self.folder / f"{name}.pem")

    def sign_itself(self, name, days=2):
        """The same without an authority."""
        openssl("req", "-x509", *KEY[:-1], days, "-keyout", self.folder / f"{name}.key", "-out",
                self.folder / f"{name}.pem", "-subj", f"/CN={name}", "-addext",
                f"subjectAltName=DNS:{name}")
