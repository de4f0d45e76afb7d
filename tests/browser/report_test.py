"""Opens reports in headless Chromium and checks what a reader would notice.

usage: report_test.py [--shots DIR] REPORT.html...     lines "ok N - fact" / "not ok N - fact"; exit 1 when one fails

Each file is opened at the width of a desk, a tablet and a telephone, with the DevTools protocol over a pipe (file descriptors 3
and 4 of the browser), so that nothing but the browser is needed. `--shots` leaves pictures there, light and dark.
"""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"]
PATIENCE_S = 60  # for one answer of the browser; only a broken one needs it
SIZES = {"desk": (1280, 900), "tablet": (800, 1000), "phone": (390, 844)}


class Browser:
    """One Chromium and one page in it."""

    def __init__(self, program, folder):
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def hand_over():  # the browser reads commands from 3 and answers on 4
            commands, answers = os.dup(to_browser), os.dup(from_browser)
            for end in (to_browser, from_browser, self.write_end, self.read_end):
                if end not in (3, 4):
                    os.close(end)
            for end, place in ((commands, 103), (answers, 104)):
                os.dup2(end, place)
            os.dup2(103, 3, inheritable=True)
            os.dup2(104, 4, inheritable=True)

        self.process = subprocess.Popen([program, *FLAGS, f"--user-data-dir={folder}", "about:blank"], close_fds=False,
                                        preexec_fn=hand_over, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.rest, self.events, self.session = 0, b"", [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "Security"):
            self.ask(f"{domain}.enable")

    def receive(self):
        while b"\0" not in self.rest:
            if not select.select([self.read_end], [], [], PATIENCE_S)[0]:
                raise RuntimeError("the browser does not answer")
            more = os.read(self.read_end, 1 << 20)
            if not more:
                raise RuntimeError("the browser is gone")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **params):
        self.number += 1
        command = {"id": self.number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.write_end, json.dumps(command).encode() + b"\0")
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self.note(message)

    def note(self, message):
        self.events.append(message)
        if message.get("method") == "Page.javascriptDialogOpening":  # else everything stops here
            self.number += 1
            os.write(self.write_end, json.dumps({"id": self.number, "method": "Page.handleJavaScriptDialog",
                                                 "params": {"accept": False}, "sessionId": self.session}).encode() + b"\0")

    def wait(self, method):
        end = time.monotonic() + PATIENCE_S
        while not any(e.get("method") == method for e in self.events):
            if time.monotonic() > end:
                raise RuntimeError(f"no {method}")
            self.note(self.receive())

    def open(self, url, size, scheme="light", script=True, mobile=False):
        self.ask("Page.navigate", url="about:blank")
        self.ask("Emulation.setScriptExecutionDisabled", value=not script)
        self.ask("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=mobile)
        self.ask("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.run("0")
        self.events = []
        self.ask("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def run(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:400])
        return answer["result"].get("value")

    def seen(self, method):
        return [e["params"] for e in self.events if e.get("method") == method]

    def shoot(self, path):
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 9000), "scale": 1}
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        try:
            self.session = None
            self.ask("Browser.close")
        except (RuntimeError, OSError):
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Checks:
    def __init__(self):
        self.number = self.failed = 0

    def __call__(self, fact, holds, found=""):
        self.number += 1
        self.failed += not holds
        print(f"{'ok' if holds else 'not ok'} {self.number} - {fact}" + (f"\n# found: {found}" if not holds else ""), flush=True)


# What is drawn but has no size; grid lines and text have none of their own.
UNDRAWN = """(() => Array.from(document.querySelectorAll('.mark path, .row rect, svg.bar, svg.area'))
  .filter(e => e.getClientRects().length && e.closest('section'))
  .filter(e => { const b = e.getBoundingClientRect(); return !(b.width + b.height > 0); })
  .map(e => e.outerHTML.slice(0, 80)))()"""
DRAWN = "document.querySelectorAll('.point .mark path, .row .mark path, .row rect').length"
OVERFLOW = """(() => { const w = document.documentElement.clientWidth;
  const wide = Array.from(document.querySelectorAll('main *')).filter(e => !e.closest('.scroll') && !e.closest('svg.bar')
    && !e.closest('svg.y-axis') && e.getClientRects().length && e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 90));
  return document.documentElement.scrollWidth > w ? [document.documentElement.scrollWidth + ' > ' + w].concat(wide.slice(0, 3)) : []; })()"""
# Labels of points and of axes that cover each other, those in hidden groups aside.
COVERED = """(() => { const t = Array.from(document.querySelectorAll('.labels text, .tick'))
  .filter(e => e.getClientRects().length);
  const b = t.map(e => e.getBoundingClientRect()); const bad = [];
  for (let i = 0; i < b.length; i++) for (let j = i + 1; j < b.length; j++)
    if (b[i].left + 2 < b[j].right && b[j].left + 2 < b[i].right && b[i].top + 4 < b[j].bottom && b[j].top + 4 < b[i].bottom)
      bad.push(t[i].textContent + ' / ' + t[j].textContent);
  return bad; })()"""
# Elements that the report itself never writes: they can only come out of what somebody said.
STRANGERS = """Array.from(document.querySelectorAll('img,iframe,object,embed,form:not(#tools),link,base,video,audio,math,marquee,' +
  'foreignObject,animate,set,use,image,[onerror],[onload],[onclick],[style]:not(#tip),a:not([href^="#"])')).map(e => e.outerHTML.slice(0, 80))"""
HEADINGS = """(() => { let last = 0; const bad = []; for (const h of document.querySelectorAll('h1,h2,h3,h4')) {
  const n = Number(h.tagName[1]); if (n > last + 1) bad.push(h.textContent); last = n; } return bad; })()"""
NAMELESS = """Array.from(document.querySelectorAll('svg:not(svg svg)')).filter(s => !s.closest('[aria-hidden=true]') &&
  !(s.getAttribute('role') === 'img' && s.getAttribute('aria-label'))).length"""
# Text whose contrast with the paper behind it is under 4.5 (WCAG 2.1, 1.4.3).
PALE = """(() => { const lum = c => { const v = c.map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; });
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const rgb = s => { const n = s.match(/[\\d.]+/g).map(Number); return n.length > 3 && n[3] === 0 ? null : n.slice(0, 3); };
  const bad = new Set();
  for (const e of document.querySelectorAll('main *, footer')) {
    if (!e.getClientRects().length || !Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim())) continue;
    const s = getComputedStyle(e), ink = rgb(e.closest('svg') ? s.fill : s.color);
    let paper = null; for (let p = e; p && !paper; p = p.parentElement) paper = rgb(getComputedStyle(p).backgroundColor);
    if (!ink || !paper) continue;
    const a = lum(ink), b = lum(paper), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.add(e.tagName + '.' + (e.getAttribute('class') || '') + ' ' + ratio.toFixed(2));
  } return Array.from(bad).slice(0, 5); })()"""
SORTED = """(() => { const t = document.getElementById('table'), b = Array.from(t.querySelectorAll('thead button')).find(x => x.textContent === 'Items');
  b.click(); const v = Array.from(t.tBodies[0].rows).map(r => Number(r.querySelector('td:nth-last-child(2)').dataset.v));
  return v.every((x, i) => i === 0 || v[i - 1] >= x); })()"""
FOUND = """(() => { const f = document.getElementById('find'); if (document.getElementById('tools').hidden) return true;
  const rows = Array.from(document.querySelectorAll('#table tbody tr')), name = rows[rows.length - 1].cells[0].textContent;
  f.value = name; f.dispatchEvent(new Event('input')); const left = rows.filter(r => !r.hidden);
  f.value = ''; f.dispatchEvent(new Event('input'));
  return left.length >= 1 && left.length < rows.length && rows.every(r => !r.hidden); })()"""
HINT = """(() => { const p = document.querySelector('.point'); if (!p) return true; p.focus();
  const t = document.getElementById('tip'); return !t.hidden && t.textContent === p.getAttribute('aria-label'); })()"""


def complaints(page):
    console = [json.dumps(e.get("args", e))[:200] for e in page.seen("Runtime.consoleAPICalled")]
    errors = [json.dumps(e)[:300] for e in page.seen("Runtime.exceptionThrown")]
    log = [e["entry"]["text"] for e in page.seen("Log.entryAdded")]
    return console + errors + log


def check_file(page, check, path, shots):
    url, name = path.resolve().as_uri(), path.name
    for word, size in SIZES.items():
        for scheme in ("light", "dark"):
            page.open(url, size, scheme, mobile=word == "phone")
            if shots:
                page.shoot(shots / f"{path.stem}-{word}-{scheme}.png")
            pale = page.run(PALE)
            check(f"{name}, {word}, {scheme}: every text has a contrast of 4.5", not pale, pale)
        undrawn, overflow, covered = page.run(UNDRAWN), page.run(OVERFLOW), page.run(COVERED)
        check(f"{name}, {word}: everything drawn has a size", not undrawn, undrawn)
        check(f"{name}, {word}: nothing is wider than the screen", not overflow, overflow)
        check(f"{name}, {word}: no label covers another", not covered, covered)
    page.open(url, SIZES["desk"])
    requests = [r["request"]["url"] for r in page.seen("Network.requestWillBeSent")]
    check(f"{name}: nothing is fetched but the file", requests == [url], requests)
    drawn = page.run(DRAWN)
    called = page.run("Array.from(document.querySelectorAll('#table tbody tr')).some(r => r.querySelector('td:nth-last-child(2)').dataset.v > 0)")
    check(f"{name}: there are plots as soon as something was called", (drawn > 0) == called, (drawn, called))
    strangers = page.run(STRANGERS)
    check(f"{name}: no element comes out of a text", not strangers, strangers)
    check(f"{name}: headings go down one step at a time", not page.run(HEADINGS), page.run(HEADINGS))
    check(f"{name}: every drawing has a name or is hidden from readers", page.run(NAMELESS) == 0, page.run(NAMELESS))
    check(f"{name}: a click on a head sorts", page.run(SORTED))
    check(f"{name}: finding narrows the table and gives it back", page.run(FOUND))
    check(f"{name}: a point in focus says its figures", page.run(HINT))
    page.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.run("dispatchEvent(new Event('beforeprint'))")
    dialogs = page.seen("Page.javascriptDialogOpening")
    check(f"{name}: no dialog opens", not dialogs, dialogs)
    check(f"{name}: the console is silent", not complaints(page), complaints(page))
    page.open(url, SIZES["desk"], script=False)
    shown = page.run("document.body.innerText.length")
    hidden = page.run("Array.from(document.querySelectorAll('[hidden]')).filter(e => e.id !== 'tools').length")
    sections = page.run("Array.from(document.querySelectorAll('main section[id]')).filter(s => s.getBoundingClientRect().height < 40).length")
    check(f"{name}: whole without script", shown > 500 and hidden == 0 and sections == 0, (shown, hidden, sections))


def main(args):
    shots = None
    if args[:1] == ["--shots"]:
        shots = pathlib.Path(args[1])
        shots.mkdir(parents=True, exist_ok=True)
        args = args[2:]
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        print("ok 1 - reports in a browser # SKIP no chromium on this machine")
        return 0
    check = Checks()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Browser(program, folder)
        try:
            for path in map(pathlib.Path, args):
                try:
                    check_file(page, check, path, shots)
                except RuntimeError as failure:  # a page on which a question makes no sense is no report
                    check(f"{path.name}: can be asked about", False, failure)
        finally:
            page.close()
    print(f"1..{check.number}")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
