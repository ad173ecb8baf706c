"""The stout toy figure that all people are: head, trunk and limbs, to be dressed. It looks towards -Y."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_details import arc, beads
from .mesh_primitives import ball, join, mirror, rod, tube

HEAD = 1.28  # height of the middle of the head
SIZE = 0.32  # its radius


def face() -> Trimesh:
    """Eyes and mouth."""
    smile = tube([(0.13 * u, -0.3, HEAD - 0.06 + 0.08 * v) for u, v in arc(1, 200, 340, 7)], 0.03)
    return join(beads(0.12, -0.28, HEAD + 0.05, 0.05), smile)


def skin(lift: float = 0.0, out: float = 0.48) -> Trimesh:
    """Head and hands."""
    return join(ball(SIZE, (0, 0, HEAD)), mirror(ball(0.11, (out, -0.06, 0.56 + lift))))


def shirt(lift: float = 0.0, out: float = 0.48) -> Trimesh:
    """Trunk and sleeves."""
    sleeves = mirror(rod((0.2, 0, 0.9), (out, -0.05, 0.58 + lift), 0.12, 0.11))
    return join(rod((0, 0, 0.46), (0, 0, 0.98), 0.28, 0.22), ball((0.22, 0.22, 0.12), (0, 0, 0.98)), sleeves)


def trousers() -> Trimesh:
    return join(mirror(rod((0.15, 0, 0.08), (0.14, 0, 0.5), 0.125)), rod((0, 0, 0.4), (0, 0, 0.52), 0.28))


def shoes() -> Trimesh:
    return mirror(ball((0.14, 0.2, 0.1), (0.16, -0.06, 0.07)))


def gown(low: float) -> Trimesh:
    """A long robe with sleeves."""
    return join(rod((0, 0, 0), (0, 0, 1.0), low, 0.17), mirror(rod((0.12, 0, 0.88), (0.46, -0.08, 0.6), 0.1, 0.15)))


def hair(long: float = 0.0) -> Trimesh:
    """A cap of hair at the back and the top; `long` lets it hang so far."""
    cap = join(ball((0.345, 0.32, 0.3), (0, 0.06, HEAD + 0.08)), ball((0.28, 0.14, 0.12), (0, -0.18, HEAD + 0.24)))
    return join(cap, rod((0, 0.14, HEAD), (0, 0.2, HEAD - long), 0.3, 0.24)) if long else cap
