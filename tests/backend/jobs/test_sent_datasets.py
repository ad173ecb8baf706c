"""Datasets whose files were sent: names and sizes first, then pieces in order, and nothing that leads elsewhere."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from backend.config import JobConfig
from backend.errors import DatasetError, ParamsError
from backend.jobs.dataset_names import check_pictures, lies_in
from backend.jobs.sent_datasets import FILES_LIMIT, UNUSED_LIMIT, Sent, used_by
from backend.wire.messages import CHUNK_LIMIT, SENT

POSES = json.dumps({"frames": [{"file_path": "000000.png"}, {"file_path": 3}]}).encode()
FILES = {"transforms.json": POSES, "000000.png": b"a picture"}


def begin(sent, client="ann", used=(), files=FILES):
    return sent.begin(client, {name: len(content) for name, content in files.items()}, used)


def row(content):
    return np.frombuffer(content, np.uint8)


def send(sent, files=FILES):
    dataset = begin(sent, files=files)
    for name, content in files.items():
        sent.write("ann", dataset, name, 0, row(content))
    return dataset


def folder_of(tmp_path, dataset):
    return tmp_path / "datasets" / dataset.removeprefix(SENT)


def test_what_was_sent_whole_is_resolved_to_its_folder(tmp_path):
    sent = Sent(tmp_path)
    dataset = send(sent)
    sent.check_whole("ann", dataset)
    folder = folder_of(tmp_path, dataset)
    assert sent.resolved(JobConfig(dataset=dataset)).dataset == str(folder)
    assert sent.resolved(JobConfig(dataset="/a")).dataset == "/a"
    assert (folder / "000000.png").read_bytes() == b"a picture"
    sent.forget("/etc")
    sent.forget(SENT + "../../x")
    sent.forget(dataset)
    assert not folder.exists()


def test_also_where_the_cache_folder_is_a_link_or_relative(tmp_path, monkeypatch):
    """As /tmp is on a Mac: pictures lie where the link leads, not where it lies."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    for cache in (tmp_path / "link", tmp_path.joinpath("real").relative_to(tmp_path)):
        sent = Sent(cache)
        sent.check_whole("ann", send(sent))


def test_pieces_come_in_order_and_a_lost_answer_is_asked_for(tmp_path):
    sent = Sent(tmp_path)
    dataset = begin(sent)
    assert sent.write("ann", dataset, "000000.png", 0, row(b"a pic")) == 5
    assert sent.write("ann", dataset, "000000.png", -1, row(b"")) == 5
    for offset, content in ((0, b"a pic"), (-1, b"t"), (5, b"ture and more")):
        with pytest.raises(ParamsError, match="has 5 of 9 bytes: go on from there"):
            sent.write("ann", dataset, "000000.png", offset, row(content))
    with pytest.raises(DatasetError, match="transforms.json of the dataset has not come whole"):
        sent.check_whole("ann", dataset)
    assert sent.write("ann", dataset, "000000.png", 5, row(b"ture")) == 9


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("sent.json", row(b"x"), "was not announced"),
        ("000000.png", np.zeros(3, np.uint16), "a row of at most"),
        ("000000.png", np.zeros((3, 1), np.uint8), "a row of at most"),
        ("000000.png", np.zeros(CHUNK_LIMIT + 1, np.uint8), "a row of at most"),
    ],
)
def test_what_is_no_piece_is_refused(tmp_path, name, data, sentence):
    sent = Sent(tmp_path)
    with pytest.raises(ParamsError, match=sentence):
        sent.write("ann", begin(sent), name, 0, data)


@pytest.mark.parametrize("dataset", ["", "/etc", SENT, SENT + "../jobs", SENT + "0" * 24])
def test_what_is_no_dataset_of_a_client_is_one_sentence(tmp_path, dataset):
    with pytest.raises(DatasetError, match="no dataset .* of this client: send it again"):
        Sent(tmp_path).check_whole("ann", dataset)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"client": "ann"}', "3"])
