"""Records of jobs that were written before the names changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from backend import config
from backend.jobs.store import JobStore, current_record

DATA = Path(__file__).parents[2] / "data"


def test_an_old_record_is_listed_by_the_names_of_now(tmp_path):
    folder = tmp_path / "jobs" / "a9"
    folder.mkdir(parents=True)
    shutil.copy(DATA / "job_version_1.json", folder / "job.json")
    record = JobStore(tmp_path).get("a9")
    assert record.seconds_optimize == 1.5 and record.models[0]["license"] == "GPL-3.0-or-later"
    assert record.config == config.to_json(config.from_json(record.config))
    assert record.config["optimize"]["steps"] == 77


def test_what_is_no_record_is_left_alone():
    assert current_record([1]) == [1] and current_record({"models": 3}) == {"models": 3}
