"""The numbers of finishing a result (textures, turntable, asset), told once as in backend/config."""

from __future__ import annotations

from dataclasses import dataclass

from .wire import config


@dataclass(frozen=True)
class TextureConfig:
    """How a result gets a light mesh with textures."""

    faces: int = config.setting(
        20_000, "At most so many triangles are unwrapped; a denser mesh is made lighter first", low=4, high=200_000
    )
    size: int = config.setting(1024, "Width and height of the textures", low=16, high=8192, unit="px")
    normals: bool = config.setting(True, "Also bake the relief of the dense mesh, as a normal map")
    pack: bool = config.setting(
        True, "Keep the pictures inside the .blend; else they are files in the folder textures beside it"
    )


@dataclass(frozen=True)
class TurntableConfig:
    """How a camera goes once around a result."""

    frames: int = config.setting(48, "Pictures of one turn", low=2, high=10_000)
    size: int = config.setting(512, "Width and height of the pictures", low=16, high=8192, unit="px")
    samples: int = config.setting(32, "Cycles samples of each picture; more is smoother and slower", low=1, high=4096)
    rate: int = config.setting(24, "Pictures a second of the film", low=1, high=240)
    elevation_degrees: float = config.setting(20.0, "How high the camera stands", low=-85.0, high=85.0, unit="degrees")
    denoise: bool = config.setting(True, "Smooth what is left of the noise (Intel Open Image Denoise)")
    transparent: bool = config.setting(False, "Nothing behind the object (in pictures; a film has no transparency)")


@dataclass(frozen=True)
class AssetConfig:
    """What an asset is listed under."""

    catalog: str = config.setting(
        "Dreamwright", "Where the asset browser lists it, as Props/Kitchen; empty leaves it unassigned"
    )
    author: str = config.setting("", "Who made it, as the asset browser shows; empty says Dreamwright")
    tags: str = config.setting("", "More tags, with commas between; the words of the prompt are tags already")


UV_MARGINS_PX = (4.0, 2.0, 1.0, 0.5)
"""Between two islands of an unwrapped mesh; narrower ones where a mesh in many pieces would be all gaps."""
GOOD_UV_COVERAGE = 0.2
"""The part of a texture that islands should cover at least."""
LOW_UV_COVERAGE = 0.05
"""A texture of which less than this is used is coarse, and that is said."""
