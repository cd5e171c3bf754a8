"""Films are read back from their files: size, number of frames, brightness; nothing is overwritten."""

from base64 import b64decode
from io import BytesIO

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from helpers.errors import CourseError
from helpers.video import film


@pytest.fixture
def frames():
    return torch.rand(3, 5, 1, 32, 32, generator=torch.Generator().manual_seed(0))


def read(content):
    picture = Image.open(BytesIO(content))
    return [np.asarray(one.convert("L")) for one in ImageSequence.Iterator(picture)], picture.info


def test_pixels_stand_where_they_belong(frames):
    sheet = film.pixels(frames, columns=2, scale=2)
    assert sheet.shape == (5, 2 * 65, 2 * 65, 1)
    grey = (255 * frames).round().byte().numpy()
    assert (sheet[3, :64:2, :64:2, 0] == grey[0, 3, 0]).all()
    assert (sheet[3, 1:64:2, 67:130:2, 0] == grey[1, 3, 0]).all()
    assert (sheet[0, 66::2, 0:64:2, 0] == grey[2, 0, 0]).all()
    assert (sheet[0, 66:, 66:] == film.PAPER).all()    # where no clip stands


def test_what_oversteps_is_clipped_and_nan_is_paper():
    sheet = film.pixels(torch.tensor([-1.0, 0.5, 2.0, torch.nan]).view(1, 1, 2, 2), scale=1)
    assert sheet.flatten().tolist() == [0, 128, 255, 0]


def test_a_gif_plays_every_frame_for_ever(frames):
    pictures, info = read(film.gif(frames[0], scale=2, fps=10))
    assert len(pictures) == 5 and info["loop"] == 0 and info["duration"] == 100
    for picture, frame in zip(pictures, frames[0, :, 0], strict=True):
        assert abs(picture[::2, ::2].astype(int) - 255 * frame.numpy()).max() <= 1


def test_a_page_s_address_holds_the_same_gif(frames):
    head, _, content = film.uri(frames).partition(",")
    assert head == "data:image/gif;base64" and b64decode(content) == film.gif(frames, scale=1)


def test_a_notebook_shows_an_animated_png(frames):
    shown = film.show(frames, scale=2)
    data, metadata = shown._repr_mimebundle_()
    assert set(data) == {"image/png"} and metadata["image/png"]["alt"] == "Vídeo: 3 clipe(s) de 5 quadros."
    pictures, _ = read(b64decode(data["image/png"]) if isinstance(data["image/png"], str)
                       else data["image/png"])
    assert len(pictures) == 5
    assert (pictures[4][:64:2, :64:2] == (255 * frames[0, 4, 0]).round().byte().numpy()).all()


def test_a_filmstrip_has_time_to_the_right(frames):
    sheet = np.asarray(film.strip(frames, scale=1))
    assert sheet.shape == (3 * 33 - 1, 5 * 33 - 1)
    assert (sheet[33:65, 66:98] == (255 * frames[1, 2, 0]).round().byte().numpy()).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_an_mp4_can_be_read_back(channels, tmp_path):
    level = torch.linspace(0.1, 0.9, 6).view(6, 1, 1, 1).expand(6, channels, 33, 33).clone()
    if channels == 3:
        level[:, 1:] = 0.2    # brighter and brighter red
    path = film.save(level, tmp_path / "filme.mp4", fps=5)
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert stream.codec_context.name == "h264" and stream.average_rate == 5
        found = [frame.to_ndarray(format="rgb24") for frame in file.decode(stream)]
    assert len(found) == 6 and found[0].shape == (198, 198, 3)
    for frame, wanted in zip(found, level, strict=True):
        middle = frame[80:120, 80:120].mean((0, 1))
        assert middle == pytest.approx(255 * wanted[:, 0, 0].expand(3).numpy(), abs=12)


@pytest.mark.parametrize("suffix", [".gif", ".mp4", ".png"])
def test_no_file_is_overwritten(suffix, frames, tmp_path):
    mine = tmp_path / f"meu{suffix}"
    mine.write_text("do aluno")
    first, second = film.save(frames, mine), film.save(frames, str(mine))
    assert (first.name, second.name) == (f"meu_2{suffix}", f"meu_3{suffix}")
    assert mine.read_text() == "do aluno" and first.stat().st_size > 100
    assert len(list(tmp_path.iterdir())) == 3


def test_a_film_that_breaks_leaves_no_file(frames, tmp_path, monkeypatch):
    monkeypatch.setattr(film, "gif", lambda *some, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        film.save(frames, tmp_path / "x.gif")
    assert list(tmp_path.iterdir()) == []


MAKERS = film.pixels, film.gif, film.uri, film.strip, film.show


@pytest.mark.parametrize(("bad", "key"), [
    (torch.rand(5, 32, 32), "film_shape"), (torch.rand(0, 1, 8, 8), "film_shape"), ("clipe", "film_shape"),
    (torch.rand(4, 2, 8, 8), "film_shape"), (torch.zeros(4, 1, 8, 8, dtype=torch.uint8), "frames_kind"),
    (np.zeros((4, 1, 8, 8), np.float32), "frames_kind")],
    ids=["no channels", "no frame", "words", "two channels", "whole numbers", "numpy"])
def test_what_is_no_film_is_refused_before_a_file_appears(bad, key, tmp_path):
    makers = *MAKERS, *(lambda frames, end=end: film.save(frames, tmp_path / f"x{end}")
                        for end in film.SUFFIXES)
    for make in makers:
        with pytest.raises(CourseError) as caught:
            make(bad)
        assert caught.value.key == key
    assert list(tmp_path.iterdir()) == []


def test_numpys_frames_are_shown_after_the_way_that_the_refusal_names(frames):
    with pytest.raises(CourseError, match="from_numpy"):
        film.show(frames.double().numpy())
    shown = film.show(torch.from_numpy(frames.double().numpy()))
    assert shown.data == film.show(frames).data


@pytest.mark.parametrize(("name", "value"), [
    ("columns", 0), ("columns", -1), ("columns", 2.0), ("columns", True), ("fps", 0), ("fps", -8),
    ("fps", 1000), ("fps", "8")])
def test_counts_that_make_no_film_are_refused_before_a_file_appears(frames, name, value, tmp_path):
    asked = {name: value}
    makers = film.show, film.gif, film.uri, *(
        lambda frames, end=end, **more: film.save(frames, tmp_path / f"x{end}", **more)
        for end in film.SUFFIXES)
    for make in makers:
        with pytest.raises(CourseError) as caught:
            make(frames, **asked)
        assert caught.value.key == "film_count" and f"`{name}`" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fps", [1, 50])
def test_the_slowest_and_the_fastest_film_keep_their_time(fps, frames):
    assert read(film.gif(frames, scale=1, fps=fps))[1]["duration"] == 1000 / fps


def test_another_ending_and_a_folder_that_is_not_there(frames, tmp_path):
    for name in ("x.avi", "x"):
        with pytest.raises(CourseError) as caught:
            film.save(frames, tmp_path / name)
        assert caught.value.key == "film_suffix"
    with pytest.raises(CourseError) as caught:
        film.save(frames, tmp_path / "nenhuma" / "x.gif")
    assert caught.value.key == "film_folder"
