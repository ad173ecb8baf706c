#!/usr/bin/env python3
"""Milliseconds of one optimization step (rays, forward, backward, Adam) in several ways, side by side in one process.

    .envs/backend/bin/python -m scripts.benchmarks.steps                     64 x 64 rays, 64 samples, a 128^3 grid
    .envs/backend/bin/python -m scripts.benchmarks.steps --threads 2 --rounds 21 --out out/benchmark-steps

Each round does one step of every way, so that whatever else the machine does meets all of them; medians and quartiles
are over rounds. Time is the processor's, summed over threads: other programs do not count. Wall time stands beside it.
Prints a JSON line a row and a table, and draws a plot.

mlp               Dream Fields' own size of network as a field: 6 layers of 128, asked at every sample
grid-sample       a dense grid through torch's grid_sample, asked at every sample, dense Adam
nerfacc-weights   the same samples, weights as nerfacc's code computes them without CUDA: cumulative products
plain             this renderer's tensors, asked at every sample, dense Adam
plain-skip        the same, where the box is not known to be empty
fused             the loops, nothing skipped, Adam over what was touched
fused-skip        the loops, empty space skipped
fused-skip-end    and rays end where a thousandth of their light is left
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from backend.cameras.camera import Rays
from backend.cameras.orbit import orbit_view
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, DensityField
from backend.fields.trilinear import interpolate
from backend.render import compositing
from backend.render.fused.masked_adam import MaskedAdam
from backend.render.occupancy import OccupancyGrid
from backend.render.renderer import Renderer
from backend.render.stratified import stratified_samples

from ..lib.environments import ROOT

Step = Callable[[], None]
BALL = 0.30  # radius in half-widths of the box


class Plain(DenseGrid):
    """A dense grid that the fused way does not take for one."""


class Network(nn.Module):
    """Six layers of 128 over sines and cosines of eight octaves."""

    bounds = UNIT_CUBE

    def __init__(self) -> None:
        super().__init__()
        widths = [48, *[128] * 6]
        layers = [part for a, b in zip(widths[:-1], widths[1:], strict=True) for part in (nn.Linear(a, b), nn.SiLU())]
        self.layers = nn.Sequential(*layers, nn.Linear(128, 4))

    def density_and_color(
        self, positions: torch.Tensor, directions: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        angles = (positions[:, None] * 2.0 ** torch.arange(8)[:, None]).flatten(1)
        raw = self.layers(torch.cat([angles.sin(), angles.cos()], -1))
        return nn.functional.softplus(raw[:, 0]), raw[:, 1:].sigmoid()


def ball(kind: type[DenseGrid], resolution: int) -> DenseGrid:
    """A solid ball in the middle: about a tenth of the cells of the empty-space grid are occupied."""
    torch.manual_seed(0)
    grid = kind(UNIT_CUBE, resolution)
    with torch.no_grad():
        grid.raw_density.copy_(40 * (BALL - grid._radius()).clamp_min(-0.25))
        grid.raw_color.normal_()
    return grid


def known(grid: DenseGrid, samples: int) -> OccupancyGrid:
    occupancy = OccupancyGrid(UNIT_CUBE, 32, 0.01, 2 / samples, 0)
    occupancy.update(grid.density, 0, torch.Generator().manual_seed(0))
    return occupancy


def descended(optimizer: torch.optim.Optimizer, see: Callable[[], tuple[torch.Tensor, torch.Tensor]]) -> Step:
    """A whole step; the loss is a difference to a picture, as a guidance's is."""

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        color, opacity = see()
        ((color - 0.5).square().mean() + (opacity - 0.5).square().mean()).backward()
        optimizer.step()

    return step


def adam(parameters: Any) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, lr=1e-6, betas=(0.9, 0.99), eps=1e-15, fused=True)


def touched(grid: DenseGrid) -> MaskedAdam:
    grid.sparse_gradients = True
    return MaskedAdam(grid.parameters(), lr=1e-6, betas=(0.9, 0.99), eps=1e-15)


def rendered(renderer: Renderer, rays: Rays, draw: torch.Generator) -> Callable[[], tuple[Any, ...]]:
    def see() -> tuple[torch.Tensor, torch.Tensor]:
        seen = renderer(rays, draw)
        return seen.color, seen.opacity

    return see


def by_grid_sample(
    grid: DenseGrid, rays: Rays, samples: int, draw: torch.Generator, nerfacc: bool
) -> Callable[[], tuple[Any, ...]]:
    def see() -> tuple[torch.Tensor, torch.Tensor]:
        drawn = stratified_samples(*UNIT_CUBE.near_far(rays), samples, draw)
        points = UNIT_CUBE.normalized(drawn.points(rays.origins, rays.directions)).flatten(0, 1)
        density = grid.scale * nn.functional.softplus(interpolate(grid.raw_density, points)[:, 0]).view_as(drawn.t)
        colors = interpolate(grid.raw_color, points).sigmoid().view(*drawn.t.shape, 3)
        alphas = 1 - torch.exp(-density * drawn.lengths)
        if nerfacc:  # render_weight_from_alpha without packed rays: an exclusive product of 1 - alpha
            light = torch.cat([torch.ones_like(alphas[:, :1]), torch.cumprod(1 - alphas, -1)[:, :-1]], -1)
            weights = light * alphas
        else:
            weights = compositing.weights(compositing.optical_depth(density, drawn.lengths))
        return compositing.color(weights, colors), weights.sum(-1)

    return see


