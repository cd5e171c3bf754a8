"""The course's manifest: what the map in the README, the links between lessons and the tests come from.

`python -m helpers.course` writes the map into README.md, between its two marks.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKS = "<!-- mapa: início -->", "<!-- mapa: fim -->"


@dataclass(frozen=True)
class Lesson:
    """One notebook: its file's stem, title, minutes of study, what comes before, panels and figures."""

    stem: str
    title: str
    about: str
    minutes: int
    before: str
    panels: tuple[str, ...] = ()      # titles, as on the panels
    figures: tuple[str, ...] = ()     # files in img/
    exercises: tuple[str, ...] = ()   # numbers, as in the headings; each has a file in solucoes/

    @property
    def path(self) -> Path:
        return ROOT / "notebooks" / f"{self.stem}.ipynb"


LESSONS = (
    Lesson("00_visao_geral", "Conhecer o curso e aquecer os motores",
           "O que a IA generativa cria, como o curso funciona e um neurônio que aprende na sua frente.",
           25, "Python básico", ("Um neurônio aprende",)),
    Lesson("01_gan_conceitos", "Entender como uma GAN aprende",
           "A disputa entre gerador e discriminador: jogada operação por operação, medida, diagnosticada e "
           "curada, no plano e em dígitos reais.",
           100, "Aula 00",
           ("Um passo de cada vez", "O discriminador ótimo", "Saturante ou não", "Ao vivo",
            "Equilíbrio que gira", "Clínica de GANs", "A mesma disputa, com dígitos de verdade"),
           ("fase3_ia_aula3_1.png",), ("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")),
    Lesson("02_gan_arquitetura", "Construir uma GAN que desenha dígitos",
           "As camadas do gerador e do discriminador, o laço de treino linha por linha, o treino ao vivo, as "
           "medidas e onde elas mentem, geração condicional, espaço latente e cópia.",
           120, "Aula 01",
           ("Convolução transposta, número a número", "Monte a rede", "Linha do tempo do treino",
            "Você é o discriminador", "Espaço latente"),
           ("fase3_ia_aula3_2.png", "fase3_ia_aula3_3.png"),
           ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7")),
    Lesson("03_lstm_portoes", "Abrir a célula LSTM, portão por portão",
           "A célula conta por conta, com todos os números à vista; memórias feitas à mão e pelo Adam; "
           "portões quebrados, gradientes no tempo, quando a LSTM falha e o que veio depois.",
           120, "Aula 00",
           ("A célula por dentro", "c não é h", "Desafios dos portões", "Desenrolando no tempo",
            "Quebre um portão", "Gradientes no tempo"),
           tuple(f"fase3_ia_aula3_{n}.png" for n in range(5, 12)),
           ("3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9")),
    Lesson("04_geracao_de_videos", "Gerar vídeo com GAN e LSTM",
           "Do ruído ao vídeo, quadro a quadro: um código para o conteúdo, uma LSTM para o movimento, dois "
           "críticos; o treino ao vivo, as medidas e onde elas mentem, a LSTM operada por dentro, vídeos "
           "mais longos que os do treino e um museu de falhas.",
           120, "Aulas 02 e 03",
           ("Do ruído ao vídeo", "A célula por dentro", "Conteúdo × movimento", "Treine ao vivo",
            "A métrica que mente", "Cirurgia nos portões", "Além do horizonte"),
           ("fase3_ia_aula3_4.png",), ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7")),
)


def course_map(folder: str = "notebooks/") -> str:
    """Write the table of lessons in Markdown, with links relative to `folder`'s parent."""
    rows = [f"| [{lesson.stem[:2]}]({folder}{lesson.stem}.ipynb) | {lesson.title} | {lesson.about} "
            f"| {lesson.minutes} min | {lesson.before} |" for lesson in LESSONS]
    return "\n".join(["| Aula | Título | O que há nela | Tempo | Antes |", "|---|---|---|---|---|", *rows])


def with_map(text: str) -> str:
    """Replace what stands between the two marks by the present map."""
    head, rest = text.split(MARKS[0])
    return head + MARKS[0] + "\n" + course_map() + "\n" + MARKS[1] + rest.split(MARKS[1])[1]


def next_link(stem: str) -> str:
    """Write the Markdown that closes a lesson: a link to the one after it, or the way home."""
    stems = [lesson.stem for lesson in LESSONS]
    place = stems.index(stem) + 1
    if place < len(LESSONS):
        return f"**Próxima aula:** [{LESSONS[place].title}]({stems[place]}.ipynb)"
    return f"**Voltar ao mapa:** [{LESSONS[0].title}]({stems[0]}.ipynb)"


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(with_map(readme.read_text(encoding="utf-8")), encoding="utf-8")
