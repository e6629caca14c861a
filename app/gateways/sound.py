"""Three sounds of a station: good, wrong, done. Made here, played by what the system has.

Without a player or an audio device a station is silent and says so once; nothing waits for a
sound, and none ever stops the work.
"""

from __future__ import annotations

import atexit
import io
import math
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

from app.core.messages import N_

RATE = 22_050
"""Samples a second."""

NO_SOUND = N_("nothing here plays any")

_PLAYERS = {
    "darwin": (("afplay",),),
    "linux": (("paplay",), ("pw-play",), ("aplay", "-q")),
}


class Sound(StrEnum):
    """What is to be heard across the hall."""

    GOOD = "good"
    WRONG = "wrong"
    DONE = "done"


_NOTES: dict[Sound, tuple[tuple[float, float], ...]] = {
    Sound.GOOD: ((1318.5, 0.09),),
    Sound.WRONG: ((196.0, 0.22), (0.0, 0.05), (164.8, 0.34)),
    Sound.DONE: ((784.0, 0.11), (987.8, 0.11), (1318.5, 0.22)),
}
"""Pitch in hertz (0 is a pause) and length in seconds, one after the other."""


class Sounds(Protocol):
    """Plays sounds, or not; `why_silent` says why not, empty when it does."""

    @property
    def why_silent(self) -> str: ...

    def play(self, sound: Sound) -> None: ...


@cache
def wav(sound: Sound) -> bytes:
    """The sound as a WAV file: one channel, 16 bit, faded in and out so that it does not click."""
    frames = bytearray()
    for pitch, seconds in _NOTES[sound]:
        count = int(RATE * seconds)
        for number in range(count):
            fade = min(1.0, number / 120, (count - number) / 400)
            tone = math.sin(2 * math.pi * pitch * number / RATE)
            # A little of the octave above carries through the noise of a hall.
            tone += 0.35 * math.sin(4 * math.pi * pitch * number / RATE)
            frames += struct.pack("<h", int(17_000 * fade * tone) if pitch else 0)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(bytes(frames))
    return file.getvalue()


class SystemSounds:
    """Plays through the system's own player, without waiting for it."""

    def __init__(self, players: Sequence[Sequence[str]] | None = None) -> None:
        """`players` are command lines to try, in place of what this system usually has."""
        known = _PLAYERS.get(sys.platform, ()) if players is None else players
        self._command = next(
            ([path, *rest] for name, *rest in known if (path := shutil.which(name))), None
        )
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._playing: subprocess.Popen[bytes] | None = None
        self.why_silent = "" if self._command or sys.platform == "win32" else NO_SOUND

    def play(self, sound: Sound) -> None:
        """Begin to play; a sound that is still playing is not waited for."""
        if self.why_silent:
            return
        try:
            self._play(str(self._file(sound)))
        except OSError:
            self.why_silent = NO_SOUND

    def _file(self, sound: Sound) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="orderwright-sounds-")
            atexit.register(self.close)
        path = Path(self._folder.name) / f"{sound.value}.wav"
        if not path.exists():
            path.write_bytes(wav(sound))
        return path

    def _play(self, path: str) -> None:
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(path, winsound.SND_FILENAME | winsound.SND_ASYNC)
            return
        if self._playing is not None and self._playing.poll() is None:
            self._playing.kill()  # the newer answer is the one that counts
            self._playing.wait()
        elif self._playing is not None and self._playing.returncode != 0:
            self.why_silent = NO_SOUND  # a player without an audio device
            return
        assert self._command is not None
        self._playing = subprocess.Popen(
            [*self._command, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> None:
        """Stop what is playing and remove the files."""
        if self._playing is not None:
            if self._playing.poll() is None:
                self._playing.kill()
            self._playing.wait()
            self._playing = None
        if self._folder is not None:
            atexit.unregister(self.close)
            self._folder.cleanup()
            self._folder = None


class RecordedSounds:
    """Plays nothing and remembers what was to be heard; for tests and the tour."""

    why_silent = ""

    def __init__(self) -> None:
        self.heard: list[Sound] = []

    def play(self, sound: Sound) -> None:
        """Remember it."""
        self.heard.append(sound)
