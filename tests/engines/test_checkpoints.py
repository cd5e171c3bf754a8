"""Checkpoints: only a file whose sum is on record is opened, into a network that it fits; never unpickled."""

import hashlib
import io
import pickle
import shutil
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from helpers import checkpoints
from helpers.checkpoints import RECORD, ROOT, fill, load, part, record, save
from helpers.digits import CHECKPOINT, Classifier
from helpers.errors import CourseError

FILE = "net.safetensors"
SHIPPED = sorted(path.name for path in ROOT.glob("*.safetensors"))


def net(seed: int = 0, out: int = 3) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(5, out))


def bits(one: nn.Module) -> dict[str, bytes]:
    return {name: tensor.cpu().numpy().tobytes() for name, tensor in one.state_dict().items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(net().state_dict(), FILE, tmp_path)
    return tmp_path


def refused(key: str, name: str, folder: Path) -> CourseError:
    """Loading fails with this key; a network that would have been filled is as it was."""
    target = net(1)
    before = bits(target)
    with pytest.raises(CourseError) as caught:
        fill(target, load(name, folder), name)
    assert caught.value.key == key and name in str(caught.value)
    assert bits(target) == before
    return caught.value


# --- the files that ship ------------------------------------------------------------------------------------


def test_every_file_is_on_record_and_every_record_is_a_file():
    assert SHIPPED and set(record()) == set(SHIPPED)
    extra = {path.name for path in ROOT.iterdir()} - set(SHIPPED) - {RECORD}
    assert not {name for name in extra if Path(name).suffix in (".pt", ".pth", ".pkl", ".bin", ".ckpt")}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_sum_on_record_is_the_files_and_it_loads_whole(name):
    assert record()[name] == hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
    found, true = load(name), load_file(ROOT / name)
    assert found.keys() == true.keys()
    for key in true:
        torch.testing.assert_close(found[key], true[key], rtol=0, atol=0, equal_nan=True)
    assert all(tensor.device.type == "cpu" for tensor in found.values())
    if name != "video_scoreboard.safetensors":    # measures, not weights: what stands still has no cosine
        assert all(not tensor.is_floating_point() or tensor.isfinite().all() for tensor in found.values())


def test_the_record_has_the_format_of_sha256sum():
    for line in (ROOT / RECORD).read_text(encoding="ascii").splitlines():
        total, name = line[:64], line[66:]
        assert line[64:66] == "  " and len(bytes.fromhex(total)) == 32 and (ROOT / name).is_file()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
@pytest.mark.parametrize("name", SHIPPED)
def test_they_load_on_a_gpu(name):
    for key, tensor in load(name).items():
        assert torch.equal(tensor.cuda().cpu(), tensor), key
    if name == CHECKPOINT:
        one = Classifier().cuda()
        fill(one, load(name), name)
        assert all(tensor.is_cuda for tensor in one.state_dict().values())


# --- nothing else is opened ---------------------------------------------------------------------------------


def test_what_was_saved_comes_back_bit_for_bit(folder):
    target = net(1)
    assert bits(target) != bits(net())
    fill(target, load(FILE, folder), FILE)
    assert bits(target) == bits(net())
    assert {path.name for path in folder.iterdir()} == {FILE, RECORD}    # nothing half written stays


def test_saving_again_replaces_the_sum_and_leaves_the_others(folder):
    save(net(2).state_dict(), "other.safetensors", folder)
    first = record(folder)
    total = save(net(3).state_dict(), FILE, folder)
    assert total == hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    assert record(folder) == first | {FILE: total} and total != first[FILE]


@pytest.mark.parametrize("where", [0, 8, 100, -1])
def test_a_changed_byte_is_refused(folder, where):
    content = bytearray((folder / FILE).read_bytes())
    content[where] ^= 1
    (folder / FILE).write_bytes(content)
    error = refused("checkpoint_damaged", FILE, folder)
    assert error.facts["expected"] == record(folder)[FILE][:12]
    assert error.facts["found"] == hashlib.sha256(content).hexdigest()[:12]


@pytest.mark.parametrize("kept", [0, 7, 0.5, -1])
def test_a_truncated_file_is_refused(folder, kept):
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[:int(kept * len(content)) if isinstance(kept, float) else kept])
    refused("checkpoint_damaged", FILE, folder)


