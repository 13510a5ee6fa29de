#!/usr/bin/env python3
"""How fast the pages of a running desk are, in the server and under a reader's hand.

    svar serve --demo --data DIR --listen 127.0.0.1:7878
    python3 benches/pages.py http://127.0.0.1:7878
    python3 benches/pages.py http://127.0.0.1:7878 --browser --throttle 4
    python3 benches/pages.py http://127.0.0.1:7878 --widget --throttle 4

Without --browser each page is asked for as it comes (first), with windows, zones and channels that
nobody has asked before (fresh), and again (repeated); medians, and the bytes of a first view as
they go over the wire. With --browser a headless Chromium, its processor slowed down, presses and
types like a reader: the time from each deed until the next paint, by the browser's own clock.
With --widget the same browser opens a page of another site that has the widget's script tag in its
<head>, as the settings give it: how long the script is compiled and how long it runs, by the
browser's trace, without what is kept of it from before; and when the page is painted first without
the tag, with it, and where the script comes two seconds late.
Only what belongs to Python is needed, and for --browser chromedriver.
"""

import argparse
import gzip
import http.server
import json
import random
import statistics
import subprocess
import threading
import time
import urllib.parse
import urllib.request

ZONES = ["UTC", "Asia/Kolkata", "Asia/Tokyo", "America/Phoenix", "Europe/Oslo", "America/New_York"]
CHANNELS = ["chat", "email", "form", "whatsapp"]
PAGES = ["/", "/customer-agent", "/team", "/reports", "/reports/resolution_rate",
         "/reports/first_response_time", "/knowledge/gaps", "/knowledge/answers", "/inbox", "/tickets"]
WITH_WINDOWS = {"/", "/customer-agent", "/team", "/reports/resolution_rate", "/reports/first_response_time"}

# Page, what it is called, what is done (an element that is pressed, or one with a key), what is
# there afterwards on another page; without that the same page paints.
DEEDS = [
    ("/", "open what a number means", "details.about > summary", None),
    ("/", "show the figures of a chart", "details.figures > summary", None),
    ("/", "open a menu", "details.menu > summary", None),
    ("/", "whole periods only", "a.button[href*='whole=']", "/"),
    ("/", "a bar: its rows", ".panel a[href*='/rows'][href*='key.']", "/rows"),
    ("/", "go to the inbox", "nav a[href='/inbox']", "/inbox"),
    ("/inbox", "go to the tickets", "nav a[href='/tickets']", "/tickets"),
    ("/tickets", "go to the knowledge", "nav a[href='/knowledge/gaps']", "/knowledge"),
    ("/reports", "choose a report in the list", "a[href*='report=resolution_rate']", "resolution_rate"),
    ("/reports/resolution_rate", "open a menu", "details.menu > summary", None),
    ("/knowledge/gaps", "open a gap", "main table a[href*='topic=']", "topic="),
    ("/inbox", "open a conversation", "a[href*='/conversations/']", "conversation"),
    ("/tickets", "open a ticket", "a[href*='/tickets/']", "/tickets/"),
]


def fetch(url):
    request = urllib.request.Request(url, headers={"accept-encoding": "gzip", "accept": "text/html"})
    began = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
    return (time.perf_counter() - began) * 1000, len(body), body


def drawn(path, draw):
    """The page with a window, a zone and channels that nobody has asked for."""
    first = draw.randrange(120, 178)
    start = time.strftime("%Y-%m-%d", time.gmtime(time.time() - first * 86400))
    end = time.strftime("%Y-%m-%d", time.gmtime(time.time() - draw.randrange(1, 30) * 86400))
    more = {"range": "custom", "from": start, "until": end, "tz": draw.choice(ZONES), "where.channel": ",".join(draw.sample(CHANNELS, 2))}
    return f"{path}?{urllib.parse.urlencode(more)}"


