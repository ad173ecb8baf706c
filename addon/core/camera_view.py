"""Any camera as the window that it looks through, and the rays through it; numpy only.

Blender's projection matrices (perspective or orthographic, whatever the lens, the shift, the sensor's fit, the pixels'
aspect) say no more than where the picture's edges lie and how near and far is seen: so a camera of the scene and the
viewport's own are read alike. The camera looks along its local -Z with +Y up.

A ray is origin + t * direction, where `direction` goes one meter along the camera's AXIS: so `t` is the depth that
Cycles' Z pass holds, and it stays the same `t` in whatever frame the ray is carried to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .wire import messages

Edges = tuple[float, float, float, float]


@dataclass(frozen=True)
class CameraView:
    """`pose` 4x4 camera to world (any affine map); the window's edges in meters, at depth 1 where it is perspective."""

    pose: np.ndarray
    perspective: bool
    left: float
    right: float
    bottom: float
    top: float
    near: float
    far: float
    width: int
    height: int

    @staticmethod
    def from_projection(projection: np.ndarray, pose: np.ndarray, width: int, height: int) -> CameraView:
        """Returns what a camera sees whose projection matrix is this (4x4, OpenGL's)."""
        matrix, pose = np.asarray(projection, np.float64), np.asarray(pose, np.float64)
        perspective = bool(matrix[3, 2] != 0)
        (left, right, bottom, top), (near, far) = (_perspective_edges if perspective else _orthographic_edges)(matrix)
        behind = max(-near, 0.0)  # the viewport's parallel rays begin behind its camera: so does ours
        back = pose @ _translation_z(behind)
        return CameraView(back, perspective, left, right, bottom, top, near + behind, far + behind, width, height)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal where the same is seen in as many pixels."""
        edges = self.left, self.right, self.bottom, self.top, self.near, self.far
        return self.pose.tobytes(), self.perspective, edges, self.width, self.height

    def rays(self) -> tuple[np.ndarray, np.ndarray]:
        """Origins and directions (height, width, 3) through the pixels' centers; the first row is the top one."""
        x = self.left + (np.arange(self.width) + 0.5) / self.width * (self.right - self.left)
        y = self.top + (np.arange(self.height) + 0.5) / self.height * (self.bottom - self.top)
        across = np.stack([*np.meshgrid(x, y), np.zeros((self.height, self.width))], axis=-1)
        ahead = np.array([0.0, 0.0, -1.0])
        start, along = (0 * across, across + ahead) if self.perspective else (across, 0 * across + ahead)
        turn = self.pose[:3, :3].T
        return start @ turn + self.pose[:3, 3], along @ turn

    def part(self, left: float, right: float, top: float, bottom: float, width: int, height: int) -> CameraView:
        """Returns what is seen in a part of the picture; its edges as shares of the width from the left, the height
        from the top."""
        across, down = self.right - self.left, self.bottom - self.top
        return replace(
            self,
            left=self.left + left * across,
            right=self.left + right * across,
            top=self.top + top * down,
            bottom=self.top + bottom * down,
            width=width,
            height=height,
        )

    def rows(self, first: int, last: int) -> CameraView:
        """The pixels' rows from `first` up to `last`."""
        return self.part(0.0, 1.0, first / self.height, last / self.height, self.width, last - first)

    def scaled(self, scale: float) -> CameraView:
        """The same picture of fewer pixels."""
        return replace(self, width=max(1, round(self.width * scale)), height=max(1, round(self.height * scale)))

    def in_frame(self, matrix: np.ndarray) -> CameraView:
        """The same camera in another frame, into which `matrix` (4x4) takes points of the present one."""
        return replace(self, pose=np.asarray(matrix, np.float64) @ self.pose)

    def view(self, normals: bool = True) -> messages.View:
        """The same, in the words of the wire: lens, shift and aspect instead of edges."""
        across, up = self.right - self.left, self.top - self.bottom
        return messages.View(
            pose=self.pose.tolist(),
            width=self.width,
            height=self.height,
            lens="perspective" if self.perspective else "orthographic",
            angle_x=2 * math.atan(across / 2) if self.perspective else None,
            scale_x=None if self.perspective else across,
            shift_x=(self.left + self.right) / 2 / across,
            shift_y=(self.bottom + self.top) / 2 / across,
            clip_start=max(self.near, 0.0),
            clip_end=self.far,
            pixel_aspect=(up / self.height) / (across / self.width),
            normals=normals,
        )


def _translation_z(meters: float) -> np.ndarray:
    matrix = np.eye(4)
    matrix[2, 3] = meters
    return matrix


def _perspective_edges(matrix: np.ndarray) -> tuple[Edges, tuple[float, float]]:
    """x' = (m00 x + m02 z) / -z and so on, at z = -1 and the edges x' = -1, 1."""
    left, right = (float((edge + matrix[0, 2]) / matrix[0, 0]) for edge in (-1, 1))
    low, high = (float((edge + matrix[1, 2]) / matrix[1, 1]) for edge in (-1, 1))
    near, far = matrix[2, 3] / (matrix[2, 2] - 1), matrix[2, 3] / (matrix[2, 2] + 1)
    return (left, right, low, high), (float(near), float(far))


def _orthographic_edges(matrix: np.ndarray) -> tuple[Edges, tuple[float, float]]:
    """x' = m00 x + m03 and so on."""
    left, right = (float((edge - matrix[0, 3]) / matrix[0, 0]) for edge in (-1, 1))
    low, high = (float((edge - matrix[1, 3]) / matrix[1, 1]) for edge in (-1, 1))
    near, far = (matrix[2, 3] + 1) / matrix[2, 2], (matrix[2, 3] - 1) / matrix[2, 2]
    return (left, right, low, high), (float(near), float(far))
