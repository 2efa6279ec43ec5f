"""A real IMAP server, as much of it as a reader of mail needs: RFC 3501 over a socket, one mailbox in memory."""

import re
import socketserver
import threading
from dataclasses import dataclass, field


@dataclass
class Kept:
    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)
    folder: str = "INBOX"


class ImapServer:
    """`keeps_marks`: whether flags of the reader's own are allowed. `can_move`: whether it knows MOVE."""

    def __init__(self, *, keeps_marks: bool = True, can_move: bool = True) -> None:
        self.keeps_marks, self.can_move = keeps_marks, can_move
        self.mails: list[Kept] = []
        self.commands: list[str] = []
        self.password = "hemmelig ord"
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.world = self  # type: ignore[attr-defined]
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, *, handled: str = "", password: str = "") -> str:
        user = f"returns%40cpb.example:{(password or self.password).replace(' ', '%20')}"
        return f"imap://{user}@127.0.0.1:{self.server.server_address[1]}/INBOX" + (f"?handled={handled}" if handled else "")

    def arrives(self, content: bytes) -> Kept:
        self.mails.append(Kept(len(self.mails) + 1, content))
        return self.mails[-1]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Session(socketserver.StreamRequestHandler):
    folder = ""

    @property
    def world(self) -> ImapServer:
        return self.server.world  # type: ignore[attr-defined, no-any-return]

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            self.world.commands.append("LOGIN" if rest.startswith("LOGIN") else rest)
            name = rest.removeprefix("UID ").split(" ")[0].upper()
            answer = getattr(self, f"do_{name.lower()}", None)
            self.say(f"{tag} {answer(rest) if answer else 'BAD unknown'}")
            if name == "LOGOUT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def do_capability(self, rest: str) -> str:
        self.say("* CAPABILITY IMAP4rev1" + (" MOVE" if self.world.can_move else ""))
        return "OK done"

    def do_login(self, rest: str) -> str:
        return "OK done" if rest == f'LOGIN returns@cpb.example "{self.world.password}"' else "NO wrong user or password"

    def do_select(self, rest: str) -> str:
        self.folder = rest.split(" ", 1)[1].strip('"')
        if self.folder not in ("INBOX", "Handled"):
            return "NO no such folder"
        mark = " \\*" if self.world.keeps_marks else ""
        self.say(f"* {len(self.here())} EXISTS")
        self.say(f"* OK [PERMANENTFLAGS (\\Seen \\Deleted{mark})] limited")
        return "OK [READ-WRITE] selected"

    def do_search(self, rest: str) -> str:
        unmarked = re.search(r"UNKEYWORD (\S+)", rest)
        found = [m for m in self.here() if "\\Seen" not in m.flags and not (unmarked and unmarked[1] in m.flags)]
        self.say("* SEARCH " + " ".join(str(mail.uid) for mail in found))
        return "OK done"

    def do_fetch(self, rest: str) -> str:
        number, first, most = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<(\d+)\.(\d+)>\)", rest).groups()  # type: ignore[union-attr]
        mail = self.world.mails[int(number) - 1]
        part = mail.content[int(first) : int(first) + int(most)]
        self.wfile.write(f"* 1 FETCH (UID {number} BODY[]<0> {{{len(part)}}}\r\n".encode() + part + b")\r\n")
        return "OK done"

    def do_store(self, rest: str) -> str:
        number, flags = re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \((.+)\)", rest).groups()  # type: ignore[union-attr]
        self.world.mails[int(number) - 1].flags |= set(flags.split())
        return "OK done"

    def do_move(self, rest: str) -> str:
        number, folder = re.fullmatch(r'UID MOVE (\d+) "(.+)"', rest).groups()  # type: ignore[union-attr]
        self.world.mails[int(number) - 1].folder = folder
        return "OK done"

    def do_logout(self, rest: str) -> str:
        self.say("* BYE")
        return "OK done"

    def here(self) -> list[Kept]:
        return [mail for mail in self.world.mails if mail.folder == self.folder]
