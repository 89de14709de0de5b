#!/usr/bin/env python3
"""Interrupts a search without an end, argv[1], as soon as it says how far it is; prints how it ended."""
import signal
import subprocess
import sys

with subprocess.Popen(["ridgeline", "explore", sys.argv[1]], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                      text=True) as program:
    for line in program.stderr:
        if "searching" in line:
            program.send_signal(signal.SIGINT)
            break
    said = program.stderr.read()
    page = program.stdout.read()
print("exit", program.returncode)
print(said.splitlines()[-1])
print([line for line in page.splitlines() if "INTERRUPTED" in line][0])
print("a front" if "Pareto front: " in page else "no front")
