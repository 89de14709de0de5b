"""Each key of each lab on another road: a closed form here, or a command that shares no run with the key's."""
import math

from lab_documents import ask, at, fail


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
