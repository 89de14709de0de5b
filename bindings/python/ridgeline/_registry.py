"""ridgeline.Models and ridgeline.Hardware: the catalog as namespaces with tab completion."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar, Union

from . import _core, _data  # noqa: F401  (where the catalog is)
from ._errors import BadInput, UnknownName

Entry = TypeVar("Entry", bound=Union[_core.Model, _core.Device])

# Families of models by what they do; a model may be in several.
_TASKS = {
    "text generation": ["Language"],
    "text encoding": ["Language"],
    "image classification": ["Vision"],
    "object detection": ["Vision"],
    "person detection": ["Vision", "Tiny"],
    "image generation": ["GenerativeVision"],
    "recommendation": ["Recommendation"],
    "speech recognition": ["Speech"],
    "anomaly detection": ["Tiny"],
    "keyword spotting": ["Tiny"],
}
_TIERS = {
    "datacenter": "Cloud",
    "workstation": "Workstation",
    "edge": "Edge",
    "mobile": "Mobile",
    "tiny": "Tiny",
    "host": "Host",
}


def _key(name: str) -> str:
    """Equal for every way to write a name: Llama3_8B, llama-3-8b, Llama 3 8B."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _word(token: str, name: str) -> str:
    """A part of an id in the letter case that the entry's name has for it."""
    at = name.lower().find(token)
    shown = name[at : at + len(token)] if at >= 0 else token
    if shown[0].isdigit():
        return shown.upper()
    return shown[0].upper() + shown[1:]


def identifier(name: str, spelling: str) -> str:
    """A Python name for an id: llama-3-8b is Llama3_8B, a100-sxm-80gb A100_SXM_80GB."""
    made = ""
    for token in re.split(r"[^a-z0-9]+", name.lower()):
        if not token:
            continue
        word = _word(token, spelling)
        joined = not made or (made[-1].isalpha() and len(made) > 2 and word.isdigit())
        made += word if joined else "_" + word
    return "_" + made if made[:1].isdigit() else made


class Family(Generic[Entry]):
    """Some entries of the catalog as attributes, and as an iterable."""

    def __init__(self, path: str, entries: Iterable[Entry]) -> None:
        self._path = path
        self._entries: list[Entry] = list(entries)
        self._by_key: dict[str, Entry] = {}
        self._names: list[str] = []
        for entry in self._entries:
            self._by_key[_key(entry.id)] = entry
            self._names.append(identifier(entry.id, entry.name))
        for entry in self._entries:
            for alias in entry.aliases:
                self._by_key.setdefault(_key(alias), entry)
                if entry.id.startswith(alias):
                    self._names.append(identifier(alias, entry.name))

    def _get(self, name: str) -> Union[Entry, None]:
        return self._by_key.get(_key(name))

    def __getattr__(self, name: str) -> Entry:
        if name.startswith("__") or name.startswith("_repr_") or name.startswith("_ipython_"):
            raise AttributeError(name)
        if (entry := self._get(name)) is not None:
            return entry
        raise UnknownName(f"{self._path}.{name}: {_why_not(self._path, name)}")

    def __getitem__(self, name: str) -> Entry:
        return self.__getattr__(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._get(name) is not None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __dir__(self) -> list[str]:
        return sorted(set(self._names))

    def __repr__(self) -> str:
        return f"{self._path}: {', '.join(self.__dir__())}"


def _why_not(path: str, name: str) -> str:
    """The catalog's own line on a name that it does not know, or where the name is."""
    spelled = name.replace("_", "-").lower()
    try:
        if path.startswith("Models"):
            elsewhere = [family._path for family in Models if name in family]
            found = "" if elsewhere else _core.find_model(spelled).id
        else:
            elsewhere = [family._path for family in Hardware if name in family]
            found = "" if elsewhere else _core.find_hardware(spelled).id
        return f"is in {elsewhere[0]}" if elsewhere else f"is called {found}"
    except BadInput as error:
        return str(error)


class Registry(Generic[Entry]):
    """All of the catalog's models, or devices, by family; also found by any name: Models['llama-3-8b']."""

    def __init__(self, name: str, families: dict[str, list[Entry]]) -> None:
        self._name = name
        self._families: dict[str, Family[Entry]] = {
            key: Family(f"{name}.{key}", entries) for key, entries in families.items()
        }

    def __getattr__(self, name: str) -> Family[Entry]:
        if (family := self._families.get(name)) is not None:
            return family
        if name.startswith("_"):
            raise AttributeError(name)
        raise UnknownName(f"{self._name}.{name}: there is no such family; there are {', '.join(self._families)}")

    def __getitem__(self, name: str) -> Entry:
        for family in self._families.values():
            if (entry := family._get(name)) is not None:
                return entry
        raise UnknownName(f"{self._name}['{name}']: {_why_not(self._name, name)}")

    def __iter__(self) -> Iterator[Family[Entry]]:
        return iter(self._families.values())

    def __dir__(self) -> list[str]:
        return list(self._families)

    def __repr__(self) -> str:
        return f"{self._name}: {', '.join(self._families)}"


def _families_of(model: _core.Model) -> list[str]:
    found = list(_TASKS.get(model.task, ["Other"]))
    if model.id.startswith("mamba"):
        found.append("StateSpace")
    return found


def _models() -> Registry[_core.Model]:
    families: dict[str, list[_core.Model]] = {}
    for model in _core.models():
        for family in _families_of(model):
            families.setdefault(family, []).append(model)
    return Registry("Models", families)


def _hardware() -> Registry[_core.Device]:
    families: dict[str, list[_core.Device]] = {}
    for device in _core.devices():
        families.setdefault(_TIERS.get(device.tier, "Other"), []).append(device)
    return Registry("Hardware", families)


Models = _models()
Hardware = _hardware()


def model_of(given: Union[str, _core.Model]) -> _core.Model:
    """A model of the catalog, by any of its names or itself."""
    return given if isinstance(given, _core.Model) else _core.find_model(given)


def device_of(given: Union[str, _core.Device]) -> _core.Device:
    """A device of the catalog, by any of its names or itself."""
    return given if isinstance(given, _core.Device) else _core.find_hardware(given)
