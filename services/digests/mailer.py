"""Hands mail over to the one server that is set."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

SMTP_SECONDS = 10.0
PORTS = {"smtp": 25, "smtps": 465}


class MailError(Exception):
    """Mail that could not be handed over, in words without values; `refused` where it never will be."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


class Mailer:
    """`url` is as SESSIONS_SMTP_URL has it, `sender` an address."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self.sender = sender
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._over_tls = parts.scheme == "smtps"
        self._starts_tls = parts.query == "starttls"
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._tls = ssl.create_default_context()

    def send(self, message: EmailMessage, address: str) -> None:
        """Raises MailError."""
        try:
            with self._connected() as server:
                if self._starts_tls:
                    server.starttls(context=self._tls)
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message, self.sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            code, _ = error.recipients.get(address, (0, b""))
            raise MailError(f"the address was refused ({code})", refused=500 <= code < 600) from None
        except smtplib.SMTPResponseException as error:
            raise MailError(f"the mail server answered {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(f"the mail server failed ({type(error).__name__})") from None

    def _connected(self) -> smtplib.SMTP:
        if self._over_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=SMTP_SECONDS, context=self._tls)
        return smtplib.SMTP(self._host, self._port, timeout=SMTP_SECONDS)
