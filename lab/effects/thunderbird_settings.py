# SPDX-License-Identifier: BSD-2-Clause
"""Thunderbird, without a screen: fetches the settings of a mail address, as for a new account.

thunderbird_settings.py ADDRESS PROXY_PORT: all that it asks for by HTTP goes to that port of this
host, so that no name need be resolved. Prints the servers that it found, the best first, as JSON:
[kind, host, port, encryption, user name]; exit code 1 and why on standard error: none.
"""
import json
import os
import pathlib
import subprocess
import sys

from effects.thunderbird import PREFERENCES, Control

FETCH = """
const [address, domain] = arguments;
const { FetchConfig } = ChromeUtils.importESModule(
  "resource:///modules/accountcreation/FetchConfig.sys.mjs");
return FetchConfig.fromISP(domain, address, new AbortController().signal).then(found =>
  [[found.incoming, ...found.incomingAlternatives], [found.outgoing,
    ...found.outgoingAlternatives]].flat().map(server =>
      [server.type, server.hostname, server.port, server.socketType, server.username]));
"""
ENCRYPTIONS = {0: "plain", 2: "STARTTLS", 3: "SSL"}  # nsMsgSocketType


def preferences(port):
    """Of a person who has an account, so that no dialog opens."""
    return {**PREFERENCES, "mail.smtpserver.smtp1.hostname": "smtp.home.example",
            "network.proxy.type": 1, "network.proxy.http": "127.0.0.1",
            "network.proxy.http_port": port, "network.proxy.ssl": "127.0.0.1",
            "network.proxy.ssl_port": port}


def main():
    address, port = sys.argv[1:]
    profile = pathlib.Path.home() / "profile"
    profile.mkdir()
    (profile / "user.js").write_text("".join(
        f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
        for name, value in preferences(int(port)).items()), encoding="utf-8")
    program = subprocess.Popen(
        ["thunderbird-bin", "--headless", "--marionette", "--remote-allow-system-access",
         "--profile", str(profile)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**os.environ, "MOZ_HEADLESS": "1"})
    try:
        found = Control().run(FETCH, address, address.rpartition("@")[2])
        print(json.dumps([[kind, host, at, ENCRYPTIONS[encryption], user]
                          for kind, host, at, encryption, user in found]))
    finally:
        program.kill()
        program.wait()


if __name__ == "__main__":
    main()
