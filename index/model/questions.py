"""Makes questions as people write them to a desk, from `domains.py` by a small grammar.

Usage: questions.py OUT [--count N]

Deterministic: the same count gives the same lines. Nothing here was taken from a
collection of questions; frames and domains are written by hand.
"""

import argparse
import random
from pathlib import Path

from domains import DOMAINS

DEED_FRAMES = """
how do I {deed} {my} {thing}
how can I {deed} {my} {thing}
how to {deed} {a} {thing}
can I {deed} {my} {thing}
can you {deed} {my} {thing}
could you please {deed} {my} {thing}
please {deed} {my} {thing}
{deed} {my} {thing}
{deed} {the} {thing} {when}
I want to {deed} {my} {thing}
I would like to {deed} {a} {thing}
I need to {deed} {my} {thing} {when}
I need help to {deed} {my} {thing}
I am trying to {deed} {my} {thing} but it does not work
I cannot {deed} {my} {thing}
why can I not {deed} {my} {thing}
why can't I {deed} {my} {thing}
is it possible to {deed} {a} {thing} {where}
is there a way to {deed} {my} {thing}
what do I have to do to {deed} {my} {thing}
what happens if I {deed} {my} {thing}
where can I {deed} {my} {thing}
when can I {deed} {my} {thing}
how long does it take to {deed} {a} {thing}
how much does it cost to {deed} {a} {thing}
do I have to pay to {deed} {my} {thing}
how often can I {deed} {my} {thing}
am I allowed to {deed} {a} {thing} {where}
who can {deed} {my} {thing}
what is the best way to {deed} {a} {thing}
I tried to {deed} {my} {thing} {when}
I forgot to {deed} {my} {thing}
do I need {a} {other} to {deed} {my} {thing}
can I {deed} {my} {thing} with {a} {other}
can I {deed} {my} {thing} without {a} {other}
walk me through how to {deed} {my} {thing}
help me {deed} {my} {thing}
""".strip().splitlines()

TROUBLE_FRAMES = """
my {thing} {trouble}
{the} {thing} {trouble}
{my} {thing} {trouble}, what should I do
what do I do if {my} {thing} {trouble}
what happens when {my} {thing} {trouble}
why is it that {my} {thing} {trouble}
help, my {thing} {trouble}
I think that {my} {thing} {trouble}
it looks like {my} {thing} {trouble}
{my} {thing} {trouble} and I need it {when}
{when} {my} {thing} {trouble}
since {when} {my} {thing} {trouble}
I got {a} {thing} {when} but it {trouble}
I still have a problem with {my} {thing}: it {trouble}
something is wrong with {my} {thing}
there is a problem with {my} {thing}
what is wrong with {my} {thing}
{my} {other} is fine but {my} {thing} {trouble}
hi, {my} {thing} {trouble} {where}
what if {my} {thing} {trouble} {where}
""".strip().splitlines()

FACT_FRAMES = """
what is the {fact} of {my} {thing}
what is the {fact} for {a} {thing}
what's the {fact} of {the} {thing}
tell me the {fact} of {my} {thing}
is there a {fact} for {a} {thing}
how do I find the {fact} of {my} {thing}
where can I see the {fact} of {my} {thing}
can I change the {fact} of {my} {thing}
why is the {fact} of {my} {thing} so high
I want to know the {fact} of {the} {thing}
{thing} {fact}
show me the {fact} of {my} {thing}
does the {fact} depend on {the} {thing}
do you know the {fact} for {a} {thing} {where}
what {fact} does {a} {thing} have
which {thing} has the best {fact}
the {fact} of {my} {thing} is wrong
""".strip().splitlines()

THING_FRAMES = """
where is my {thing}
when will I get my {thing}
when does {my} {thing} arrive
how long will {my} {thing} take
how much is {a} {thing}
do you have {a} {thing}
do you offer {a} {thing} {where}
I need {a} {thing} {when}
I have lost my {thing}
I have a question about {my} {thing}
what is {a} {thing}
what kinds of {thing} do you have
how does {a} {thing} work
who gets {a} {thing}
I do not have {a} {thing}
I never got {my} {thing}
how many times can I get {a} {thing}
is {my} {thing} ready
is {a} {thing} free of charge
can I have {a} {thing} and {a} {other}
what is the difference between {a} {thing} and {a} {other}
I want {a} {thing} instead of {a} {other}
any news about {my} {thing}
check on {my} {thing}
""".strip().splitlines()

WHEN = """today, tomorrow, right now, as soon as possible, this morning, last week, yesterday, two days ago, next month,
on Monday, at five, tonight, this weekend, three weeks ago, a while ago, every day, before I travel, after the update,
on Friday evening, for a week""".split(",")
WHERE = """abroad, online, in the app, in Europe, in another country, at home, in the shop, on my phone, by phone, on the website,
in the United States, on holiday, at the branch, from my computer, outside the country, in Norway, near me""".split(",")
OPENINGS = ["", "", "", "", "", "", "hi, ", "hello, ", "ok so ", "sorry, ", "please help, ", "quick question, ", "hey "]
CLOSINGS = ["", "", "", "", "", "", "", "?", "?", "?", "?", " please", " please?", " thanks", ".", "!", " for me"]
TYPOS = 0.04


def sentence(rng):
    """One question."""
    domain = DOMAINS[rng.choice(list(DOMAINS))]
    kind = rng.random()
    if kind < 0.12:
        text = rng.choice(domain["whole"])
    else:
        frames = DEED_FRAMES if kind < 0.42 else TROUBLE_FRAMES if kind < 0.66 else FACT_FRAMES if kind < 0.8 else THING_FRAMES
        text = fill(rng.choice(frames), domain, rng)
    text = rng.choice(OPENINGS) + text + rng.choice(CLOSINGS)
    if rng.random() < 0.5:
        text = text[0].upper() + text[1:]
    if rng.random() < 0.3:
        text = text.replace(" is not ", " isn't ").replace(" cannot ", " can't ").replace(" does not ", " doesn't ")
    return typo(text, rng) if rng.random() < TYPOS else text


def fill(frame, domain, rng):
    thing, other = rng.choice(domain["things"]), rng.choice(domain["things"])
    article = "an" if thing[0] in "aeiou" else "a"
    values = {
        "thing": thing,
        "other": other,
        "deed": rng.choice(domain["deeds"]),
        "trouble": rng.choice(domain["troubles"]),
        "fact": rng.choice(domain["facts"]),
        "my": rng.choice(["my", "my", "my", "the", "this", "your", "our", "a friend's"]),
        "the": rng.choice(["the", "the", "this", "that"]),
        "a": rng.choice([article, article, "another", "the", "a new"]),
        "when": rng.choice(WHEN).strip(),
        "where": rng.choice(WHERE).strip(),
    }
    return frame.format(**values)


def typo(text, rng):
    """Swaps two letters or drops one, as on a phone."""
    at = rng.randrange(1, max(2, len(text) - 2))
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :] if rng.random() < 0.5 else text[:at] + text[at + 1 :]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=90_000)
    given = parser.parse_args()
    rng = random.Random(3)
    lines = dict.fromkeys(one for domain in DOMAINS.values() for one in domain["whole"])
    while len(lines) < given.count:
        lines[sentence(rng)] = None
    shuffled = list(lines)
    rng.shuffle(shuffled)
    given.out.write_text("".join(f"{line}\n" for line in shuffled))


if __name__ == "__main__":
    main()
