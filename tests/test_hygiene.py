"""What holds for every notebook and every file: executed, clean, in the course's form, one way arrows."""

import ast
import re
import statistics
import subprocess
import zipfile
from pathlib import Path

import nbformat
import pytest

from helpers.course import LESSONS, ROOT, Lesson, course_map, next_link
from tests import english

VIEW = "application/vnd.jupyter.widget-view+json"
SECTIONS = ("O que você vai fazer", "Ao final você saberá", "Antes", "Tempo")
IGNORES = re.compile(r"ignore.output", re.I)
SKIPS = re.compile(r"\bskip|raises", re.I)
EXERCISE = re.compile(r"^#+ Exercício (\d+\.\d+)", re.M)
lessons = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)


def read(lesson: Lesson) -> nbformat.NotebookNode:
    return nbformat.read(lesson.path, as_version=4)


def code(lesson: Lesson) -> list[nbformat.NotebookNode]:
    return [cell for cell in read(lesson).cells if cell.cell_type == "code"]


def prose(lesson: Lesson) -> str:
    return "\n\n".join(cell.source for cell in read(lesson).cells if cell.cell_type == "markdown")


def marks(cell: nbformat.NotebookNode) -> str:
    """A cell's tags, and the comments that mean the same to nbval."""
    return " ".join([*cell.metadata.get("tags", ()), *re.findall(r"^#\s*(NBVAL_\w+)", cell.source, re.M)])


