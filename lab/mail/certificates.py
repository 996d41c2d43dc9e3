# SPDX-License-Identifier: BSD-2-Clause
"""An authority that lives as long as the mail host, and what it signed."""
import pathlib
import subprocess

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


def openssl(*words):
    """Runs it; it says much when it succeeds too."""
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise RuntimeError(f"openssl: {done.stderr}")


def make(folder, *names):
    """folder/ca.pem, and folder/chain.pem: key and certificate for these names."""
    folder = pathlib.Path(folder)
    openssl("req", "-x509", *KEY, "-keyout", folder / "ca.key", "-out", folder / "ca.pem",
            "-subj", "/CN=ca.example")
    openssl("req", "-x509", *KEY, "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-keyout", folder / "host.key", "-out", folder / "host.pem", "-subj",
            f"/CN={names[0]}", "-addext",
            f"subjectAltName={','.join(f'DNS:{name}' for name in names)}",
            "-addext", "basicConstraints=critical,CA:FALSE")
    (folder / "chain.pem").write_text((folder / "host.key").read_text(encoding="ascii") +
                                      (folder / "host.pem").read_text(encoding="ascii"),
                                      encoding="ascii")
