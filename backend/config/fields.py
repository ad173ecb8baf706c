"""Settings of the field: the box it fills, how it is represented, and what it starts from."""

from __future__ import annotations

import math
from dataclasses import field as dataclass_field

from .light_dataclass import dataclass
from .networks import HashGridConfig, MipNerfConfig, NerfConfig, SdfConfig, SirenConfig, TriPlaneConfig
from .setting import setting

FIELD_KINDS = ("dense_grid", "hash_grid", "nerf", "mip_nerf", "siren", "tri_plane", "sdf")

DENSITY_INITS = ("fog", "blob", "even", "empty", "none", "prior")


@dataclass(frozen=True)
class BoundsConfig:
    """The box that the result fills, in meters of the scene (Z up).

    A job keeps to the box's own frame, in which the box is not turned: pictures are turned into it as they are read,
    and who places the result turns it with the box (`to_scene`).
    """

    center: tuple[float, float, float] = setting((0.0, 0.0, 1.0), "Center of the box", low=-1e6, high=1e6, unit="m")
    size: tuple[float, float, float] = setting((2.0, 2.0, 2.0), "Size of the box", low=1e-4, high=1e6, unit="m")
    rotation_degrees: tuple[float, float, float] = setting(
        (0.0, 0.0, 0.0), "How the box is turned about its center: around X, then Y, then Z (Blender's XYZ Euler)",
        low=-360.0, high=360.0, unit="degrees",
    )  # fmt: skip
    automatic: bool = setting(
        False,
        "Whether the box is found from where the pictures were taken, their sparse points and masks; a center, size or"
        " turn that is given ends that",
    )

    @property
    def to_scene(self) -> list[list[float]]:
        """The 4x4 that turns the box's own frame about its center into the scene's: p = c + Rz Ry Rx (q - c)."""
        (cx, sx), (cy, sy), (cz, sz) = (_cos_sin(angle) for angle in self.rotation_degrees)
        turn = [
            [cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz],
            [cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz],
            [-sy, sx * cy, cx * cy],
        ]
        shifts = [
            c - sum(r * x for r, x in zip(row, self.center, strict=True))
            for c, row in zip(self.center, turn, strict=True)
        ]
        return [[*row, shift] for row, shift in zip(turn, shifts, strict=True)] + [[0.0, 0.0, 0.0, 1.0]]


def _cos_sin(degrees: float) -> tuple[float, float]:
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


@dataclass(frozen=True)
class FieldConfig:
    """The radiance field; resolutions are the dense grid's, each other kind has a group of its own."""

    kind: str = setting("dense_grid", "Representation of the field", choices=FIELD_KINDS)
    resolution: int = setting(96, "Voxels along an axis at the end", low=8, high=512)
    start_resolution: int = setting(48, "Voxels along an axis at the start", low=4, high=512)
    upsample_at: tuple[float, ...] = setting(
        (0.35,), "Fractions of the run at which the grid grows towards its final resolution", low=0.0, high=1.0
    )
    density_init: str = setting(
        "",
        "What is there before the first step: a wide fog, DreamFusion's small blob, the same everywhere (SJC), nothing,"
        " what the network's weights say (none), or what the shape prior makes of the prompt (a dense grid); empty"
        " means the shape prior where it knows the words, else by method",
        choices=("", *DENSITY_INITS),
    )
    prior_code: tuple[float, ...] = setting(
        (), "Numbers that say which instance of its object the shape prior makes, as a picture was read; empty means"
        " drawn by the seed", low=-1.0, high=1.0
    )  # fmt: skip
    view_dependent_color: bool = setting(False, "Whether colors change with the side they are seen from")
    harmonics_degree: int = setting(
        1, "Degree of the spherical harmonics by which a dense grid's colors change with the side", low=1, high=2,
        source="Plenoxels, section 3.1"
    )  # fmt: skip
    direction_frequencies: int = setting(
        4, "Octaves of the encoding of directions", low=0, high=12, source="NeRF, section 5.1"
    )
    unbounded: bool = setting(
        False, "Whether there is a scene around the box; it is drawn in towards it", source="mip-NeRF 360, eq. 10"
    )
    reach: float = setting(
        16.0, "How far an unbounded scene is followed", low=1.0, high=1e4, unit="half-widths of the box"
    )
    density_scale: float = setting(
        100.0, "Optical depth of the longest side of the box where softplus is 1", low=1e-2, high=1e6
    )
    nerf: NerfConfig = dataclass_field(default_factory=NerfConfig)
    mip_nerf: MipNerfConfig = dataclass_field(default_factory=MipNerfConfig)
    hash_grid: HashGridConfig = dataclass_field(default_factory=HashGridConfig)
    siren: SirenConfig = dataclass_field(default_factory=SirenConfig)
    tri_plane: TriPlaneConfig = dataclass_field(default_factory=TriPlaneConfig)
    sdf: SdfConfig = dataclass_field(default_factory=SdfConfig)


@dataclass(frozen=True)
class StartConfig:
    """A mesh that the field starts from; without one it starts as field.density_init says."""

    mesh: str = setting(
        "", "A mesh whose solid and colors the field starts from, in meters of the scene: a .ply, .obj or .npz file"
    )
    edits: bool = setting(
        False,
        "Whether the mesh is the earlier job's own, edited by hand: only what differs is taken over and held, the rest"
        " stays as the field has it",
    )
    in_place: bool = setting(
        True,
        "Whether the result stays where the mesh stands, else what is made of words stands on the floor of its box",
    )
    hold_shape: float = setting(
        0.1, "Weight that keeps the mesh's shape while guidance pulls; 0 only starts from it", low=0.0, high=1e4
    )
    hold_color: float = setting(
        0.0, "Weight that keeps the mesh's colors while guidance pulls; 0 only starts from them", low=0.0, high=1e4
    )
    fit_steps: int = setting(
        200, "Steps in which a field that is a network learns the mesh, before the first", low=1, high=100_000
    )


@dataclass(frozen=True)
class PriorConfig:
    """Whose shape a field starts from, where field.density_init is prior."""

    model: str = setting(
        "",
        "Which shape prior answers: 'embedded' (ours), 'shap-e', 'shap-e-img2img', or the folder of one; empty means"
        " ours where it knows the words, else Shap-E where that is on this machine",
    )
    picture: str = setting(
        "", "File of a picture that is read instead of words, by 'shap-e-img2img': a PNG, JPEG, WebP, TIFF or BMP"
    )
    denoising_steps: int = setting(
        0,
        "Steps in which Shap-E denoises; 0 means 64 as published, and 25 on a processor",
        low=0,
        high=1000,
        source="Shap-E's published code",
    )
    denoising_guidance: float = setting(
        0.0,
        "Classifier-free guidance of Shap-E; 0 means 15 for words and 3 for a picture, as published",
        low=0.0,
        high=100.0,
        source="Shap-E, section 4.2",
    )
