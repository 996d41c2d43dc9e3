# SPDX-License-Identifier: BSD-2-Clause
"""What real mail programs do when port 25 is refused in each way: `op25b lab effects`.

    main.py      the command: fetches, starts all cells, gathers, writes
    programs.py  the programs: packages, answers to their installer, how one sends, how they tell
    images.py    their Debian packages, fetched into a cache and installed into trees of their own
    bed.py       the gateway, the internet and a line of its own for each cell, as namespaces
    cell.py      one program on one line: sends one mail and notes what a person could see
    box.py       a mount namespace in which such a tree is the machine's
    report.py    docs/effects.md
"""
