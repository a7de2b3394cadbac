"""What the answers on CO2 share: places, sectors and accounts that can be asked for, and their names in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airshed.answers.cells import fixed
from airshed.answers.words import Words
from airshed.assessment.transition.accounts import CITIES, STUDY, account_rows, accounts, places
from airshed.pack.codes import country_of, group_members
from airshed.pack.pack import Pack
from airshed.pack.spoken_numbers import KILOTONNES, mass

ONE, TWO = fixed(1), fixed(2)
SIGNED = fixed(1, sign=True)


def co2_places(pack: Pack) -> list[str]:
    """Return the places of all accounts, and the groups that hold some of them."""
    held = {code for name in accounts(pack) for code in places(pack, name)}
    groups = [code for code, members in group_members(pack).items() if held & set(members)]
    return [*(code for code in country_of(pack) if code in held), *groups]


def co2_sectors(pack: Pack) -> list[str]:
    """Return the sectors that any account names, in the order of the pack."""
    held = {sector for name in accounts(pack) for sector in account_rows(pack, name)["sector"].unique()}
    return [str(code) for code in pack.table("sectors")["code"] if code in held]


def account_name(account: str, words: Words) -> str:
    """Return what an account is called: the first publisher of its rows."""
    if account == STUDY:
        return words.translate("the study")

    def made(pack: Pack) -> str:
        rows = pack.table("co2_cities") if account == CITIES else account_rows(pack, account)
        sources = pack.table("sources").set_index("key")["publisher"]
        return str(sources.get(str(rows["source"].iloc[0]).split()[0], account)).partition(";")[0]

    return words.pack.derive(f"name of the account {account}", made)


def category_name(category: str, words: Words) -> str:
    """Return the name of a row of a source in words."""
    return words.translate(category.replace("_", " ")) if category else ""


def megatonnes(value: float) -> str:
    """Return an amount of CO2 as it is said; value : Mt/yr.

    >>> megatonnes(9794.8), megatonnes(0.52)
    ('9,790 Mt', '520 kt')
    """
    return mass(value * KILOTONNES)


def amounts(words: Words) -> dict[str, Callable[[Any], str]]:
    """Return how the columns that the tables share are shown."""
    return {
        "value": ONE,
        "account": lambda name: account_name(str(name), words),
        "category": lambda name: category_name(str(name), words),
        "city": str,
    }
