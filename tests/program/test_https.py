"""A real TLS server (nginx, certificates of an own authority) and a real forward proxy (tinyproxy) between the program and
the scripted upstream.
"""
from peers import Authority, Proxy, address_of_this_machine, free_port, nginx
from world import Answer, provider, ticket_rule, ticket_task

KEY = "key-4711-of-the-lab"


def task(w, url, n=5, lab=None, **more):
    """A task whose provider stands in fulcrum.yaml, with a key."""
    w.write("fulcrum.yaml", {"providers": {"lab": {**provider(url), "key": "env:LAB_KEY", **(lab or {})}}})
    w.write("t.yaml", ticket_task(url, n, ["mid"], providers=None, **more))


def run(w, status=0, **env):
    r = w.ok("--config", w.path("fulcrum.yaml"), "eval", "t.yaml", "--json", status=status, env={"LAB_KEY": KEY, **env})
    assert KEY not in r.out + r.err
    return r


# --- TLS --------------------------------------------------------------------------------------------------------------

def test_a_task_runs_over_https_to_a_server_of_an_own_authority(w):
    up = w.serve(ticket_rule)
    ca = Authority(w.path("ca"))
    port, = nginx(w, up, [ca.issue("good", "DNS:localhost,IP:127.0.0.1")])
    seen = set()
    for host in ("localhost", "127.0.0.1"):
        for dialect in ("openai", "anthropic", "gemini"):
            for stream in (False, True):
                w.state = w.path(f"{host}{dialect}{stream}/fulcrum.db")
                task(w, f"https://{host}:{port}/v1", lab={"dialect": dialect, "stream": stream})
                c = run(w, SSL_CERT_FILE=ca.file).json["candidates"][0]
                seen.add((c["score"], c["outcomes"].get("ok")))
    assert len(seen) == 1 and up.count() == 5 * 12, (seen, up.count())
    assert {q.headers.get("authorization") or q.headers.get("x-api-key") or q.headers.get("x-goog-api-key")
            for q in up.requests} == {f"Bearer {KEY}", KEY}


def test_a_certificate_that_is_not_right_is_told_and_nothing_is_sent(w):
    up = w.serve(ticket_rule)
    ca, other = Authority(w.path("ca")), Authority(w.path("other"), "Somebody else")
    right = "DNS:localhost,IP:127.0.0.1"
    good, expired, wrong = nginx(w, up, [ca.issue("good", right), ca.issue("expired", right, days="-1"),
                                         ca.issue("wrong", "DNS:elsewhere.example")])
    rows = [(good, {"SSL_CERT_FILE": other.file}, "unable to get local issuer certificate"), (good, {}, "unable to get local "
            "issuer certificate"), (expired, {"SSL_CERT_FILE": ca.file}, "certificate has expired"),
            (wrong, {"SSL_CERT_FILE": ca.file}, "hostname mismatch")]
    for n, (port, env, said) in enumerate(rows):
        w.state = w.path(f"{n}/fulcrum.db")
        task(w, f"https://localhost:{port}/v1")
        e = run(w, status=4, **env).error
        assert e["code"] == "tls" and said in e["message"] and f"localhost:{port}" in e["message"], e
        assert w.query("SELECT code, cost_nusd FROM ledger") == [("tls", 0)], "one attempt, which cost nothing"
    assert up.count() == 0, "nothing was sent"


def test_https_where_there_is_none_and_http_where_there_is_are_told(w):
    up = w.serve(ticket_rule)
    ca = Authority(w.path("ca"))
    port, plain = nginx(w, up, [ca.issue("good", "DNS:localhost"), None])
    task(w, f"https://localhost:{plain}/v1")
    e = run(w, status=4, SSL_CERT_FILE=ca.file).error
    said = "(wrong version number); the server does not speak TLS there: try http:// in the url"
    assert e["code"] == "tls" and said in e["message"], e
    task(w, f"http://localhost:{port}/v1")
    e = run(w, status=4).error
    assert e["code"] == "parameter_refused" and "plain HTTP request was sent to HTTPS port" in e["message"], e
    assert up.count() == 0


# --- the proxy --------------------------------------------------------------------------------------------------------

def beyond_loopback(w, rule=ticket_rule):
    """(upstream, authority, host, port) of a TLS server that loopback's rule does not hold for."""
    host = address_of_this_machine()
    up, ca = w.serve(rule), Authority(w.path("ca"))
    port, = nginx(w, up, [ca.issue("good", f"IP:{host}")], host)
    return up, ca, host, port


