"""Clients of a backend that stays: tokens of their own, jobs of their own, and no file of that machine."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from backend.errors import (
    AuthorizationError,
    ConfigError,
    DatasetError,
    ParamsError,
    UnknownJobError,
)
from backend.jobs.clients import add_client, read_clients, revoke_client, strength
from backend.wire import messages
from backend.wire.messages import (
    BeginDataset,
    BranchJob,
    CancelJob,
    CreateJob,
    DeleteJob,
    EditJob,
    FetchGrid,
    FetchPreview,
    GetJob,
    ListCheckpoints,
    ListJobs,
    PauseJob,
    Progress,
    RewindJob,
    ShutDown,
    StateChanged,
    WriteDataset,
)

from .live import ENDLESS, PATIENCE, ROOT, Backend, Client


@pytest.fixture(scope="module")
def staying(tmp_path_factory):
    backend = Backend(tmp_path_factory.mktemp("staying") / "cache", "--stay", stdin=subprocess.DEVNULL)
    yield backend
    backend.kill()


@pytest.fixture
def shared(staying):
    """A backend that stays, and what connects as one of its clients, who are new in each test."""
    tokens, opened = {}, []

    def connect(name):
        if name not in tokens:
            tokens[name] = add_client(staying.cache, name)
        opened.append(Client(staying.open(token=tokens[name])))
        return opened[-1]

    yield staying, connect
    for client in opened:
        client.socket.close()
    for name in {each.name for each in read_clients(staying.cache)} & tokens.keys():
        revoke_client(staying.cache, name)
    owner = staying.connect()
    for each in owner.ask(ListJobs()).jobs:
        if each["state"] in ("running", "paused"):
            owner.ask(CancelJob(each["job"]))
        owner.ask(DeleteJob(each["job"]))
    owner.socket.close()


def test_a_backend_that_stays_with_a_weak_token_does_not_start(start):
    backend = start("--stay", stdin=subprocess.DEVNULL, wrapper=["env", "DREAMWRIGHT_TOKEN=guess"])
    assert backend.process.wait(PATIENCE) == 1 and backend.announced is None
    assert "The token is too easy to guess" in backend.stderr.splitlines()[-1]


@pytest.mark.process
def test_the_commands_add_list_and_revoke(tmp_path):
    def said(*words):
        command = [sys.executable, "-m", "backend", "clients", *words, "--cache", str(tmp_path)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    token = said("add", "ann").stdout.strip()
    assert strength(token) >= 128 and said("list").stdout.startswith("ann\t")
    assert "There is a client 'ann' already" in said("add", "ann").stderr
    assert said("revoke", "ann").returncode == 0 and said("list").stdout == ""
    assert "There is no client 'ann'" in said("revoke", "ann").stderr


def test_the_token_comes_from_a_private_file_or_standard_input(start, tmp_path):
    import secrets

    token = secrets.token_urlsafe(32)
    file = tmp_path / "token"
    file.write_text(token + "\n")
    file.chmod(0o644)
    refused = start("--stay", "--token-file", str(file), stdin=subprocess.DEVNULL)
    assert refused.process.wait(PATIENCE) == 1 and "Others can read the token" in refused.stderr
    file.chmod(0o600)
    backend = start("--stay", "--token-file", str(file), stdin=subprocess.DEVNULL)
    Client(backend.open(token=token)).ask(ShutDown())
    assert backend.process.wait(PATIENCE) == 0
    with file.open() as given:
        third = start("--stay", "--token-stdin", stdin=given)
        Client(third.open(token=token)).ask(ShutDown())


@pytest.mark.process
def test_a_client_sees_and_commands_only_its_own_jobs(shared, tiny):
    backend, connect = shared
    ann, ben, owner = connect("ann"), connect("ben"), backend.connect()
    job = ann.ask(CreateJob({"prompt": "a red cube"})).job
    for client in (ann, owner):
        assert [each["job"] for each in client.ask(ListJobs()).jobs] == [job]
    assert ben.ask(ListJobs()).jobs == [] and ben.ask(ListJobs()).total == 0
    view = {"pose": np.eye(4).tolist(), "width": 8, "height": 8, "angle_x": 0.7}
    for call in (
        GetJob(job), messages.StartJob(job), PauseJob(job), messages.ResumeJob(job), CancelJob(job), EditJob(job, "x"),
        DeleteJob(job), FetchGrid(job), FetchPreview(job), messages.RenderView(job, view, 0.1), ListCheckpoints(job),
        RewindJob(job, 1), BranchJob(job, {}),
    ):  # fmt: skip
        with pytest.raises(UnknownJobError, match="it may have been deleted"):
            ben.ask(call)
    assert {kind.method for kind in messages.CALLS.values() if "job" in kind.__annotations__} == {
        "jobs.get", "jobs.start", "jobs.pause", "jobs.resume", "jobs.cancel", "jobs.edit", "jobs.delete", "jobs.grid",
        "jobs.preview", "jobs.render", "jobs.checkpoints", "jobs.rewind", "jobs.branch",
    }, "a call about a job that was not tried here"  # fmt: skip
    assert ann.ask(GetJob(job)).client == "ann" and owner.ask(GetJob(job)).client == "ann"
    assert ann.welcome.cache == "" and owner.welcome.cache
    with pytest.raises(AuthorizationError, match="Only who started the backend ends it"):
        ann.ask(ShutDown())
    assert json.loads((backend.cache / "jobs" / job / "job.json").read_text())["client"] == "ann"


@pytest.mark.process
def test_a_client_is_told_of_its_own_jobs_only(shared, scene_folder, tiny):
    _backend, connect = shared
    ann, ben = connect("ann"), connect("ben")
    config = tiny(optimize=ENDLESS) | {"dataset": send(ann, scene_folder)}
    job = ann.begin(config)
    ann.wait_for(Progress, lambda event: event.job == job)
    ann.ask(CancelJob(job))
    ann.wait_for(StateChanged, lambda event: event.state == "cancelled")
    ben.ask(ListJobs())
    assert ben.events == []


@pytest.mark.process
def test_a_client_that_is_revoked_is_parted_from_at_once(shared):
    backend, connect = shared
    ann = connect("ann")
    ann.ask(ListJobs())
    revoke_client(backend.cache, "ann")
    with pytest.raises(ConnectionClosed):
        ann.ask(ListJobs())
    with pytest.raises(InvalidStatus):
        connect("ann")


@pytest.mark.process
@pytest.mark.parametrize(
    "change",
    [
        {"method": "reconstruct", "dataset": "/etc"},
        {"model": "/etc"},
        {"model": "local-dir:/etc"},
        {"model": "~/models"},
        {"model": "backend/models/clip"},
        {"score_distillation": {"model": "../x"}},
        {"prompt_options": {"image_prompts": [{"path": "/etc/hostname"}]}},
    ],
)
def test_no_file_of_that_machine_is_read_for_a_client(shared, change):
    backend, connect = shared
    for client in (connect("ann"), backend.connect()):  # whoever holds the owner's token may be elsewhere, too
        with pytest.raises(ConfigError, match="names a place on the backend's machine.*--allow-folder"):
            client.ask(CreateJob({"prompt": "a red cube"} | change))
        job = client.ask(CreateJob({"prompt": "a red cube"})).job
        if "prompt_options" in change:
            with pytest.raises(ConfigError, match="names a place"):
                client.ask(EditJob(job, prompt_options=change["prompt_options"]))


def test_a_folder_that_was_allowed_is_read_and_nothing_beside_it(start, scene_folder, tiny, tmp_path):
    backend = start("--stay", "--allow-folder", str(scene_folder), stdin=subprocess.DEVNULL)
    client = backend.connect()
    assert client.ask(CreateJob(tiny())).job
    (tmp_path / "elsewhere").mkdir()
    for outside in (scene_folder / "..", tmp_path / "elsewhere"):
        with pytest.raises(ConfigError, match="send its files instead"):
            client.ask(CreateJob(tiny() | {"dataset": str(outside)}))


def files_of(folder):
    """The scene under the names that travel."""
    files = {}
    for path in sorted(folder.glob("transforms*.json")):
        poses = json.loads(path.read_text())
        for frame in poses["frames"]:
            picture = next(p for p in (folder / (frame["file_path"] + end) for end in ("", ".png")) if p.is_file())
            frame["file_path"] = f"{len(files):06d}.png"
            files[frame["file_path"]] = picture.read_bytes()
        files[path.name] = json.dumps(poses).encode()
    return files


def send_files(client, files, piece=50_000):
    dataset = client.ask(BeginDataset({name: len(content) for name, content in files.items()})).dataset
    for name, content in files.items():
        for start in range(0, len(content), piece):
            data = np.frombuffer(content[start : start + piece], np.uint8)
            client.ask(WriteDataset(dataset, name, start, data))
    return dataset


def send(client, folder):
    return send_files(client, files_of(folder))


@pytest.mark.process
def test_a_dataset_that_was_sent_is_learned_from_and_goes_with_its_last_job(shared, scene_folder, tiny):
    backend, connect = shared
    ann, ben = connect("ann"), connect("ben")
    dataset = send(ann, scene_folder)
    with pytest.raises(DatasetError, match="no dataset"):
        ben.ask(CreateJob(tiny() | {"dataset": dataset}))
    job = ann.begin(tiny() | {"dataset": dataset})
    finished = ann.wait_for(messages.Finished)
    assert finished.evaluation["psnr"] > 12
    record = ann.ask(GetJob(job))
    assert record.config["dataset"] == dataset and str(backend.cache) not in json.dumps(record.config)
    branch = ann.ask(BranchJob(job, {})).job
    folder = backend.cache / "datasets" / dataset.removeprefix(messages.SENT)
    ann.ask(DeleteJob(job))
    assert folder.is_dir(), "the branch has it still"
    ann.ask(DeleteJob(branch))
    assert not folder.exists()


@pytest.mark.process
@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"../x.json": 5, "000000.png": 5}, "cannot be sent"),
        ({"transforms.json": 5, "a.png": 5}, "cannot be sent"),
        ({"transforms.json": 5, "000000.png": -1}, "must be from 1"),
        ({"transforms.json": 5, "000000.png": True}, "must be from 1"),
        ({"transforms.json": 5, "000000.png": 1 << 40}, "must be from 1"),
        ({"000001.png": 5, "000000.png": 5}, "needs a transforms.json"),
        ({"transforms.json": 5}, "poses and pictures"),
        ({"transforms.json": 5, "000000.png": 3 << 30, "000001.png": 3 << 30}, "at most 4096 MiB"),
    ],
)
def test_what_cannot_be_sent_is_one_sentence(shared, files, sentence):
    with pytest.raises(ParamsError, match=sentence):
        shared[1]("ann").ask(BeginDataset(files))


@pytest.mark.process
def test_a_piece_out_of_its_place_is_refused_and_says_where_to_go_on(shared, scene_folder):
    ann = shared[1]("ann")
    files = files_of(scene_folder)
    dataset = ann.ask(BeginDataset({name: len(content) for name, content in files.items()})).dataset
    piece = np.zeros(10, np.uint8)
    assert ann.ask(WriteDataset(dataset, "000000.png", 0, piece)).bytes == 10
    for call in (
        WriteDataset(dataset, "000000.png", 0, piece),
        WriteDataset(dataset, "000000.png", 10, np.zeros(1 << 20, np.uint8)),
    ):
        with pytest.raises(ParamsError, match="has 10 of .* bytes: go on from there"):
            ann.ask(call)
    assert ann.ask(WriteDataset(dataset, "000000.png", -1, piece[:0])).bytes == 10
    with pytest.raises(ParamsError, match="was not announced"):
        ann.ask(WriteDataset(dataset, "sent.json", 0, piece))
    with pytest.raises(DatasetError, match="has not come whole"):
        ann.ask(CreateJob({"method": "reconstruct", "dataset": dataset}))


@pytest.mark.process
@pytest.mark.parametrize("picture", ["/etc/hostname", "../../clients.json", "../000000.png"])
def test_poses_that_name_pictures_elsewhere_are_refused(shared, scene_folder, picture):
    ann = shared[1]("ann")
    files = files_of(scene_folder)
    name = next(name for name in files if name.endswith(".json"))
    poses = json.loads(files[name])
    poses["frames"][0]["file_path"] = picture
    dataset = send_files(ann, files | {name: json.dumps(poses).encode()})
    with pytest.raises(DatasetError, match="lies outside of its dataset"):
        ann.ask(CreateJob({"method": "reconstruct", "dataset": dataset}))
