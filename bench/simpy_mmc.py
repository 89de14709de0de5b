#!/usr/bin/env python3
"""M/M/4 in SimPy beside the same queue in Ridgeline's kernel, timed in turn.

    simpy_mmc.py SIM_BENCH

SIM_BENCH is the built sim_bench program. Needs `pip install simpy`. Prints nanoseconds a customer of both and their ratio, each the
fastest of three passes, in processor time.
"""
import json
import random
import subprocess
import sys
import time

import simpy

SERVERS, CUSTOMERS, LOAD = 4, 50_000, 0.8


def simulate(gaps, services):
    """Plays the queue; returns the sum of the waits in seconds."""
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=SERVERS)
    waited = 0.0

    def customer(service):
        nonlocal waited
        arrived = env.now
        with servers.request() as turn:
            yield turn
            waited += env.now - arrived
            yield env.timeout(service)

    def arrivals():
        for gap, service in zip(gaps, services):
            yield env.timeout(gap)
            env.process(customer(service))

    env.process(arrivals())
    env.run()
    return waited


def simpy_seconds(gaps, services):
    start = time.process_time()
    simulate(gaps, services)
    return time.process_time() - start


def kernel_nanoseconds(program):
    """Of one customer: an arrival and a departure."""
    done = subprocess.run([program, f"--benchmark_filter=queue_of_servers/servers:{SERVERS}$", "--benchmark_format=json",
                           "--benchmark_min_time=0.2"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return 2 * json.loads(done.stdout)["benchmarks"][0]["kernel_ns_per_event"]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    draw = random.Random(1)
    gaps = [draw.expovariate(LOAD * SERVERS) for _ in range(CUSTOMERS)]
    services = [draw.expovariate(1) for _ in range(CUSTOMERS)]
    theirs, ours = float("inf"), float("inf")
    for _ in range(3):
        theirs = min(theirs, simpy_seconds(gaps, services) / CUSTOMERS * 1e9)
        ours = min(ours, kernel_nanoseconds(sys.argv[1]))
    print(f"SimPy {simpy.__version__}: {theirs:.0f} ns a customer, Ridgeline's kernel: {ours:.0f} ns, ratio {theirs / ours:.0f}")


if __name__ == "__main__":
    main()
