#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine, before the reboot: a policy is applied, and the power goes. Prints the
# state folder as one line "STATE <tar, base64>", which the next machine finds on its disk.
# Files: /op25b-vm/{guest-lib.bash,real-devices.yaml}, /etc/op25b/gateway.yaml, op25b, op25bd.

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash

mkdir -p /var/lib
op25bd >/tmp/op25bd.log 2>&1 &
DEADLINE=300 need wait_for answers
need is_applied_nowhere /op25b-vm/real-devices.yaml >/dev/null
echo "STATE $(tar -C /var/lib -c op25b | base64 | tr -d '\n')"
