#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints rows of bench/run for people: median, and the span from the least to the most."""

import json
import sys

for text in sys.stdin:
    row = json.loads(text)
    series = [("op25b", row["ours"]), *row["rivals"].items()]
    print(f"{row['id']}: {'aim met' if row['met'] else 'aim NOT met'} ({row['aim']})")
    for name, numbers in series:
        span = f"{numbers['min']:.3g} to {numbers['max']:.3g}"
        print(f"    {name:24}{numbers['median']:>12.4g} {row['unit']:4}({span})")
    for name, numbers in row.get("beside", {}).items():
        span = f"{numbers['min']:.3g} to {numbers['max']:.3g}"
        print(f"        {name:30}{numbers['median']:>10.4g}     ({span})")
