"""As many connections to the mail server as its slowness asks for: one to a server that answers at once.

How many are open follows from what is measured: while one mail waits for its answer others can be written. Answers are
recorded by whoever hands over, so that threads here speak SMTP and nothing else.
"""

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from notifications.channels.email import Connection, Mail, SendError

WEIGHT = 0.2
"""Of the newest measurement in what is expected of the next."""
LOOKS_EVERY = 1.0  # seconds


@dataclass(frozen=True)
class Answer:
    """What became of a mail; `error` is None when the server has taken it. `note` is whatever was given with it."""

    note: Any
    error: BaseException | None


class Connections:
    def __init__(self, *, most: int, longest: float) -> None:
        self.most, self.longest = max(most, 1), longest
        self.all: list[Connection] = []
        self.idle: deque[Connection] = deque()
        self.under_way: dict[Future[None], Any] = {}
        self.answering = self.writing = 0.0
        self.asked_at: float | None = None
        self.is_over = Event()

    def __enter__(self) -> Self:
        self.threads = ThreadPoolExecutor(self.most, thread_name_prefix="smtp")
        self.watch = Thread(target=self._watch, name="smtp-watch", daemon=True)
        self.watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.is_over.set()
        self.threads.shutdown(cancel_futures=True)
        for connection in self.all:
            connection.close()
        self.watch.join()

    @property
    def width(self) -> int:
        """How many mails may be under way: those that can be written while one is waited for."""
        return min(max(int(self.answering / self.writing), 1), self.most) if self.writing else 1

    def hand_over(self, mail: Mail, note: Any) -> list[Answer]:
        """Waits until one more may be under way, and returns what was answered in the meantime."""
        self._measure_writing()
        if self.width == 1 and not self.under_way:
            answers = [self._at_once(mail, note)]
        else:
            self.under_way[self.threads.submit(self._send, mail)] = note
            answers = self._answers(but=self.width - 1)
        self.asked_at = time.monotonic()
        return answers

    def wait_for_all(self) -> list[Answer]:
        answers = self._answers(but=0)
        self.asked_at = None
        return answers

    def _answers(self, *, but: int) -> list[Answer]:
        """All that have come, and as many more as are needed until no more than `but` are under way."""
        answered = wait(self.under_way, timeout=0).done
        while len(self.under_way) - len(answered) > but:
            answered |= wait(self.under_way.keys() - answered, return_when=FIRST_COMPLETED).done
        return [Answer(self.under_way.pop(each), each.exception()) for each in answered]

    def _at_once(self, mail: Mail, note: Any) -> Answer:
        try:
            self._send(mail)
        except SendError as error:
            return Answer(note, error)
        return Answer(note, None)

    def _send(self, mail: Mail) -> None:
        connection = self._idle()
        try:
            took = connection.send(mail)
        finally:
            self.idle.append(connection)
        self.answering = took if not self.answering else (1 - WEIGHT) * self.answering + WEIGHT * took

    def _idle(self) -> Connection:
        try:
            return self.idle.pop()
        except IndexError:
            self.all.append(Connection())
            return self.all[-1]

    def _measure_writing(self) -> None:
        """What passes between one handing over and the next is writing mails and recording answers."""
        if self.asked_at is not None:
            took = time.monotonic() - self.asked_at
            self.writing = took if not self.writing else (1 - WEIGHT) * self.writing + WEIGHT * took

    def _watch(self) -> None:
        """A server that gives one byte a second never runs into a time-out; it is left all the same."""
        while not self.is_over.wait(LOOKS_EVERY):
            for connection in list(self.all):
                if connection.busy_since and time.monotonic() - connection.busy_since > self.longest:
                    connection.break_off()