def test_a_manifest_that_cannot_be_read_is_as_none(tmp_path, manifest):
    sent = Sent(tmp_path)
    dataset = send(sent)
    (folder_of(tmp_path, dataset) / "sent.json").write_text(manifest)
    with pytest.raises(DatasetError, match="send it again"):
        sent.check_whole("ann", dataset)
    begin(sent)  # nor is it in the way of what comes next


def test_another_clients_is_as_none(tmp_path):
    sent = Sent(tmp_path)
    with pytest.raises(DatasetError, match="send it again"):
        sent.check_whole("ben", send(sent))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"transforms.json": 5}, "poses and pictures"),
        ({f"{number:06d}.png": 5 for number in range(FILES_LIMIT + 1)}, "at most 4096 files"),
        ({"../x.json": 5, "000000.png": 5}, "cannot be sent"),
        ({"transforms.json": 5, "000000.png": 0}, "must be from 1"),
        ({"transforms.json": 5, "000000.png": "5"}, "must be from 1"),
        ({"000001.png": 5, "000000.png": 5}, "needs a transforms.json"),
        ({"transforms.json": 5, "000000.png": 3 << 30, "000001.png": 3 << 30}, "at most 4096 MiB"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_announced_is_one_sentence(tmp_path, files, sentence):
    with pytest.raises(ParamsError, match=sentence):
        Sent(tmp_path).begin("ann", files, ())


def test_of_unused_ones_a_client_has_a_few_and_nobody_elses_go(tmp_path):
    sent = Sent(tmp_path)
    others = begin(sent, "ben")
    used = begin(sent)
    mine = []
    for age in range(UNUSED_LIMIT + 2):
        mine.append(begin(sent, used=[used]))
        os.utime(folder_of(tmp_path, mine[-1]), (age + 1, age + 1))
    there = [dataset for dataset in mine if folder_of(tmp_path, dataset).exists()]
    assert there == mine[-UNUSED_LIMIT:], "the oldest went"
    assert all(folder_of(tmp_path, each).exists() for each in (others, used))


def test_at_the_start_what_no_job_was_made_of_goes_but_nothing_that_is_young(tmp_path):
    Sent(tmp_path).forget_unused(set(), 1e12)  # nothing was sent yet
    sent = Sent(tmp_path)
    used, unused, young = begin(sent), begin(sent), begin(sent)
    (tmp_path / "datasets" / "mine").mkdir()
    for dataset in (used, unused):
        os.utime(folder_of(tmp_path, dataset), (1, 1))
    sent.forget_unused({used}, 1e9)
    assert sorted(path.name for path in (tmp_path / "datasets").iterdir()) == sorted(
        ["mine", *(each.removeprefix(SENT) for each in (used, young))]
    )


def test_which_datasets_jobs_have():
    configs = [{"dataset": SENT + "a"}, {"dataset": "/a"}, {}, {"dataset": 3}]
    assert used_by(configs) == {SENT + "a"}


@pytest.mark.parametrize("poses", ["", "[]", "{}", '{"frames": [1]}', '{"frames": [{}]}', "[" * 100_000, None])
def test_poses_that_cannot_be_read_are_one_sentence(tmp_path, poses):
    (tmp_path / "transforms.json").mkdir() if poses is None else (tmp_path / "transforms.json").write_text(poses)
    with pytest.raises(DatasetError, match="The poses in transforms.json cannot be read: export them again"):
        check_pictures(tmp_path, (tmp_path,))


def test_poses_that_are_no_poses_file_are_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("backend.jobs.dataset_names.BYTES_LIMIT", 10)
    (tmp_path / "transforms_train.json").write_bytes(POSES)
    with pytest.raises(DatasetError, match="transforms_train.json cannot be read"):
        check_pictures(tmp_path, (tmp_path,))


def test_pictures_elsewhere_are_refused_wherever_links_and_dots_lead(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "private.png")
    (folder / "circle").symlink_to(folder / "circle")
    for name in ("../private.png", "/etc/hostname", "link.png", "a\0b"):
        (folder / "transforms.json").write_text(json.dumps({"frames": [{"file_path": name}]}))
        with pytest.raises(DatasetError, match="lies outside of its dataset"):
            check_pictures(folder, (folder,))
    assert lies_in(folder / "x" / ".." / "a.png", (folder,)) and not lies_in(folder, ())
