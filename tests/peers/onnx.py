#!/usr/bin/env python3
"""bench against ONNX Runtime's own timing of the same model (Silero VAD, one chunk of 512 samples, one thread).

    onnx.py PROGRAM PEERS

Each way is measured three times in turn, and the least of its medians counts: what other programs take only adds. They must
agree within 25 %, and a command's pipes may add 100 us. MultiStream has 8 samples a query, and must take 5 to 12 times as long.
"""
import json
import pathlib
import subprocess
import sys

program, peers = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
python = str(peers / "venv/bin/python")
model = str(peers / "silero/weights/silero_vad.onnx")
worker = [python, str(pathlib.Path(__file__).resolve().parent / "onnx_worker.py"), model]
tolerance, pipes = 0.25, 100e-6
component = [model, "--dim", "input[1]=512", "--input", "sr=16000", "--threads", "1"]
command = ["--command", " ".join(f"'{word}'" for word in worker)]


def bench(*arguments):
    done = subprocess.run([program, "bench", "--no-save", "--json", *arguments], capture_output=True, text=True)
    if not done.stdout:
        return None, done.stderr.strip()
    run = json.loads(done.stdout)
    summary = run["summary"]
    if summary["verdict"] != "VALID":
        sys.exit(f"bench {' '.join(arguments)}: INVALID: {summary['reasons']}")
    if summary["queries"] != len(run["queries"]) or summary["failed"]:
        sys.exit(f"bench {' '.join(arguments)}: {len(run['queries'])} queries kept of {summary['queries']}")
    per_query = summary["samples"] / summary["queries"]
    if per_query != run["scenario"]["samples_per_query"]:
        sys.exit(f"bench {' '.join(arguments)}: {per_query} samples a query")
    return run, summary["latency_seconds"]["p50"]["value"]


def own():
    return float(subprocess.run([*worker, "--time", "2"], capture_output=True, text=True, check=True).stdout)


# The library that the wheel has, whatever the header was.
library = next((peers / "venv").glob("lib/python*/site-packages/onnxruntime/capi/libonnxruntime.so*"))
component += ["--onnxruntime", str(library)]
single = ["--scenario", "single-stream", "--duration", "2s"]
ways = {"a command": (command, pipes)}
run, why = bench(*component, *single)
if run is None and "this build has no ONNX Runtime" in why:
    print(f"the component: skipped ({why.split(': ')[-1]})")
elif run is None:
    sys.exit(why)
else:
    ways["the component"] = (component, 0)

reference, measured = [], {name: [] for name in ways}
for _ in range(3):
    reference.append(own())
    for name, (arguments, _) in ways.items():
        run, p50 = bench(*arguments, *single)
        if run is None:
            sys.exit(p50)
        measured[name].append(p50)
print(f"ONNX Runtime times itself: {min(reference) * 1e6:.0f} us")
failed = 0
for name, (arguments, extra) in ways.items():
    p50 = min(measured[name])
    good = (1 - tolerance) * min(reference) <= p50 <= (1 + tolerance) * min(reference) + extra
    run, eight = bench(*arguments, "--scenario", "multi-stream", "--min-queries", "1000", "--duration", "2s")
    multiple = 5 * min(reference) <= eight <= 12 * min(reference) + extra
    failed += not good or not multiple
    print(f"bench, {name}: P50 {p50 * 1e6:.0f} us, 8 samples {eight * 1e6:.0f} us"
          f"{'' if good and multiple else ' BEYOND THE TOLERANCE'}")
sys.exit(1 if failed else 0)
