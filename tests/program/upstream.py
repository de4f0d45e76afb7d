"""A scripted model server: HTTP/1.1 and OpenAI's wire format, byte for byte, in one write a response.

What it answers is decided by one function, request -> Answer, which a test supplies. It keeps every request that it got,
in order of arrival, so that a test can say what was sent, how often, and how many were under way at once. No HTTP library
stands between: what is cut, doubled or malformed here goes out exactly so.
"""
import dataclasses
import json
import socket
import struct
import threading
import time


@dataclasses.dataclass
class Answer:
    """What goes back. Fields that are None are left out of the response."""
    text: str = "ok"
    finish: str = "stop"
    input: int = 20                 # prompt_tokens
    output: int = 5                 # completion_tokens
    usage: bool = True
    status: int = 200
    error: dict = None              # body of an error, as {"error": error}
    raw: bytes = None               # the whole body, instead of what would be made
    headers: dict = dataclasses.field(default_factory=dict)
    delay_s: float = 0              # before anything is sent
    cut: int = None                 # bytes of the body that go out; then the connection is closed
    drop: bool = False              # closes without a byte
    reset: bool = False             # closes without a byte, by RST
    stream: bool = None             # None: as the request asks
    done: bool = True               # a stream ends with [DONE]
    hold: threading.Event = None    # waits for it before it answers
    more: dict = dataclasses.field(default_factory=dict)  # further members of the body, such as service_tier


@dataclasses.dataclass
class Request:
    number: int                     # from 1, in order of arrival
    path: str
    headers: dict                   # names in lower case
    body: bytes
    json: dict
    connection: int

    @property
    def model(self):
        return self.json.get("model")

    @property
    def text(self):
        """The last message, or the prompt of a completion."""
        messages = self.json.get("messages")
        return messages[-1]["content"] if messages else self.json.get("prompt", "")

    @property
    def key(self):
        """What makes two calls the same call for the one who pays."""
        return self.path, self.body


REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests",
           500: "Internal Server Error", 503: "Service Unavailable"}


def usage_of(a):
    return {"prompt_tokens": a.input, "completion_tokens": a.output, "total_tokens": a.input + a.output}


def plain_body(request, a):
    chat = request.path.endswith("/chat/completions")
    choice = {"index": 0, "finish_reason": a.finish}
    choice.update({"message": {"role": "assistant", "content": a.text}} if chat else {"text": a.text})
    body = {"id": f"r{request.number}", "object": "chat.completion" if chat else "text_completion",
            "model": request.model, "choices": [choice], **a.more}
    if a.usage:
        body["usage"] = usage_of(a)
    return json.dumps(body).encode()


def stream_body(request, a):
    events = []
    head = {"id": f"r{request.number}", "object": "chat.completion.chunk", "model": request.model, **a.more}
    half = len(a.text) // 2
    for piece in (a.text[:half], a.text[half:]):
        events.append({**head, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
    events.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": a.finish}]})
    if a.usage:
        events.append({**head, "choices": [], "usage": usage_of(a)})
    text = "".join(f"data: {json.dumps(e)}\n\n" for e in events)
    return (text + ("data: [DONE]\n\n" if a.done else "")).encode()


def response(request, a):
    """The bytes of the whole response."""
    streams = a.stream if a.stream is not None else bool(request.json.get("stream"))
    if a.raw is not None:
        body, kind = a.raw, "application/json"
    elif a.status != 200:
        body = json.dumps({"error": a.error or {"message": f"status {a.status}", "type": "error"}}).encode()
        kind = "application/json"
    elif streams:
        body, kind = stream_body(request, a), "text/event-stream"
    else:
        body, kind = plain_body(request, a), "application/json"
    lines = [f"HTTP/1.1 {a.status} {REASONS.get(a.status, 'Odd')}", f"Content-Type: {kind}"]
    lines += [f"{k}: {v}" for k, v in a.headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return head + (body if a.cut is None else body[:a.cut])


class Upstream:
    """Listens on a loopback port from creation until close(); usable as a context."""

    def __init__(self, rule):
        self.rule = rule
        self.requests = []
        self.most_at_once = 0
        self._now = 0
        self._connections = 0
        self._lock = threading.Lock()
        self._open = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        with self._lock:
            for s in self._open:
                try:
                    s.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def count(self):
        with self._lock:
            return len(self.requests)

    def wait_for(self, n, timeout_s=20):
        """Waits until n requests came."""
        end = time.monotonic() + timeout_s
        while self.count() < n:
            assert time.monotonic() < end, f"only {self.count()} of {n} requests came"
            time.sleep(0.002)

    def wait_until_quiet(self, quiet_s=0.05):
        """Waits until nothing is under way and nothing came for a while: what a killed client had sent is in by then."""
        seen = -1
        while seen != self.count() or self._now:
            seen = self.count()
            time.sleep(quiet_s)

    def _accept(self):
        while True:
            try:
                s, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections += 1
                self._open.add(s)
                number = self._connections
            threading.Thread(target=self._serve, args=(s, number), daemon=True).start()

    def _serve(self, s, connection):
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pending = b""
        try:
            while True:
                request, pending = self._read(s, pending, connection)
                if request is None or not self._reply(s, request):
                    return
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(s)
            s.close()

    def _read(self, s, pending, connection):
        while b"\r\n\r\n" not in pending:
            more = s.recv(65536)
            if not more:
                return None, b""
            pending += more
        head, _, rest = pending.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
        need = int(headers.get("content-length", "0"))
        while len(rest) < need:
            more = s.recv(65536)
            if not more:
                return None, b""
            rest += more
        body = rest[:need]
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            request = Request(len(self.requests) + 1, lines[0].split(" ")[1], headers, body,
                              json.loads(body) if body else {}, connection)
            self.requests.append(request)
        return request, rest[need:]

    def _reply(self, s, request):
        try:
            a = self.rule(request)
            if a.hold:
                a.hold.wait(30)
            if a.delay_s:
                time.sleep(a.delay_s)
        finally:
            with self._lock:
                self._now -= 1
        if a.reset:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if a.drop:
            return False
        s.sendall(response(request, a))
        return a.cut is None
