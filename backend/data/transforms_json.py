"""The readers of posed pictures, by the name that scripts have known them by; `dataset.py` is where they are."""

from .dataset import Dataset as Dataset
from .dataset import read_dataset as read_dataset
