"""Random steps that learn; drawn from a source of their own, into a scenario that is whole."""

import random

from random_changes import leaves


def add_learning(words, share=35):
    """Let some steps learn, in so many of 100 scenarios."""
    source = random.Random(f"learning {words}")
    if source.random() * 100 >= share:
        return
    steps = [step for stream in words["streams"].values() for step in leaves(stream["steps"])]
    for step in steps:
        if "touch" in step and "gate" not in step and source.random() < 0.6:
            step["learning"] = curve(source)


def curve(source):
    """Draw how much is learned: soon, so that it matters within a day."""
    words = {"each_doubling": source.choice(("50%", "64%", "80%", "95%"))}
    if source.random() < 0.5:
        words["done_before"] = source.choice((2, 5, 12))
    if source.random() < 0.5:
        words["at_least"] = source.choice(("30%", "60%", "90%"))
    return words
