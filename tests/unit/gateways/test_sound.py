"""Sounds are made here, played without waiting, and never stop the work."""

from __future__ import annotations

import io
import sys
import wave
from pathlib import Path

import pytest

from app.gateways.sound import NO_SOUND, RATE, RecordedSounds, Sound, SystemSounds, wav


@pytest.mark.parametrize("sound", Sound)
def test_each_sound_is_a_short_wav_that_does_not_click(sound: Sound) -> None:
    with wave.open(io.BytesIO(wav(sound))) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, RATE)
        seconds = read.getnframes() / RATE
        frames = read.readframes(read.getnframes())
    assert 0.05 < seconds < 0.7
    samples = [
        int.from_bytes(frames[at : at + 2], "little", signed=True)
        for at in range(0, len(frames), 2)
    ]
    assert abs(samples[0]) < 500
    assert abs(samples[-1]) < 500
    assert 12_000 < max(samples) < 32_767


def test_the_three_sounds_differ() -> None:
    assert len({wav(sound) for sound in Sound}) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays without a player program")
def test_without_a_player_a_station_is_silent_and_says_so() -> None:
    sounds = SystemSounds(players=())
    sounds.play(Sound.WRONG)
    assert sounds.why_silent == NO_SOUND


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays without a player program")
def test_a_player_is_given_the_file_and_one_that_fails_is_not_asked_again(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    player = tmp_path / "player"
    player.write_text(f'#!/bin/sh\nhead -c 4 "$2" >> {heard}\nexit 1\n')
    player.chmod(0o755)
    sounds = SystemSounds(players=[(str(player), "-q")])
    assert sounds.why_silent == ""
    sounds.play(Sound.GOOD)
    assert sounds._playing is not None
    sounds._playing.wait(timeout=20)
    assert heard.read_text() == "RIFF"
    sounds.play(Sound.GOOD)
    assert sounds.why_silent == NO_SOUND
    sounds.close()


def test_recorded_sounds_remember() -> None:
    sounds = RecordedSounds()
    sounds.play(Sound.GOOD)
    sounds.play(Sound.DONE)
    assert sounds.heard == [Sound.GOOD, Sound.DONE]
