"""Ways to paper: a queue of the system, a raw socket (port 9100), a folder.

Nothing here waits for ever, and every refusal names the printer, its address and the reason.
What tests talk to is the real thing: a loopback socket, a temporary folder, a stand-in `lp`.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.core.errors import BusinessError
from app.core.messages import N_
from app.documents.document import Document
from app.rules.printing import NotALabel

RAW_PORT = 9100
CONNECT_SECONDS = 5.0
SEND_SECONDS = 30.0
MOST_COPIES = 99

_SAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


class PrinterKind(StrEnum):
    """How a printer is reached."""

    SYSTEM = "system"
    SOCKET = "socket"
    FOLDER = "folder"


class PrinterLanguage(StrEnum):
    """What a printer understands."""

    PDF = "pdf"
    ZPL = "zpl"


@dataclass(frozen=True, slots=True)
class PrinterTarget:
    """A printer: the queue's name, `host:port`, or the folder; and its language."""

    name: str
    kind: PrinterKind
    address: str
    language: PrinterLanguage = PrinterLanguage.PDF


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it: the files written, the queue's job, or the bytes the socket took."""

    receipt: str
    paths: tuple[Path, ...] = ()


class PrinterRefused(BusinessError):
    """The printer did not take the document."""

    sentence = N_(
        "The printer {printer} ({address}) did not take {document}: {reason}. "
        "Check that it is switched on and reachable, or choose another printer."
    )


class PrinterNotReady(BusinessError):
    """The printer cannot be reached; nothing was to be printed yet."""

    sentence = N_(
        "The printer {printer} ({address}) is not ready: {reason}. "
        "Check that it is switched on and reachable, or choose another printer."
    )


class CopiesOutOfRange(BusinessError):
    """No copies, or more than anybody means."""

    sentence = N_("{copies} copies cannot be printed at once. Ask for 1 to {most}.")


class _Trouble(Exception):
    """Why it did not work, as the end of a sentence."""


