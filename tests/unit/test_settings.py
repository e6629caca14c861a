"""Where the data folder is and which database is meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.settings import ROOT_HOME, default_home, load_settings


def test_the_environment_names_home_and_database() -> None:
    environ = {"ORDERWRIGHT_HOME": "/srv/shop", "ORDERWRIGHT_DATABASE": "postgresql://db/shop"}
    settings = load_settings(environ)
    assert settings.home == Path("/srv/shop").absolute()
    assert settings.database == "postgresql://db/shop"
    assert settings.user is None
    assert settings.station is None


def test_the_command_line_goes_before_the_environment() -> None:
    environ = {"ORDERWRIGHT_DATABASE": "postgresql://db/shop"}
    settings = load_settings(
        environ, database="postgresql://db/other", user="ann", station="pack-1"
    )
    assert settings.database == "postgresql://db/other"
    assert settings.user == "ann"
    assert settings.station == "pack-1"


@pytest.mark.parametrize("blank", ["", "  "])
def test_blank_is_not_given(blank: str) -> None:
    settings = load_settings({"ORDERWRIGHT_HOME": blank, "ORDERWRIGHT_DATABASE": blank})
    assert settings.home == default_home()
    assert settings.database is None


def test_a_home_given_relative_or_with_a_tilde_is_made_absolute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert load_settings({"ORDERWRIGHT_HOME": "~/shop"}).home == Path("/home/ann/shop")
    assert load_settings({"ORDERWRIGHT_HOME": "shop"}).home == Path.cwd() / "shop"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Unix users")
def test_root_and_an_ordinary_user_have_different_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home() == ROOT_HOME
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_home() != ROOT_HOME
    assert default_home().name == "orderwright"
