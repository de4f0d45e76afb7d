"""Serves recorded exchanges: any request under /ID/ is answered with the recorded response ID, byte for byte.

Two framings are made whole, for the clients read no other: events of Anthropic whose names the recording lost get them
back from their type, and Google's JSON arrays, which its client never asks for, go out as the events that they are.
"""
import base64
import http.server
import json
import re
import threading


def load(path):
    """The exchanges of a file of recordings, in its order."""
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def body_of(exchange):
    """(content type, body) as they go out."""
    response = exchange["response"]
    body = base64.b64decode(response["body_b64"]) if "body_b64" in response else response["body"].encode()
    framing = response["framing"]
    if framing == "json_array":
        return KINDS["sse"], b"".join(b"data: %s\n\n" % json.dumps(e).encode() for e in json.loads(body))
    if exchange["wire"] == "anthropic_messages" and framing == "sse" and not re.search(rb"^event:", body, re.M):
        body = re.sub(rb'^data: *(?=\{"type": *"([a-z_]+)")', rb"event: \1\ndata: ", body, flags=re.M)
    return KINDS[framing], body


KINDS = {"sse": "text/event-stream", "json": "application/json", "json_array": "application/json",
         "ndjson": "application/x-ndjson"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", "0")))
        exchange = self.server.exchanges[self.path.split("/")[1]]
        kind, body = body_of(exchange)
        head = (f"HTTP/1.1 {exchange['response']['status']} Recorded\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        self.wfile.write(head.encode() + body)

    def log_message(self, *_):
        pass


class Replay(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, exchanges):
        super().__init__(("127.0.0.1", 0), Handler)
        self.exchanges = {x["id"]: x for x in exchanges}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, id_):
        return f"http://127.0.0.1:{self.server_port}/{id_}"
