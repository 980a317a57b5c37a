"""A small, robust HTTP/1.1 server on asyncio streams.

It knows nothing about the providers: it turns bytes into a `Request`, hands it
to an application object and writes the `Reply`. The application offers
`handle(request) -> Reply` and `protocol_error(status, message) -> Reply`, so
that even errors of the HTTP layer wear the provider's own envelope.
"""

import asyncio
import email.utils
import http
import signal
import socket
import sys
import time
import traceback
from urllib.parse import unquote_to_bytes

MAX_HEAD = 64 * 1024
MAX_BODY = 32 * 1024 * 1024
# How much of an unread body is read and thrown away before closing: closing a
# socket with unread data resets the connection and can destroy our answer.
MAX_DRAIN = 64 * 1024 * 1024


class Request:
    """One parsed request; header names are lower case, repeated ones joined."""

    __slots__ = ("method", "path", "headers", "body")

    def __init__(self, method, path, headers, body=b""):
        self.method = method
        self.path = path  # still percent-encoded, without the query
        self.headers = headers
        self.body = body


class Reply:
    """One answer; `drop` closes the connection without answering."""

    __slots__ = ("status", "content_type", "body", "headers", "drop")

    def __init__(self, status, content_type=None, body=b"", headers=(), drop=False):
        self.status = status
        self.content_type = content_type
        self.body = body
        self.headers = headers
        self.drop = drop


class ProtocolError(Exception):
    """The request cannot be read any further; answer and close."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


def decode_segment(segment):
    """Percent-decode one path segment; broken UTF-8 becomes U+FFFD."""
    return unquote_to_bytes(segment).decode("utf-8", "replace")


def parse_head(head):
    """Return (method, path, version, headers) or raise ProtocolError(400)."""
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0") or not parts[0]:
        raise ProtocolError(400, "Malformed request line")
    method, target, version = parts
    headers = {}
    for line in lines[1:]:
        if not line:
            continue
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ProtocolError(400, "Malformed header line")
        name = name.lower()
        value = value.strip(" \t")
        headers[name] = headers[name] + ", " + value if name in headers else value
    if target.startswith(("http://", "https://")):
        # The absolute form, which every server has to understand.
        rest = target.split("://", 1)[1]
        target = "/" + rest.partition("/")[2]
    return method, target.partition("?")[0].partition("#")[0], version, headers


def body_length(headers):
    """Return the declared length, None for chunked, 0 for no body."""
    coding = headers.get("transfer-encoding")
    declared = headers.get("content-length")
    if coding is not None:
        if declared is not None:
            raise ProtocolError(400, "Both Transfer-Encoding and Content-Length")
        if coding.lower() != "chunked":
            raise ProtocolError(501, "Unsupported transfer coding")
        return None
    if declared is None:
        return 0
    if not (declared.isascii() and declared.isdigit()) or len(declared) > 15:
        raise ProtocolError(400, "Malformed Content-Length")
    return int(declared)


async def read_chunked(reader):
    """Read a chunked body including its trailers."""
    chunks = []
    total = 0
    while True:
        line = (await reader.readuntil(b"\r\n"))[:-2]
        digits = line.partition(b";")[0].strip()
        if not digits or len(digits) > 15 or digits.strip(b"0123456789abcdefABCDEF"):
            raise ProtocolError(400, "Malformed chunk size")
        size = int(digits, 16)
        if size == 0:
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
            return b"".join(chunks)
        total += size
        if total > MAX_BODY:
            raise ProtocolError(413, "Request body too large")
        chunk = await reader.readexactly(size + 2)
        if chunk[-2:] != b"\r\n":
            raise ProtocolError(400, "Malformed chunk")
        chunks.append(chunk[:-2])


class Server:
    """Serves one application on one address."""

    def __init__(self, app):
        self.app = app
        self._date = ""
        self._date_second = 0

    async def run(self, port):
        """Listen, announce the address on stdout, and serve until told to end."""
        server = await asyncio.start_server(
            self._connection, "127.0.0.1", port, limit=1024 * 1024, backlog=1024
        )
        bound = server.sockets[0].getsockname()[1]
        print(f"listening on http://127.0.0.1:{bound}", flush=True)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        await stop.wait()
        server.close()

    async def _connection(self, reader, writer):
        sock = writer.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while await self._exchange(reader, writer):
                pass
        except ProtocolError as error:
            await self._refuse(reader, writer, error)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            pass  # the client went away, which is its good right
        except asyncio.CancelledError:
            pass  # the server is ending; nobody is left to tell
        finally:
            writer.close()

    async def _exchange(self, reader, writer):
        """Serve one request; return whether the connection stays open."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise ProtocolError(431, "Request header fields too large") from None
        head = head.lstrip(b"\r\n")
        if not head:
            return True
        if len(head) > MAX_HEAD:
            raise ProtocolError(431, "Request header fields too large")
        method, path, version, headers = parse_head(head[:-4])
        length = body_length(headers)
        expect = headers.get("expect")
        if expect is not None and version == "HTTP/1.1":
            if expect.lower() != "100-continue":
                raise ProtocolError(417, "Expectation failed")
            if length != 0:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request = Request(method, path, headers)
        if length is None:
            try:
                request.body = await read_chunked(reader)
            except asyncio.LimitOverrunError:
                raise ProtocolError(400, "Malformed chunk size") from None
        elif length > MAX_BODY:
            raise ProtocolError(413, "Request body too large")
        elif length:
            request.body = await reader.readexactly(length)

        reply = self._call(request)
        if reply.drop:
            writer.transport.abort()
            return False
        connection = headers.get("connection", "").lower()
        keep = "close" not in connection and (
            version == "HTTP/1.1" or "keep-alive" in connection
        )
        writer.write(self._serialise(reply, method == "HEAD", keep, version))
        await writer.drain()
        return keep

    def _call(self, request):
        try:
            return self.app.handle(request)
        except Exception:  # a bug of the peer itself must still be an answer
            traceback.print_exc(file=sys.stderr)
            return self.app.protocol_error(500, "Internal Server Error")

    def _serialise(self, reply, head_only, keep, version):
        now = int(time.time())
        if now != self._date_second:
            self._date_second = now
            self._date = email.utils.formatdate(now, usegmt=True)
        try:
            reason = http.HTTPStatus(reply.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {reply.status} {reason}", f"Date: {self._date}"]
        bodiless = reply.status in (204, 304)
        if not bodiless:
            if reply.content_type is not None:
                lines.append(f"Content-Type: {reply.content_type}")
            lines.append(f"Content-Length: {len(reply.body)}")
        lines.extend(f"{name}: {value}" for name, value in reply.headers)
        if not keep:
            lines.append("Connection: close")
        elif version == "HTTP/1.0":
            lines.append("Connection: keep-alive")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        return head if head_only or bodiless else head + reply.body

    async def _refuse(self, reader, writer, error):
        """Answer a request that could not be read to its end, then close."""
        reply = self.app.protocol_error(error.status, error.message)
        try:
            writer.write(self._serialise(reply, False, False, "HTTP/1.1"))
            await writer.drain()
            writer.write_eof()
            left = MAX_DRAIN
            while left > 0:
                data = await asyncio.wait_for(reader.read(256 * 1024), 2)
                if not data:
                    break
                left -= len(data)
        except (ConnectionError, TimeoutError, asyncio.TimeoutError, OSError):
            pass


def serve(app, port):
    """Run the server until SIGINT or SIGTERM."""
    asyncio.run(Server(app).run(port))
