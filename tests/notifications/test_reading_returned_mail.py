"""What returned mail says, without a database: every shape means one thing, and no bytes are mistaken for a wrong address."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.bounces.reading import Report, failure, read
from tests.notifications import returned_mail as shapes

ID = "<0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000@cpb.example>"
TO = "csr@nordvare.example"

BOUNCES = {
    "postfix": shapes.postfix(ID, TO),
    "exchange": shapes.exchange(ID, TO),
    "gmail": shapes.gmail(ID, TO),
    "exim": shapes.exim(ID, TO),
    "utf-8": shapes.in_utf8(ID, TO),
}


@pytest.mark.parametrize("shape", BOUNCES)
def test_a_wrong_address_is_seen_in_every_shape(shape: str) -> None:
    [report] = read(BOUNCES[shape])
    assert report.kind == "bounced"
    assert report.recipients == (TO,)
    assert ID in report.original or ID in report.answered


@pytest.mark.parametrize("shape", shapes.AWAY)
def test_an_answer_by_a_machine_is_no_bounce_whatever_its_text_says(shape: str) -> None:
    [report] = read(shapes.away(shape, ID, TO))
    assert (report.kind, report.answered, report.recipients) == ("auto_reply", (ID,), (TO,))


def test_what_is_recognised_by_its_subject_alone_needs_the_message_id_too() -> None:
    assert [report.by_id_only for report in read(shapes.away("only the subject says so", ID, TO))] == [True]
    assert [report.by_id_only for report in read(shapes.away("vacation program", ID, TO))] == [False]


def test_what_a_person_wrote_is_left_to_people() -> None:
    assert read(shapes.written_by_a_person(ID, TO)) == []
    assert read(shapes.forwarded_by_a_person(ID, TO)) == []


def test_a_delay_a_delivery_and_a_complaint_are_what_they_are() -> None:
    assert [report.kind for report in read(shapes.gmail(ID, TO, status="4.4.1", action="delayed"))] == ["deferred"]
    assert [report.kind for report in read(shapes.gmail(ID, TO, status="2.0.0", action="delivered"))] == ["delivered"]
    assert [report.kind for report in read(shapes.gmail(ID, TO, status="2.0.0", action="relayed"))] == []
    assert [(report.kind, report.original) for report in read(shapes.complaint(ID, TO))] == [("complained", (ID,))]


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        ("5.1.1", "550 5.1.1 User unknown", "bounced"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "bounced"),
        ("5.2.1", "550 5.2.1 The account is disabled", "bounced"),
        ("5.0.0", "550 no such user here", "bounced"),
        ("5.0.0", "554 rejected", "refused"),
        ("5.0.0", "550 5.7.1 Blocked by policy", "refused"),
        ("4.4.7", "", "bounced"),  # given up after days: no server to be found
        ("4.2.2", "452 4.2.2 The mailbox is full", "refused"),
        ("5.2.2", "552 5.2.2 Over quota", "refused"),
        ("5.7.606", "550 5.7.606 Access denied, banned sending IP", "refused"),
        ("5.3.4", "552 5.3.4 Too big", "refused"),
        ("5.1.8", "501 5.1.8 Bad sender", "refused"),
        ("", "", "bounced"),
    ],
)
def test_only_the_address_is_blamed_for_what_the_address_did(status: str, said: str, kind: str) -> None:
    assert failure(status, said) == kind


def test_each_recipient_of_a_report_is_one() -> None:
    raw = shapes.postfix(ID, TO).replace(
        b"Status: 5.1.1\r\n", b"Status: 5.1.1\r\n\r\nFinal-Recipient: rfc822; b@x.example\r\nAction: delayed\r\n", 1
    )
    assert [(report.kind, report.recipients) for report in read(raw)] == [("bounced", (TO,)), ("deferred", ("b@x.example",))]


def nested(depth: int) -> bytes:
    opening = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth))
    return opening + b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n"


@given(st.binary(max_size=2000))
@example(nested(2000))
@example(b"Content-Type: message/delivery-status\r\n\r\n")
@example(b"Content-Type: message/delivery-status; charset=\xff\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff\xfe")
@example(b"Content-Type: multipart/report\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n")
@example(b"X-Failed-Recipients: \xff\x00@\xf0\r\nFrom: mailer-daemon@x\r\n\r\n")
@example(b"Subject: =?utf-8?b?////?= =?klingon?q?x?=\r\nFrom: \xff\r\nAuto-Submitted: yes\r\n\r\n")
@example(b"From: a@b.example\r\nAuto-Submitted: " + b"x" * 5000 + b"\r\n\r\n")
def test_no_bytes_break_it(raw: bytes) -> None:
    assert all(isinstance(report, Report) for report in read(raw))


NO_BOUNCES = {
    **{shape: shapes.away(shape, ID, TO) for shape in shapes.AWAY},
    "person": shapes.written_by_a_person(ID, TO),
    "forwarded": shapes.forwarded_by_a_person(ID, TO),
    "delayed": shapes.gmail(ID, TO, status="4.4.1", action="delayed"),
    "complaint": shapes.complaint(ID, TO),
}


@pytest.mark.parametrize(
    "lost", [b"Content-Type: multipart/report;", b"Content-Type: message/delivery-status", b"--0000000000a1\r\nContent-Type: message/d"]
)
def test_a_report_of_delay_that_lost_its_frame_is_no_bounce(lost: bytes) -> None:
    assert lost in NO_BOUNCES["delayed"]
    assert read(NO_BOUNCES["delayed"].replace(lost, b"X: ", 1)) == []


@given(st.sampled_from(sorted(NO_BOUNCES)), st.data())
def test_damage_on_the_way_turns_nothing_into_a_bounce(name: str, data: st.DataObject) -> None:
    """A line lost, doubled or with a letter changed."""
    lines = NO_BOUNCES[name].split(b"\r\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["lose", "double", "change"])):
            case "lose":
                lines[place : place + 1] = []
            case "double":
                lines[place:place] = [lines[place]]
            case "change":
                at = data.draw(st.integers(0, len(lines[place])))
                lines[place] = lines[place][:at] + data.draw(st.sampled_from([b"\0", b"\xff", b":", b" "])) + lines[place][at:]
        if not lines:
            return
    assert [report.kind for report in read(b"\r\n".join(lines)) if report.kind in ("bounced", "refused")] == []


@given(st.sampled_from(sorted(BOUNCES)), st.data())
def test_what_a_damaged_report_says_can_be_kept(name: str, data: st.DataObject) -> None:
    whole = bytearray(BOUNCES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.sampled_from(b"\0\r\n :;<>@\xff"))
    for report in read(bytes(whole)):
        kept = (report.diagnostic, *report.recipients, *report.original, *report.answered)
        assert all(text.encode() and "\0" not in text for text in kept if text)
        assert len(report.diagnostic) <= 500