def send(printer: PrinterTarget, document: Document, copies: int = 1) -> Sent:
    """Hand a document to a printer, in the language the printer understands.

    Raises: PrinterRefused, NotALabel, CopiesOutOfRange.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise CopiesOutOfRange(copies=copies, most=MOST_COPIES)
    names = {"printer": printer.name, "address": printer.address, "document": document.name}
    if printer.language is PrinterLanguage.PDF:
        data = document.pdf
    elif document.zpl is None:
        raise NotALabel(**names)
    else:
        data = document.zpl.encode("utf-8")
    try:
        if printer.kind is PrinterKind.SYSTEM:
            return _to_queue(printer, document.name, data, copies)
        if printer.kind is PrinterKind.SOCKET:
            return _to_socket(printer, data * copies if _is_zpl(printer) else data, copies)
        return _to_folder(printer, document.name, data, copies)
    except _Trouble as trouble:
        raise PrinterRefused(**names, reason=str(trouble)) from trouble


def check(printer: PrinterTarget) -> None:
    """See whether the printer could print now, without printing.

    Raises: PrinterNotReady.
    """
    try:
        if printer.kind is PrinterKind.SYSTEM:
            if printer.address not in list_printers():
                raise _Trouble("this computer has no print queue of that name")
        elif printer.kind is PrinterKind.SOCKET:
            _connect(printer.address).close()
        elif not os.access(_folder(printer.address), os.W_OK):
            raise _Trouble("the folder cannot be written to")
    except _Trouble as trouble:
        raise PrinterNotReady(
            printer=printer.name, address=printer.address, reason=str(trouble)
        ) from trouble


def address_fault(kind: PrinterKind, address: str) -> str:
    """Why no printer of this kind can have this address, as the end of a sentence; or nothing.

    Whether there is one behind it says `check`.
    """
    try:
        if kind is PrinterKind.SOCKET:
            _parts(address)
    except _Trouble as trouble:
        return str(trouble)
    return ""


def list_printers() -> tuple[str, ...]:
    """The print queues of this computer, sorted; none where there is no print system."""
    program = shutil.which("lpstat")
    if program is None:
        return ()
    try:
        answer = _run([program, "-e"], b"")
    except _Trouble:
        return ()
    return tuple(sorted({line.strip() for line in answer.splitlines() if line.strip()}))


def _is_zpl(printer: PrinterTarget) -> bool:
    return printer.language is PrinterLanguage.ZPL


# ---------------------------------------------------------------- the system's queues


def _run(command: list[str], data: bytes) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=SEND_SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as late:
        raise _Trouble(f"no answer within {SEND_SECONDS:g} seconds") from late
    except OSError as error:
        raise _Trouble(_reason(error)) from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _Trouble(_without_stop(said[-1] if said else f"it ended with {done.returncode}"))
    return done.stdout.decode("utf-8", "replace")


def _to_queue(printer: PrinterTarget, name: str, data: bytes, copies: int) -> Sent:
    program = shutil.which("lp")
    if program is None:
        raise _Trouble(
            "printing through a queue needs CUPS; on Windows give the printer's network address"
            if sys.platform == "win32"
            else "this computer has no print system (the command lp is missing)"
        )
    command = [program, "-d", printer.address, "-n", str(copies), "-t", _file_name(name)]
    if _is_zpl(printer):
        command += ["-o", "raw"]
    answer = _run(command, data)
    found = re.search(r"request id is (\S+)", answer)
    return Sent(found.group(1) if found else answer.strip())


# ---------------------------------------------------------------- raw sockets


def _parts(address: str) -> tuple[str, int]:
    """Host and port of `host`, `host:port`, `[v6]`, `[v6]:port`."""
    found = re.fullmatch(r"\s*(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?\s*", address)
    port = int(found.group(3) or RAW_PORT) if found else 0
    if found is None or not 1 <= port <= 65535:
        raise _Trouble(
            f"its address should be a name or number and a port, like 10.0.0.7:{RAW_PORT}"
        )
    return found.group(1) or found.group(2), port


def _connect(address: str) -> socket.socket:
    host, port = _parts(address)
    try:
        return socket.create_connection((host, port), timeout=CONNECT_SECONDS)
    except TimeoutError as late:
        raise _Trouble(f"no answer within {CONNECT_SECONDS:g} seconds") from late
    except (OSError, UnicodeError) as error:
        raise _Trouble(_reason(error)) from error


def _to_socket(printer: PrinterTarget, data: bytes, copies: int) -> Sent:
    # Labels of one job go over one connection; a page printer takes one document a connection.
    times = 1 if _is_zpl(printer) else copies
    for _ in range(times):
        with _connect(printer.address) as line:
            line.settimeout(SEND_SECONDS)
            try:
                line.sendall(data)
                line.shutdown(socket.SHUT_WR)
            except TimeoutError as late:
                raise _Trouble(f"it stopped reading for {SEND_SECONDS:g} seconds") from late
            except OSError as error:
                raise _Trouble(_reason(error)) from error
    return Sent(f"{len(data) * times} bytes to {printer.address}")


# ---------------------------------------------------------------- folders


def _folder(address: str) -> Path:
    if not address.strip() or "\0" in address:
        raise _Trouble("it names no folder")
    folder = Path(address).expanduser()
    if not folder.is_dir():
        raise _Trouble("there is no such folder")
    return folder


def _file_name(name: str) -> str:
    """A document's name as a file may be called on every system."""
    safe = _SAFE.sub("_", name).strip("._")[:80].rstrip("._") or "document"
    return f"_{safe}" if _RESERVED.match(safe) else safe


def _to_folder(printer: PrinterTarget, name: str, data: bytes, copies: int) -> Sent:
    folder = _folder(printer.address)
    stem, ending = _file_name(name), f".{printer.language.value}"
    try:
        paths = tuple(_write(folder, stem, ending, data) for _ in range(copies))
    except OSError as error:
        raise _Trouble(_reason(error)) from error
    return Sent(", ".join(str(path) for path in paths), paths)


def _write(folder: Path, stem: str, ending: str, data: bytes) -> Path:
    """A new file that appears complete under a name nothing had before."""
    handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, 0o644)
        for number in range(1, 10_000):
            path = folder / (f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}")
            try:
                os.link(part, path)
            except FileExistsError:
                continue
            except OSError:
                break  # a file system without links
            return path
        path = folder / f"{stem}-{uuid.uuid4().hex}{ending}"
        os.replace(part, path)
        return path
    finally:
        Path(part).unlink(missing_ok=True)


def _without_stop(text: str) -> str:
    return text.strip().removeprefix("lp: ").rstrip(".").strip()


def _reason(error: Exception) -> str:
    return _without_stop((getattr(error, "strerror", None) or str(error)).lower())
