import io

from lib.progress_line import ProgressLine, bar, time_left


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_one_line_that_changes():
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("optimizing", 0.5, "100/200  12 s left")
    line.show("optimizing", 1.0, "200/200  0 s left")
    line.clear()
    assert "\n" not in stream.getvalue()
    assert "[############------------] 100/200  12 s left" in stream.getvalue()


def test_a_log_file_sees_a_line_a_stage():
    stream = io.StringIO()
    line = ProgressLine(stream)
    for view in range(1, 40):
        line.show(f"Rendering view {view} of 40", view / 40)
    line.show("meshing")
    stages = [text.split("[")[0].strip() for text in stream.getvalue().splitlines()]
    assert stages == ["Rendering view 1 of 40", "meshing"]


def test_the_bar_stays_within_its_ends():
    assert bar(-1) == bar(0) and bar(1) == bar(2)
    assert bar(0.5).count("#") == bar(0.5).count("-")


def test_time_left_in_words():
    assert (time_left(None), time_left(12.4), time_left(300)) == ("", "12 s left", "5 min left")
