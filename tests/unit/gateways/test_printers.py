"""Printers: a loopback socket, a folder, and a stand-in for the system's `lp`."""

from __future__ import annotations

import os
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.documents.document import Document
from app.gateways import printers
from app.gateways.printers import (
    CopiesOutOfRange,
    PrinterKind,
    PrinterLanguage,
    PrinterNotReady,
    PrinterRefused,
    PrinterTarget,
    check,
    list_printers,
    send,
)
from app.rules.printing import NotALabel

PAGE = Document("INV-1", b"%PDF-1.4 page")
LABEL = Document("carton", b"%PDF-1.4 label", "^XA^FDé^FS^XZ\n")


class ListeningPrinter:
    """A printer on loopback that keeps what each connection sent."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.door.getsockname()[1]}"
        self.jobs: list[bytes] = []
        self.arrived = threading.Semaphore(0)
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                self.jobs.append(stream.read())
            self.arrived.release()

    def wait_for(self, jobs: int) -> list[bytes]:
        for _ in range(jobs):
            assert self.arrived.acquire(timeout=10)
        return self.jobs

    def close(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        self.thread.join(10)


@pytest.fixture
def listening() -> Iterator[ListeningPrinter]:
    printer = ListeningPrinter()
    yield printer
    printer.close()


def at_socket(address: str, language: PrinterLanguage = PrinterLanguage.ZPL) -> PrinterTarget:
    return PrinterTarget("Label 1", PrinterKind.SOCKET, address, language)


def at_folder(path: Path | str) -> PrinterTarget:
    return PrinterTarget("Archive", PrinterKind.FOLDER, str(path))


def test_a_label_printer_gets_zpl_as_utf_8(listening):
    sent = send(at_socket(listening.address), LABEL)
    assert listening.wait_for(1) == ["^XA^FDé^FS^XZ\n".encode()]
    assert sent.receipt == f"15 bytes to {listening.address}"


def test_copies_of_a_label_go_over_one_connection_and_of_a_page_one_after_another(listening):
    send(at_socket(listening.address), LABEL, 3)
    assert listening.wait_for(1) == ["^XA^FDé^FS^XZ\n".encode() * 3]
    send(at_socket(listening.address, PrinterLanguage.PDF), PAGE, 2)
    assert listening.wait_for(2)[1:] == [PAGE.pdf, PAGE.pdf]


def test_a_page_printer_gets_the_very_bytes_of_the_pdf(listening):
    send(at_socket(listening.address, PrinterLanguage.PDF), LABEL)
    assert listening.wait_for(1) == [LABEL.pdf]


def test_a_page_is_not_sent_to_a_label_printer(listening):
    with pytest.raises(NotALabel) as refusal:
        send(at_socket(listening.address), PAGE)
    assert "INV-1 is a page" in str(refusal.value)
    assert listening.jobs == []


def test_a_printer_that_is_off_is_named_with_its_address_and_the_reason():
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"127.0.0.1:{door.getsockname()[1]}"
    with pytest.raises(PrinterRefused) as refusal:
        send(at_socket(address), LABEL)
    assert refusal.value.data["printer"] == "Label 1"
    assert refusal.value.data["address"] == address
    assert str(refusal.value) == (
        f"The printer Label 1 ({address}) did not take carton: connection refused. "
        "Check that it is switched on and reachable, or choose another printer."
    )
    with pytest.raises(PrinterNotReady):
        check(at_socket(address))


def test_a_printer_that_stops_reading_is_given_up(monkeypatch):
    monkeypatch.setattr(printers, "SEND_SECONDS", 0.2)
    endless = Document("carton", b"", "x" * 40_000_000)
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        pytest.raises(PrinterRefused) as refusal,
    ):
        send(at_socket(f"127.0.0.1:{door.getsockname()[1]}"), endless)
    assert "it stopped reading for 0.2 seconds" in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("10.0.0.7", ("10.0.0.7", 9100)),
        ("zebra-1:6101", ("zebra-1", 6101)),
        ("[::1]", ("::1", 9100)),
        ("[fe80::1]:9101", ("fe80::1", 9101)),
    ],
)
def test_an_address_has_a_host_and_the_raw_port_unless_it_says_another(address, parts):
    assert printers._parts(address) == parts


@pytest.mark.parametrize("address", ["", " ", "a b", "host:0", "host:99999", "::1", "host:abc"])
def test_an_address_that_is_none_is_refused_with_an_example(address):
    with pytest.raises(PrinterRefused) as refusal:
        send(at_socket(address), LABEL)
    assert "10.0.0.7:9100" in str(refusal.value)


def test_a_folder_gets_each_copy_as_a_new_complete_file(tmp_path):
    first = send(at_folder(tmp_path), PAGE)
    more = send(at_folder(tmp_path), PAGE, 2)
    assert first.paths == (tmp_path / "INV-1.pdf",)
    assert more.paths == (tmp_path / "INV-1-2.pdf", tmp_path / "INV-1-3.pdf")
    assert sorted(tmp_path.iterdir()) == sorted(first.paths + more.paths)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {PAGE.pdf}


def test_a_file_system_without_links_works_too(tmp_path, monkeypatch):
    def no_links(*_: object) -> None:
        raise PermissionError("not here")

    monkeypatch.setattr(os, "link", no_links)
    (path,) = send(at_folder(tmp_path), PAGE).paths
    assert path.read_bytes() == PAGE.pdf
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd", "etc_passwd.pdf"),
        ("CON", "_CON.pdf"),
        ("a\x00b", "a_b.pdf"),
        ("日本", "document.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
    ],
)
def test_no_name_leaves_the_folder_or_upsets_the_system(tmp_path, name, file):
    assert send(at_folder(tmp_path), Document(name, b"%PDF")).paths == (tmp_path / file,)


def test_a_missing_folder_is_refused_and_not_made(tmp_path):
    missing = tmp_path / "gone"
    with pytest.raises(PrinterRefused) as refusal:
        send(at_folder(missing), PAGE)
    assert f"The printer Archive ({missing}) did not take INV-1: there is no such folder." in str(
        refusal.value
    )
    with pytest.raises(PrinterNotReady):
        check(at_folder(missing))
    assert not missing.exists()
    check(at_folder(tmp_path))


@pytest.mark.parametrize("copies", [0, -1, 100])
def test_copies_are_1_to_99(tmp_path, copies):
    with pytest.raises(CopiesOutOfRange):
        send(at_folder(tmp_path), PAGE, copies)
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- the system's queues


@pytest.fixture
def cups(tmp_path, monkeypatch):
    """Stand-ins for `lp` and `lpstat` that keep their arguments and what they were fed."""
    programs = tmp_path / "bin"
    programs.mkdir()

    def program(name: str, body: str) -> None:
        path = programs / name
        path.write_text(f"#!{sys.executable}\nimport sys\nhere = {str(tmp_path)!r}\n{body}")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    program(
        "lp",
        "queue = sys.argv[sys.argv.index('-d') + 1]\n"
        "if queue == 'gone':\n"
        "    sys.exit('lp: The printer or class does not exist.')\n"
        "open(here + '/arguments', 'w').write('\\n'.join(sys.argv[1:]))\n"
        "open(here + '/fed', 'wb').write(sys.stdin.buffer.read())\n"
        "print(f'request id is {queue}-12 (1 file(s))')\n",
    )
    program("lpstat", "print('office\\nlabels')\n")
    monkeypatch.setenv("PATH", str(programs))
    return tmp_path


def at_queue(queue: str, language: PrinterLanguage = PrinterLanguage.PDF) -> PrinterTarget:
    return PrinterTarget("Office", PrinterKind.SYSTEM, queue, language)


needs_unix = pytest.mark.skipif(sys.platform == "win32", reason="CUPS is a Unix print system")


@needs_unix
def test_a_queue_gets_the_document_and_answers_with_its_job(cups):
    assert send(at_queue("office"), PAGE, 2).receipt == "office-12"
    assert (cups / "fed").read_bytes() == PAGE.pdf
    assert (cups / "arguments").read_text().split("\n") == [
        "-d",
        "office",
        "-n",
        "2",
        "-t",
        "INV-1",
    ]


@needs_unix
def test_labels_reach_a_queue_untouched(cups):
    send(at_queue("labels", PrinterLanguage.ZPL), LABEL)
    assert (cups / "arguments").read_text().endswith("-o\nraw")
    assert (cups / "fed").read_text("utf-8") == LABEL.zpl


@needs_unix
def test_a_queue_that_does_not_exist_is_refused_in_the_systems_words(cups):
    with pytest.raises(PrinterRefused) as refusal:
        send(at_queue("gone"), PAGE)
    assert "(gone) did not take INV-1: The printer or class does not exist." in str(refusal.value)
    with pytest.raises(PrinterNotReady):
        check(at_queue("gone"))
    check(at_queue("office"))


@needs_unix
def test_the_queues_are_listed_by_name(cups):
    assert list_printers() == ("labels", "office")


def test_a_computer_without_a_print_system_has_no_queues_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list_printers() == ()
    with pytest.raises(PrinterRefused) as refusal:
        send(at_queue("office"), PAGE)
    assert "(office) did not take INV-1:" in str(refusal.value)
