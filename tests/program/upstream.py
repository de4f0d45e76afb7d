"""A scripted model server: HTTP/1.1, byte for byte, in one write a response. It speaks OpenAI's wire format, Anthropic's
Messages (POST .../messages) and Google's generateContent (POST .../models/NAME:generateContent), whole and as streams.

Questions about the server itself (GET, and Ollama's POST /api/show) are no model calls: a second function, `about`, answers
them with an object or an Answer; without it nothing is known there. They are kept in `asked`, apart from the calls.

What it answers is decided by one function, request -> Answer, which a test supplies. It keeps every request that it got,
in order of arrival, so that a test can say what was sent, how often, and how many were under way at once. No HTTP library
stands between: what is cut, doubled or malformed here goes out exactly so.
"""
import base64
import dataclasses
import json
import socket
import struct
import threading
import time
import urllib.parse


@dataclasses.dataclass
class Answer:
    """What goes back. Fields that are None are left out of the response."""
    text: str = "ok"
    finish: str = "stop"            # in OpenAI's words, which are translated; what is none of them goes as it is
    input: int = 20                 # prompt_tokens
    output: int = 5                 # completion_tokens, without thinking
    thinking: str = None            # visible thinking, in the formats that have a place for it
    thought: int = 0                # tokens of thinking
    usage: bool = True
    status: int = 200
    error: dict = None              # body of an error, as {"error": error}
    raw: bytes = None               # the whole body, instead of what would be made
    wire: bytes = None              # the whole response, status line and all, instead of what would be made
    kind: str = None                # content type, instead of the one that belongs to the body
    framing: str = "length"         # how the end of the body is told: length, chunked, or close of the connection
    headers: dict = dataclasses.field(default_factory=dict)
    delay_s: float = 0              # before anything is sent
    cut: int = None                 # bytes of the body that go out; then the connection is closed
    pauses: tuple = ()              # (bytes of the response that went out, seconds to stand still then), in order
    drop: bool = False              # closes without a byte
    reset: bool = False             # closes without a byte, by RST
    stream: bool = None             # None: as the request asks
    done: bool = True               # a stream ends with its terminal event
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
    method: str = "POST"

    @property
    def is_question(self):
        return self.method != "POST" or self.path == "/api/show"

    @property
    def dialect(self):
        """Which wire format it is in, by its path."""
        path = self.path.partition("?")[0]
        return "anthropic" if path.endswith("/messages") else "gemini" if ":" in path.rpartition("/")[2] else "openai"

    @property
    def streams(self):
        return ":stream" in self.path if self.dialect == "gemini" else bool(self.json.get("stream"))

    @property
    def model(self):
        if self.dialect == "gemini":
            return urllib.parse.unquote(self.path.rpartition("/")[2].partition(":")[0])
        return self.json.get("model")

    @property
    def parts(self):
        """What the last message consists of."""
        if self.dialect == "gemini":
            return self.json["contents"][-1]["parts"]
        messages = self.json.get("messages")
        content = messages[-1]["content"] if messages else self.json.get("prompt", "")
        return [{"type": "text", "text": content}] if isinstance(content, str) else content

    @property
    def text(self):
        """The text of the last message, or the prompt of a completion."""
        return "".join(p.get("text", "") for p in self.parts)

    @property
    def attachments(self):
        """What else is in the last message: (type or None, bytes or address), in order."""
        return [attachment_of(p) for p in self.parts if "text" not in p]

    @property
    def key(self):
        """What makes two calls the same call for the one who pays."""
        return self.path, self.body


def attachment_of(part):
    """(type or None, bytes or address) of an image or a document in any of the three formats."""
    data = part.get("inlineData") or part.get("source") or {}
    if data.get("data"):
        return data.get("mimeType") or data["media_type"], base64.b64decode(data["data"], validate=True)
    if "fileData" in part:
        return part["fileData"].get("mimeType"), part["fileData"]["fileUri"]
    url = data.get("url") or part.get("image_url", {}).get("url") or part["file"]["file_data"]
    if not url.startswith("data:"):
        return None, url
    kind, _, text = url.removeprefix("data:").partition(";base64,")
    return kind, base64.b64decode(text, validate=True)


REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 402: "Payment Required",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
           529: "Overloaded"}


# --- OpenAI -----------------------------------------------------------------------------------------------------------

def openai_usage(a):
    usage = {"prompt_tokens": a.input, "completion_tokens": a.output + a.thought,
             "total_tokens": a.input + a.output + a.thought}
    return {**usage, "completion_tokens_details": {"reasoning_tokens": a.thought}} if a.thought else usage


def openai_body(request, a):
    chat = request.path.endswith("/chat/completions")
    choice = {"index": 0, "finish_reason": a.finish}
    choice.update({"message": {"role": "assistant", "content": a.text}} if chat else {"text": a.text})
    body = {"id": f"r{request.number}", "object": "chat.completion" if chat else "text_completion",
            "model": request.model, "choices": [choice], **a.more}
    if a.usage:
        body["usage"] = openai_usage(a)
    return body


def openai_events(request, a):
    head = {"id": f"r{request.number}", "object": "chat.completion.chunk", "model": request.model, **a.more}
    for piece in halves(a.text):
        yield {**head, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": a.finish}]}
    if a.usage:
        yield {**head, "choices": [], "usage": openai_usage(a)}
    if a.done:
        yield "[DONE]"


# --- Anthropic --------------------------------------------------------------------------------------------------------

STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}


def anthropic_usage(a):
    usage = {"input_tokens": a.input, "output_tokens": a.output + a.thought}
    return {**usage, "output_tokens_details": {"thinking_tokens": a.thought}} if a.thought else usage


