"""The numbers of finishing a result (textures, turntable, asset), told once as in backend/config."""

from __future__ import annotations

from .wire import config, dataclass


@dataclass(frozen=True)
class TextureConfig:
    """How a result gets a light mesh with textures."""

    faces: int = config.setting(
        20_000, "Maximum number of triangles; a denser mesh is decimated first", low=4, high=200_000
    )
    size: int = config.setting(1024, "Width and height of the textures", low=16, high=8192, unit="px")
    normals: bool = config.setting(True, "Bake the detail of the dense mesh into a normal map")
    pack: bool = config.setting(
        True, "Pack the textures into the .blend file; otherwise they are saved in the folder textures next to it"
    )


@dataclass(frozen=True)
class TurntableConfig:
    """How a camera goes once around a result."""

    frames: int = config.setting(48, "Number of frames of one turn", low=2, high=10_000)
    size: int = config.setting(512, "Width and height of the frames", low=16, high=8192, unit="px")
    samples: int = config.setting(32, "Cycles samples per frame; more is smoother and slower", low=1, high=4096)
    rate: int = config.setting(24, "Frames per second of the video", low=1, high=240)
    elevation_degrees: float = config.setting(20.0, "Elevation of the camera", low=-85.0, high=85.0, unit="degrees")
    denoise: bool = config.setting(True, "Denoise the frames (Intel Open Image Denoise)")
    transparent: bool = config.setting(False, "Transparent background (images only, a video has none)")


@dataclass(frozen=True)
class AssetConfig:
    """What an asset is listed under."""

    catalog: str = config.setting(
        "Dreamwright", "Catalog of the asset browser, such as Props/Kitchen; if empty, unassigned"
    )
    author: str = config.setting("", "Author that the asset browser shows; if empty, Dreamwright")
    tags: str = config.setting("", "Additional tags, separated by commas; the words of the prompt are tags already")


UV_MARGINS_PX = (4.0, 2.0, 1.0, 0.5)
"""Between two islands of an unwrapped mesh; narrower ones where a mesh in many pieces would be all gaps."""
GOOD_UV_COVERAGE = 0.2
"""The part of a texture that islands should cover at least."""
LOW_UV_COVERAGE = 0.05
"""A texture of which less than this is used is coarse, and that is said."""
