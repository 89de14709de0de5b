#!/usr/bin/env python3
"""Prints ridgeline/_options.pyi: the options of the verbs as types, read off the commands.

    tools/python_options.py > bindings/python/ridgeline/_options.pyi

A test compares the two.
"""
import keyword

from ridgeline import _words

STEP = {"batch", "context", "tokens", "phase"}
OF_SERVING = {"concurrency", "isl", "osl", "replicas", "max_batch", "requests_per_user", "disagg"}
OF_OFFLINE = set(_words.options("predict")) - set(_words.options("evaluate")) - OF_SERVING
KEEPING = {"no_save", "tag", "note", "store"}
# The class, the command, and what the function has as arguments of its own, or does not take.
CLASSES = [
    ("PredictOptions", "predict", OF_SERVING | OF_OFFLINE),
    ("DeploymentOptions", "predict", OF_SERVING | OF_OFFLINE | STEP | {"precision", "efficiency"}),
    ("ServingOptions", "predict", STEP | OF_OFFLINE | {"concurrency"}),
    ("OfflineOptions", "predict", STEP | {"concurrency", "offline"}),
    ("EvaluateOptions", "evaluate", set()),
    ("CostOptions", "cost", set()),
    ("FleetOptions", "fleet", set()),
    ("TrainOptions", "train", set()),
    ("SimulateOptions", "simulate", {"find_max_qps"}),
    ("TailOptions", "tail", set()),
    ("ExplainOptions", "explain", {"model", "baseline", "proposal"}),
    ("AuditOptions", "audit", {"a", "b"}),
    ("AuditLogOptions", "audit-log", set()),
    ("CheckOptions", "check", set()),
    ("BenchOptions", "bench", KEEPING),
    ("ExploreOptions", "explore", {"top", "max_points"}),
]
HEAD = '''"""The options of each verb, for type checkers and editors. Made by tools/python_options.py; a test compares the two."""
import datetime
import os
from collections.abc import Sequence
from typing import TypedDict, Union

Text = Union[str, datetime.timedelta, "os.PathLike[str]"]
'''


def kind(option):
    if option.flag:
        return "bool"
    if option.type.startswith(("UINT", "INT")):
        one = "int"
    elif option.type.startswith("FLOAT"):
        one = "float"
    else:
        one = "Text"
    return f"Union[{one}, Sequence[{one}], None]" if option.many else f"Union[{one}, None]"


def main():
    print(HEAD)
    for name, command, left_out in CLASSES:
        print(f"class {name}(TypedDict, total=False):")
        listed = {key: option for key, option in _words.options(command).items()
                  if not (option.positional or key in left_out)}
        for key, option in listed.items():
            print(f"    {key}{'_' if keyword.iskeyword(key) else ''}: {kind(option)}")
            text = " ".join(option.help.split()).replace("\\", "\\\\").replace('"', "'")
            print(f'    """{text}."""' if len(text) < 105 else f'    """{text}."""  # noqa: E501')
        if not listed:
            print("    pass")
        print()


if __name__ == "__main__":
    main()
