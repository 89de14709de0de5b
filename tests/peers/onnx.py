#!/usr/bin/env python3
"""bench against ONNX Runtime's own timing of the same model (Silero VAD, one chunk of 512 samples, one thread).

    onnx.py PROGRAM PEERS

- The component: the least of three medians within 25 % of the least of ONNX Runtime's own (what other programs take only adds), and
  a MultiStream query of 8 samples takes 5 to 12 times as long.
- A command, which times each query itself: bench's median is above that by what two pipes and their sleepers cost, and by no
  more than twice what they cost where the command sleeps for as long (an idle machine wakes up more slowly than a busy one).
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

program, peers = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
python = str(peers / "venv/bin/python")
model = str(peers / "silero/weights/silero_vad.onnx")
worker = [python, str(pathlib.Path(__file__).resolve().parent / "onnx_worker.py"), model]
tolerance = 0.25
component = [model, "--dim", "input[1]=512", "--input", "sr=16000", "--threads", "1"]


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


def bench_command(*arguments, scenario):
    """P50 as bench has it, and as the command has it."""
    with tempfile.NamedTemporaryFile("r", prefix="onnx-worker-") as log:
        words = [*worker, "--log", log.name, *arguments]
        run, p50 = bench("--command", " ".join(f"'{word}'" for word in words), *scenario)
        if run is None:
            sys.exit(p50)
        return p50, statistics.median(float(line) for line in log)


def check(good, line):
    print(f"{line}{'' if good else ' BEYOND THE TOLERANCE'}")
    return good


single = ["--scenario", "single-stream", "--duration", "2s"]
multi = ["--scenario", "multi-stream", "--min-queries", "1000", "--duration", "2s"]
results, reference = [], own()

for what, scenario in (("1 sample", single), ("8 samples", multi)):
    p50, inside = bench_command(scenario=scenario)
    asleep, slept = bench_command("--sleep", str(reference), scenario=scenario)
    good = 0 <= p50 - inside <= 2 * (asleep - slept)
    results.append(check(good, f"a command, {what}: P50 {p50 * 1e6:.0f} us, by its own clock {inside * 1e6:.0f} us; "
                         f"pipes of a sleeper {(asleep - slept) * 1e6:.0f} us"))

# The library that the wheel has, whatever the header was.
library = next((peers / "venv").glob("lib/python*/site-packages/onnxruntime/capi/libonnxruntime.so*"))
component += ["--onnxruntime", str(library)]
run, why = bench(*component, *single)
if run is None and "this build has no ONNX Runtime" in why:
    print(f"the component: skipped ({why.split(': ')[-1]})")
elif run is None:
    sys.exit(why)
else:
    pairs = [(own(), bench(*component, *single)[1]) for _ in range(3)]
    reference, p50 = (min(values) for values in zip(*pairs))
    _, eight = bench(*component, *multi)
    good = abs(p50 / reference - 1) <= tolerance and 5 * reference <= eight <= 12 * reference
    results.append(check(good, f"the component: P50 {p50 * 1e6:.0f} us, 8 samples {eight * 1e6:.0f} us; ONNX Runtime times itself at "
                         f"{reference * 1e6:.0f} us"))
sys.exit(0 if all(results) else 1)
