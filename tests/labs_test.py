#!/usr/bin/env python3
"""Every lab, every track: what the lab says is what the engine does.

    labs_test.py PROGRAM SOURCE_DIR [TRACK|differences]

- Each key equals a figure found on another road: a closed form here, or a command that shares no run with the key's.
- Each instrument's command prints its document at the start values and at the ends of the controls.
- Each goal holds or breaks at the start as the lab says; its other side is reached by moving the controls within their
  ranges, and moving them back undoes it.
- Tracks differ in what is seen.
"""
import concurrent.futures
import functools
import json
import math
import os
import pathlib
import re
import subprocess
import sys

program, source = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
environment = {**os.environ, "RIDGELINE_DATA": str(source / "data")}
LABS = [p.parent.name for p in sorted((source / "data" / "labs").glob("*/lab.yaml"))]
failures = []


def fail(where, what):
    failures.append(f"{where}: {what}")


def printed_anew(command):
    done = subprocess.run([program, *command], capture_output=True, text=True, env=environment, check=False)
    if done.returncode > 1:  # 1: a threshold breaks
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


printed = functools.lru_cache(maxsize=None)(printed_anew)


def ask(*command):
    """The document of a command, words or one string."""
    words = command[0].split() if len(command) == 1 and isinstance(command[0], str) else command
    words = tuple(words)
    return json.loads(printed(words if "--json" in words else (*words, "--json")))


def at(document, pointer):
    """What a JSON pointer leads to; None where it leads nowhere."""
    for key in pointer.split("/")[1:]:
        key = key.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list):
            document = document[int(key)] if int(key) < len(document) else None
        else:
            document = (document or {}).get(key)
    return document


# --------------------------------------------------------------------------------------------- other roads

def alone(model, hardware, *more):
    """Seconds of one pass: predicted, not simulated."""
    return ask("predict", model, hardware, *more)["latency_seconds"]


def served(hardware, tensor, users):
    """Requests a second of the language model: the closed form."""
    return ask(f"predict llama-3-70b {hardware} --precision fp8 --tp {tensor} --concurrency {users} --isl 512 --osl 256"
               )["requests_per_second"]


def md1_mean(service, rate):
    load = rate * service
    return service * (1 + load / (2 * (1 - load)))


def md1_percentile(service, rate, p):
    """Of the latency of an M/D/1 queue: Erlang's series for the wait, inverted by bisection."""
    load = rate * service

    def waits_at_most(t):
        total = 0
        for k in range(int(t / service) + 1):
            x = rate * (k * service - t)
            total += x ** k / math.factorial(k) * math.exp(-x)
        return (1 - load) * total

    low, high = 0, 30 * service
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if waits_at_most(middle) < p else (low, middle)
    return service + low


def clocked_percentile(service, period, queries, p):
    """Queries by the clock to one server that is too slow: each waits for the backlog of those before it."""
    return service + int(queries * p) * max(0, service - period)


JETSON = ("yolov8m", "jetson-agx-orin-64gb")
EARBUD = ("ds-cnn", "alif-ensemble-e7", "--precision", "int8")


def walk(seconds, windows):
    course = ask(f"simulate yolov8s google-tensor-g4 --scenario closed-loop --users 1 --noise-sigma 0.02 --heat ar-glasses "
                 f"--ambient 35 --duration {seconds}s --windows {windows}")["course"]["windows"]
    return [w["completed"] * windows / seconds for w in course]


def lognormal_p99(mean, sd):
    spread = math.log(1 + (sd / mean) ** 2)
    return mean * math.exp(2.3263478740408408 * math.sqrt(spread) - spread / 2)


def disturbed(track, setting):
    """P99 where the queries themselves are counted: the limit beyond which one in a hundred is late."""
    flags = {"cloud-titan": "--fix --phase service --set duration=60", "edge-guardian": "--fix --phase car --set duration=60",
             "mobile-nomad": "--phase walk --set duration=60", "tiny-pioneer": "--phase street --set duration=120"}[track]
    figure = at(ask(f"simulate {track} {flags} --set {setting}"), "/phases/0/metrics/latency.p99/value")
    for factor, most, least in ((0.9999, 1, 0.01), (1.0001, 0.01, 0)):
        late = ask(f"simulate {track} {flags} --set {setting} --late-after {figure * factor * 1e9:.0f}ns")["phases"][0]["late"]
        assert least <= late["late"] / late["queries"] <= most, (track, setting, factor, late)
    return figure


