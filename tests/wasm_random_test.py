#!/usr/bin/env python3
"""The random scenarios that native and WebAssembly are held to must reach what they are for, and be the same each time."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "wasm"))
import random_scenarios

data = pathlib.Path(sys.argv[1])
commands = random_scenarios.commands(data, 200, 1)
assert len(commands) == 220, "200, and a tenth more of any model on any device"
assert commands == random_scenarios.commands(data, 200, 1), "a seed gives the same ones"
assert commands[:50] == random_scenarios.commands(data, 50, 1)[:50], "the n-th does not depend on how many there are"
assert commands != random_scenarios.commands(data, 200, 2), "another seed gives others"
assert len(set(map(tuple, commands))) == 220, "no two are alike"

of_kind = {kind: [c for c in commands if c[c.index("--scenario") + 1] == kind] for kind in random_scenarios.KINDS}
for kind, found in of_kind.items():
    assert len(found) >= 200 // 7, f"{kind}: {len(found)}"
    assert any("--continuous" in c for c in found) or kind == "multi-stream", f"{kind}, batched continuously"
    assert any("--continuous" not in c for c in found), f"{kind}, in batches that run to completion"
for flag in ("--noise-sigma", "--background-load", "--context-switches", "--pauses", "--heat", "--arrivals", "--lengths", "--router",
             "--hedge-after", "--preemption", "--disagg", "--prefix-hit-rate", "--class-shares", "--timeout", "--max-waiting", "--batch-timeout",
             "--replicas", "--tp", "--think-time", "--keep-queries", "--windows", "--calibration", "--weights"):
    assert sum(flag in c for c in commands) >= 3, f"{flag} is all but left out"
for name in (*random_scenarios.PASS_MODELS, *random_scenarios.LANGUAGE_MODELS):
    assert (data / f"models/{name}.yaml").exists(), f"{name} is no model"
for name in (*random_scenarios.PASS_DEVICES, *random_scenarios.LANGUAGE_DEVICES):
    assert (data / f"hardware/{name}.yaml").exists(), f"{name} is no device"
