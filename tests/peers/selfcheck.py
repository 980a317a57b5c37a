"""Check the peers over HTTP: a correct one keeps its document, a bug shows.

    python3 selfcheck.py [--provider NAME] [--fault NAME] [--verbose] [--load N]

For every provider the correct peer must answer each probe as its document says,
and for every fault at least one probe must be answered against the document.
The judge below is written from the documents by hand, apart from the peers.
"""

import argparse
import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from probes import TARGETS, battery

HERE = os.path.dirname(os.path.abspath(__file__))
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

# Shapes: a type, {"name": shape, "name?": optional shape}, [item shape], a set
# of allowed values, a compiled pattern, or None for null.
_ENVELOPE = {"error?": {"requestId": str, "message": str, "code?": str}}
_USER = {"uid": str, "foreignId?": str, "firstName": str, "lastName": str}
_ERROR = {"status": {"error"}, "message": str, "data": None}
_SUCCESS = {
    "status": {"success"}, "message": str, "data": {
        "conversation_id": str, "auto_reply_enqueued": bool, "message": {
            "id": str, "sender_id": str, "sender_type": str, "text": str,
            "metadata?": dict, "created_at": str}}}
SHAPES = {
    "telnyx": {422: {"detail?": [{"loc": [(str, int)], "msg": str, "type": str}]}},
    "asapp": {200: {"id?": str}, "default": _ENVELOPE},
    "ada": {"2XX": {"id?": str, "conversation_id?": str, "author?": dict, "content?": dict,
                    "created_at?": DATE_TIME, "updated_at?": DATE_TIME}},
    "respondent": {201: {
        "createdAt": str, "updatedAt?": str, "uid": str, "body": str, "sender": _USER,
        "conversation": {
            "createdAt": str, "updatedAt?": str, "uid": str, "name": str, "deleted": bool,
            "locked": bool, "read": bool, "participants": [{**_USER, "read": bool, "deleted": bool}],
            "metadata?": {"projectId?": str, "surveyResponseId?": str, "externalResearcherId?": str,
                          "externalTeamId?": str, "externalCompanyId?": str}}}},
    "example-ai": {"2XX": _SUCCESS, "4XX": _ERROR, "5XX": _ERROR},
}
_4XX = set(range(400, 500))
STATUSES = {
    "telnyx": {"valid": {200}, "invalid": {422}, "path": {404, 422}, "media": {415, 422}},
    "asapp": {"valid": {200}, "invalid": {400, 422}, "path": {400, 404, 422}, "media": {400, 415, 422}},
    "ada": {"valid": {200, 201}, "invalid": {400}, "path": {400, 404}, "media": {400, 415},
            "size": {400, 413}},
    "respondent": {"valid": {201}, "invalid": _4XX, "path": {400, 404}, "media": {400, 415, 422}},
    "example-ai": {"valid": {200, 201}, "invalid": {400}, "media": {400, 415}},
}
_COMMON = {"auth": {401, 403}, "missing": {404}, "method": {404, 405}}


def fits(shape, value):
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(
            fits(inner, value[name.rstrip("?")]) if name.rstrip("?") in value
            else name.endswith("?") for name, inner in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(shape[0], item) for item in value)
    if isinstance(shape, set):
        return isinstance(value, str) and value in shape
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    if shape is None:
        return value is None
    if isinstance(value, bool):
        return shape is bool
    return isinstance(value, shape)


def judge(provider, probe, answer):
    """Return what is wrong with the answer, or None."""
    if answer is None:
        return "connection closed"
    status, headers, body = answer
    allowed = STATUSES[provider].get(probe.intent) or _COMMON[probe.intent]
    if status not in allowed:
        return f"status {status}"
    if status == 405 and "POST" not in headers.get("allow", ""):
        return "405 without Allow"
    shapes = SHAPES[provider]
    shape = shapes.get(status) or shapes.get(f"{status // 100}XX") or shapes.get("default")
    if shape is None or probe.method == "HEAD":
        return None
    if headers.get("content-type", "").partition(";")[0] != "application/json":
        return f"Content-Type {headers.get('content-type')}"
    try:
        value = json.loads(body)
    except ValueError:
        return "body is not JSON"
    return None if fits(shape, value) else f"body {body[:150]!r}"


class Peer:
    """One running peer.py."""

    def __init__(self, provider, fault=None):
        command = [sys.executable, os.path.join(HERE, "peer.py"), "--provider", provider]
        if fault:
            command += ["--fault", fault]
        # Credentials in the caller's environment would change the peer's own.
        clean = {k: v for k, v in os.environ.items() if not re.search(r"_API_(KEY|ID|SECRET)$", k)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean)
        line = self.process.stdout.readline()
        match = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)\n", line)
        if match is None:
            raise RuntimeError(f"{provider}: unexpected first line {line!r}")
        self.port = int(match.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(5)
        self.process.stdout.close()

    def ask(self, probe):
        """Send one probe on the kept connection; None when it was closed."""
        connection = getattr(self, "connection", None) or http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30)
        self.connection = connection
        try:
            connection.request(probe.method, probe.path, probe.body or None, probe.headers)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read()
        except (http.client.HTTPException, ConnectionError):
            connection.close()
            self.connection = None
            return None