def ways(size: int, samples: int, resolution: int) -> dict[str, Step]:
    rays = orbit_view(0.4, 0.3, 3.2, 0.7, size).camera.rays().flat()
    draw = torch.Generator().manual_seed(0)
    grids = [ball(DenseGrid, resolution) for _ in range(3)]
    plain = [ball(Plain, resolution) for _ in range(4)]
    occupancy, network = known(grids[0], samples), Network()
    as_field = cast(DensityField, network)  # as far as a renderer without occupancy asks
    print(f"occupied: {100 * float(occupancy.occupied.float().mean()):.1f} % of the cells", file=sys.stderr)
    return {
        "mlp": descended(adam(network.parameters()), rendered(Renderer(as_field, samples), rays, draw)),
        "grid-sample": descended(adam(plain[0].parameters()), by_grid_sample(plain[0], rays, samples, draw, False)),
        "nerfacc-weights": descended(adam(plain[1].parameters()), by_grid_sample(plain[1], rays, samples, draw, True)),
        "plain": descended(adam(plain[2].parameters()), rendered(Renderer(plain[2], samples), rays, draw)),
        "plain-skip": descended(
            adam(plain[3].parameters()), rendered(Renderer(plain[3], samples, occupancy), rays, draw)
        ),
        "fused": descended(touched(grids[0]), rendered(Renderer(grids[0], samples), rays, draw)),
        "fused-skip": descended(touched(grids[1]), rendered(Renderer(grids[1], samples, occupancy), rays, draw)),
        "fused-skip-end": descended(
            touched(grids[2]),
            rendered(Renderer(grids[2], samples, occupancy, early_stop_transmittance=1e-3), rays, draw),
        ),
    }


def timed(steps: dict[str, Step], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of every way in every round; the first step of each is not counted."""
    found: dict[str, dict[str, list[float]]] = {name: {"cpu": [], "wall": []} for name in steps}
    for step in steps.values():
        step()
    for _ in range(rounds):
        for name, step in steps.items():
            cpu, wall = time.process_time(), time.perf_counter()
            step()
            found[name]["cpu"].append(1e3 * (time.process_time() - cpu))
            found[name]["wall"].append(1e3 * (time.perf_counter() - wall))
    return found


def summary(name: str, milliseconds: dict[str, list[float]], options: argparse.Namespace) -> dict[str, Any]:
    row: dict[str, Any] = {"row": f"step-{name}", "threads": options.threads, "rays": options.size**2}
    row |= {"samples": options.samples, "resolution": options.resolution, "rounds": options.rounds}
    for kind, values in milliseconds.items():
        low, middle, high = statistics.quantiles(values, n=4)
        row |= {f"{kind}_ms": round(middle, 2), f"{kind}_ms_quartiles": [round(low, 2), round(high, 2)]}
    return row | {"machine": machine()}


def machine() -> str:
    return f"{platform.system()} {platform.machine()}, torch {torch.__version__}, Python {platform.python_version()}"


def print_table(rows: list[dict[str, Any]]) -> None:
    best = {row["row"]: row["cpu_ms"] for row in rows}["step-fused-skip"]
    print(f"\n{rows[0]['machine']}; {rows[0]['threads']} threads, medians of {rows[0]['rounds']} rounds")
    for row in rows:
        low, high = row["cpu_ms_quartiles"]
        print(f"{row['row']:22}{row['cpu_ms']:9.1f} ms cpu ({low:.1f} to {high:.1f}){row['wall_ms']:9.1f} ms wall"
              f"{row['cpu_ms'] / best:8.1f} x fused-skip")  # fmt: skip


def draw_plot(rows: list[dict[str, Any]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.subplots()
    names, values = [row["row"].removeprefix("step-") for row in rows], [row["cpu_ms"] for row in rows]
    axes.barh(names, values)
    for place, value in enumerate(values):
        axes.text(value * 1.05, place, f"{value:.0f} ms", va="center")
    axes.set(xscale="log", xlabel="milliseconds of processor time for a step", xlim=(1, 4 * max(values)))
    axes.invert_yaxis()
    figure.savefig(path)


def main() -> int:
    options = parse()
    torch.set_num_threads(options.threads)
    measured = timed(ways(options.size, options.samples, options.resolution), options.rounds)
    rows = [summary(name, milliseconds, options) for name, milliseconds in measured.items()]
    for row in rows:
        print(json.dumps(row), flush=True)
    print_table(rows)
    options.out.mkdir(parents=True, exist_ok=True)
    draw_plot(rows, options.out / "steps.png")
    (options.out / "steps.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=64, help="pixels across")
    parser.add_argument("--samples", type=int, default=64, help="along a ray")
    parser.add_argument("--resolution", type=int, default=128, help="voxels across")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "benchmark-steps")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
