"""A real SMTP server on the loopback that keeps what it is given."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Condition

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.app import free_port

WAIT_SECONDS = 20


class Mailbox:
    """What came, in order. `answer` is what the server says to the next messages; "" takes them."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.tries = 0
        self.answer = ""
        self._came = Condition()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        with self._came:
            self.tries += 1
            self._came.notify_all()
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=default)
        assert isinstance(found, EmailMessage)
        found["X-Recipients"] = ", ".join(envelope.rcpt_tos)
        with self._came:
            self.messages.append(found)
            self._came.notify_all()
        return "250 OK"

    def wait_for(self, count: int) -> EmailMessage:
        """The `count`-th message, once it is there."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.messages) >= count, WAIT_SECONDS)
            return self.messages[count - 1]

    def wait_for_tries(self, count: int) -> None:
        with self._came:
            assert self._came.wait_for(lambda: self.tries >= count, WAIT_SECONDS)


class HangingUp(Controller):  # type: ignore[misc]  # aiosmtpd has no types
    """Ends with no connection open: a server that is only stopped leaves those that are under way to the collector."""

    def __init__(self, mailbox: Mailbox, port: int) -> None:
        super().__init__(mailbox, hostname="127.0.0.1", port=port)
        self._begun: list[SMTP] = []

    def factory(self) -> SMTP:
        made: SMTP = super().factory()
        self._begun.append(made)
        return made

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(WAIT_SECONDS)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for listening in self.server.sockets:
            self.loop.remove_reader(listening.fileno())
        await asyncio.sleep(0.01)  # who was let in a moment ago has a transport now
        for one in self._begun:
            if one.transport:
                one.transport.abort()
        await asyncio.sleep(0)  # a transport closes its socket with the loop's next turn


@contextmanager
def running_smtp(port: int | None = None) -> Iterator[tuple[int, Mailbox]]:
    mailbox = Mailbox()
    controller = HangingUp(mailbox, port or free_port())
    controller.start()
    try:
        yield controller.port, mailbox
    finally:
        controller.stop()


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