def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def tracked() -> list[Path]:
    """The files that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this copy of the course is no git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


# Notebooks: executed and clean

@lessons
def test_every_code_cell_was_run_once_in_order(lesson):
    counts = [cell.execution_count for cell in code(lesson)]
    assert counts == list(range(1, len(counts) + 1))


@lessons
def test_nothing_is_kept_that_differs_at_every_run(lesson):
    notebook = read(lesson)
    assert "widgets" not in notebook.metadata
    assert set(notebook.metadata.get("language_info", {})) <= {"name"}
    for cell in notebook.cells:
        assert "execution" not in cell.metadata
        for output in cell.get("outputs", ()):
            assert VIEW not in output.get("data", {})


@lessons
def test_no_errors_and_no_english_warnings(lesson):
    for cell in code(lesson):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", output.text


@lessons
def test_ignored_and_skipped_cells_are_rare_and_have_a_reason(lesson):
    cells = code(lesson)
    assert 20 * sum(bool(IGNORES.search(marks(cell))) for cell in cells) <= len(cells)
    for cell in cells:
        assert not SKIPS.search(marks(cell)) or cell.metadata.get("reason"), cell.source


@lessons
def test_every_panel_is_there_with_its_picture(lesson):
    shown = {}
    for cell in code(lesson):
        for output in cell.outputs:
            words = output.get("data", {}).get("text/plain", "")
            if words.startswith("Painel: "):
                shown[words.removeprefix("Painel: ")] = "image/png" in output.data
    assert shown == dict.fromkeys(lesson.panels, True)


# Notebooks: the course's form

@lessons
def test_cells_are_short(lesson):
    sizes = [len(cell.source.splitlines()) for cell in code(lesson)]
    assert max(sizes) <= 20
    assert statistics.median(sizes) <= 5


@lessons
def test_it_opens_as_every_lesson_does(lesson):
    first, *_ = read(lesson).cells
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {lesson.title}\n")
    places = [first.source.find(f"**{section}") for section in SECTIONS]
    assert -1 not in places and places == sorted(places), places
    after = first.source.split("**Ao final você saberá")[1].split("**Antes")[0]
    assert len(re.findall(r"^[-*] ", after, re.M)) == 3
    assert f"{lesson.minutes} minutos" in first.source
    *opening, last = ast.parse(code(lesson)[0].source).body    # after the imports, one setting at most
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in opening)
    assert isinstance(last, ast.Import | ast.ImportFrom | ast.Expr)


@lessons
def test_it_closes_as_every_lesson_does(lesson):
    *_, summary, quiz, last = read(lesson).cells
    assert re.match(r"## Em resumo\n", summary.source)
    assert len(re.findall(r"^[-*] ", summary.source, re.M)) >= 3
    assert re.fullmatch(rf'quiz\("{lesson.stem[:2]}"\)', quiz.source.strip())
    assert last.cell_type == "markdown" and next_link(lesson.stem) in last.source


@lessons
def test_every_exercise_has_a_cell_a_check_and_a_solution(lesson):
    cells = read(lesson).cells
    starts = [(place, number) for place, cell in enumerate(cells) if cell.cell_type == "markdown"
              for number in EXERCISE.findall(cell.source)]
    assert tuple(number for _, number in starts) == lesson.exercises
    for place, number in starts:
        following = [cell.source for cell in cells[place + 1:] if cell.cell_type == "code"]
        assert "..." in following[0], f"{number}: no cell to fill in"
        assert any(f'checar("{number}"' in source for source in following[1:3]), f"{number}: no check"
        chapter, _, exercise = number.partition(".")
        solution = ROOT / "notebooks" / "solucoes" / f"{int(chapter):02}_{exercise}.py"
        assert solution.is_file() and "..." not in solution.read_text("utf-8")


@pytest.mark.parametrize("lesson", LESSONS[1:], ids=lambda lesson: lesson.stem)
def test_every_section_asks_for_a_prediction_and_shows_the_measurement(lesson):
    sections: dict[str, str] = {}
    for cell in read(lesson).cells:
        heading = re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            sections[heading[1]] = ""
        elif sections and cell.cell_type == "code":
            sections[[*sections][-1]] += cell.source + "\n"
    sections.pop("Em resumo")
    assert [title for title, source in sections.items() if "previsao(" not in source] == []
    text = "\n".join(sections.values())
    asked, compared = (re.findall(rf'{name}\("([^"]+)"', text) for name in ("previsao", "comparar"))
    assert sorted(asked) == sorted(compared) and len(set(asked)) == len(asked)


@pytest.mark.parametrize("lesson", LESSONS[1:], ids=lambda lesson: lesson.stem)
def test_a_lesson_has_exercises_enough_and_notes_for_the_teacher(lesson):
    assert len(lesson.exercises) >= 6
    notes = (ROOT / "notebooks" / "professor" / f"{lesson.stem[:2]}_notas.md").read_text("utf-8")
    assert [title for title in lesson.panels if title not in notes] == []
    assert "50 minutos" in notes and "100 minutos" in notes and "Plano B" in notes


@lessons
def test_its_figures_and_links_lead_somewhere(lesson):
    text = prose(lesson)
    for figure in lesson.figures:
        assert f"img/{figure}" in text
    for target in re.findall(r"\]\((?!https?:|#|attachment:)([^)\s]+)\)", text):
        assert (lesson.path.parent / target.partition("#")[0]).exists(), target


@lessons
def test_its_prose_is_portuguese(lesson):
    # code, formulas and links aside; italics too, where the menus' and the networks' English names stand
    text = re.sub(r"```.*?```|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|<[^>]*>|\*[^*\n]+\*(?!\*)", " ",
                  prose(lesson).replace("**", ""), flags=re.S)
    assert set(re.findall(r"[a-zà-ú]+", text.lower())) & english.WORDS == set()


# The repository

def test_the_readme_holds_the_map():
    assert course_map() in (ROOT / "README.md").read_text("utf-8")


def test_notebooks_and_checkpoints_stay_small():
    folders = (ROOT / "notebooks", ROOT / "data" / "checkpoints")
    files = [path for path in tracked() if any(folder in path.parents for folder in folders)]
    assert sum(path.stat().st_size for path in files) < 40 * 2**20


def test_no_file_names_a_machine_or_a_registry():
    here = "|".join(re.escape(f"{folder}/") for folder in {Path.home(), ROOT} if len(folder.parts) > 1)
    place = re.compile(rf"{here}|(?<![\w.])/(?:home|Users|root|work)/\w|[A-Z]:\\+Users\\")
    host = re.compile(r"https?://(?:[\w.-]*\.)?(?:pypi|files\.pythonhosted|download|deb|registry)\b")
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            text = content.decode("utf-8")
            found += [(str(path.relative_to(ROOT)), hit[0]) for hit in (place.search(text), host.search(text))
                      if hit]
    assert found == []


def test_no_file_is_a_pickle():
    for path in tracked():
        start = path.read_bytes()[:2]
        assert path.suffix not in {".pkl", ".pickle", ".pt", ".pth", ".joblib"}, path
        assert not re.match(rb"\x80[\x02-\x05]", start), path
        if zipfile.is_zipfile(path):
            assert not [name for name in zipfile.ZipFile(path).namelist() if name.endswith(".pkl")], path


# The house: arrows run one way

HELPERS = ROOT / "helpers"
MODULES = sorted(HELPERS.rglob("*.py"))
TOPICS = sorted({folder.parent.name for folder in HELPERS.glob("*/panels")})
DRAWINGS = re.compile(r"figures|charts|diagram|colors|panels|pictures|film")

SHOWING = re.compile(r"helpers\.(ui|exercises|pictures)\b|(ipywidgets|anywidget|matplotlib|IPython|PIL)\b")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", [*MODULES, *sorted(HELPERS.rglob("*.js"))], ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path):
    assert len(path.read_text("utf-8").splitlines()) <= 200


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_run_one_way(path):
    parts, used = path.relative_to(HELPERS).parts, imports(path)
    topics = {name.split(".")[1] for name in used if name.startswith("helpers.")} & set(TOPICS)
    panels = {name for name in used if re.match(r"helpers\.\w+\.panels", name)}
    if parts[0] == "ui":
        assert not topics
    elif parts[0] in TOPICS:
        assert panels <= {name for name in used if name.startswith(f"helpers.{parts[0]}.")}
        if "panels" not in parts:
            assert not panels
        if not DRAWINGS.search(str(path.relative_to(HELPERS))):    # an engine
            assert not {name for name in used if SHOWING.match(name)}
    elif parts[0] != "exercises":    # the shared rooms
        assert not topics


def test_the_recipes_in_lesson_02_are_those_that_were_measured():
    """Every distance of its table, mean and worst seed, stands in the benchmark's own."""
    lesson = next(lesson for lesson in LESSONS if lesson.stem.startswith("02"))
    cells = (cell.source for cell in read(lesson).cells)
    table = next(source for source in cells if "dois minutos de treino cada uma" in source)
    shown = re.findall(r"\| (\d+,\d \(\d+,\d\)) \|", table)
    readme = (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    measured = readme.split("<!-- digits: start -->")[1].split("<!-- digits: end -->")[0]
    assert len(shown) == 5
    assert [words for words in shown if f"| {words.replace(',', '.')} |" not in measured] == []


def numbers_in(text: str) -> list[str]:
    """The numbers of a table, decimal point or comma alike."""
    return re.findall(r"\d+\.\d+", text.replace(",", "."))


@pytest.mark.parametrize(("said", "part"), [("| LSTM inteira", "register"), ("viés 3", "gradients"),
                                            ("| GRU | 1, 9", "anbn")])
def test_the_tables_of_lesson_03_are_those_that_were_measured(said, part):
    """Every number of a table in the notebook stands, to as many digits, in the benchmark's own."""
    lesson = next(lesson for lesson in LESSONS if lesson.stem.startswith("03"))
    source = next(cell.source for cell in read(lesson).cells if said in cell.source and "---|" in cell.source)
    readme = (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    measured = readme.split(f"<!-- lstm-{part}: start -->")[1].split(f"<!-- lstm-{part}: end -->")[0]
    rows = [row for row in source.splitlines() if row.startswith("| ") and "---" not in row][1:]
    if part == "anbn":
        shown = [sorted(re.findall(r"\d+", row)) for row in rows]
        table = [sorted(re.findall(r"\| +(\d+)", row)[:5]) for row in measured.splitlines() if "|" in row][2:]
        assert shown == table
        return
    if part == "gradients":
        shown = [f"{a}e-{int(''.join(b).translate(UPPER)):02}" for row in rows
                 for a, b in re.findall(r"(\d+\.\d+)·10⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", row.replace(",", "."))]
        assert len(shown) == 4 and all(value in measured for value in shown)
        return
    found = [float(value) for value in numbers_in(measured)]
    for value in numbers_in("\n".join(row for row in rows if "à mão" not in row)):
        digits = len(value.split(".")[1])
        half = 0.51 * 10**-digits    # the benchmark's own numbers are rounded too
        assert any(abs(one - float(value)) <= half for one in found), value


UPPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@lessons
def test_a_name_that_holds_a_panel_is_given_to_nothing_else(lesson):
    """A later cell may need the panel: Run All would stay green without it."""
    panels: dict[str, int] = {}
    for place, cell in enumerate(code(lesson)):
        tree = ast.parse(re.sub(r"^[%!].*$", "", cell.source, flags=re.M))
        names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
                 and isinstance(node.ctx, ast.Store)]
        assert not set(names) & set(panels), (cell.source, panels)
        shown = any(output.get("data", {}).get("text/plain", "").startswith("Painel: ")
                    for output in cell.outputs)
        if shown:
            panels |= dict.fromkeys(names, place)
