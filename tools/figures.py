"""Draw the lessons' figures: `make figures` writes them to img/; a test compares them with the code."""

from helpers.course import ROOT
from helpers.gan import lesson_figures as gan
from helpers.ui import svg

FIGURES = {"fase3_ia_aula3_1.png": gan.the_loop, "fase3_ia_aula3_2.png": gan.the_generator,
           "fase3_ia_aula3_3.png": gan.the_discriminator}


def main() -> None:
    """Write every figure."""
    for name, draw in FIGURES.items():
        (ROOT / "img" / name).write_bytes(svg.to_png(draw()))
        print(f"img/{name}")


if __name__ == "__main__":
    main()
