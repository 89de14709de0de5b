"""Keyword arguments as the words of a command line: batch_timeout="2ms" is --batch-timeout 2ms."""
from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Iterable, Mapping
from typing import Any

from . import _core, _data  # noqa: F401

# How results are shown, which is Python's business.
_HIDDEN = {"json", "format", "color", "json-file", "markdown-file", "help", "explain-inputs"}
# Python's own words cannot be names of arguments.
_RENAMED = {"lambda_": "lambda", "from_": "from", "as_": "as"}


@functools.lru_cache(maxsize=None)
def options(command: str) -> dict[str, _core.CommandOption]:
    """Of a command such as "simulate", by the name of the keyword argument."""
    return {
        option.name.replace("-", "_"): option
        for option in _core.command_options(command.split())
        if option.name not in _HIDDEN
    }


def word_of(value: object) -> str:
    """A value as the command line takes it."""
    if isinstance(value, (_core.Model, _core.Device)):
        return value.id
    if isinstance(value, datetime.timedelta):
        return f"{value.total_seconds()!r}s"
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, (list, tuple)):
        return ",".join(word_of(each) for each in value)
    if hasattr(value, "item"):  # a NumPy scalar
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _unknown(command: str, name: str) -> TypeError:
    known = ", ".join(sorted(key for key, option in options(command).items() if not option.positional))
    return TypeError(f"{command}: no option '{name}'; there are {known}")


def words(command: str, positional: Iterable[object], given: Mapping[str, Any]) -> list[str]:
    """Of a call. Options that are None, and flags that are False, are left out."""
    made = command.split() + [word_of(value) for value in positional if value is not None]
    known = options(command)
    for name, value in given.items():
        name = _RENAMED.get(name, name)
        if name not in known or known[name].positional:
            raise _unknown(command, name)
        if value is None:
            continue
        flag = f"--{known[name].name}"
        if known[name].flag:
            if not isinstance(value, bool):
                raise TypeError(f"{command}: {name} is True or False, not {value!r}")
            made += [flag] if value else []
        elif isinstance(value, (list, tuple)) and known[name].many:
            made += [f"{flag}={word_of(each)}" for each in value]
        else:
            made.append(f"{flag}={word_of(value)}")
    return made