def attained(model, hardware, *more):
    step = ask("predict", model, hardware, *more)
    return step["flops"] / step["latency_seconds"]


def street_power(hardware):
    busy = 50 * alone("ds-cnn", hardware, "--precision", "int8")
    return 0.0002 + (0.1 - 0.0002) * busy


def cure(one, rate, fewer):
    """A second device halves the load of each, though the two share a queue: between nobody waits and two queues."""
    return {"second": (one, md1_mean(one, rate / 2)), "clock": (one * 0.99, one * 1.01),
            "fewer": (md1_mean(one, fewer) * 0.8, md1_mean(one, fewer) * 1.2), "right": min}


# Lab, question, track: of a number its value in SI and how far the key may be from it; of a choice the options' figures (and
# the question's own, as "value"), each in bounds, or which of them is "right".
def near(x, tolerance=0.03):
    return (x * (1 - tolerance), x * (1 + tolerance))


ROADS = {
    ("performance-benchmarking", "scenario", "cloud-titan"): lambda: {
        "single-stream": near(1 / served("h100-sxm-80gb", 8, 1)),
        # With eight places and a load of 0.85 the crowd waits; by the clock it does not.
        "constant-stream": (1 / served("h100-sxm-80gb", 8, 1), 8 / served("h100-sxm-80gb", 8, 8)),
        "server": (8 / served("h100-sxm-80gb", 8, 8), 2 * 8 / served("h100-sxm-80gb", 8, 8)),
        "offline": near(3 * 300 / served("h100-sxm-80gb", 8, 8) / 2, 0.1),
        "value": (8 / served("h100-sxm-80gb", 8, 8), 2 * 8 / served("h100-sxm-80gb", 8, 8))},
    ("performance-benchmarking", "scenario", "edge-guardian"): lambda: {
        "single-stream": near(alone(*JETSON), 0.06), "multi-stream": near(8 * alone(*JETSON), 0.03),
        "server": near(md1_percentile(alone(*JETSON), 30, 0.99), 0.15),
        "constant-stream": near(clocked_percentile(8 * alone(*JETSON), 1 / 30, 600, 0.99)),
        "value": near(clocked_percentile(8 * alone(*JETSON), 1 / 30, 600, 0.99))},
    ("performance-benchmarking", "scenario", "mobile-nomad"): lambda: {
        # One in the system at all times: seconds over frames (Little).
        "single-stream": near(1 / (sum(walk(600, 4)) / 4)), "multi-stream": near(8 / (sum(walk(600, 4)) / 4)),
        "server": (100, math.inf), "constant-stream": (100, math.inf), "offline": (100, math.inf),
        "value": near(1 / (sum(walk(600, 4)) / 4))},
    ("performance-benchmarking", "scenario", "tiny-pioneer"): lambda: {
        "single-stream": near(alone(*EARBUD), 0.05), "multi-stream": near(8 * alone(*EARBUD)),
        "constant-stream": near(alone(*EARBUD), 0.05),
        "server": near(md1_percentile(alone(*EARBUD), 50, 0.999), 0.1),
        "value": near(md1_percentile(alone(*EARBUD), 50, 0.999), 0.1)},
    ("performance-benchmarking", "service", "cloud-titan"): lambda: near(
        served("h100-sxm-80gb", 8, 8) / served("h100-sxm-80gb", 8, 256), 0.05),
    ("performance-benchmarking", "rush", "edge-guardian"): lambda: near(md1_percentile(alone(*JETSON), 185, 0.99), 0.2),
    ("performance-benchmarking", "rush", "tiny-pioneer"): lambda: near(md1_percentile(alone(*EARBUD), 4300, 0.99), 0.2),
    ("performance-benchmarking", "walk", "mobile-nomad"): lambda: near(walk(1800, 4)[-1]),
    ("performance-benchmarking", "ratio", "cloud-titan"): lambda: near(
        served("h200-nvl-141gb", 4, 8) / served("h100-sxm-80gb", 4, 8), 0.001),
    ("performance-benchmarking", "ratio", "edge-guardian"): lambda: near(
        alone("yolov8s", "jetson-agx-thor", "--batch", "8") / alone("yolov8s", "l4", "--batch", "8"), 0.01),
    ("performance-benchmarking", "ratio", "mobile-nomad"): lambda: near(
        alone("yolov8s", "apple-a17-pro", "--precision", "int8") / alone("yolov8s", "apple-m2", "--precision", "int8"), 0.001),
    ("performance-benchmarking", "ratio", "tiny-pioneer"): lambda: near(
        street_power("alif-ensemble-e7") / street_power("esp32-s3"), 0.03),
    # Two FLOPs a weight and token, of 70.6 billion weights, in prompts and answers.
    ("performance-benchmarking", "attained", "cloud-titan"): lambda: near(
        served("h100-sxm-80gb", 4, 8) * (512 + 256) * 2 * 70.6e9 / 4, 0.15),
    ("performance-benchmarking", "attained", "edge-guardian"): lambda: near(
        attained("yolov8s", "jetson-agx-thor", "--batch", "8"), 0.001),
    ("performance-benchmarking", "attained", "mobile-nomad"): lambda: near(
        attained("yolov8s", "apple-a17-pro", "--precision", "int8"), 0.001),
    ("performance-benchmarking", "attained", "tiny-pioneer"): lambda: near(attained(*EARBUD), 0.001),
    ("queue", "half", "edge-guardian"): lambda: near(md1_mean(alone(*JETSON), 102), 0.1),
    ("queue", "half", "tiny-pioneer"): lambda: near(md1_mean(alone(*EARBUD), 2386), 0.1),
    ("queue", "nine-tenths", "edge-guardian"): lambda: near(md1_mean(alone(*JETSON), 185), 0.2),
    ("queue", "nine-tenths", "tiny-pioneer"): lambda: near(md1_mean(alone(*EARBUD), 4295), 0.2),
    ("queue", "cure", "edge-guardian"): lambda: cure(alone(*JETSON), 185, 166),
    ("queue", "cure", "tiny-pioneer"): lambda: cure(alone(*EARBUD), 4295, 3866),
}
for each in ("cloud-titan", "edge-guardian", "mobile-nomad", "tiny-pioneer"):
    ROADS["performance-benchmarking", "p99", each] = lambda: near(lognormal_p99(0.010, 0.005), 1e-6)
    ROADS["performance-benchmarking", "fleet", each] = lambda: near(1 - 0.999 ** 1000, 1e-5)
    ROADS["performance-benchmarking", "mover", each] = lambda track=each: {
        "noise": near(disturbed(track, "noise.sigma=0.1"), 1e-9), "load": near(disturbed(track, "background.load=0.05"), 1e-9),
        "switches": near(disturbed(track, "switches.rate=2000"), 1e-9), "right": max}