def anthropic_body(request, a):
    content = [{"type": "thinking", "thinking": a.thinking, "signature": "s"}] if a.thinking else []
    return {"id": f"r{request.number}", "type": "message", "role": "assistant", "model": request.model,
            "content": content + [{"type": "text", "text": a.text}], "stop_reason": STOPS.get(a.finish, a.finish),
            "usage": anthropic_usage(a) if a.usage else {}, **a.more}


def anthropic_events(request, a):
    begun = {"input_tokens": a.input, "output_tokens": 1} if a.usage else {}
    yield {"type": "message_start", "message": {**anthropic_body(request, a), "content": [], "stop_reason": None,
                                                "usage": begun}}
    yield {"type": "ping"}
    blocks = [("thinking", a.thinking)] if a.thinking else []
    for index, (kind, text) in enumerate(blocks + [("text", a.text)]):
        yield {"type": "content_block_start", "index": index, "content_block": {"type": kind, kind: ""}}
        for piece in halves(text):
            yield {"type": "content_block_delta", "index": index, "delta": {"type": f"{kind}_delta", kind: piece}}
        yield {"type": "content_block_stop", "index": index}
    ended = {"type": "message_delta", "delta": {"stop_reason": STOPS.get(a.finish, a.finish)}}
    yield {**ended, "usage": anthropic_usage(a)} if a.usage else ended
    if a.done:
        yield {"type": "message_stop"}


# --- Google -----------------------------------------------------------------------------------------------------------

FINISHES = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
WORDS = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED",
         500: "INTERNAL", 503: "UNAVAILABLE"}


def gemini_chunk(request, a, parts, last):
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0}
    if last:
        candidate["finishReason"] = FINISHES.get(a.finish, a.finish)
    body = {"candidates": [candidate], "modelVersion": request.model, "responseId": f"r{request.number}", **a.more}
    if a.usage:
        body["usageMetadata"] = {"promptTokenCount": a.input, "candidatesTokenCount": a.output,
                                 "thoughtsTokenCount": a.thought, "totalTokenCount": a.input + a.output + a.thought}
    return body


def gemini_body(request, a):
    thoughts = [{"text": a.thinking, "thought": True}] if a.thinking else []
    return gemini_chunk(request, a, thoughts + [{"text": a.text}], True)


def gemini_events(request, a):
    if a.thinking:
        yield gemini_chunk(request, a, [{"text": a.thinking, "thought": True}], False)
    first, second = halves(a.text)
    yield gemini_chunk(request, a, [{"text": first}], False)
    yield gemini_chunk(request, a, [{"text": second}], a.done)


# --- all --------------------------------------------------------------------------------------------------------------

def halves(text):
    half = len(text) // 2
    return text[:half], text[half:]


BODIES = {"openai": openai_body, "anthropic": anthropic_body, "gemini": gemini_body}
EVENTS = {"openai": openai_events, "anthropic": anthropic_events, "gemini": gemini_events}


def stream_body(request, a):
    named = request.dialect == "anthropic"
    text = ""
    for e in EVENTS[request.dialect](request, a):
        text += f"event: {e['type']}\n" if named else ""
        text += f"data: {e if isinstance(e, str) else json.dumps(e)}\n\n"
    return text.encode()


def error_body(request, a):
    error = a.error or {"message": f"status {a.status}", "type": "error"}
    if request.dialect == "gemini":
        error = {"code": a.status, "status": WORDS.get(a.status, "UNKNOWN"), **error}
    return json.dumps({"type": "error", "error": error} if request.dialect == "anthropic" else {"error": error}).encode()


def response(request, a):
    """The bytes of the whole response."""
    streams = a.stream if a.stream is not None else request.streams
    if a.raw is not None:
        body, kind = a.raw, "application/json"
    elif a.status != 200:
        body, kind = error_body(request, a), "application/json"
    elif streams:
        body, kind = stream_body(request, a), "text/event-stream"
    else:
        body, kind = json.dumps(BODIES[request.dialect](request, a)).encode(), "application/json"
    lines = [f"HTTP/1.1 {a.status} {REASONS.get(a.status, 'Odd')}", f"Content-Type: {a.kind or kind}"]
    lines += [f"{k}: {v}" for k, v in a.headers.items()]
    lines += {"length": [f"Content-Length: {len(body)}"], "chunked": ["Transfer-Encoding: chunked"],
              "close": []}[a.framing]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    if a.framing == "chunked":
        body = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (body[i:i + 50] for i in range(0, len(body), 50)))
        body += b"0\r\n\r\n"
    return head + (body if a.cut is None else body[:a.cut])


class Upstream:
    """Listens on a loopback port from creation until close(); usable as a context."""

    def __init__(self, rule, about=None):
        self.rule = rule
        self.about = about
        self.requests = []
        self.asked = []
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
            method, path = lines[0].split(" ")[:2]
            request = Request(len(self.requests) + 1, path, headers, body, json.loads(body) if body else {}, connection,
                              method)
            if request.is_question:
                self.asked.append(request)
            else:
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
                self.requests.append(request)
        return request, rest[need:]

    def _answer_about(self, request):
        said = self.about(request) if self.about else None
        if isinstance(said, Answer):
            return said
        if said is None:
            return Answer(status=404, error={"message": "File Not Found", "type": "not_found_error"})
        return Answer(raw=json.dumps(said).encode())

    def _reply(self, s, request):
        if request.is_question:
            a = self._answer_about(request)
            if a.delay_s:
                time.sleep(a.delay_s)
            s.sendall(response(request, a))
            return True
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
        data, sent = a.wire or response(request, a), 0
        for at, seconds in a.pauses:
            s.sendall(data[sent:at])
            sent = at
            time.sleep(seconds)
        s.sendall(data[sent:])
        return a.cut is None and a.wire is None and a.framing != "close"
