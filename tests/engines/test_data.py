"""MNIST: the real archives, and everything that may happen to them on somebody's machine."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
import zlib
from pathlib import Path

import pytest
import torch

from helpers import data
from helpers.data import ARCHIVES, ROOT, Digits, mnist
from helpers.errors import CourseError

RAW = ROOT / "MNIST" / "raw"
LARGE, LABELS = ARCHIVES[0], ARCHIVES[3]        # the largest file and the smallest
ELSEWHERE = os.environ | {"PYTHONPATH": str(ROOT.parent)}   # for processes that start in another folder


@pytest.fixture(autouse=True)
def originals_stay_and_nobody_calls_out(monkeypatch):
    """No test may reach the network, call torchvision's download or change a committed archive."""
    def refuse(*_args, **_kwargs):
        raise AssertionError("a download was tried")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr("torchvision.datasets.MNIST.download", refuse)   # by name: after helpers' mend
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in RAW.glob("*.gz")}
    yield
    assert before == {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in RAW.glob("*.gz")}


@pytest.fixture
def root(tmp_path):
    """A fresh copy of the four archives, nothing unpacked."""
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for path in RAW.glob("*.gz"):
        shutil.copy(path, folder)
    yield tmp_path
    shutil.rmtree(tmp_path)                     # pytest would keep 66 MB of every test for three runs


def raw(root: Path, name: str) -> Path:
    return root / "MNIST" / "raw" / name


