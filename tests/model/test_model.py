#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the model itself: every expectation is worked out by hand from the design.

Prints TAP. Frames come from hand.py, not from build.py, so that a mistake in the
generator cannot hide one in the model.
"""

import sys
import unittest

import test_decide
import test_mail
import test_packet
import test_session
import test_tools


class Tap(unittest.TestResult):
    """A result that says `ok N - sentence` for each test."""

    def line(self, word, test):
        print(f"{word} {self.testsRun} - {test.shortDescription() or test.id()}")

    def addSuccess(self, test):
        super().addSuccess(test)
        self.line("ok", test)

    def _bad(self, test):
        self.line("not ok", test)
        text = (self.failures + self.errors)[-1][1]
        print("\n".join("# " + row for row in text.splitlines()))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._bad(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._bad(test)


def main():
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromModule(module)
                               for module in (test_packet, test_decide, test_mail, test_session,
                                              test_tools))
    result = Tap()
    print(f"1..{suite.countTestCases()}")
    suite.run(result)
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
