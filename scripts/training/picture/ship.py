"""Writes an exported encoder to where the backend reads it.

    python -m scripts.training.picture.ship <cache>/finished

The limits that the evaluation found go with it (`python -m scripts.training.picture --minutes 0 --evaluate`).
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from backend.priors.picture_network import FACTS, WEIGHTS

MODELS = Path(__file__).parents[3] / "backend" / "models" / "picture"


def ship(folder: Path, to: Path = MODELS) -> None:
    """Copies weights and facts.

    Raises:
        SystemExit: nobody measured from which chance on the encoder is to be believed.
    """
    if "limits" not in json.loads((folder / FACTS).read_text(encoding="utf-8")):
        raise SystemExit(f"The encoder in {folder} was not measured: run the training with --evaluate first.")
    to.mkdir(parents=True, exist_ok=True)
    for name in (WEIGHTS, FACTS):
        shutil.copyfile(folder / name, to / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of the exported encoder")
    ship(parser.parse_args().folder)