def test_counts_labels_and_first_images():
    """Against the figures that everyone publishes for MNIST."""
    from torchvision.datasets import MNIST  # not at the top: helpers mends it first

    train, test = mnist(), mnist(train=False)
    assert isinstance(train, MNIST)
    assert train.data.shape == (60_000, 28, 28) and train.data.dtype == torch.uint8
    assert test.data.shape == (10_000, 28, 28) and len(train) == len(train.targets) == 60_000
    assert train.targets.bincount().tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert test.targets.bincount().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert train.targets[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert test.targets[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert train.data[0, 5, 12:24].tolist() == [3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127]
    assert train.data.float().mean().item() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert train.data.float().std().item() / 255 == pytest.approx(0.3081, abs=5e-5)


def test_archives_are_torchvisions_the_readmes_and_their_own():
    from torchvision.datasets import MNIST

    published = dict(MNIST.resources)
    assert published == {f"{archive.name}.gz": archive.md5 for archive in ARCHIVES}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for archive in ARCHIVES:
        packed = (RAW / f"{archive.name}.gz").read_bytes()
        assert hashlib.md5(packed).hexdigest() == archive.md5
        rows = dict(re.findall(rf"`({archive.name}\.gz)` \| `([0-9a-f]{{64}})`", readme))
        assert hashlib.sha256(packed).hexdigest() == rows[f"{archive.name}.gz"]
        assert f"`{archive.name}.gz` | `{archive.md5}`" in readme
        assert int.from_bytes(packed[-8:-4], "little") == archive.crc      # gzip's own trailer, RFC 1952
        assert int.from_bytes(packed[-4:], "little") == archive.size
        content = gzip.decompress(packed)
        assert (len(content), zlib.crc32(content)) == (archive.size, archive.crc)
        dimensions = [int.from_bytes(content[4 * i:4 * i + 4], "big") for i in range(1, content[3] + 1)]
        assert archive.size == 4 + 4 * content[3] + torch.Size(dimensions).numel()   # the IDX header's word


def test_unpacks_once(root, monkeypatch):
    train = mnist(root=root)
    assert sorted(path.name for path in raw(root, "").iterdir()) == sorted(
        name for archive in ARCHIVES for name in (archive.name, f"{archive.name}.gz"))
    assert torch.equal(train.data, mnist().data)
    monkeypatch.setattr(data.gzip, "decompress", lambda _: pytest.fail("unpacked again"))
    assert len(mnist(train=False, root=root)) == 10_000


@pytest.mark.parametrize("harm", ["truncated", "one bit", "empty", "a web page"])
def test_damaged_archive_is_named_with_both_checksums(root, harm):
    path = raw(root, "t10k-labels-idx1-ubyte.gz")
    good = path.read_bytes()
    bad = {"truncated": good[:-100], "one bit": good[:2000] + bytes([good[2000] ^ 1]) + good[2001:],
           "empty": b"", "a web page": b"<html>404</html>"}[harm]
    path.write_bytes(bad)
    with pytest.raises(CourseError) as caught:
        mnist(root=root)
    assert caught.value.key == "archive_damaged"
    for fact in (path.name, LABELS.md5, hashlib.md5(bad).hexdigest(), "git checkout -- data/MNIST/raw"):
        assert fact in str(caught.value)
    assert path.read_bytes() == bad and not raw(root, LABELS.name).exists()      # nothing was overwritten
    path.write_bytes(good)
    assert len(mnist(train=False, root=root)) == 10_000                          # and the remedy works


def test_missing_archive_is_named(root):
    raw(root, "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(CourseError) as caught:
        mnist(root=root)
    assert caught.value.key == "archive_missing"
    for fact in ("t10k-images-idx3-ubyte.gz", str(root / "MNIST" / "raw"), "git checkout"):
        assert fact in str(caught.value)
    with pytest.raises(CourseError):
        mnist(root=root / "nowhere")


def test_sound_unpacked_files_are_enough(root):
    """Their content is proven by length and CRC-32, so a lesson does not stop for the archive."""
    mnist(root=root)
    raw(root, f"{LARGE.name}.gz").write_bytes(b"damaged")
    raw(root, f"{LABELS.name}.gz").unlink()
    assert torch.equal(mnist(root=root).data, mnist().data)
    raw(root, LABELS.name).write_bytes(b"")
    with pytest.raises(CourseError):
        mnist(root=root)


@pytest.mark.parametrize("harm", ["half", "zeros at the end", "one bit", "empty"])
def test_half_unpacked_file_is_noticed_and_mended(root, harm):
    mnist(root=root)
    path = raw(root, LARGE.name)
    good = path.read_bytes()
    middle = len(good) // 2
    path.write_bytes({"half": good[:middle], "zeros at the end": good[:middle] + bytes(len(good) - middle),
                      "one bit": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1:],
                      "empty": b""}[harm])
    mnist(root=root)
    assert path.read_bytes() == good


def test_failing_to_write_is_said_and_leaves_nothing(root, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(data.os, "replace", full)
    with pytest.raises(CourseError) as caught:
        mnist(root=root)
    assert caught.value.key == "cannot_unpack" and "No space left" in str(caught.value)
    assert not list(raw(root, "").glob("*.tmp*"))


def test_read_only_disk_is_said(root, monkeypatch):
    """There even removing a file that does not exist fails with EROFS, which must not hide the message."""
    def refuse(*_args):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(CourseError) as caught:
        mnist(root=root)
    assert caught.value.key == "cannot_unpack" and "Read-only" in str(caught.value)


def test_losing_the_race_on_windows_is_no_error(root, monkeypatch):
    """There os.replace refuses a file that is open; if it is the right one, all is well."""
    def refused(part, target):
        shutil.copy(part, target)
        raise PermissionError(13, "in use")

    monkeypatch.setattr(data.os, "replace", refused)
    assert len(mnist(root=root)) == 60_000 and not list(raw(root, "").glob("*.tmp*"))


RACER = """
import pathlib, sys, threading, time
from helpers import data
root, me = pathlib.Path(sys.argv[1]), sys.argv[2]
raw, done, torn = root / "MNIST" / "raw", threading.Event(), set()
def watch():                                 # whoever sees a file under its name must see all of it
    while not done.wait(0.001):
        for archive in data.ARCHIVES:
            if (raw / archive.name).exists() and (raw / archive.name).stat().st_size != archive.size:
                torn.add(archive.name)
watcher = threading.Thread(target=watch)
watcher.start()
(root / f"ready{me}").touch()
while not (root / "go").exists():
    time.sleep(0.001)
for archive in data.ARCHIVES:                # what mnist does before it hands over to torchvision
    data._make_ready(raw, archive)
    assert data._sound(raw / archive.name, archive)
done.set(); watcher.join()
assert not torn, torn
"""


def test_four_processes_unpack_at_once_from_another_folder(root, tmp_path):
    racers = [subprocess.Popen([sys.executable, "-c", RACER, str(root), str(i)], cwd=tmp_path, env=ELSEWHERE,
                               stderr=subprocess.PIPE, text=True) for i in range(4)]
    while len(list(root.glob("ready*"))) < 4 and all(racer.poll() is None for racer in racers):
        time.sleep(0.01)
    (root / "go").touch()
    errors = [racer.communicate(timeout=60)[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * 4, errors
    assert torch.equal(mnist(root=root).data, mnist().data)
    assert not list(raw(root, "").glob("*.tmp*"))


def test_root_is_found_from_any_folder_and_the_import_stays_cheap(tmp_path):
    code = ("import sys; from helpers import data; assert 'torchvision' not in sys.modules; "
            "print(data.ROOT); print(len(data.mnist(train=False)))")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True,
                          env=ELSEWHERE, check=True)
    assert done.stdout.split() == [str(ROOT), "10000"]
    assert ROOT.parent == Path(__file__).resolve().parents[2]


def test_digits_convert_only_the_drawn_batch():
    digits = Digits(train=False)
    assert digits.name == "digits" and digits.images.dtype == torch.uint8
    before = torch.get_rng_state()
    x = digits.sample(300, torch.Generator().manual_seed(1))
    assert x.shape == (300, 784) and x.dtype == torch.float32
    assert x.min() == -1 and x.max() == 1
    again = digits.sample(300, torch.Generator().manual_seed(1))
    other = digits.sample(300, torch.Generator().manual_seed(2))
    assert torch.equal(x, again) and not torch.equal(x, other) and torch.equal(before, torch.get_rng_state())
    chosen = torch.randint(10_000, (300,), generator=torch.Generator().manual_seed(1))
    back = ((x + 1) * 127.5).round().to(torch.uint8).reshape(-1, 28, 28)
    assert torch.equal(back, mnist(train=False).data[chosen])
