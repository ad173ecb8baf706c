"""What changes in a job's config where another goes on from its field."""

from __future__ import annotations

import json

from backend import config
from backend.config.going_on import changes_going_on, differences


def test_differences_brought_back_give_what_is_wanted():
    before = config.to_json(config.preset("text", "draft"))
    wanted = config.to_json(config.with_changes(config.preset("text", "high"), {"prompt": "a cup", "seed": 3}))
    changes = differences(before, wanted)
    assert config.to_json(config.with_changes(config.from_json(before), changes)) == wanted
    assert differences(wanted, wanted) == {}
    assert differences(json.loads(json.dumps(wanted)), wanted) == {}, "tuples are lists after a .blend"


def test_changes_keep_the_box_and_never_make_a_field_coarser():
    before = config.to_json(
        config.with_changes(config.preset("text", "high"), {"prompt": "a", "bounds": {"size": [3, 2, 1]}})
    )
    wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "b", "seed": 4})
    changes = changes_going_on(before, wanted)
    after = config.with_changes(config.from_json(before), changes)
    assert (after.prompt, after.seed, after.quality) == ("b", 4, "draft") and after.optimize == wanted.optimize
    assert after.bounds.size == (3.0, 2.0, 1.0) and after.field == config.from_json(before).field
    finer = changes_going_on(config.to_json(wanted), config.from_json(before))
    assert finer["field"] == {"resolution": before["field"]["resolution"]}


def test_a_reconstruction_takes_over_no_words():
    before = config.to_json(config.with_changes(config.preset("reconstruct", "draft"), {"dataset": "/pictures"}))
    wanted = config.with_changes(config.preset("reconstruct", "normal"), {"prompt": "a cup", "seed": 4})
    changes = changes_going_on(before, wanted)
    assert "prompt" not in changes and "dataset" not in changes and changes["seed"] == 4
