"""The serial scanners of a station, read while the window is open, for the desk in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.core.errors import BusinessError
from app.rules.scanning.serial import PortFound, SerialPort

if TYPE_CHECKING:
    from app.controllers.tasks import TaskRunner
    from app.gateways.serial_ports import PortReader, PortTrouble

Put = Callable[[str], None]


class SerialScanners(QObject):
    """Hands each code to whoever listened last, in the order in which each port delivered it.

    Signals:
        told: a trouble began, said once; arg: BusinessError. It waits until somebody listens.
        found: codes come again after a trouble; arg: the port.
        changed: how some port is has changed.
        unheard: a code came and no desk in view takes codes; arg: the code.
    """

    told = Signal(object)
    found = Signal(str)
    changed = Signal()
    unheard = Signal(str)
    _read = Signal(str)
    _is_so = Signal(object, object)

    def __init__(self, tasks: TaskRunner, file: Path, parent: QObject | None = None) -> None:
        """`file` names this computer's scanners, by station."""
        super().__init__(parent)
        self._tasks, self._file = tasks, file
        self._station: str | None = None
        self._readers: dict[str, PortReader] = {}
        self._letting_go: dict[str, PortReader] = {}
        self._listeners: list[Put] = []
        self._untold: list[BusinessError] = []
        self._had_trouble: set[str] = set()
        self.ports: tuple[SerialPort, ...] = ()
        """What is kept for the station; what is tried in the set-up may be other than that."""
        self.states: dict[str, PortTrouble | None] = {}
        """The ports that are read: what is the trouble with each, None where codes come."""
        # From the readers' threads: queued, in their order.
        self._read.connect(self._hand_on, Qt.ConnectionType.QueuedConnection)
        self._is_so.connect(self._note, Qt.ConnectionType.QueuedConnection)

    def begin(self, station: str) -> None:
        """Read the scanners of this station from now on. Once; later calls mean nothing."""
        if self._station is not None:
            return
        self._station = station

        def kept(_session: object) -> tuple[SerialPort, ...]:
            from app.gateways.serial_ports import kept_ports

            return kept_ports(self._file, station)

        self._tasks.read(kept, done=self._know, failed=self._tell, owner=self)

    def use(self, ports: Sequence[SerialPort]) -> None:
        """Read just these ports; one whose settings stay is read on without a pause."""
        from app.gateways.serial_ports import PortReader

        wanted = {each.port: each for each in ports}
        for name, reader in list(self._readers.items()):
            if wanted.get(name) != reader.settings:
                reader.stop()
                self._letting_go[name] = self._readers.pop(name)
                self.states.pop(name, None)
                self._had_trouble.discard(name)
        for name, settings in wanted.items():
            if name not in self._readers:
                said = partial(self._is_so.emit, settings)
                reader = PortReader(settings, code=self._read.emit, state=said)
                self._readers[name] = reader
                reader.start(after=self._letting_go.pop(name, None))
        self.changed.emit()

    def keep(self, ports: Sequence[SerialPort]) -> None:
        """Write down what the station has; not on the window's thread.

        Raises: ScannerFileNotWritten.
        """
        from app.gateways.serial_ports import keep_ports

        assert self._station is not None
        keep_ports(self._file, self._station, ports)
        self.ports = tuple(ports)

    def look(self, done: Callable[[tuple[PortFound, ...]], None], owner: QObject) -> None:
        """Which ports there are."""

        def found(_session: object) -> tuple[PortFound, ...]:
            from app.gateways.serial_ports import list_ports

            return list_ports()

        self._tasks.read(found, done=done, owner=owner, key="serial-ports")

    def listen(self, put: Put) -> None:
        """Codes go here until `leave`, or until somebody else listens."""
        self._listeners.append(put)
        untold, self._untold = self._untold, []
        for each in untold:
            self.told.emit(each)

    def leave(self, put: Put) -> None:
        """Codes go to whoever listened before."""
        if put in self._listeners:
            self._listeners.remove(put)

    def close(self) -> None:
        """Let go of every port."""
        readers = [*self._readers.values(), *self._letting_go.values()]
        for reader in readers:
            reader.stop()
        for reader in readers:
            reader.join()
        self._readers, self._letting_go = {}, {}

    # Within

    def _know(self, ports: tuple[SerialPort, ...]) -> None:
        self.ports = ports
        if ports:
            self.use(ports)

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, BusinessError):
            return
        if self._listeners:
            self.told.emit(error)
        else:
            self._untold.append(error)

    @Slot(str)
    def _hand_on(self, code: str) -> None:
        if self._listeners:
            self._listeners[-1](code)
        else:
            self.unheard.emit(code)

    @Slot(object, object)
    def _note(self, settings: SerialPort, trouble: PortTrouble | None) -> None:
        name = settings.port
        if name not in self._readers or self._readers[name].settings != settings:
            return
        self.states[name] = trouble
        if trouble is not None:
            self._had_trouble.add(name)
            self._tell(trouble)
        elif name in self._had_trouble:
            self._had_trouble.discard(name)
            self.found.emit(name)
        self.changed.emit()
