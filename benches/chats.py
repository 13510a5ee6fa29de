#!/usr/bin/env python3
"""How soon visitors of the chat widget are acknowledged and answered, many at once.

    svar serve --demo --data DIR --listen 127.0.0.1:7878
    python3 benches/chats.py http://127.0.0.1:7878

Each of `--chats` visitors (256), every one from an address of its own on loopback and with its stream open,
writes every `--every` seconds (1) one of the questions that the desk's short answers answer. Taken are the
time until the message is acknowledged, which is when it is safe on disk, and the time from there until the
customer agent's answer comes over the stream, less the settling time of `--settle` milliseconds (0), which
is set before. `--idle N` opens so many further streams that only look on, and tells what they take of the
memory of `--pid`. Only what belongs to Python is needed.
"""

import argparse
import asyncio
import json
import random
import time
import urllib.request


def call(base, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def questions(base):
    """The questions of published short answers that the customer agent answers."""
    asked = []
    for one in call(base, "/api/v1/knowledge/answers?limit=100")["items"]:
        if one["published"] and call(base, "/api/v1/ask", {"text": one["question"]})["decision"] == "answer":
            asked.append(one["question"])
    return asked


class Visitor:
    def __init__(self, host, port, number):
        self.host, self.port, self.number = host, port, number
        self.address = (f"127.{1 + number // 60000}.{number // 250 % 250}.{1 + number % 250}", 0)
        self.token, self.heard, self.answers = "", asyncio.Event(), 0
        self.pair = None

    async def connect(self):
        return await asyncio.open_connection(self.host, self.port, local_addr=self.address, limit=1 << 22)

    async def post(self, path, body):
        """A request over the visitor's own connection, which stays open."""
        if self.pair is None:
            self.pair = await self.connect()
        reader, writer = self.pair
        data = json.dumps(body).encode()
        head = (f"POST /widget/{path} HTTP/1.1\r\nhost: {self.host}\r\ncontent-type: application/json\r\n"
                f"authorization: Bearer {self.token}\r\ncontent-length: {len(data)}\r\n\r\n")
        writer.write(head.encode() + data)
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, await reader.readexactly(length)

    async def begin(self):
        status, body = await self.post("session", {"language": "en"})
        assert status == 200, body
        self.token = json.loads(body)["token"]

    async def look_on(self, ready):
        reader, writer = await self.connect()
        writer.write(f"GET /widget/stream HTTP/1.1\r\nhost: {self.host}\r\nauthorization: Bearer {self.token}\r\n\r\n".encode())
        async for line in reader:
            if not line.startswith(b"data:"):
                continue
            ready.set()
            answers = line.count(b'"from":"agent"')
            if answers > self.answers:
                self.answers = answers
                self.heard.set()

    async def write(self, until, every, asked, found):
        draw = random.Random(self.number)
        own = draw.sample(asked, len(asked))
        await asyncio.sleep(draw.random() * every)
        turn = 0
        due = time.perf_counter()
        while time.perf_counter() < until:
            self.heard.clear()
            before = self.answers
            began = time.perf_counter()
            status, body = await self.post("messages", {"id": f"{turn}", "text": own[turn % len(own)], "language": "en"})
            acknowledged = time.perf_counter()
            if status != 200:
                found["refused"].append(status)
            else:
                found["acknowledged"].append(acknowledged - began)
                try:
                    await asyncio.wait_for(self.heard.wait(), 5)
                    if self.answers > before:
                        found["answered"].append(time.perf_counter() - acknowledged)
                except asyncio.TimeoutError:
                    found["silent"].append(turn)
            turn += 1
            due += every
            await asyncio.sleep(max(0, due - time.perf_counter()))


def tell(name, times, less=0.0):
    times = sorted(max(0.0, one - less) * 1000 for one in times)
    if not times:
        print(f"{name}: none")
        return
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))]
    print(f"{name}: p50 {at(.5):.1f} ms, p99 {at(.99):.1f} ms, at most {times[-1]:.1f} ms of {len(times)}")


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


async def look(host, port, count, first):
    """So many who look on; returns when all do."""
    visitors = [Visitor(host, port, first + number) for number in range(count)]
    tasks, ready = [], []
    for start in range(0, count, 100):
        some = visitors[start:start + 100]
        await asyncio.gather(*(one.begin() for one in some))
        for one in some:
            seen = asyncio.Event()
            ready.append(seen)
            tasks.append(asyncio.create_task(one.look_on(seen)))
        await asyncio.gather(*(one.wait() for one in ready[-len(some):]))
    return visitors, tasks


async def run(given, host, port, asked):
    if given.idle:
        before = resident(given.pid)
        _, idle = await look(host, port, given.idle, 100_000)
        await asyncio.sleep(2)
        print(f"{given.idle} idle streams: {resident(given.pid) - before:.1f} MB")
    visitors, streams = await look(host, port, given.chats, 0)
    found = {name: [] for name in ("acknowledged", "answered", "refused", "silent")}
    until = time.perf_counter() + given.secs
    await asyncio.gather(*(one.write(until, given.every, asked, found) for one in visitors))
    tell("acknowledged", found["acknowledged"])
    tell("answered, from the acknowledgement and the settling time on", found["answered"], given.settle / 1000)
    print(f"{len(found['silent'])} without an answer within 5 s, {len(found['refused'])} refused")
    for task in streams:
        task.cancel()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("desk", help="where the desk is, as http://127.0.0.1:7878")
    parser.add_argument("--chats", type=int, default=256)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--secs", type=float, default=30)
    parser.add_argument("--settle", type=int, default=0)
    parser.add_argument("--idle", type=int, default=0)
    parser.add_argument("--pid", type=int)
    given = parser.parse_args()
    base = given.desk.rstrip("/")
    call(base, "/api/v1/customer-agent", {"settle_ms": given.settle})
    host, port = base.removeprefix("http://").split(":")
    asyncio.run(run(given, host, int(port), questions(base)))


if __name__ == "__main__":
    main()
