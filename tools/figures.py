"""Draw the lessons' figures: `make figures` writes them to img/; a test compares them with the code."""

from helpers.course import ROOT
from helpers.gan import lesson_figures as gan
from helpers.lstm import lesson_figures as lstm
from helpers.ui import svg
from helpers.video import lesson_figures as video

FIGURES = {"fase3_ia_aula3_1.png": gan.the_loop, "fase3_ia_aula3_2.png": gan.the_generator,
           "fase3_ia_aula3_3.png": gan.the_discriminator,
           "fase3_ia_aula3_4.png": video.the_video,
           "fase3_ia_aula3_5.png": lstm.the_cell, "fase3_ia_aula3_6.png": lstm.the_forget_gate,
           "fase3_ia_aula3_7.png": lstm.the_input_gate, "fase3_ia_aula3_8.png": lstm.the_output_gate,
           "fase3_ia_aula3_9.png": lstm.the_main_layer, "fase3_ia_aula3_10.png": lstm.the_controllers,
           "fase3_ia_aula3_11.png": lstm.the_equations}


def main() -> None:
    """Write every figure."""
    for name, draw in FIGURES.items():
        (ROOT / "img" / name).write_bytes(svg.to_png(draw()))
        print(f"img/{name}")


if __name__ == "__main__":
    main()
