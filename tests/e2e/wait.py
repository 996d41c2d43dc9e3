# SPDX-License-Identifier: BSD-2-Clause
"""Waiting for what somebody else does, with a deadline, as the lab's mail hosts do."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "lab"))
from mail.wait import Overdue, until  # noqa: E402

__all__ = ["Overdue", "until"]
