#!/usr/bin/env python3
"""The driver and MLPerf's LoadGen, each against a system that answers at once, in turns within one run.

    python3 bench/driver_loadgen.py build/release/ridgeline [--seconds 10] [--rounds 3] [--qps 500]

Prints how late each issues at a Poisson rate (P50, P99 and the worst, of all rounds together) and how many queries a
second each issues when they are all overdue. LoadGen is PyPI's mlcommons-loadgen; without it the driver stands alone.
Its lateness is its own (issue_start_ns of its trace); its issue rate holds a call into Python for each query.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

try:
    import mlperf_loadgen as loadgen
except ImportError:
    loadgen = None


def ridgeline(program, *flags):
    command = [program, "bench", "null", "--scenario", "server", "--no-save", "--json", *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):  # 1: INVALID, as short runs are
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def driver_lateness(program, priority, args, seed):
    run = ridgeline(program, "--qps", str(args.qps), "--duration", f"{args.seconds}s", "--seed", str(seed),
                    "--driver-priority", priority)
    return [issued - scheduled for scheduled, issued, *_ in run["queries"]]


def driver_rate(program, args, threads):
    # All but the first few are overdue from the start; a run that is not kept by query is a small document.
    run = ridgeline(program, "--qps", str(args.overdue_qps), "--duration", "1s", "--keep-queries", "0",
                    "--issue-threads", str(threads))
    return run["summary"]["queries"] / run["summary"]["duration_seconds"]


def play_loadgen(qps, seconds, seed, trace):
    """Samples, seconds, and the folder's trace where one is asked for."""
    seen = {"count": 0, "first": 0.0, "last": 0.0}

    def issue(samples):
        now = time.perf_counter()
        seen["first"] = seen["first"] or now
        seen["last"] = now
        seen["count"] += len(samples)
        loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(s.id, 0, 0) for s in samples])

    settings = loadgen.TestSettings()
    settings.scenario = loadgen.TestScenario.Server
    settings.mode = loadgen.TestMode.PerformanceOnly
    settings.server_target_qps = qps
    settings.server_target_latency_ns = 10**9
    settings.min_duration_ms = int(1000 * seconds)
    settings.min_query_count = 1
    settings.schedule_rng_seed = seed
    with tempfile.TemporaryDirectory() as folder:
        output = loadgen.LogOutputSettings()
        output.outdir = folder
        logging = loadgen.LogSettings()
        logging.log_output = output
        logging.enable_trace = trace
        sut = loadgen.ConstructSUT(issue, lambda: None)
        library = loadgen.ConstructQSL(1024, 1024, lambda _: None, lambda _: None)
        loadgen.StartTestWithLogSettings(sut, library, settings, logging)
        loadgen.DestroyQSL(library)
        loadgen.DestroySUT(sut)
        with open(os.path.join(folder, "mlperf_log_trace.json"), encoding="utf-8") as file:
            text = file.read()
    return seen, text


def loadgen_lateness(args, seed):
    _, trace = play_loadgen(args.qps, args.seconds, seed, True)
    return [int(delay) for delay in re.findall(r'"issue_start_ns":(\d+)', trace)]


def loadgen_rate(args):
    seen, _ = play_loadgen(args.overdue_qps / 10, 1, 1, False)
    return seen["count"] / (seen["last"] - seen["first"])


def quantile(values, p):
    return sorted(values)[min(len(values) - 1, int(p * len(values)))] / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--qps", type=float, default=500)
    parser.add_argument("--overdue-qps", type=float, default=5e6)
    args = parser.parse_args()

    contestants = {"driver": lambda seed: driver_lateness(args.program, "auto", args, seed),
                   "driver, --driver-priority normal": lambda seed: driver_lateness(args.program, "normal", args, seed)}
    rates = {"driver": lambda: driver_rate(args.program, args, 1),
             "driver, 2 issue threads": lambda: driver_rate(args.program, args, 2)}
    if loadgen:
        contestants["LoadGen"] = lambda seed: loadgen_lateness(args, seed)
        rates["LoadGen, through Python"] = lambda: loadgen_rate(args)
    else:
        print("LoadGen is not installed (pip install mlcommons-loadgen): the driver alone\n")

    late = {name: [] for name in contestants}
    best = {name: 0.0 for name in rates}
    for seed in range(1, args.rounds + 1):
        for name, measure in contestants.items():
            late[name] += measure(seed)
        for name, measure in rates.items():
            best[name] = max(best[name], measure())

    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load average {load:.1f}; {args.rounds} rounds of {args.seconds:g} s")
    print(f"\nlateness of issue at {args.qps:g} queries/s, us   queries      P50      P99      max")
    for name, values in late.items():
        print(f"  {name:<40}{len(values):>8}{quantile(values, .5):>9.1f}{quantile(values, .99):>9.1f}"
              f"{max(values) / 1000:>9.1f}")
    if loadgen:
        ratio = quantile(late["driver"], 0.99) / quantile(late["LoadGen"], 0.99)
        print(f"  P99 of the driver over LoadGen's: {ratio:.4f}")
    print("\nqueries issued a second when all are overdue, best round")
    for name, rate in best.items():
        print(f"  {name:<40}{rate:>12,.0f}")


if __name__ == "__main__":
    main()
