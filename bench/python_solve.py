#!/usr/bin/env python3
"""Engine.solve from Python, and a sweep of its points, against mlsysim's Engine.solve, one after the other in one run.

    PYTHONPATH=build/release/python PYTHON bench/python_solve.py [--points 1000000] [--rounds 7]

PYTHON has numpy; with mlsysim (PyPI) in it too the ratios are printed, without it Ridgeline's own times. Both solve one
decode step of Llama 3 8B on an A100 80 GB; each round times one after the other, and the medians of the rounds are
compared. A sweep's points are the batches 1 to N / 100 at a hundred contexts.
"""
import argparse
import statistics
import time

import numpy as np

import ridgeline

try:
    import mlsysim
except ImportError:
    mlsysim = None


def seconds_of(call, calls):
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--points", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=7)
    asked = arguments.parse_args()

    model, device = ridgeline.Models.Language.Llama3_8B, ridgeline.Hardware.Cloud.A100
    batches, contexts = np.arange(1, asked.points // 100 + 1), np.arange(100) * 40
    ways = {
        "ridgeline Engine.solve": (lambda: ridgeline.Engine.solve(model, device, batch_size=8), 500, 1),
        "ridgeline Engine.sweep, textbook": (
            lambda: ridgeline.Engine.sweep(model, device, batches, contexts), 1, asked.points),
        "ridgeline Engine.sweep, fitted": (
            lambda: ridgeline.Engine.sweep(model, device, batches, contexts, calibration="fitted"), 1, asked.points),
    }
    if mlsysim:
        its_model, its_device = mlsysim.Models.Language.Llama3_8B, mlsysim.Hardware.Cloud.A100
        ways["mlsysim Engine.solve"] = (
            lambda: mlsysim.Engine.solve(model=its_model, hardware=its_device, batch_size=8), 20, 1)

    seen = {name: [] for name in ways}
    for call, calls, _ in ways.values():
        seconds_of(call, min(calls, 2))  # what is read and compiled once
    for _ in range(asked.rounds):
        for name, (call, calls, points) in ways.items():
            seen[name].append(seconds_of(call, calls) / points)
    medians = {name: statistics.median(times) for name, times in seen.items()}
    print(f"{'':36}{'a point':>12}{'least':>12}{'most':>12}")
    for name, times in seen.items():
        print(f"{name:36}{medians[name] * 1e6:9.4g} µs{min(times) * 1e6:9.4g} µs{max(times) * 1e6:9.4g} µs")
    if not mlsysim:
        print("no mlsysim here: no ratios")
        return
    for name in ways:
        if name.startswith("ridgeline"):
            print(f"{name} does {medians['mlsysim Engine.solve'] / medians[name]:,.0f} points in the time of one "
                  "mlsysim Engine.solve")


if __name__ == "__main__":
    main()
