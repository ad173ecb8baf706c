"""Draw how a model's loss fell while it was trained, from the curve.jsonl that training leaves beside its weights.

P=docs/results/diffusion_curve.jsonl
.envs/backend/bin/python -m scripts.training.evaluation.training_curve $P --out curve.png
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curve", type=Path, help="a curve.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="a PNG")
    options = parser.parse_args()
    points = read_curve(options.curve)
    draw([point["samples"] / 1000 for point in points], [point["loss"] for point in points], options.out)


def read_curve(path: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def draw(thousands: list[float], losses: list[float], out: Path) -> None:
    figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
    axes.plot(thousands, losses, linewidth=1)
    axes.set(xlabel="samples, in thousands", ylabel="loss, mean of 100 steps", yscale="log")
    figure.savefig(out, dpi=100)
    plt.close(figure)


if __name__ == "__main__":
    main()
