# SPDX-License-Identifier: BSD-2-Clause
"""Test functions of a module as TAP lines; the names are sentences."""
import sys
import traceback


def run(tests, bed_type):
    """Each test gets a bed of its own; the exit code says whether all passed."""
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            with bed_type() as bed:
                try:
                    test(bed)
                except BaseException:
                    print("# " + bed.log().replace("\n", "\n# "))
                    raise
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print("# " + traceback.format_exc().replace("\n", "\n# "))
            print(f"not ok {number} - {name}", flush=True)
    sys.exit(1 if failed else 0)
