"""Mails as they come back, in the shapes that real servers and programs give them. Written for the tests."""

from email.header import Header


def postfix(message_id: str, address: str, *, status: str = "5.1.1", said: str = "", action: str = "failed") -> bytes:
    said = said or f"550 {status} <{address}>: Recipient address rejected: User unknown in virtual mailbox table"
    return _crlf(f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.cpb.example (Mail Delivery System)
To: no-reply@cpb.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4D2F1.1772440000/mx.cpb.example"
Message-Id: <20260302091501.4D2F1@mx.cpb.example>

This is a MIME-encapsulated message.

--4D2F1.1772440000/mx.cpb.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{address}>: host mx.supplier.example[192.0.2.7] said: {said} (in reply to RCPT TO command)

--4D2F1.1772440000/mx.cpb.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.cpb.example
X-Postfix-Queue-ID: 4D2F1
X-Postfix-Sender: rfc822; no-reply@cpb.example
Arrival-Date: Mon,  2 Mar 2026 10:15:00 +0100 (CET)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.supplier.example
Diagnostic-Code: smtp; {said}

--4D2F1.1772440000/mx.cpb.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Message-ID: {message_id}
From: Statens innkjop <no-reply@cpb.example>
To: {address}
Subject: Dokumentasjon
Content-Type: text/plain

Hei
--4D2F1.1772440000/mx.cpb.example--
""")


def exchange(message_id: str, address: str) -> bytes:
    """Only the headers come back, and the id stands a second time on top."""
    return _crlf(f"""\
From: <postmaster@supplier.example>
To: no-reply@cpb.example
Subject: Kan ikke leveres: Dokumentasjon
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="f0b9b0ae-1"
X-MS-Exchange-Message-Is-Ndr:
Message-ID: <1fd2-4c5a@DB7PR05MB.eurprd05.prod.outlook.com>
In-Reply-To: {message_id}
References: {message_id}

--f0b9b0ae-1
Content-Type: multipart/alternative; boundary="f0b9b0ae-2"

--f0b9b0ae-2
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Meldingen din til {address} kunne ikke leveres.
--f0b9b0ae-2
Content-Type: text/html; charset="utf-8"

<p>Meldingen din kunne ikke leveres.</p>
--f0b9b0ae-2--
--f0b9b0ae-1
Content-Type: message/delivery-status

Reporting-MTA: dns;DB7PR05MB.eurprd05.prod.outlook.com
Received-From-MTA: dns;mx.cpb.example

Final-recipient: rfc822;{address.title()}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 {address} not found by SMTP address lookup

--f0b9b0ae-1
Content-Type: text/rfc822-headers

Received: from mx.cpb.example (192.0.2.1)
Message-ID:
\t{message_id}
To: {address}
Subject: Dokumentasjon

--f0b9b0ae-1--
""")


def gmail(message_id: str, address: str, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    return _crlf(f"""\
Return-Path: <>
Content-Type: multipart/report; boundary="0000000000a1"; report-type=delivery-status
To: no-reply@cpb.example
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
Subject: Delivery Status Notification (Failure)
References: {message_id}
In-Reply-To: {message_id}
Message-ID: <69a55c.170a0220.mail-daemon@google.com>

--0000000000a1
Content-Type: multipart/related; boundary="0000000000a2"

--0000000000a2
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<html>Address not found</html>
--0000000000a2--
--0000000000a1
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.26, the server for the domain.)
Diagnostic-Code: smtp; 550-{status} The email account that you tried to reach does not exist. Please try
 550-{status} double-checking the recipient's email address for typos or unnecessary spaces.
Last-Attempt-Date: Mon, 02 Mar 2026 01:15:03 -0800 (PST)

--0000000000a1
Content-Type: message/rfc822

Message-ID: {message_id}
To: {address}
Subject: Dokumentasjon

Hei
--0000000000a1--
""")


def exim(message_id: str, address: str, said: str = "550 5.1.1 unknown user") -> bytes:
    """Before Exim wrote reports of RFC 3464."""
    return _crlf(f"""\
Return-path: <>
X-Failed-Recipients: {address}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.supplier.example>
To: no-reply@cpb.example
References: {message_id}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    host mx2.supplier.example [192.0.2.9]
    SMTP error from remote mail server after RCPT TO:<{address}>: {said}
""")


def in_utf8(message_id: str, address: str) -> bytes:
    """RFC 6533, as for addresses with other letters than English ones."""
    return _crlf(f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.cpb.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

No.
--b
Content-Type: message/global-delivery-status

Reporting-MTA: dns; mx.cpb.example

Final-Recipient: utf-8; {address}
Action: failed
Status: 5.1.1

--b
Content-Type: message/global-headers

Message-ID: {message_id}
To: {address}
--b--
""")


def complaint(message_id: str, address: str) -> bytes:
    return _crlf(f"""\
From: <abuse@mailbox.example>
Subject: FW: Dokumentasjon
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Mailbox/1.0
Version: 1
Original-Rcpt-To: {address}

--b
Content-Type: message/rfc822

Message-ID: {message_id}
To: {address}

Hei
--b--
""")


AWAY = {
    "exchange in Norwegian": ("Automatisk svar: Dokumentasjon", "X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\n"),
    "exchange in German": ("Automatische Antwort: Dokumentation", "Auto-Submitted: auto-generated\n"),
    "vacation program": ("Re: Dokumentasjon", "Auto-Submitted: auto-replied\nPrecedence: bulk\n"),
    "gmail in English": ("Out of office Re: Documentation", "Precedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied\n"),
    "qq in Chinese": ("自动回复: Dokumentasjon", ""),
    "an old program with a null sender": ("Dokumentasjon", "Return-Path: <>\n"),
    "only the subject says so": ("Fraværsmelding: tilbake 12. april", ""),
}
"""Subject and headers of answers that nobody wrote."""


def away(shape: str, message_id: str, address: str) -> bytes:
    subject, headers = AWAY[shape]
    return _crlf(f"""\
From: Nora Nordvare <{address}>
To: no-reply@cpb.example
Subject: {Header(subject, "utf-8").encode()}
In-Reply-To: {message_id}
{headers}Content-Type: text/plain; charset=utf-8

Jeg er borte til 12. april. / I am away. The server said 550 5.1.1 once, but that is another story.
""")


def written_by_a_person(message_id: str, address: str) -> bytes:
    return _crlf(f"""\
Return-Path: <{address}>
From: Nora Nordvare <{address}>
To: no-reply@cpb.example
Subject: Re: Dokumentasjon
In-Reply-To: {message_id}
Content-Type: text/plain

Hei, sjefen min sier at adressen hennes gir 550 5.1.1 User unknown. Hva gjor vi?
""")


def forwarded_by_a_person(message_id: str, address: str) -> bytes:
    """A report that somebody passes on as an attachment: for us to read, not about our mail."""
    inner = postfix(message_id, address).decode()
    return (
        _crlf(f"""\
From: Nora Nordvare <{address}>
To: no-reply@cpb.example
Subject: Fwd: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: text/plain

Se vedlagt.
--outer
Content-Type: message/rfc822

""").replace(b"\r\n", b"\n")
        + inner.replace("\r\n", "\n").encode()
        + b"\n--outer--\n"
    )


def _crlf(text: str) -> bytes:
    return text.encode().replace(b"\n", b"\r\n")
