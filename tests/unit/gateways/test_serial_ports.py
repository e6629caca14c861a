"""Serial scanners on pseudo terminals: every code in order, whatever happens to the port."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from app.gateways.serial_ports import (
    NotPluggedIn,
    PortHeld,
    PortReader,
    PortTrouble,
    ScannerFileUnreadable,
    keep_ports,
    kept_ports,
    list_ports,
)
from app.rules.scanning.serial import SerialPort
from tests.factories.plugged import PluggedScanner

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")

PATIENCE = 20
"""Seconds that something may take at most; usually it is there at once."""


class Listener:
    """A reader, and what it said."""

    def __init__(self, settings: SerialPort) -> None:
        self.codes: SimpleQueue[str] = SimpleQueue()
        self.states: SimpleQueue[PortTrouble | None] = SimpleQueue()
        self.tries = threading.Semaphore(0)
        listener = self

        class Counted(PortReader):
            def _read(self) -> None:
                listener.tries.release()
                super()._read()

        self.reader = Counted(
            settings, code=self.codes.put, state=self.states.put, look_every=0.005
        )

    def code(self) -> str:
        return self.codes.get(timeout=PATIENCE)

    def state(self) -> PortTrouble | None:
        return self.states.get(timeout=PATIENCE)

    def silent(self) -> bool:
        """Nothing more was said, although several tries were made."""
        for _ in range(5):
            assert self.tries.acquire(timeout=PATIENCE)
        try:
            self.states.get_nowait()
        except Empty:
            return True
        return False


@pytest.fixture
def scanner(tmp_path: Path) -> PluggedScanner:
    return PluggedScanner(tmp_path / "scanner")


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """Reads a port until the test ends."""
    started: list[PortReader] = []

    def start(path: Path, *, after: PortReader | None = None, **settings: object) -> Listener:
        made = Listener(SerialPort(str(path), **settings))  # type: ignore[arg-type]
        started.append(made.reader)
        made.reader.start(after)
        return made

    yield start
    for reader in started:
        reader.stop()
    for reader in started:
        reader.join()
        assert not reader._thread.is_alive()


Listen = Callable[..., Listener]


def test_a_thousand_codes_at_full_speed_arrive_whole_and_in_order(
    scanner: PluggedScanner, listen: Listen
) -> None:
    heard = listen(scanner.path, baud=115200)
    assert heard.state() is None
    codes = [f"OWOSO-{number:06d}" + "x" * (number % 40) for number in range(1000)]
    scanner.send("".join(f"{each}\r\n" for each in codes).encode())
    assert [heard.code() for _ in codes] == codes
    assert heard.codes.empty()


def test_half_a_code_and_then_the_rest(scanner: PluggedScanner, listen: Listen) -> None:
    heard = listen(scanner.path)
    assert heard.state() is None
    scanner.send(b"FIRST\rOWOSO-")
    assert heard.code() == "FIRST"
    assert heard.codes.empty()
    scanner.send(b"1001\r")
    assert heard.code() == "OWOSO-1001"


def test_noise_hurts_no_code_after_it(scanner: PluggedScanner, listen: Listen) -> None:
    heard = listen(scanner.path)
    assert heard.state() is None
    scanner.send(bytes(each for each in range(256) if each not in b"\r\n") * 10 + b"\r")
    scanner.send(b"PUMP\r")
    assert len(heard.code()) > 100  # one code that nobody knows
    assert heard.code() == "PUMP"


def test_a_code_ends_as_it_was_set(scanner: PluggedScanner, listen: Listen) -> None:
    heard = listen(scanner.path, ending="\x03")
    assert heard.state() is None
    scanner.send(b"\x02A\rB\x03\x02C\x03")
    assert [heard.code(), heard.code()] == ["AB", "C"]


def test_a_pulled_cable_is_said_once_and_the_scanner_goes_on_when_it_is_back(
    scanner: PluggedScanner, listen: Listen
) -> None:
    heard = listen(scanner.path)
    assert heard.state() is None
    scanner.send(b"BEFORE\rHALF")
    assert heard.code() == "BEFORE"
    scanner.pull()
    trouble = heard.state()
    assert isinstance(trouble, NotPluggedIn)
    assert str(trouble) == (
        f"The scanner at {scanner.path} is not plugged in. Plug it in; it is found again by itself."
    )
    assert heard.silent()
    scanner.plug()
    assert heard.state() is None
    scanner.send(b"AFTER\r")
    assert heard.code() == "AFTER"  # the half code went with the cable
    scanner.pull()
    assert isinstance(heard.state(), NotPluggedIn)  # said anew


def test_a_scanner_that_is_plugged_in_later_is_found(tmp_path: Path, listen: Listen) -> None:
    heard = listen(tmp_path / "scanner")
    assert isinstance(heard.state(), NotPluggedIn)
    later = PluggedScanner(tmp_path / "scanner")
    assert heard.state() is None
    later.send(b"PUMP\r")
    assert heard.code() == "PUMP"


def test_a_port_that_another_program_reads_is_said_and_taken_when_it_is_free(
    scanner: PluggedScanner, listen: Listen
) -> None:
    import fcntl

    other = os.open(scanner.path, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX)
    heard = listen(scanner.path)
    trouble = heard.state()
    assert isinstance(trouble, PortHeld)
    assert str(trouble).startswith(f"Another program uses the scanner at {scanner.path}.")
    assert heard.silent()
    os.close(other)
    assert heard.state() is None
    scanner.send(b"PUMP\r")
    assert heard.code() == "PUMP"


def test_other_settings_take_the_port_over_without_a_word(
    scanner: PluggedScanner, listen: Listen
) -> None:
    first = listen(scanner.path)
    assert first.state() is None
    first.reader.stop()
    second = listen(scanner.path, after=first.reader, baud=19200, ending="\t")
    assert second.state() is None
    scanner.send(b"PUMP\t")
    assert second.code() == "PUMP"


def test_two_scanners_each_keep_their_order(tmp_path: Path, listen: Listen) -> None:
    scanners = [PluggedScanner(tmp_path / name) for name in ("left", "right")]
    heard = [listen(each.path) for each in scanners]
    assert [each.state() for each in heard] == [None, None]
    for number in range(200):
        for each in scanners:
            each.send(f"{each.path.name}-{number}\r".encode())
    for scanner, listener in zip(scanners, heard, strict=True):
        name = scanner.path.name
        assert [listener.code() for _ in range(200)] == [f"{name}-{n}" for n in range(200)]


def test_the_ports_of_a_station_are_kept_and_other_stations_stay(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "scanners.json"
    assert kept_ports(file, "PACK-1") == ()
    ports = (SerialPort("/dev/ttyUSB0"), SerialPort("COM3", 115200, "\x03"))
    keep_ports(file, "PACK-1", ports)
    keep_ports(file, "PACK-2", ports[1:])
    keep_ports(file, "PACK-2", ())
    assert kept_ports(file, "PACK-1") == ports
    assert kept_ports(file, "PACK-2") == ()
    assert [each.name for each in file.parent.iterdir()] == ["scanners.json"]


@pytest.mark.parametrize(
    "damage", ["", "[]", '{"PACK-1": [{}]}', '{"PACK-1": [{"port": 1}]}', '{"PACK-1": 7}', "\0"]
)
def test_a_damaged_file_is_told_and_written_anew(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "scanners.json"
    file.write_text(damage)
    with pytest.raises(ScannerFileUnreadable, match="Set the scanners up again"):
        kept_ports(file, "PACK-1")
    keep_ports(file, "PACK-1", [SerialPort("COM3")])
    assert kept_ports(file, "PACK-1") == (SerialPort("COM3"),)


def test_the_ports_of_this_computer_are_listed() -> None:
    assert all(each.port and each.name for each in list_ports())
