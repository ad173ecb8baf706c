import pytest
from lib.publication import ARTIFACTS, PublicationError, publish, publish_log, staging_folder


def test_results_are_moved_and_what_is_not_theirs_stays(tmp_path):
    place = tmp_path / "red-cube"
    place.mkdir()
    (place / "turntable.gif").write_text("of an earlier run")
    (place / "my notes.txt").write_text("mine")
    with staging_folder(place) as folder:
        (folder / "result.blend").write_text("new")
        assert publish(folder, place) == [place / "result.blend"]
    assert sorted(path.name for path in place.iterdir()) == ["my notes.txt", "result.blend"]
    assert [path.name for path in tmp_path.iterdir()] == ["red-cube"]


def test_an_earlier_result_is_untouched_when_the_next_one_fails(tmp_path):
    place = tmp_path / "red-cube"
    place.mkdir()
    (place / "result.blend").write_text("good")
    with pytest.raises(RuntimeError), staging_folder(place) as folder:
        (folder / "result.blend").write_text("half")
        raise RuntimeError
    assert (place / "result.blend").read_text() == "good"
    assert [path.name for path in tmp_path.iterdir()] == ["red-cube"]


def test_nothing_is_left_when_nothing_came_of_it(tmp_path):
    with staging_folder(tmp_path / "out" / "red-cube"):
        pass
    assert list((tmp_path / "out").iterdir()) == []


def test_the_log_is_kept_without_blenders_chatter(tmp_path):
    place = tmp_path / "red-cube"
    with staging_folder(place) as folder:
        (folder / "log.txt").write_text("Fra:1 Mem:12M | Sample 1/32\n\nTraceback: what matters\nSaved: 'a.png'\n")
        publish_log(folder, place)
    assert (place / "log.txt").read_text() == "Traceback: what matters\n"


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    sentence = "cannot be written .*choose another folder with --out"
    with pytest.raises(PublicationError, match=sentence), staging_folder(tmp_path / "file" / "red-cube"):
        pass


def test_everything_that_is_published_is_a_plain_name():
    assert all("/" not in name for name in ARTIFACTS)