def ask(base, turns, seed):
    draw = random.Random(seed)
    print("| page | first | fresh | repeated | gzip |")
    print("|---|---|---|---|---|")
    for path in PAGES:
        first, size, _ = fetch(base + path)
        fresh = "–"
        if path in WITH_WINDOWS:
            fresh = f"{statistics.median(fetch(base + drawn(path, draw))[0] for _ in range(turns)):.1f} ms"
        again = statistics.median(fetch(base + path)[0] for _ in range(turns))
        print(f"| `{path}` | {first:.1f} ms | {fresh} | {again:.1f} ms | {size / 1000:.1f} kB |")


class Driver:
    """A browser by the WebDriver protocol."""

    def __init__(self, throttle):
        self.process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if "successfully on port " in line:
                port = line.rsplit("port ", 1)[1].strip().rstrip(".")
                break
        self.base = f"http://127.0.0.1:{port}/session"
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"]}
        options["perfLoggingPrefs"] = {"traceCategories": "devtools.timeline,disabled-by-default-v8.compile,v8"}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}}
        made = self.send("", {"capabilities": {"alwaysMatch": wanted}})
        self.base += "/" + made["sessionId"]
        self.send("/goog/cdp/execute", {"cmd": "Emulation.setCPUThrottlingRate", "params": {"rate": throttle}})

    def send(self, path, body):
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["value"]

    def run(self, script):
        return self.send("/execute/sync", {"script": script, "args": []})

    def element(self, css):
        found = self.send("/elements", {"using": "css selector", "value": css})
        for one in found:
            identity = list(one.values())[0]
            if self.run_with("const r = arguments[0].getBoundingClientRect(); return r.width > 0 && r.height > 0", one):
                return identity
        return None

    def run_with(self, script, element):
        return self.send("/execute/sync", {"script": script, "args": [element]})

    def end(self):
        urllib.request.urlopen(urllib.request.Request(self.base, method="DELETE")).read()
        self.process.terminate()
        self.process.wait()


WATCH = """
window.slowest = 0;
addEventListener('pointerdown', () => sessionStorage.begun = performance.timeOrigin + performance.now(), true);
new PerformanceObserver(list => { for (const e of list.getEntries())
  if (e.interactionId) window.slowest = Math.max(window.slowest, e.duration) })
  .observe({type: 'event', durationThreshold: 16, buffered: true});
for (const there of ['svar:arrived', 'svar:stayed']) document.addEventListener(there, () => requestAnimationFrame(() => {
  const after = new MessageChannel();
  after.port1.onmessage = () => { window.painted = performance.timeOrigin + performance.now() - sessionStorage.begun };
  after.port2.postMessage(0);
}));
"""
# The next page took the place of the last, and the frame with it is drawn; or the browser loaded it.
PAINTED = """
if (window.slowest !== undefined) return window.painted === undefined ? null : window.painted;
const paint = performance.getEntriesByName('first-contentful-paint')[0];
return paint && document.readyState === 'complete'
  ? performance.timeOrigin + paint.startTime - Number(sessionStorage.begun) : null;
"""


def rest(driver, element, millis):
    """The pointer comes to an element and stays on it, as a hand's does before it presses."""
    origin = {"element-6066-11e4-a52e-4f735466cecf": element}
    steps = [{"type": "pointerMove", "duration": 0, "origin": origin, "x": 0, "y": 0},
             {"type": "pause", "duration": millis}]
    driver.send("/actions", {"actions": [{"type": "pointer", "id": "hand", "actions": steps}]})


def deed(driver, base, path, css, leads, millis):
    driver.send("/url", {"url": base + path})
    driver.run(WATCH)
    driver.run("sessionStorage.at = location.href")
    found = driver.element(css)
    if found is None:
        return None
    if millis:
        rest(driver, found, millis)
    driver.send(f"/element/{found}/click", {})
    for _ in range(200):
        time.sleep(0.02)
        moved = driver.run("return location.href !== sessionStorage.at")
        if leads and moved:
            painted = driver.run(PAINTED)
            if painted is not None:
                return painted
        if not leads:
            time.sleep(0.2)
            return driver.run("return window.slowest") or 16.0
    # A page that changes without going to another.
    return driver.run("return window.slowest")


