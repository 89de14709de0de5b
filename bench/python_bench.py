#!/usr/bin/env python3
"""What a Python callable under bench() costs beside a native system: a callable that does nothing, of each kind, against the null
system of the same driver, and the rate that each reaches.

    PYTHONPATH=build/release/python python3 bench/python_bench.py [--rounds 5]

Latencies are of SingleStream, of one query at a time: median of the rounds' P50 and P99. Rates are of Offline samples. Each round
measures all of them in turn, so that what else the machine does meets them alike.
"""
import argparse
import statistics

import ridgeline

QUERIES = 5000
SAMPLES = 50_000


def null(query):
    return None


async def null_async(query):
    return None


def null_tokens(query):
    yield None


SYSTEMS = {
    "native null system": ("null", {}),
    "f(query)": (null, {}),
    "f(queries), 32 a batch": (null, {"max_batch": 32}),
    "generator of a token": (null_tokens, {}),
    "async def f(query)": (null_async, {}),
}


def bench(system, **options):
    if callable(system):
        options["measure_overhead"] = False
    return ridgeline.bench(system, seed=1, **options)


def measure(system, options):
    single = bench(system, scenario="single-stream", duration="0s", warm_up="20ms", min_queries=QUERIES, max_queries=QUERIES,
                   **options)
    offline = bench(system, scenario="offline", qps=SAMPLES, duration="1s", **options)
    return single.p50.value, single.p99.value, offline.throughput.value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    seen = {name: [] for name in SYSTEMS}
    for _ in range(rounds):
        for name, (system, options) in SYSTEMS.items():
            seen[name].append(measure(system, options))
    middle = {name: [statistics.median(column) for column in zip(*values)] for name, values in seen.items()}
    native = middle["native null system"][0]
    print(f"{'system':26}{'P50':>11}{'P99':>11}{'P50 / native':>14}{'Offline samples/s':>20}")
    for name, (p50, p99, rate) in middle.items():
        calls = f"{rate:20,.0f}" if callable(SYSTEMS[name][0]) else f"{'-':>20}"  # the native one ends within issue()
        print(f"{name:26}{p50 * 1e6:8.2f} us{p99 * 1e6:8.2f} us{p50 / native:14.1f}{calls}")


if __name__ == "__main__":
    main()