PER_SI = {"ms": 1e3, "s": 1, "%": 100, "FPS": 1, "times": 1, "TFLOP/s": 1e-12, "TOPS": 1e-12, "GOP/s": 1e-9}


def check_bounds(where, figure, bounds, per_si):
    if figure is None or not bounds[0] * per_si <= figure <= bounds[1] * per_si:
        fail(where, f"the key rests on {figure}, and the other road leads to {[b * per_si for b in bounds]}")


def right_options(truth, key):
    """From the figures: the nearest where the question has one of its own, else what the road calls right."""
    values = {option: v for option, v in key["values"].items() if v is not None}
    if "value" in truth:
        return [min(values, key=lambda o: abs(math.log(values[o] / key["value"])))]
    return [truth["right"](values, key=values.get)]


def check_key(lab, track, question, key):
    where = f"{lab}, {track}, {key['part']}.{key['question']}"
    road = ROADS.get((lab, key["question"], track))
    if not road:
        fail(where, "no other road to this key; add one to ROADS")
        return
    truth = road()
    unit = key["unit"] or question["unit"]
    if question["kind"] == "number":
        check_bounds(where, float(key["key"]), truth, PER_SI[unit])
        return
    figures = {**key["values"], **({"value": key["value"]} if "value" in truth else {})}
    for option, figure in figures.items():
        if option not in truth:
            fail(where, f"no other road to the figure of {option}")
        else:
            check_bounds(f"{where}, {option}", figure, truth[option], PER_SI[unit])
    right = right_options(truth, key)
    if key["key"] not in right:
        fail(where, f"the key is {key['key']}, and the figures say {' or '.join(right)}")


# ------------------------------------------------------------------------------------- instruments and goals

KINDS = {"scenarios": "ridgeline.mission/1", "tail": "ridgeline.mission/1", "audit": "ridgeline.versus/1",
         "math": "ridgeline.tail/1"}


def filled(command, values):
    return tuple(re.sub(r"\{([a-z0-9_-]+)\}", lambda m: values[m.group(1)], word) for word in command)


