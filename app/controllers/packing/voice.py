"""How the station answers: on the screen and by sound; a wrong scan stops it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.controllers.packing.answers import Answer, LastScans, Mood, ScanEntry, stop
from app.controllers.packing.bench import Bench, NextScan
from app.controllers.packing.gate import ScanGate
from app.core.clock import now
from app.core.messages import N_, render
from app.gateways.sound import Sound, Sounds
from app.rules.packing import PackOrder, Wrong, judge_order
from app.rules.scanning.scan import shown

_SOUND = {Mood.GOOD: Sound.GOOD, Mood.WRONG: Sound.WRONG, Mood.DONE: Sound.DONE}


class StationVoice(QObject):
    """The answer that stands on the screen, and the last ten.

    Signals:
        changed: what the station shows is another.
        stopped: a scan was wrong; args: its text, the large word, the sentence.
    """

    changed = Signal()
    stopped = Signal(str, str, str)

    def __init__(
        self, bench: Bench, gate: ScanGate, sounds: Sounds, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bench = bench
        self._gate = gate
        self._sounds = sounds
        self._said_silent = False
        self._news: Answer | None = None
        self._was_refused = False
        self.answer = Answer("")
        self.last = LastScans()

    @property
    def is_stopped(self) -> bool:
        """The station stands until it is acknowledged."""
        return self._gate.is_stopped

    @property
    def is_refused(self) -> bool:
        """It stands because the database said no."""
        return self.is_stopped and self._was_refused

    def say(self, answer: Answer) -> None:
        """Answer on the screen and by sound."""
        self.answer = answer
        if answer.mood in _SOUND:
            self._sounds.play(_SOUND[answer.mood])
        if self._sounds.why_silent and not self._said_silent:
            self._said_silent = True
            self.note(render(N_("No sound")), self._sounds.why_silent)
        self.changed.emit()

    def hint(self, word: str, sentence: str) -> None:
        """Say what is missing, or asked for: nothing was wrong, nothing was done."""
        self.say(Answer(render(word), render(sentence), Mood.ATTENTION))

    def mention(self, word: str, sentence: str) -> None:
        """Something beside the packing: noted, and said unless the station stands."""
        self.note(render(word), sentence)
        if self.is_stopped:
            self.changed.emit()
        else:
            self.hint(word, sentence)

    def note(
        self, code: str, words: str, mood: Mood = Mood.WAITING, *, is_pending: bool = False
    ) -> ScanEntry:
        """One more of the last scans."""
        return self.last.add(ScanEntry(now(), code, render(words), mood, is_pending))

    def stop(self, wrong: Wrong, code: str) -> Answer:
        """A wrong scan: the station stands, and what was asked for the next scan is forgotten."""
        self.note(shown(code), wrong.short or wrong.word, Mood.WRONG)
        self._bench.next = NextScan()
        answer = stop(wrong)
        self.halt(answer)
        self.stopped.emit(code, render(wrong.word), answer.sentence)
        return answer

    def halt(self, answer: Answer) -> None:
        """Say this, and stand until it is acknowledged."""
        self._gate.stop()
        self.say(answer)

    def refuse(self, answer: Answer) -> None:
        """The database said no to what was answered good."""
        self._was_refused = True
        self.halt(answer)

    def tell_news(self, news: Answer) -> None:
        """Somebody changed the order: shown before the next scan, after what is shown now."""
        if not self.is_stopped:
            self.halt(news)
        elif not self._was_refused:  # a refusal by the database has said it already
            self._news = news

    def go_on(self, idle: Answer) -> None:
        """The stop was seen: news that waited stop the station anew, otherwise `idle` is said."""
        if self.is_stopped:
            self.note(render(N_("OK")), N_("went on"))
        self._was_refused = False
        self.answer = idle
        news, self._news = self._news, None
        if news is not None:
            self.halt(news)
            return
        self._gate.open()
        self.changed.emit()

    def open_order(self) -> PackOrder | None:
        """The order to do something with; otherwise says what is missing."""
        bench = self._bench
        if bench.order is None:
            self.hint(N_("NO ORDER"), N_("Scan an order first."))
            return None
        if bench.is_done:
            wrong = judge_order(bench.order)
            if wrong is not None:
                self.stop(wrong, bench.order.number)
            else:
                self.hint(N_("FINISHED"), N_("This order is finished here. Scan the next one."))
            return None
        return bench.order