def test_a_proxy_with_a_password_opens_the_tunnel_and_sees_no_more(w):
    up, ca, host, port = beyond_loopback(w)
    proxy = Proxy(w, "anna", "pass-word._", [port])
    for stream in (False, True):
        w.state = w.path(f"{stream}/fulcrum.db")
        task(w, f"https://{host}:{port}/v1", lab={"stream": stream})
        run(w, SSL_CERT_FILE=ca.file, HTTPS_PROXY=f"http://anna:pass%2Dword._@127.0.0.1:{proxy.port}")
    assert up.count() == 10 and set(proxy.tunnels()) == {f"{host}:{port}"}, proxy.tunnels()
    assert not any("proxy-authorization" in q.headers for q in up.requests), "the password is for the proxy alone"
    said = w.read("tinyproxy.log")
    assert KEY not in said and "chat/completions" not in said


def test_a_proxy_that_refuses_or_is_gone_is_told_without_its_password_and_nothing_is_sent(w):
    up, ca, host, port = beyond_loopback(w)
    proxy, gone = Proxy(w, "anna", "password", [port]), free_port()
    refused = f"the proxy 127.0.0.1:{proxy.port} refused the tunnel with status "
    help_ = f"put the user and the password into the proxy's url: http://user:password@127.0.0.1:{proxy.port}"
    rows = [(f"http://anna:wrong-4711@127.0.0.1:{proxy.port}", refused + "401: it does not take the user and the password "
             f"of its url; {help_}"),
            (f"http://127.0.0.1:{proxy.port}", refused + "407: it wants a user and a password; " + help_),
            (f"http://anna:wrong-4711@127.0.0.1:{gone}", f"127.0.0.1:{gone} (connection refused)"),
            ("socks5://anna:wrong-4711@127.0.0.1:1", "proxy"), ("http://anna:wrong-4711@127.0.0.1:x", "proxy"),
            ("http://anna:wrong%zz4711@127.0.0.1:1", "proxy")]
    for n, (url, said) in enumerate(rows):
        w.state = w.path(f"{n}/fulcrum.db")
        task(w, f"https://{host}:{port}/v1")
        r = w.run("--config", w.path("fulcrum.yaml"), "eval", "t.yaml", "--json",
                  env={"LAB_KEY": KEY, "SSL_CERT_FILE": ca.file, "HTTPS_PROXY": url})
        e = r.error
        assert r.status in (2, 4) and said in e["message"], (url, e)
        assert "4711" not in r.out + r.err, (url, r.out, r.err)
        assert w.query("SELECT SUM(cost_nusd) FROM ledger") in ([(0,)], [(None,)])
    assert up.count() == 0


def test_a_port_that_the_proxy_does_not_open_is_told(w):
    up, ca, host, port = beyond_loopback(w)
    proxy = Proxy(w, "anna", "password", [1])
    task(w, f"https://{host}:{port}/v1")
    e = run(w, status=4, SSL_CERT_FILE=ca.file, https_proxy=f"http://anna:password@127.0.0.1:{proxy.port}").error
    assert e["code"] == "connect" and "refused the tunnel with status 403" in e["message"], e
    assert up.count() == 0


def test_no_proxy_and_loopback_go_past_the_proxy(w):
    up, ca, host, port = beyond_loopback(w)
    dead = f"http://127.0.0.1:{free_port()}"
    task(w, f"https://{host}:{port}/v1")
    run(w, SSL_CERT_FILE=ca.file, HTTPS_PROXY=dead, NO_PROXY=f"elsewhere.example,{host}")
    assert up.count() == 5
    w.state = w.path("loopback/fulcrum.db")
    task(w, up.url)
    run(w, HTTPS_PROXY=dead, http_proxy=dead)
    assert up.count() == 10


def test_an_answer_through_the_tunnel_that_is_cut_is_told_as_such(w):
    up, ca, host, port = beyond_loopback(w, lambda q: ticket_rule(q) if q.number == 1 else
                                         Answer(text="bug", framing="close", cut=150))
    proxy = Proxy(w, "anna", "password", [port])
    task(w, f"https://{host}:{port}/v1", 2, lab={"stream": True})
    r = run(w, SSL_CERT_FILE=ca.file, HTTPS_PROXY=f"http://anna:password@127.0.0.1:{proxy.port}").json
    assert r["failed"] in ({"stream_truncated": 1}, {"connection_lost": 1}), r["failed"]
    assert up.count() == 3 and w.money()[1] == 0
