"""Random simulations as command lines, the same for a seed on every machine: each kind of scenario in turn, on models and
devices of the catalog, with policies, interference, heat, arrivals and lengths. A tenth more take any model on any device,
so that what is refused or does not fit is among them.

    random_scenarios.py SOURCE_DIR COUNT SEED      prints them
"""
import pathlib
import random
import shlex
import sys

KINDS = ("single-stream", "multi-stream", "server", "offline", "constant-stream", "interactive", "closed-loop")
PASS_MODELS = ("resnet-50", "mobilenet-v2", "bert-base", "bert-large", "efficientnet-b0", "vit-base-16", "yolov8m", "distilbert-base", "dlrm", "ds-cnn")
PASS_DEVICES = ("l4", "t4", "a100-sxm-80gb", "h100-sxm-80gb", "jetson-agx-orin-64gb", "apple-m4", "snapdragon-8-gen-3", "tpu-v5e", "xeon-8592-plus")
WITHOUT_FP16 = {"tpu-v5e": "bf16", "xeon-8592-plus": "bf16"}
LANGUAGE_MODELS = ("llama-3-8b", "llama-3.2-1b", "llama-3.2-3b", "qwen-2.5-7b", "mistral-7b", "gemma-2-9b", "phi-3-mini", "mixtral-8x7b", "qwen-3-30b-a3b")
LANGUAGE_DEVICES = ("h100-sxm-80gb", "h200-sxm-141gb", "a100-sxm-80gb", "l40s", "b200-sxm-192gb", "mi300x")
RATED = ("server", "interactive", "constant-stream", "offline")
LENGTHS = ("llama2-70b", "llama3.1-8b", "gptj", "fixed:300/40", "uniform:16-512/4-64", "lognormal:300,0.8/40,1.1")
ARRIVALS = ("poisson", "gamma:0.5", "gamma:2.5", "on-off:0.3s,0.2s", "on-off:1s,1s,0.2", "diurnal:3s,0.7")


class Draw:
    """Of one command: flags are added as chance has it."""

    def __init__(self, source):
        self.random, self.words = source, []

    def chance(self, share):
        return self.random.random() < share

    def number(self, low, high, digits=3):
        """Log-uniform, so that small and large rates are as likely."""
        return f"{low * (high / low) ** self.random.random():.{digits}g}"

    def give(self, flag, *values, share=1.0):
        """`--flag`, with one of the values if there are any, so often."""
        if self.chance(share):
            self.words += [flag, *([str(self.random.choice(values))] if values else [])]


def scenario(draw, kind, language):
    draw.give("--scenario", kind)
    rate = draw.number(0.3, 30) if language else draw.number(5, 3000)
    if kind in RATED:
        draw.give("--qps", rate)
    if kind in ("multi-stream", "constant-stream"):
        draw.give("--samples", *((1,) if language and kind != "multi-stream" else (1, 3, 8)), share=0.5)
    if kind == "closed-loop":
        draw.give("--users", draw.random.randint(1, 40))
        if draw.chance(0.6):
            draw.give("--think-time", f"{draw.number(1, 200)}ms")
            draw.give("--think", "fixed", "exponential")
    if kind in ("server", "interactive"):
        draw.give("--arrivals", *ARRIVALS, share=0.5)
    if kind == "interactive" or (language and draw.chance(0.4)):
        draw.give("--ttft-limit", f"{draw.number(50, 4000)}ms")
        draw.give("--tpot-limit", f"{draw.number(5, 100)}ms")
    elif kind != "offline":
        draw.give("--target-latency", f"{draw.number(200, 9000) if language else draw.number(1, 200)}ms", share=0.6)
    draw.give("--percentile", 0.9, 0.97, 0.999, share=0.2)
    draw.give("--duration", f"{draw.number(0.5, 8)}s")
    draw.give("--max-queries", draw.random.randint(100, 300) if language else draw.random.randint(300, 1500))
    draw.give("--keep-queries", 50, share=0.1)  # histograms
    draw.give("--windows", draw.random.randint(2, 9), share=0.3)
    draw.give("--seed", draw.random.randint(1, 10**9), share=0.8)


