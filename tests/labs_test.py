#!/usr/bin/env python3
"""Every lab, every track: what the lab says is what the engine does.

    labs_test.py PROGRAM SOURCE_DIR [TRACK|differences]

- Each key equals a figure found on another road (support/lab_keys.py).
- Each instrument's command prints its document at the start values and at the ends of the controls.
- Each goal holds or breaks at the start as the lab says; its other side is reached by moving the controls within their
  ranges, and moving them back undoes it.
- Tracks differ in what is seen.
"""
import concurrent.futures
import json
import math
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))
from lab_documents import ask, at, fail, failures, printed, printed_anew, source
from lab_keys import check_key

LABS = [p.parent.name for p in sorted((source / "data" / "labs").glob("*/lab.yaml"))]

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
