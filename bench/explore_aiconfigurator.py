#!/usr/bin/env python3
"""`ridgeline explore` and AIConfigurator's sweep on one question, one after the other within one run.

    python3 bench/explore_aiconfigurator.py build/release/ridgeline [--model llama-3.1-8b]
      [--aiconfigurator-model meta-llama/Meta-Llama-3.1-8B] [--ttft 500] [--tpot 40]

The question: which tensor parallelism and how many users give the most output tokens a second and GPU on one server of
eight H100, with both latencies within their limits. AIConfigurator (PyPI: aiconfigurator) chooses its points; Ridgeline
then predicts the grid of every tp and every number of users that AIConfigurator looked at, and is given as long a list.
Times are by the clock, those of the sweeps alone: AIConfigurator's without importing it and reading its tables (a first
sweep is made and not counted), Ridgeline's with all of the process, and once more as a whole number of points a second.
What either says of the deployments is compared where both have the point. Neither is the truth.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

try:
    from aiconfigurator.cli.api import cli_exp
except ImportError:
    sys.exit("AIConfigurator is not installed (pip install aiconfigurator): there is nothing to compare with")


def sweep(args):
    """All points AIConfigurator kept, as a list of dicts, and its seconds."""
    task = {"serving_mode": "agg", "model_path": args.aiconfigurator_model, "system_name": "h100_sxm",
            "backend_name": "vllm", "total_gpus": 8, "isl": args.isl, "osl": args.osl, "ttft": args.ttft,
            "tpot": args.tpot, "agg_tp_candidates": [1, 2, 4, 8], "agg_pp_candidates": [1]}
    begin = time.perf_counter()
    result = cli_exp(config={"agg": task}, top_n=1)
    seconds = time.perf_counter() - begin
    points = result.raw_results["agg"]["pareto_df"]
    return points.to_dict("records"), seconds


def explore(program, study):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(study)
        file.flush()
        begin = time.perf_counter()
        done = subprocess.run([program, "explore", file.name, "--json"], capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begin
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return json.loads(done.stdout), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--model", default="llama-3.1-8b")
    parser.add_argument("--aiconfigurator-model", default="meta-llama/Meta-Llama-3.1-8B")
    parser.add_argument("--isl", type=int, default=1024)
    parser.add_argument("--osl", type=int, default=1024)
    parser.add_argument("--ttft", type=float, default=500, help="ms")
    parser.add_argument("--tpot", type=float, default=40, help="ms")
    args = parser.parse_args()

    _, cold = sweep(args)
    theirs, seconds = sweep(args)
    print(theirs[0], file=sys.stderr)
    print(len(theirs), cold, seconds, file=sys.stderr)


if __name__ == "__main__":
    main()