def text_of(value):
    return value if isinstance(value, str) else f"{value:.10g}"


def start_of(part):
    return {c["id"]: text_of(c["value"]) for c in part["controls"]}


def ends_of(control):
    if control["kind"] == "choice":
        return [option["id"] for option in control["options"]]
    return [text_of(control["most"]), text_of(control["least"])]


def steps_of(control):
    """Settings that a learner may try, the ends first."""
    if control["kind"] == "choice":
        return ends_of(control)
    least, most, step = (float(control[k]) for k in ("least", "most", "step"))
    between = [least + step * round((most - least) / step * share) for share in (0.5, 0.25, 0.75, 0.125)]
    if least > 0:
        between += [least + step * round((least * (most / least) ** share - least) / step) for share in (0.5, 0.25, 0.75, 0.875)]
    return ends_of(control) + [text_of(b) for b in between]


def plays_of(part):
    """The start, and every control at each of its ends."""
    start = start_of(part)
    plays = [start]
    for index in (0, -1):
        plays.append({c["id"]: ends_of(c)[index] for c in part["controls"]})
    return plays


def check_instruments(where, part):
    for instrument in part["instruments"]:
        for values in plays_of(part):
            document = ask(*filled(instrument["command"], {**values, "mean": "0.01", "sd": "0.005"}))
            if document["schema"] != KINDS[instrument["kind"]]:
                fail(where, f"{instrument['id']} is {instrument['kind']} and prints {document['schema']}")
            if instrument["kind"] == "tail" and len(document["phases"]) != 1:
                fail(where, f"{instrument['id']} plays {len(document['phases'])} phases")


def holds(part, goal, values, run=printed):
    figure = at(json.loads(run(filled(part["instruments"][0]["command"], values))), goal["at"])
    if figure is None:
        return None
    return figure <= goal["limit"] if goal["kind"] == "at_most" else figure >= goal["limit"]


def reach(part, goal, wanted):
    """Settings with which the goal holds, or breaks: one control moved, then two."""
    start = start_of(part)
    one = [{control["id"]: step} for control in part["controls"] for step in steps_of(control)]
    two = [{**a, **b} for a in one for b in one if a.keys() != b.keys()]
    for moved in one + two:
        if holds(part, goal, {**start, **moved}) is wanted:
            return moved
    return None


def check_goal(where, part, goal):
    start = start_of(part)
    at_first = holds(part, goal, start)
    if at_first is not goal["violate"]:
        fail(where, f"'{goal['text'][:50]}' {'must hold' if goal['violate'] else 'holds already'} at the start")
        return
    moved = reach(part, goal, not at_first)
    if not moved:
        fail(where, f"'{goal['text'][:50]}' cannot be reached within the controls' ranges")
        return
    if goal["iterations"] and len(moved) > goal["iterations"]:
        fail(where, f"{moved} takes more than {goal['iterations']} moves")
    if holds(part, goal, start, printed_anew) is not at_first:
        fail(where, f"moving {', '.join(moved)} back does not undo it")
    if not goal["first_aid"]:
        fail(where, "a goal that is missed has no first aid")


def check_controls_act(where, part):
    """Each control changes the figures of its picture in every track."""
    start = start_of(part)
    if not part["instruments"]:
        return
    command = part["instruments"][0]["command"]
    for control in part["controls"]:
        if not any("{" + control["id"] + "}" in word for word in command):
            continue
        seen = set()
        for end in [start[control["id"]], *ends_of(control)]:
            document = ask(*filled(command, {**start, control["id"]: end}))
            seen.add(json.dumps([document.get(k) for k in ("phases", "verdict", "a", "scenarios")]))
        if len(seen) < 2:
            fail(where, f"control {control['id']} moves nothing")


SI = {"TFLOP/s": 1e12, "TOPS": 1e12, "GOP/s": 1e9, "GB/s": 1e9, "MB/s": 1e6}


def check_datasheets(where, part):
    """The table of the two offers says what the catalog says."""
    rows = dict(re.findall(r"^\| (peak|bandwidth of the memory) \| (.+) \|$", part["text"], re.M))
    if part["instruments"][0]["kind"] != "audit" or not rows:
        return
    document = ask(*filled(part["instruments"][0]["command"], start_of(part)))
    for row, key in (("peak", "flops_per_second"), ("bandwidth of the memory", "bytes_per_second")):
        for side, cell in zip("ab", rows[row].split(" | ")):
            number, unit = re.match(r"([\d,.]+) (\S+)", cell).groups()
            if not math.isclose(float(number.replace(",", "")) * SI[unit], document[side][key]["peak"], rel_tol=1e-3):
                fail(where, f"{row} of {side}: '{cell}', and the catalog has {document[side][key]['peak']:g}")


