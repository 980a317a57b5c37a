#!/usr/bin/env python3
"""A server that keeps notes.yaml. With --careless it has two bugs: it takes texts of any length, and dies of a limit of 0."""
import argparse
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, default=8000)
parser.add_argument("--careless", action="store_true")
options = parser.parse_args()
notes, lock = {}, threading.Lock()


class Wrong(Exception):
    """A refusal: its status, and why."""


def number(text):
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text):
        raise Wrong(400, f"{text!r} is no whole number")
    return int(text)


def listed(query):
    limit = 100
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "limit":
            limit = number(value)
    if options.careless and limit == 0:
        return 1 // limit
    if not 1 <= limit <= 100:
        raise Wrong(400, "limit is from 1 to 100")
    return sorted(notes.values(), key=lambda note: -note["id"])[:limit]


def made(handler):
    if handler.headers.get_content_type() != "application/json":
        raise Wrong(415, "send application/json")
    try:
        note = json.loads(handler.body.decode("utf-8"), parse_constant=lambda name: 1 // 0)
    except (ValueError, ArithmeticError, RecursionError):
        raise Wrong(400, "the body is no JSON") from None
    if not isinstance(note, dict):
        raise Wrong(400, "a note is an object")
    text, kind = note.get("text"), note.get("kind", "idea")
    if not isinstance(text, str) or not text or (len(text) > 200 and not options.careless):
        raise Wrong(400, "text is 1 to 200 characters")
    if kind not in ("idea", "task"):
        raise Wrong(400, "kind is idea or task")
    kept = {"id": len(notes) + 1, "text": text}
    while kept["id"] in notes:
        kept["id"] += 1
    if "kind" in note:
        kept["kind"] = kind
    notes[kept["id"]] = kept
    return kept


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A response leaves in one piece: the second of two would wait for the client to confirm the first.
    wbufsize = -1

    def answer(self, status, value=None, **headers):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def route(self):
        path, query = urlsplit(self.path)[2:4]
        if path == "/notes":
            return {"GET": lambda: (200, listed(query)), "POST": lambda: (201, made(self))}
        if re.fullmatch(r"/notes/[^/]+", path):
            return {"GET": lambda: (200, self.one(path)), "DELETE": lambda: self.deleted(path)}
        raise Wrong(404, "there is nothing here")

    def one(self, path):
        key = number(path.rsplit("/", 1)[1])
        if key < 1:
            raise Wrong(400, "an id is at least 1")
        if key not in notes:
            raise Wrong(404, "there is no such note")
        return notes[key]

    def deleted(self, path):
        del notes[self.one(path)["id"]]
        return 204, None

    def handle_any(self):
        length = self.headers.get("Content-Length", "0")
        self.body = self.rfile.read(int(length)) if length.isdigit() else b""
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
        try:
            with lock:
                methods = self.route()
                method = "GET" if self.command == "HEAD" and "GET" in methods else self.command
                if method not in methods:
                    allowed = ", ".join([*methods, "HEAD"])
                    return self.answer(405, {"error": "another method"}, Allow=allowed)
                status, value = methods[method]()
            self.answer(status, value)
        except Wrong as wrong:
            self.answer(wrong.args[0], {"error": wrong.args[1]})
        except ZeroDivisionError:
            self.answer(500, {"error": "division by zero"})

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
