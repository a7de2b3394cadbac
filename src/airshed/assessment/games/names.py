"""What keys and disagreement points are called."""

from __future__ import annotations

from airshed.pack.language import Translate


def point_names(translate: Translate) -> dict[str, str]:
    """Return what the disagreement points are called."""
    return {
        "current": translate("current policy"),
        "limited": translate("each acts on part of its own benefit"),
        "nash": translate("each does all that pays at home"),
        "stated": translate("current legislation and stated plans"),
    }


def key_name(key: str, translate: Translate) -> str:
    """Return what a key is called; of a mixed one its parts with their weights."""
    names = {
        "shapley": translate("Shapley value"),
        "nucleolus": translate("Nucleolus"),
        "chander-tulkens": translate("Chander and Tulkens"),
        "equal": translate("gain in equal parts"),
        "per-head": translate("gain per head"),
        "gdp": translate("gain by GDP"),
        "emissions": translate("cost by emissions"),
        "historic-emissions": translate("cost by emissions so far"),
        "consumption": translate("cost by consumption"),
        "polluter-pays": translate("polluter pays"),
        "beneficiary-pays": translate("beneficiary pays"),
        "ability-to-pay": translate("cost by ability to pay"),
    }
    kind, mixed, parts = key.partition(":")
    if mixed and kind == "mixed":
        words = [part.partition("=") for part in parts.split(",")]
        return " + ".join(f"{weight} {names.get(one.strip(), one.strip())}" for one, _, weight in words)
    return names.get(key, key)
