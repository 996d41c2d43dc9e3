# SPDX-License-Identifier: BSD-2-Clause
"""A certificate authority that ends with the test, and what it signs."""
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

    def sign(self, name):
        """A key and certificate for this host name: folder/NAME.key and .pem."""
        openssl("req", "-x509", *KEY, "-CA", self.folder / "ca.pem", "-CAkey",
                self.folder / "ca.key", "-keyout", self.folder / f"{name}.key", "-out",
                self.folder / f"{name}.pem", "-subj", f"/CN={name}", "-addext",
                f"subjectAltName=DNS:{name}", "-addext", "basicConstraints=critical,CA:FALSE")