def disturbances(draw):
    draw.give("--noise-sigma", draw.number(0.02, 0.8), share=0.5)
    if draw.chance(0.3):
        draw.give("--background-load", draw.number(0.02, 0.7))
        draw.give("--background-burst", "3ms", "20ms", "150ms", share=0.5)
    if draw.chance(0.3):
        draw.give("--context-switches", draw.number(50, 4000))
        draw.give("--cache-refill", "5us", "80us", share=0.5)
    if draw.chance(0.2):
        draw.give("--pauses", draw.number(0.1, 5))
        draw.give("--pause-length", "2ms", "40ms", share=0.5)
    if draw.chance(0.3):
        draw.give("--heat", "datacenter-gpu", "jetson", "phone", "ar-glasses", "mcu")
        draw.give("--ambient", -5, 18, 25, 32.5, share=0.7)


def continuous(draw, kind):
    draw.give("--continuous")
    draw.give("--token-budget", 256, 1024, 8192, share=0.4)
    draw.give("--max-sequences", 4, 32, 128, share=0.4)
    draw.give("--no-chunked-prefill", share=0.3)
    draw.give("--block-tokens", 1, 8, 64, share=0.3)
    draw.give("--preemption", "recompute", "swap", share=0.3)
    draw.give("--prefix-hit-rate", draw.number(0.05, 0.9), share=0.3)
    if kind in ("server", "interactive", "constant-stream"):
        draw.give("--timeout", f"{draw.number(100, 5000)}ms", share=0.2)
        draw.give("--max-waiting", draw.random.randint(1, 40), share=0.2)
    draw.give("--tp", 1, 2, 4, share=0.4)
    if draw.chance(0.4):
        draw.give("--replicas", 2, 3, 4)
        draw.give("--router", "round-robin", "least-outstanding", "power-of-two")
        draw.give("--hedge-after", f"{draw.number(50, 2000)}ms", share=0.3 if kind != "offline" else 0)
    elif draw.chance(0.25):
        draw.give("--disagg", "1xtp1", "2xtp1", "1xtp2")
    draw.give("--class-shares", "0.2,0.8", "0.1,0.3,0.6", share=0.2)


def static(draw):
    draw.give("--max-batch", 1, 2, 8, 32, 100, share=0.7)
    draw.give("--batch-timeout", "0.5ms", "2ms", "30ms", share=0.3)
    draw.give("--replicas", 2, 3, 8, share=0.3)


def command(source, kind, pairs=None):
    """The words after `ridgeline`, for models and devices of `pairs` if they are given, else for ones that go together."""
    draw = Draw(source)
    language = kind == "interactive" or draw.chance(0.45)
    models, devices = pairs or ((LANGUAGE_MODELS, LANGUAGE_DEVICES) if language else (PASS_MODELS, PASS_DEVICES))
    draw.words = ["simulate", source.choice(models), source.choice(devices)]
    if needed := WITHOUT_FP16.get(draw.words[2]):
        draw.give("--precision", needed)
    else:
        draw.give("--precision", *(("fp16", "bf16", "int8") if language else ("fp16", "fp32")), share=0.5)
    draw.give("--weights", "int4", "int8", share=0.2 if language else 0)
    draw.give("--calibration", "fitted", "ideal", "textbook", share=0.3)
    scenario(draw, kind, language)
    if language:
        if draw.chance(0.5):
            draw.give("--lengths", *LENGTHS)
        else:
            draw.give("--isl", source.randint(1, 2000))
            draw.give("--osl", source.randint(1, 120))
    if language and kind != "multi-stream" and draw.chance(0.75):
        continuous(draw, kind)
    else:
        static(draw)
    disturbances(draw)
    return [*draw.words, "--json"]


def commands(data, count, seed):
    """`count` of them and a tenth more; the n-th does not depend on how many there are."""
    every = [sorted(p.stem for p in (pathlib.Path(data) / folder).glob("*.yaml")) for folder in ("models", "hardware")]
    kinds = [KINDS[n % len(KINDS)] for n in range(count)]
    return ([command(random.Random(f"{seed}.{n}"), kind) for n, kind in enumerate(kinds)] +
            [command(random.Random(f"{seed}.any.{n}"), kind, every) for n, kind in enumerate(kinds[:count // 10])])


if __name__ == "__main__":
    for words in commands(pathlib.Path(sys.argv[1]) / "data", int(sys.argv[2]), int(sys.argv[3])):
        print("ridgeline", shlex.join(words))