def wrong_answers(provider, fault=None):
    """Return {probe label: what is wrong} for one peer."""
    with Peer(provider, fault) as peer:
        found = {}
        for probe in battery(provider):
            problem = judge(provider, probe, peer.ask(probe))
            if problem:
                found[probe.label] = problem
        if peer.process.poll() is not None:
            found["process"] = "ended"
        return found


def _raw(port, data):
    """Send bytes and return all that comes back until the peer closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(data)
        received = b""
        while chunk := sock.recv(65536):
            received += chunk
        return received


def check_transport(provider):
    """Chunked bodies, Expect, pipelining, oversized and broken requests."""
    target = TARGETS[provider]
    body = json.dumps(target.base).encode()
    line = f"POST {target.path.format(id=target.known)} HTTP/1.1\r\nHost: x\r\n"
    fields = {"Content-Type": "application/json", **target.credentials}
    head = (line + "".join(f"{k}: {v}\r\n" for k, v in fields.items())).encode()
    whole = head + b"Content-Length: %d\r\n" % len(body)
    chunks = b"".join(b"1;ext=1\r\n%c\r\n" % byte for byte in body) + b"0\r\nTrailer: x\r\n\r\n"
    with Peer(provider) as peer:
        last = b"Connection: close\r\n\r\n"
        cases = {
            "plain": (whole + last + body, rb"HTTP/1.1 20[01] "),
            "chunked": (head + b"Transfer-Encoding: chunked\r\n" + last + chunks, rb"HTTP/1.1 20[01] "),
            "expect": (whole + b"Expect: 100-continue\r\n" + last + body,
                       rb"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 20[01] "),
            "pipelined": ((whole + b"\r\n" + body) * 2 + whole + last + body,
                          rb"(?s)(HTTP/1.1 20[01] .*){3}"),
            "http/1.0": (whole.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n" + body, rb"HTTP/1.1 20[01] "),
            "absolute target": (whole.replace(b"POST /", b"POST http://x/") + last + body,
                                rb"HTTP/1.1 20[01] "),
            "bad length": (head + b"Content-Length: x\r\n\r\n", rb"HTTP/1.1 400 "),
            "bad chunk": (head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", rb"HTTP/1.1 400 "),
            "bad request line": (b"HELLO\r\n\r\n", rb"HTTP/1.1 400 "),
            "long header": (head + b"X: " + b"x" * 70000 + b"\r\n\r\n", rb"HTTP/1.1 431 "),
            "huge length": (head + b"Content-Length: 99999999\r\n\r\n" + b"x" * 1000, rb"HTTP/1.1 413 "),
        }
        problems = []
        for name, (data, expected) in cases.items():
            answer = _raw(peer.port, data)
            if not re.match(expected, answer):
                problems.append(f"{name}: {answer[:120]!r}")
        return problems


async def _load(port, target, total, concurrency):
    body = json.dumps(target.base).encode()
    fields = {"Host": "x", "Content-Type": "application/json", "Content-Length": str(len(body)),
              **target.credentials}
    request = (f"POST {target.path.format(id=target.known)} HTTP/1.1\r\n"
               + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n").encode() + body
    left = iter(range(total))
    good = 0

    async def client():
        nonlocal good
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in left:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
            await reader.readexactly(length)
            good += head.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 201 "))
        writer.close()

    await asyncio.gather(*(client() for _ in range(concurrency)))
    return good


def check_load(provider, total):
    with Peer(provider) as peer:
        start = time.perf_counter()
        good = asyncio.run(_load(peer.port, TARGETS[provider], total, 64))
        seconds = time.perf_counter() - start
    print(f"{provider}: {good} of {total} answered well, {total / seconds:.0f} a second")
    return good == total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provider", choices=TARGETS)
    parser.add_argument("--fault", help="look at this fault only")
    parser.add_argument("--verbose", action="store_true", help="print the wrong answers of each fault")
    parser.add_argument("--load", type=int, metavar="N", help="send N requests, 64 at a time, instead")
    options = parser.parse_args()
    providers = [options.provider] if options.provider else list(TARGETS)
    if options.load:
        sys.exit(not all([check_load(name, options.load) for name in providers]))
    listed = subprocess.run([sys.executable, os.path.join(HERE, "peer.py"), "--list-faults"],
                            capture_output=True, check=True, text=True).stdout
    failures = 0
    for provider in providers:
        names = [options.fault] if options.fault else list(json.loads(listed)[provider])
        correct = wrong_answers(provider)
        problems = [f"correct peer, {label}: {what}" for label, what in correct.items()]
        problems += check_transport(provider)
        with ThreadPoolExecutor(2) as pool:
            results = pool.map(lambda name: wrong_answers(provider, name), names)
            for name, wrong in zip(names, results):
                if not wrong:
                    problems.append(f"fault {name} shows nowhere")
                if options.verbose:
                    print(f"{provider} {name}: {len(wrong)}")
                    for label, what in list(wrong.items())[:3]:
                        print(f"    {label}: {what}")
        for problem in problems:
            print(f"{provider}: FAILED {problem}")
        failures += len(problems)
        print(f"{provider}: {len(battery(provider))} probes, {len(names)} faults, "
              f"{len(problems)} problems")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
