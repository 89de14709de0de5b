#!/usr/bin/env python3
"""How well two processes share a study: explore_mpi.py RIDGELINE [STUDY] [ROUNDS]. One rank with one thread and
two with one each take turns. Efficiency is the time of one over twice the time of two, the best of each; what the
processors spent says the same where other programs share the machine."""
import os
import resource
import subprocess
import sys
import tempfile
import time

RIDGELINE = os.path.abspath(sys.argv[1])
STUDY = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__),
                                                                           "hundred_million.yaml"))
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
FOLDER = tempfile.TemporaryDirectory()
LIMIT = sys.argv[4:]  # further options of explore: --max-points 20000000


def timed(ranks):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    # It may end with 1, where --max-points interrupts it.
    done = subprocess.run(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(ranks), RIDGELINE, "explore",
                           STUDY, "--threads", "1", "--json", "--journal", os.path.join(FOLDER.name, "journal"), *LIMIT],
                          capture_output=True, check=False)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not done.stdout:
        sys.exit(done.stderr.decode())
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


one, two = [], []
for _ in range(ROUNDS):
    one.append(timed(1))
    two.append(timed(2))
if len({output for _, _, output in one + two}) > 1:
    sys.exit("one rank and two do not print the same")
wall1, wall2 = min(t[0] for t in one), min(t[0] for t in two)
cpu1, cpu2 = min(t[1] for t in one), min(t[1] for t in two)
print(f"one rank   {wall1:7.2f} s  {cpu1:7.2f} s of processor")
print(f"two ranks  {wall2:7.2f} s  {cpu2:7.2f} s of processor")
print(f"efficiency {wall1 / (2 * wall2):7.2f}    {cpu1 / cpu2:7.2f} by processor time")
