"""Settings of the fields that are networks: a group for each, with its published numbers where they fit."""

from __future__ import annotations

from .light_dataclass import dataclass
from .setting import setting

ENCODINGS = ("positional", "hash", "tri_plane")


@dataclass(frozen=True)
class NerfConfig:
    """A network of positions at rising frequencies (NeRF, arXiv 2003.08934)."""

    layers: int = setting(8, "Hidden layers", low=1, high=32, source="NeRF, appendix A")
    width: int = setting(256, "Values in a hidden layer", low=4, high=2048, source="NeRF, appendix A")
    skip: int = setting(4, "Layer after which the encoding is read again; 0: never", low=0, high=32, source="NeRF")
    frequencies: int = setting(10, "Octaves of the encoding", low=0, high=20, source="NeRF, section 5.1")
    learning_rate: float = setting(5e-4, "Adam's step", low=1e-7, high=1.0, source="NeRF, section 5.3")


@dataclass(frozen=True)
class MipNerfConfig:
    """A residual network of integrated random Fourier features (mip-NeRF; the network of Dream Fields)."""

    degree: int = setting(8, "Highest frequency, as a power of 2", low=0, high=20, source="Dream Fields")
    features: int = setting(128, "Random frequencies, beside the three axes", low=0, high=4096, source="published code")
    blocks: int = setting(4, "Residual blocks", low=0, high=32, source="Dream Fields, appendix")
    width: int = setting(128, "Values between blocks", low=4, high=2048, source="Dream Fields, appendix")
    inner_width: int = setting(256, "Values inside a block", low=4, high=2048, source="Dream Fields, appendix")
    point_width: float = setting(
        0.01, "What a point alone stands for, where no ray is: a cell this wide", low=0.0, high=1.0,
        unit="of the longest side",
    )  # fmt: skip
    learning_rate: float = setting(5e-4, "Adam's step; 1e-4 in Dream Fields", low=1e-7, high=1.0, source="mip-NeRF")


@dataclass(frozen=True)
class HashGridConfig:
    """Hashed lattices of features at many resolutions (Instant-NGP, arXiv 2201.05989)."""

    levels: int = setting(16, "Lattices", low=1, high=32, source="Instant-NGP, table 1")
    level_features: int = setting(2, "Values at a corner of a lattice", low=1, high=16, source="Instant-NGP, table 1")
    log2_table: int = setting(
        17, "Rows of a lattice's table, as a power of 2; 19 in the paper", low=4, high=24, source="Instant-NGP, table 1"
    )
    coarsest: int = setting(16, "Cells a side of the first lattice", low=1, high=1024, source="Instant-NGP, table 1")
    finest: int = setting(512, "Cells a side of the last lattice; 2048 in the paper for a scene", low=1, high=65536)
    width: int = setting(64, "Values in a hidden layer", low=4, high=2048, source="Instant-NGP, section 5.4")
    learning_rate: float = setting(1e-2, "Adam's step", low=1e-7, high=1.0, source="Instant-NGP, section 4")


@dataclass(frozen=True)
class SirenConfig:
    """A network of sines (SIREN, arXiv 2006.09661)."""

    layers: int = setting(4, "Hidden layers", low=1, high=32)
    width: int = setting(256, "Values in a hidden layer", low=4, high=2048, source="SIREN, section 4")
    frequency: float = setting(30.0, "omega_0 of the first layer; lower is smoother", low=0.1, high=1e3, source="SIREN")
    learning_rate: float = setting(5e-4, "Adam's step", low=1e-7, high=1.0)


@dataclass(frozen=True)
class TriPlaneConfig:
    """Features on three planes (EG3D, arXiv 2112.07945)."""

    plane_resolution: int = setting(128, "Cells a side of a plane; 256 in the paper", low=2, high=2048)
    plane_features: int = setting(16, "Values at a cell; 32 in the paper", low=1, high=256)
    width: int = setting(64, "Values in the hidden layer", low=4, high=2048, source="EG3D, section 4.1")
    learning_rate: float = setting(1e-2, "Adam's step", low=1e-7, high=1.0)


@dataclass(frozen=True)
class SdfConfig:
    """A signed distance whose surface is made of density (VolSDF, arXiv 2106.12052)."""

    encoding: str = setting("hash", "What the network reads beside the position", choices=ENCODINGS)
    layers: int = setting(2, "Hidden layers; 8 in the paper", low=1, high=32)
    width: int = setting(64, "Values in a hidden layer; 256 in the paper", low=4, high=2048)
    frequencies: int = setting(6, "Octaves of the positional encoding", low=0, high=20, source="VolSDF, appendix B")
    radius: float = setting(0.6, "Of the ball that it starts as", low=0.01, high=2.0, unit="half-widths of the box")
    beta: float = setting(
        0.1, "Softness of the surface at the start; then it is learned", low=1e-3, high=10.0, unit="half-widths",
        source="VolSDF, section 3.5",
    )  # fmt: skip
    eikonal_weight: float = setting(0.1, "Weight of |slope of the distance| = 1", low=0.0, high=1e6, source="VolSDF")
    learning_rate: float = setting(5e-4, "Adam's step of the network", low=1e-7, high=1.0, source="VolSDF, appendix B")