def test_a_missing_file_or_one_without_a_sum_is_refused(folder):
    refused("checkpoint_missing", "none.safetensors", folder)
    shutil.copy(folder / FILE, folder / "copy.safetensors")
    refused("checkpoint_unknown", "copy.safetensors", folder)
    (folder / RECORD).unlink()
    refused("checkpoint_unknown", FILE, folder)
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    refused("checkpoint_missing", FILE, folder)


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n=======\n>>>>>>> main\n", "nonsense\n\n", "\xff\xfe", ""])
def test_a_record_in_disorder_records_nothing(folder, text):
    (folder / RECORD).write_text(text, encoding="latin-1")
    refused("checkpoint_unknown", FILE, folder)


def test_lines_of_another_form_beside_a_sound_one_do_no_harm(folder):
    (folder / RECORD).write_text("<<<<<<< HEAD\n" + (folder / RECORD).read_text() + "=======\n")
    assert load(FILE, folder).keys() == net().state_dict().keys()


class Bomb:
    """What must never happen: unpickling this leaves a mark."""

    def __reduce__(self) -> tuple:
        return exec, ("import sys; sys.unpickled = True",)


@pytest.mark.parametrize("writer", ["pickle", "torch"])
def test_a_pickle_is_never_opened_even_with_its_sum_on_record(folder, writer):
    path = folder / "bomb.safetensors"
    path.write_bytes(pickle.dumps(Bomb())) if writer == "pickle" else torch.save({"w": Bomb()}, path)
    total = hashlib.sha256(path.read_bytes()).hexdigest()
    with (folder / RECORD).open("a") as out:
        out.write(f"{total}  bomb.safetensors\n")
    refused("checkpoint_unreadable", "bomb.safetensors", folder)
    assert not hasattr(sys, "unpickled")
    content = path.read_bytes()
    pickle.loads(content) if writer == "pickle" else torch.load(io.BytesIO(content), weights_only=False)
    assert sys.unpickled    # the bomb was a real one
    del sys.unpickled


def test_loading_needs_no_pickle_at_all(folder, monkeypatch):
    def forbidden(*args: object, **kwargs: object) -> None:
        raise AssertionError("something is unpickled")

    for module, name in ((pickle, "load"), (pickle, "loads"), (pickle, "Unpickler"), (torch, "load")):
        monkeypatch.setattr(module, name, forbidden)
    for name in SHIPPED:
        assert load(name)
    fill(net(1), load(FILE, folder), FILE)
    refused("checkpoint_missing", "none.safetensors", folder)


# --- into the right network ---------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["shape", "fewer", "more", "name", "another model"])
def test_weights_of_another_model_are_refused_and_the_network_is_untouched(folder, change):
    tensors = load(FILE, folder)
    if change == "shape":
        tensors["2.weight"] = torch.zeros(4, 5)
    elif change == "fewer":
        del tensors["1.running_var"]
    elif change == "more":
        tensors["3.weight"] = torch.zeros(2)
    elif change == "name":
        tensors["2.wait"] = tensors.pop("2.weight")
    else:
        tensors = load(CHECKPOINT)
    target = net(1)
    before = bits(target)
    with pytest.raises(CourseError) as caught:
        fill(target, tensors, FILE)
    assert caught.value.key == "checkpoint_other" and bits(target) == before
    if change == "shape":
        assert caught.value.facts == {"file": FILE, "tensor": "2.weight", "found": (4, 5), "expected": (3, 5)}
    assert change == "shape" or "—" in caught.value.facts.values()    # one side has no such tensor


def test_half_precision_becomes_the_networks_own(folder):
    halves = {key: tensor.half() if tensor.is_floating_point() else tensor
              for key, tensor in net().state_dict().items()}
    save(halves, FILE, folder)
    target = net(1)
    fill(target, load(FILE, folder), FILE)
    for key, tensor in target.state_dict().items():
        assert tensor.dtype == net().state_dict()[key].dtype
        assert torch.equal(tensor, halves[key].to(tensor.dtype))


def test_a_part_is_what_stands_under_its_prefix():
    tensors = {"G.a": torch.zeros(1), "G.b.c": torch.ones(1), "Gx.a": torch.ones(2), "steps": torch.ones(3)}
    assert {key: len(tensor) for key, tensor in part(tensors, "G").items()} == {"a": 1, "b.c": 1}


def test_tensors_that_share_memory_or_have_strides_are_written_as_they_read(folder):
    base = torch.arange(6.0).view(2, 3)
    save({"turned": base.T, "row": base[1]}, FILE, folder)
    found = load(FILE, folder)
    assert torch.equal(found["turned"], base.T) and torch.equal(found["row"], base[1])
    save_file({"row": base[1].clone()}, folder / "own.safetensors")    # by the library itself: no sum
    refused("checkpoint_unknown", "own.safetensors", folder)


def test_a_failed_write_leaves_the_old_file_and_its_sum(folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*args: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(checkpoints.os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        save(net(4).state_dict(), FILE, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