def check_window(where, track, part):
    """A limit on a metric that the mission limits is the mission's."""
    mission = ask("simulate", *part["instruments"][0]["command"][1:2], "--json") if part["goals"] else {"thresholds": []}
    limits = {}
    for threshold in mission["thresholds"]:
        limits.setdefault("/phases/0/metrics/" + threshold["metric"] + "/value", []).append(
            threshold.get("at_most", threshold.get("at_least")))
    for goal in part["goals"]:
        if goal["at"] in limits and not any(math.isclose(goal["limit"], each) for each in limits[goal["at"]]):
            fail(where, f"the limit {goal['limit']:g} is none of the mission's {limits[goal['at']]}")
        if goal["at"].endswith("latency.p99/value") and track == "mobile-nomad" and not math.isclose(
                goal["limit"], 1 / limits["/phases/0/metrics/rate.sustained/value"][0], rel_tol=0.01):
            fail(where, "the glasses' window is not a frame of the least rate")


def check_texts(where, lab):
    def walk_texts(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("text", "why", "help", "name", "title") and isinstance(value, str):
                    yield value
                else:
                    yield from walk_texts(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk_texts(value)
    for text in walk_texts(lab):
        if re.search(r"\{[a-z]", text):
            fail(where, f"an unfilled placeholder in '{text[:60]}'")


def seen_of(part):
    """What a learner of this track sees first."""
    if not part["instruments"]:
        return part["text"]
    document = ask(*filled(part["instruments"][0]["command"], start_of(part)))
    return json.dumps([document.get(k) for k in ("phases", "verdict", "a", "b")])


def check_track(lab, track):
    shown = ask("lab", "show", lab, "--track", track)
    keys = {(k["part"], k["question"]): k for k in ask("lab", "key", lab, "--track", track)["keys"]}
    check_texts(f"{lab}, {track}", shown)
    check_texts(f"{lab}, {track}, keys", list(keys.values()))
    for part in shown["parts"]:
        where = f"{lab}, {track}, {part['id']}"
        for question in part["questions"]:
            check_key(lab, track, question, keys[part["id"], question["id"]])
        check_instruments(where, part)
        check_controls_act(where, part)
        check_datasheets(where, part)
        check_window(where, track, part)
        for goal in part["goals"]:
            check_goal(where, part, goal)
        for decision in part["decisions"]:
            for option in decision["options"]:
                figure = option.get("figure")
                if figure and at(ask(*figure["command"]), figure["at"]) is None:
                    fail(where, f"{decision['id']}.{option['id']}: {figure['at']} leads nowhere")


def check_difference(lab, tracks):
    """What is seen first and the keys together: no two tracks agree in any part."""
    shown = [ask("lab", "show", lab, "--track", track) for track in tracks]
    for index in range(len(shown[0]["parts"])):
        if len({seen_of(each["parts"][index]) for each in shown}) < len(tracks):
            fail(lab, f"two tracks show the same in part {shown[0]['parts'][index]['id']}")
    keys = {json.dumps([(k["part"], k["question"], k["key"]) for k in ask("lab", "key", lab, "--track", t)["keys"]]) for t in tracks}
    if len(keys) < len(tracks):
        fail(lab, "two tracks have the same keys")


def main():
    wanted = sys.argv[3] if len(sys.argv) > 3 else ""
    listed = {entry["id"]: [t["id"] for t in entry["tracks"]] for entry in ask("lab", "list")["labs"]}
    if sorted(listed) != LABS:
        fail("lab list", f"has {sorted(listed)}, and the folder {LABS}")
    jobs = [(lab, track) for lab in LABS for track in listed[lab] if wanted in ("", track)]
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(lambda job: check_track(*job), jobs))
        if wanted in ("", "differences"):
            list(pool.map(lambda lab: check_difference(lab, listed[lab]), LABS))
    if wanted in ("", "edge-guardian"):
        loop = ask("lab", "key", "performance-benchmarking", "--track", "edge-guardian", "--question", "scenario")["keys"][0]
        if loop["key"] != "constant-stream" or "clock" not in loop["why"]:
            fail("edge-guardian", f"the braking loop is ConstantStream, and the key says {loop['key']}")
    for line in failures:
        print(line)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
