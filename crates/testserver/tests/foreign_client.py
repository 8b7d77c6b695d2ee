"""Uses the server with Python's own clients: imaplib and smtplib.

Arguments: CA file, then the ports of IMAPS, IMAP, SMTPS and submission.
"""

import imaplib
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email import message_from_bytes, policy

ca, imaps, imap, smtps, submission = sys.argv[1], *map(int, sys.argv[2:])
tls = ssl.create_default_context(cafile=ca)
HOST, ANNA, BO = "localhost", "anna@example.com", "bo@example.com"


def ok(answer):
    status, data = answer
    assert status == "OK", answer
    return data


def mail(to, subject):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ANNA, to, subject
    message["Message-ID"] = f"<{len(subject)}@example.com>"
    message.set_content("Grüße\n.\n..\nfrom Anna\n")
    message.add_attachment(b"1,2\n" * 1000, maintype="text", subtype="csv", filename="ä.csv")
    return message


# Two mails to Bo, over TLS and over STARTTLS; one to someone elsewhere.
with smtplib.SMTP_SSL(HOST, smtps, context=tls) as smtp:
    smtp.login(ANNA, "secret")
    assert smtp.send_message(mail(BO, "Erste — ä")) == {}
    refused = smtp.send_message(mail(f"{BO}, nobody@example.com", "Zweite"))
    assert refused["nobody@example.com"][0] == 550, refused
with smtplib.SMTP(HOST, submission) as smtp:
    smtp.starttls(context=tls)
    try:
        smtp.login(ANNA, "wrong")
        raise AssertionError("a wrong password was accepted")
    except smtplib.SMTPAuthenticationError as error:
        assert error.smtp_code == 535
    smtp.login(ANNA, "secret")
    smtp.send_message(mail("carl@example.org", "Out"))

try:
    imaplib.IMAP4_SSL(HOST, imaps, ssl_context=tls).login(BO, "wrong")
    raise AssertionError("a wrong password was accepted")
except imaplib.IMAP4.error as error:
    assert "AUTHENTICATIONFAILED" in str(error), error

with imaplib.IMAP4_SSL(HOST, imaps, ssl_context=tls) as box:
    box.login(BO, "hidden")
    assert b"IDLE" in ok(box.capability())[0]
    assert len(ok(box.list())) == 6
    assert ok(box.select("INBOX")) == [b"2"]
    assert ok(box.uid("SEARCH", None, "ALL")) == [b"1 2"]
    box.literal = "ä".encode()
    assert ok(box.uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT")) == [b"1"]
    assert ok(box.search(None, "BODY", '"gr"', "UNSEEN")) == [b"1 2"]
    (_, raw), _ = ok(box.uid("FETCH", "1", "(BODY.PEEK[])"))
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == "Erste — ä" and read["Return-Path"] == f"<{ANNA}>"
    text = read.get_body().get_content()
    assert text.splitlines() == ["Grüße", ".", "..", "from Anna"], text
    assert [part.get_filename() for part in read.iter_attachments()] == ["ä.csv"]
    (_, part), _ = ok(box.uid("FETCH", "1", "(BODY.PEEK[2]<0.8>)"))
    assert len(part) == 8
    (structure,) = ok(box.fetch("1", "(BODYSTRUCTURE ENVELOPE)"))
    assert b'"MIXED"' in structure and b'"example.com"' in structure, structure
    ok(box.store("1", "+FLAGS", r"(\Seen Important)"))
    assert ok(box.search(None, "KEYWORD", "Important")) == [b"1"]
    ok(box.create('"Clients/Acme"'))
    ok(box.append("Clients/Acme", r"(\Draft)", imaplib.Time2Internaldate(1767603600), raw))
    ok(box.copy("1:2", "Clients/Acme"))
    ok(box.store("2", "+FLAGS", r"(\Deleted)"))
    assert ok(box.expunge()) == [b"2"]
    assert ok(box.status("Clients/Acme", "(MESSAGES UIDNEXT)")) == [
        b'"Clients/Acme" (MESSAGES 3 UIDNEXT 4)'
    ]
    ok(box.rename("Clients/Acme", "Kunden"))
    ok(box.subscribe("Kunden"))
    assert any(b"Kunden" in line for line in ok(box.lsub()))
    ok(box.select("Kunden", readonly=True))
    assert box.store("1", "+FLAGS", r"(\Seen)")[0] == "NO"
    ok(box.unselect())
    ok(box.delete("Kunden"))

with imaplib.IMAP4(HOST, imap) as box:
    assert "LOGINDISABLED" in box.capabilities
    box.starttls(tls)
    box.authenticate("PLAIN", lambda _: f"\0{BO}\0hidden".encode())
    assert ok(box.select("INBOX")) == [b"1"]

print("all well")
