"""What is made is put in place whole, and never over what somebody changed."""

import errno
import json
import os

import pytest
import store
from store import RECORD, put

FILES = {"a.txt": b"one", "deep/b.txt": b"two"}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "build/handouts"


def there(folder):
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files.pop(RECORD, None)
    return files


def leftovers(folder):
    """What lies beside the folder, or in it under a draft's name."""
    return [path.name for path in folder.parent.iterdir() if path != folder] + [*folder.rglob(".*.new")]


def test_first_and_again(folder):
    first, again = put(folder, FILES), put(folder, FILES)
    assert there(folder) == FILES and leftovers(folder) == []
    assert (first.made, first.current, again.made, again.current) == (("a.txt", "deep/b.txt"), 0, (), 2)
    assert first.ok and "2 files made" in str(first) and "2 up to date" in str(again)


def test_a_new_edition_replaces_what_nobody_changed(folder):
    put(folder, FILES)
    assert put(folder, {"a.txt": b"new"}).gone == ("deep/b.txt",)
    assert there(folder) == {"a.txt": b"new"} and not (folder / "deep").exists()


def test_what_somebody_changed_is_left_alone_and_said(folder):
    put(folder, FILES)
    (folder / "a.txt").write_bytes(b"mine")
    for _ in range(2):
        report = put(folder, {"a.txt": b"new"})
        assert report.ok and report.kept == ("a.txt",) and there(folder) == {"a.txt": b"mine"}
    assert "left alone: a.txt; you changed it" in str(report) and "rename yours and call this again" in str(report)
    (folder / "a.txt").rename(folder / "mine.txt")
    assert put(folder, {"a.txt": b"new"}).made == ("a.txt",)
    assert there(folder) == {"a.txt": b"new", "mine.txt": b"mine"}


def test_a_changed_file_that_is_no_longer_made_stays(folder):
    put(folder, FILES)
    (folder / "deep/b.txt").write_bytes(b"mine")
    assert put(folder, {"a.txt": b"one"}).gone == () and there(folder)["deep/b.txt"] == b"mine"


def test_what_was_never_made_here_stays(folder):
    folder.mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"from before")
    (folder / "gradebook.db").write_bytes(b"grades")
    assert put(folder, FILES).kept == ("a.txt",)
    assert there(folder) == {"a.txt": b"from before", "deep/b.txt": b"two", "gradebook.db": b"grades"}


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b'{"files": 3}', b'{"files": {"a.txt": 3}}', b"\xff"])
def test_without_a_record_that_can_be_read_nothing_that_differs_is_overwritten(folder, record):
    put(folder, FILES)
    (folder / RECORD).write_bytes(record)
    assert put(folder, {**FILES, "a.txt": b"new"}).kept == ("a.txt",) and there(folder) == FILES


def file_for_folder(folder):
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"a file")


def file_above(folder):
    folder.parent.write_bytes(b"a file")


def folder_for_file(folder):
    (folder / "a.txt").mkdir(parents=True)


def file_for_inner_folder(folder):
    folder.mkdir(parents=True)
    (folder / "deep").write_bytes(b"a file")


def link(folder):
    (folder.parents[1] / "elsewhere").mkdir()
    folder.parent.mkdir()
    folder.symlink_to(folder.parents[1] / "elsewhere")


def broken_link(folder):
    folder.parent.mkdir()
    folder.symlink_to(folder.parents[1] / "nowhere")


def link_inside(folder):
    folder.mkdir(parents=True)
    (folder.parents[1] / "mine.txt").write_bytes(b"mine")
    (folder / "a.txt").symlink_to(folder.parents[1] / "mine.txt")


@pytest.mark.parametrize(
    ("stand", "words"),
    [
        (file_for_folder, "handouts is a file, and a folder is needed there"),
        (file_above, "build is a file, and a folder is needed there"),
        (folder_for_file, "a.txt is no file"),
        (file_for_inner_folder, "deep is no folder"),
        (link, "handouts is a link"),
        (broken_link, "handouts is a broken link"),
        (link_inside, "a.txt is a link"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_stands_in_the_way_is_said_and_nothing_is_made(folder, stand, words):
    stand(folder)
    before = sorted(folder.parents[1].rglob("*"))
    report = put(folder, FILES)
    assert not report.ok and words in str(report) and "Rename or remove that" in str(report)
    assert sorted(folder.parents[1].rglob("*")) == before


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def read_only(*_, **__):
    raise PermissionError(errno.EACCES, "Permission denied", "build")


@pytest.mark.parametrize("earlier", [{}, FILES], ids=["first", "again"])
@pytest.mark.parametrize(
    ("module", "name", "fault"),
    [(os, "fsync", full), (store.tempfile, "mkdtemp", read_only), (os, "mkdir", read_only)],
    ids=["disk full", "beside", "folder"],
)
def test_nothing_half_made_stays(folder, monkeypatch, earlier, module, name, fault):
    if earlier:
        put(folder, earlier)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fault)
        report = put(folder, {"a.txt": b"new", "c.txt": b"three"})
    assert not report.ok and "Cure: " in str(report)
    assert ("No space left" if fault is full else "Permission denied") in str(report)
    if earlier:
        assert there(folder) == FILES and leftovers(folder) == []
        assert put(folder, {"a.txt": b"new"}).made == ("a.txt",)
    else:
        assert not folder.parent.exists()


def test_what_fails_between_two_files_is_mended_by_the_next_call(folder, monkeypatch):
    put(folder, FILES)
    replace = os.replace

    def stop_at_the_last(draft, path):
        if path == folder / "deep/b.txt":
            raise OSError(errno.EIO, "Input/output error")
        return replace(draft, path)

    with monkeypatch.context() as patch:
        patch.setattr(store.os, "replace", stop_at_the_last)
        assert not put(folder, {"a.txt": b"1", "deep/b.txt": b"2"}).ok
    assert leftovers(folder) == [] and there(folder) == {"a.txt": b"1", "deep/b.txt": b"two"}
    assert put(folder, {"a.txt": b"3", "deep/b.txt": b"2"}).kept == ()
    assert there(folder) == {"a.txt": b"3", "deep/b.txt": b"2"}


def test_the_record_can_be_read_by_people(folder):
    put(folder, FILES)
    assert "not overwritten" in json.loads((folder / RECORD).read_bytes())["about"]


def test_a_part_takes_nothing_away(tmp_path):
    put(tmp_path / "out", {"one": b"1", "two": b"2"})
    report = put(tmp_path / "out", {"one": b"new"}, part=True)
    assert (report.made, report.gone) == (("one",), ()) and (tmp_path / "out/two").read_bytes() == b"2"
    assert put(tmp_path / "out", {"one": b"new"}).gone == ("two",), "it is still known as ours"