def press(base, turns, throttle, millis):
    driver = Driver(throttle)
    try:
        print(f"| page | deed | until the next paint, median of {turns}, processor {throttle} times slower | largest |")
        print("|---|---|---|---|")
        for path, name, css, leads in DEEDS:
            times = [deed(driver, base, path, css, leads, millis) for _ in range(turns)]
            known = [one for one in times if one is not None]
            told = f"{statistics.median(known):.0f} ms | {max(known):.0f} ms" if known else "not there | "
            print(f"| `{path}` | {name} | {told} |")
    finally:
        driver.end()


SITE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>{tag}</head>
<body><h1>A shop</h1><p>What it sells.</p></body></html>"""
# How late a script comes that comes late.
LATE_SECS = 2


class Site(http.server.BaseHTTPRequestHandler):
    """Another site: a page without the widget, one with it, and one whose script comes late."""

    desk = ""

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/late/widget.js":
            time.sleep(LATE_SECS)
        if path.endswith("/widget.js"):
            body, kind = urllib.request.urlopen(self.desk + "/widget.js").read(), "text/javascript"
        else:
            scripts = {"/with": "/widget.js", "/late": "/late/widget.js"}
            tag = f'<script src="{scripts[path]}" defer></script>' if path in scripts else ""
            body, kind = SITE.format(tag=tag).encode(), "text/html"
        self.send_response(200)
        self.send_header("content-type", kind + "; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


PAINT = "const p = performance.getEntriesByName('first-contentful-paint')[0]; return p ? p.startTime : null"


def visited(driver, url):
    """When the page was painted first, and how long its script was compiled and ran, in milliseconds."""
    driver.send("/se/log", {"type": "performance"})
    driver.send("/url", {"url": url})
    painted = None
    while painted is None:
        time.sleep(0.02)
        painted = driver.run(PAINT)
    time.sleep(0.2)
    compiled = ran = 0.0
    for entry in driver.send("/se/log", {"type": "performance"}):
        message = json.loads(entry["message"])["message"]
        event = message.get("params", {})
        if message["method"] != "Tracing.dataCollected":
            continue
        data = event.get("args", {}).get("data", {})
        if "widget.js" not in str(data.get("url", "")) + str(data.get("fileName", "")):
            continue
        if event["name"] in ("v8.compile", "v8.parseOnBackground"):
            compiled += event.get("dur", 0) / 1000
        if event["name"] == "EvaluateScript":
            ran += event.get("dur", 0) / 1000
    return painted, compiled, ran


def widget(base, turns, throttle):
    Site.desk = base
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_address[1]}"
    driver = Driver(throttle)
    try:
        print(f"| page, processor {throttle:g} times slower | first paint, median of {turns} | largest | compiled | compiled and run | largest |")
        print("|---|---|---|---|---|---|")
        for path, name in [("/without", "without the tag"), ("/with", "with it"), ("/late", f"its script {LATE_SECS} s late")]:
            # Another address each time, so that no code of before is at hand.
            all_ = [visited(driver, f"{root}{path}?{turn}") for turn in range(turns)]
            middle = lambda place: statistics.median(one[place] for one in all_)
            print(f"| {name} | {middle(0):.0f} ms | {max(one[0] for one in all_):.0f} ms | {middle(1):.2f} ms "
                  f"| {middle(2):.2f} ms | {max(one[2] for one in all_):.2f} ms |")
    finally:
        driver.end()
        server.shutdown()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("desk", help="where the desk is, as http://127.0.0.1:7878")
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--widget", action="store_true")
    parser.add_argument("--throttle", type=float, default=4)
    parser.add_argument("--rest", type=int, default=150, help="how long the pointer is on what is pressed before, in milliseconds")
    given = parser.parse_args()
    base = given.desk.rstrip("/")
    if given.widget:
        widget(base, given.turns, given.throttle)
    elif given.browser:
        press(base, given.turns, given.throttle, given.rest)
    else:
        ask(base, given.turns, given.seed)


if __name__ == "__main__":
    main()
