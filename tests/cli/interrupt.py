#!/usr/bin/env python3
"""Interrupts `ridgeline run` as soon as it plays the first of several simulations; prints how it ended."""
import json
import signal
import subprocess

stages = [{"use": "load", "with": {"model": "resnet-50", "hardware": "l4"}}]
for seed in range(1, 9):
    stages += [{"name": f"s{seed}", "use": "simulate", "needs": "load",
                "with": {"scenario": "server", "qps": 800, "duration": "250s", "max-batch": 8, "seed": seed}},
               {"name": f"r{seed}", "use": "render", "needs": f"s{seed}", "with": {"to": f"r{seed}.txt"}}]
with open("p.yaml", "w") as file:
    json.dump({"stages": stages}, file)
with subprocess.Popen(["ridgeline", "run", "p.yaml", "--no-cache", "--json"], stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE, text=True) as program:
    for line in program.stderr:
        if "playing" in line:
            program.send_signal(signal.SIGINT)
            break
    said = program.stderr.read()
    run = json.loads(program.stdout.read())
print("exit", program.returncode)
print(said.splitlines()[-1])
print(run["status"], run["stages"][0]["status"], run["stages"][-1]["status"])
