"""Finds the catalog, and tells the library where it is."""
import os
import pathlib

from . import _core


def find_data() -> str:
    """$RIDGELINE_DATA, or the folder in the installed package, or that of the checkout around it."""
    if given := os.environ.get("RIDGELINE_DATA"):
        return given
    here = pathlib.Path(__file__).resolve().parent
    for folder in [here, *here.parents]:
        if (folder / "data" / "hardware").is_dir() and (folder / "data" / "models").is_dir():
            return str(folder / "data")
    return ""


_core.set_data(find_data())
