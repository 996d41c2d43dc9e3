#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The mail hosts of the lab: the provider's, a foreign one, and customers' own, in boxes.

mail_side.py OP25B DIR

Says "ready" when all of them serve, or "lacks WHY" when their packages can't be had, and answers
requests on DIR/mail.sock until it is killed; all that it started ends with it. Requests are one
JSON object a line: {"do": "lacks"}; {"do": "came", "where": "far"|"own", "token": ...}: whether
that mail came; {"do": "home", "way": "line"|"account"|"itself", "token": ...}; {"do": "maild",
"alive": true|false}.
"""
import concurrent.futures
import json
import os
import pathlib
import socket
import sys
import tempfile

import mail_box
import mail_far
import mail_home
import mail_provider
import mail_rows
from effects import box, images
from mail import certificates, image


class Side:
    """All of it."""

    def __init__(self, op25b, folder):
        self.op25b, self.folder = op25b, folder
        self.far = self.provider = None
        self.homes = {}

    def build(self):
        """Raises images.Unavailable where the packages can't be had."""
        memory = f"{self.folder}/mail"
        os.mkdir(memory)
        box.mount("op25b-lab-mail", memory, "tmpfs", 0, "mode=755")
        tempfile.tempdir = memory
        for name in ("scratch", "tree", "keys"):
            os.mkdir(f"{memory}/{name}")
        images.run("tar", *images.TAR, "-xf", image.tar(), "-C", f"{memory}/tree")
        certificates.make(f"{memory}/keys", mail_far.HOST, f"smtp.{mail_far.DOMAIN}")
        policy = pathlib.Path(self.folder, "policy.yaml").read_text(encoding="utf-8")
        self.provider = mail_provider.Provider(self.op25b, policy,
                                               f"{self.folder}/sessions")

        def machine(namespace, name):
            return mail_box.Box(f"{memory}/tree", f"{memory}/scratch",
                                f"/run/netns/op25b-{namespace}", name, mail_far.RESOLVER)
        # A machine ends with the thread that made it.
        far = machine("foreign", mail_far.HOST)
        homes = {name: machine(name, mail_home.DOMAIN) for name in mail_rows.HOMES}
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            far = pool.submit(mail_far.Far, far, read(memory, "keys/chain.pem"))
            homes = {name: pool.submit(mail_home.Home, home, mail_rows.HOMES[name])
                     for name, home in homes.items()}
            self.provider.start()
            self.far = far.result()
            self.homes = {name: home.result() for name, home in homes.items()}
        own = self.provider.ca.read_text(encoding="ascii")
        for home in self.homes.values():
            home.trust(own)
        pathlib.Path(self.folder, "ca.pem").write_text(own + read(memory, "keys/ca.pem"),
                                                       encoding="ascii")

    def answer(self, do, **request):
        """One request's."""
        if do == "came":
            return {"far": self.far, "own": self.provider}[request["where"]].came(request["token"])
        if do == "home":
            home = self.homes["fixed" if request["way"] == "itself" else "dynamic"]
            return home.send(request["way"], request["token"])
        if do == "maild":
            return self.provider.maild_alive(request["alive"])
        return f"there is no {do}"


def read(folder, name):
    """A file's text."""
    return pathlib.Path(folder, name).read_text(encoding="ascii")


def serve(listener, answer):
    """One client after the other, for ever."""
    while True:
        client, _ = listener.accept()
        with client, client.makefile("rw", encoding="utf-8") as stream:
            for line in stream:
                stream.write(json.dumps(answer(**json.loads(line))) + "\n")
                stream.flush()


def main():
    """Until it is killed."""
    op25b, folder = sys.argv[1:]
    box.unshare_mounts()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{folder}/mail.sock")
    listener.listen()
    side = Side(op25b, folder)
    try:
        side.build()
    except images.Unavailable as error:
        why = " ".join(str(error).split())
        print(f"lacks {why}", flush=True)
        serve(listener, lambda **_: why)
    print("ready", flush=True)
    serve(listener, lambda do, **request: "" if do == "lacks" else side.answer(do, **request))


if __name__ == "__main__":
    main()
