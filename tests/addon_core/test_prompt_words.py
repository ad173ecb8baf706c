"""What the add-on says of a prompt while it is typed."""

from addon.core.prompt_words import How, reading_of, with_choice
from addon.core.wire import prompt_reading
from backend.errors import ModelError


def test_a_prompt_is_read_without_a_backend():
    assert reading_of("a crimson poodle").sentence == "Drawn as: dog."
    assert reading_of("a red teapot").sentence == "" and reading_of("a red teapot").how is How.NAME
    assert with_choice("a crane", "bird") == "a bird"


def test_a_panel_goes_on_without_the_files_of_words(monkeypatch):
    def broken(text):
        raise ModelError("The words cannot be read: install Dreamwright again.")

    monkeypatch.setattr(prompt_reading, "read_prompt", broken)
    assert reading_of("a poodle").name == "" and reading_of("a poodle").choices == ()
