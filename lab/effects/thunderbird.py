# SPDX-License-Identifier: BSD-2-Clause
"""Thunderbird, without a screen: writes a mail in its own window and presses Send.

thunderbird.py HOST TO TOKEN: makes a profile whose outgoing server is HOST, opens the window, says
"ready", sends at the first line of its input, and prints what the dialog says that then appears;
exit code 1. Exit code 0: the window closed, the mail is sent. Its controls are reached by
Marionette, the remote control that Mozilla's programs have for tests.
"""
import json
import os
import pathlib
import socket
import subprocess
import sys

import wait

SENDER = "ann@home.example"
PORT = 2828
READY_IN, GIVES_UP = 120, 600  # seconds
OPEN = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const make = (name, kind) => Cc["@mozilla.org/messengercompose/" + name].createInstance(kind);
const letter = make("composeparams;1", Ci.nsIMsgComposeParams);
letter.composeFields = make("composefields;1", Ci.nsIMsgCompFields);
letter.type = Ci.nsIMsgCompType.New;
letter.format = Ci.nsIMsgCompFormat.PlainText;
[letter.composeFields.to, letter.composeFields.subject] = arguments;
letter.composeFields.body = "Hello Bob.";
MailServices.compose.OpenComposeWindowWithParams(null, letter);
"""
WRITTEN = 'return !!Services.wm.getMostRecentWindow("msgcompose")?.composeEditorReady;'
SEND = """
const window = Services.wm.getMostRecentWindow("msgcompose");
window.setTimeout(() => window.goDoCommand("cmd_sendNow"), 0);
"""
SEEN = """
for (const window of Services.wm.getEnumerator(null)) {
  const page = window.document;
  if (page.location.href.endsWith("/commonDialog.xhtml") && page.readyState == "complete")
    return ["infoTitle", "infoBody"].map(id => page.getElementById(id)?.textContent ?? "")
      .join("\\n").trim();
}
return Services.wm.getMostRecentWindow("msgcompose") ? "" : "sent";
"""
PREFERENCES = {
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.account.account1.server": "server1",
    "mail.account.account1.identities": "id1",
    "mail.server.server1.type": "pop3",
    "mail.server.server1.hostname": "pop.home.example",
    "mail.server.server1.userName": "ann",
    "mail.server.server1.name": "Ann",
    "mail.server.server1.login_at_startup": False,
    "mail.server.server1.check_new_mail": False,
    "mail.identity.id1.fullName": "Ann",
    "mail.identity.id1.useremail": SENDER,
    "mail.identity.id1.valid": True,
    "mail.identity.id1.fcc": False,
    "mail.identity.id1.smtpServer": "smtp1",
    "mail.smtpservers": "smtp1",
    "mail.smtp.defaultserver": "smtp1",
    "mail.smtpserver.smtp1.port": 25,
    "mail.smtpserver.smtp1.authMethod": 1,
    "mail.smtpserver.smtp1.try_ssl": 0,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "mail.rights.version": 1,
    "mail.spotlight.firstRunDone": True,
    "mailnews.start_page.enabled": False,
}


class Control:
    """Marionette's protocol: messages of JSON behind their length."""

    def __init__(self):
        self.number = 0
        self.stream = wait.until(self.connected, READY_IN)
        if not self.stream:
            raise SystemExit("Thunderbird does not answer")
        self.receive()
        self.call("WebDriver:NewSession", capabilities={
            "alwaysMatch": {"unhandledPromptBehavior": "ignore"}})
        self.call("Marionette:SetContext", value="chrome")

    @staticmethod
    def connected():
        try:
            return socket.create_connection(("127.0.0.1", PORT)).makefile("rwb")
        except ConnectionRefusedError:
            return None

    def receive(self):
        length = b""
        while (one := self.stream.read(1)) != b":":
            length += one
        return json.loads(self.stream.read(int(length)))

    def call(self, name, **parameters):
        self.number += 1
        text = json.dumps([0, self.number, name, parameters]).encode()
        self.stream.write(b"%d:%s" % (len(text), text))
        self.stream.flush()
        _, _, error, result = self.receive()
        if error:
            raise SystemExit(f"{name}: {error['message']}")
        return result

    def run(self, script, *arguments):
        """What a script in the program's own context returns."""
        return self.call("WebDriver:ExecuteScript", script=script, args=list(arguments))["value"]


def make_profile(host):
    """A profile of a person who has set up her account."""
    profile = pathlib.Path.home() / "profile"
    profile.mkdir()
    preferences = {**PREFERENCES, "mail.smtpserver.smtp1.hostname": host}
    (profile / "user.js").write_text("".join(
        f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
        for name, value in preferences.items()), encoding="utf-8")
    return str(profile)


def main():
    host, to, token = sys.argv[1:]
    program = subprocess.Popen(
        ["thunderbird", "--headless", "--marionette", "--remote-allow-system-access", "--profile",
         make_profile(host)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**os.environ, "MOZ_HEADLESS": "1"})
    control = Control()
    control.run(OPEN, to, token)
    if not wait.until(lambda: control.run(WRITTEN), READY_IN):
        raise SystemExit("no window to write in")
    print("ready", flush=True)
    sys.stdin.readline()
    control.run(SEND)
    seen = wait.until(lambda: control.run(SEEN), GIVES_UP)
    if seen != "sent":
        print(seen, flush=True)
    program.kill()
    return seen != "sent"


if __name__ == "__main__":
    sys.exit(main())
