#!/usr/bin/env python3
"""`ridgeline explore` and AIConfigurator's sweep on one question, one after the other within one run.

    python3 bench/explore_aiconfigurator.py build/release/ridgeline [--model llama-3.1-8b]
      [--aiconfigurator-model meta-llama/Meta-Llama-3.1-8B]

The question: how many devices of a server of eight H100 share the weights of a replica, and how many users it serves, for
the most output tokens a second and device and the most of them for each user. AIConfigurator (PyPI: aiconfigurator; its
data of vLLM) chooses its points. Ridgeline then predicts a grid: every tensor parallelism that AIConfigurator tries and
every number of users from 1 to the most on AIConfigurator's front. Printed: seconds by the clock and of the processor,
points, points a processor second; and for each point of AIConfigurator's front what Ridgeline predicts of the same
deployment. Neither is the truth.

The first sweep reads AIConfigurator's tables and is printed apart. Seconds by the clock hold its look-ups of the model on
the net where there is one: --aiconfigurator-model may be a folder with the model's config.json.
"""

import argparse
import json
import logging
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

try:
    from aiconfigurator.cli.api import cli_exp
except ImportError:
    cli_exp = None

TENSOR = [1, 2, 4, 8]


class Counter(logging.Handler):
    """How many points the sweep predicted: only its log says so."""

    points = None

    def emit(self, record):
        if found := re.search(r"completed with (\d+) results", record.getMessage()):
            self.points = int(found.group(1))


def sweep(args):
    """The front as a list of dicts, how many points were predicted, seconds by the clock and of the processor."""
    task = {"serving_mode": "agg", "model_path": args.aiconfigurator_model, "system_name": "h100_sxm",
            "backend_name": "vllm", "total_gpus": 8, "isl": args.isl, "osl": args.osl, "ttft": args.ttft,
            "tpot": args.tpot}
    counter = Counter()
    logger = logging.getLogger("aiconfigurator.cli.main")
    logger.setLevel(logging.INFO)
    logger.addHandler(counter)
    begin, used = time.perf_counter(), time.process_time()
    result = cli_exp(config={"agg": task}, top_n=1)
    seconds, processor = time.perf_counter() - begin, time.process_time() - used
    if result.outcomes["agg"].error:
        sys.exit(f"AIConfigurator: {result.outcomes['agg'].error}")
    return result.pareto_fronts["agg"].to_dict("records"), counter.points, seconds, processor


def explore(args, users):
    study = {"model": args.model, "workload": {"isl": args.isl, "osl": args.osl}, "stack": "vllm",
             "space": {"hardware": "h100-sxm-80gb", "precision": "bf16", "tp": TENSOR, "concurrency": users},
             "objectives": [{"maximise": "tokens_per_device"}, {"maximise": "tokens_per_user"}],
             "top": len(TENSOR) * len(users), "uncertainty": {"draws": 0, "sensitivity": False}}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "study.yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(study, file)
        begin, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([args.program, "explore", path, "--json"], capture_output=True, text=True, check=False)
        seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout), seconds, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def line(name, points, seconds, processor):
    shown, rate = (f"{points:,}", f"{points / processor:,.0f}") if points else ("–", "–")
    print(f"{name:<40}{shown:>8}{seconds:>12.3f}{processor:>14.3f}{rate:>14}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--model", default="llama-3.1-8b")
    parser.add_argument("--aiconfigurator-model", default="meta-llama/Meta-Llama-3.1-8B")
    parser.add_argument("--isl", type=int, default=1024)
    parser.add_argument("--osl", type=int, default=1024)
    parser.add_argument("--ttft", type=float, default=5000, help="AIConfigurator's limit in ms; wide, so as not to cut")
    parser.add_argument("--tpot", type=float, default=100, help="AIConfigurator's limit in ms; wide, so as not to cut")
    args = parser.parse_args()
    if cli_exp is None:
        print("AIConfigurator is not installed (pip install aiconfigurator): explore alone")
        _, seconds, processor = explore(args, list(range(1, 513)))
        line("ridgeline explore", len(TENSOR) * 512, seconds, processor)
        return

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    _, points, cold, cold_processor = sweep(args)
    theirs, _, warm, warm_processor = sweep(args)
    users = list(range(1, int(max(p["concurrency"] for p in theirs)) + 1))
    ours, seconds, processor = explore(args, users)

    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    print(f"{'':<40}{'points':>8}{'clock, s':>12}{'processor, s':>14}{'points / s':>14}")
    line("AIConfigurator, first sweep", points, cold, cold_processor)
    line("AIConfigurator, again", points, warm, warm_processor)
    line("ridgeline explore, the whole process", ours["points"], seconds, processor)

    found = {(p["at"]["tp"], p["at"]["concurrency"]): p["metrics"] for p in ours["top"]}
    print("\n  tp  users   tokens/s/device            tokens/s/user\n"
          "              AIConf.   ours   ratio   AIConf.   ours   ratio")
    device_ratios, user_ratios = [], []
    for p in sorted(theirs, key=lambda p: -p["tokens/s/gpu"]):
        ours_of_it = found.get((str(int(p["tp"])), str(int(p["concurrency"]))))
        if ours_of_it is None:
            print(f"{p['tp']:>4}{p['concurrency']:>7}   does not fit, says ridgeline")
            continue
        device = ours_of_it["tokens_per_device"] / p["tokens/s/gpu"]
        user = ours_of_it["tokens_per_user"] / p["tokens/s/user"]
        device_ratios.append(device)
        user_ratios.append(user)
        print(f"{p['tp']:>4}{p['concurrency']:>7}{p['tokens/s/gpu']:>12,.0f}{ours_of_it['tokens_per_device']:>7,.0f}"
              f"{device:>8.2f}{p['tokens/s/user']:>10.1f}{ours_of_it['tokens_per_user']:>7.1f}{user:>8.2f}")
    if device_ratios:
        print(f"\nratio, median of {len(device_ratios)} points of AIConfigurator's front: "
              f"{statistics.median(device_ratios):.2f} per device, {statistics.median(user_ratios):.2f} per user")


if __name__ == "__main__":
    main()
