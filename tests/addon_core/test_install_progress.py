"""The figures of a download: speed over the last seconds, time left, and the line that a person reads."""

from __future__ import annotations

import pytest

from addon.core.install_progress import DownloadMeter, InstallProgress


def moments(total, *pairs):
    """What the meter says at each (seconds, megabytes)."""
    clock = iter([seconds for seconds, _ in pairs])
    meter = DownloadMeter(total, lambda: next(clock))
    return [meter.at("Downloading PyTorch", done, 0.1, 0.7) for _, done in pairs]


def test_speed_and_time_left():
    first, *_, last = moments(1900.0, (0, 0), (5, 50), (10, 100))
    assert first.mb_per_second is None and first.seconds_left is None
    assert last.mb_per_second == pytest.approx(10) and last.seconds_left == pytest.approx(180)
    assert last.fraction == pytest.approx(0.1 + 0.6 * 100 / 1900)
    assert last.text == "Downloading PyTorch: 100 of 1,900 MB, 10.0 MB/s, 3 min left"


def test_the_speed_is_that_of_the_last_seconds():
    last = moments(1000.0, (0, 0), (10, 500), (20, 510), (30, 520))[-1]
    assert last.mb_per_second == pytest.approx(1.0) and last.text.endswith("1.0 MB/s, 8 min left")


def test_a_stalled_download_promises_nothing():
    last = moments(1000.0, (0, 300), (20, 300), (40, 300))[-1]
    assert last.mb_per_second is None and last.text == "Downloading PyTorch: 300 of 1,000 MB"


def test_more_than_was_estimated_is_never_more_than_all():
    last = moments(100.0, (0, 0), (10, 120))[-1]
    assert last.total_mb == 120 and last.fraction == pytest.approx(0.7) and last.seconds_left == 0


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (3540, "59 min"), (7500, "2 h 5 min")]
)
def test_time_as_a_person_reads_it(seconds, words):
    progress = InstallProgress("Downloading", 0.2, 1.0, 2.0, 1.0, seconds)
    assert progress.text == f"Downloading: 1 of 2 MB, 1.0 MB/s, {words} left"


def test_a_stage_without_a_download_is_its_words_alone():
    assert InstallProgress("Trying the new environment", 0.9).text == "Trying the new environment"
