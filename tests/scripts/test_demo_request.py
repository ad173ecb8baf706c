import argparse

import demo
import pytest
from lib.demo_request import DemoRequest, refuse_invalid


def test_a_request_crosses_to_blender_and_back():
    request = DemoRequest(prompt='a "red" cube\nof glass — ü', seed=3, folder="/tmp/a b")
    assert request.to_line().count("\n") == 1
    assert DemoRequest.from_line(request.to_line()) == request


@pytest.mark.parametrize(
    ("request_", "slug"),
    [
        (DemoRequest("A red  cube!"), "a-red-cube"),
        (DemoRequest("../../etc/passwd"), "etc-passwd"),
        (DemoRequest("ein grüner Würfel"), "ein-grüner-würfel"),
        (DemoRequest("!!!"), "result"),
        (DemoRequest("x" * 500), "x" * 60),
        (DemoRequest(reconstruct=True), "reconstruct"),
        (DemoRequest(reconstruct=True, dataset="/data/lego"), "reconstruct-lego"),
    ],
)
def test_the_folder_is_named_after_what_was_asked(request_, slug):
    assert request_.slug == slug


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (DemoRequest(""), "The prompt is empty"),
        (DemoRequest("   "), "The prompt is empty"),
        (DemoRequest("x" * 2000), "shorten it"),
        (DemoRequest("a cube", resolution=100_000), "field.resolution' is 100000: give a value from"),
        (DemoRequest("a cube", seed=-1), "'seed' is -1"),
        (DemoRequest("a cube", settings='{"magic": 1}'), "no setting 'magic'"),
    ],
)
def test_nonsense_is_refused_before_anything_is_started(request_, sentence):
    with pytest.raises(ValueError, match=sentence):
        refuse_invalid(request_)


def test_what_is_good_is_not_refused():
    refuse_invalid(DemoRequest("a red cube", steps=5, resolution=16))
    refuse_invalid(DemoRequest(reconstruct=True))
    refuse_invalid(DemoRequest("a red cube", reconstruct=True, settings='{"prompt_options":{"negative": "blurry"}}'))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("prompt_options.negative=a tail", (["prompt_options", "negative"], "a tail")),
        ("dream_fields.weight=2.5", (["dream_fields", "weight"], 2.5)),
        ("prompt_options.view_dependent=true", (["prompt_options", "view_dependent"], True)),
    ],
)
def test_any_setting_can_be_typed(text, meant):
    assert demo._setting(text) == meant


def test_a_setting_without_a_value_has_a_sentence():
    with pytest.raises(argparse.ArgumentTypeError, match="is not GROUP.NAME=VALUE"):
        demo._setting("prompt_options")
