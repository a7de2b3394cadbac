"""A queue in which every client has the same share: nobody waits for all that another has asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass
class QueuePlace(Generic[Item]):
    """Where something stands in the queue: who asked it, what it costs, and the service after which it is due."""

    item: Item
    client: str
    cost: float
    start: float
    number: int


class FairQueue(Generic[Item]):
    """What waits, by start-time fair queueing (Goyal, Vin and Cheng 1996).

    A question is due when its client has had as much service as the others: behind the client's own questions, never
    behind those that somebody else piled up. The clock runs on with what was served, shared by those who wait, so that
    newcomers pass a question only for as long as its client is ahead of its share.

    >>> queue = FairQueue()
    >>> for item in ("a1", "a2", "a3"):
    ...     queue.put(item, "a", 200.0)
    >>> queue.pop()
    'a1'
    >>> queue.put("b1", "b", 200.0)
    >>> list(queue)
    ['b1', 'a2', 'a3']
    """

    def __init__(self) -> None:
        self._clock, self._number = 0.0, 0
        self._due: dict[str, float] = {}
        self._places: list[QueuePlace[Item]] = []

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Item]:
        """Give what waits in the order in which it is due."""
        return iter([place.item for place in sorted(self._places, key=_order)])

    def put(self, item: Item, client: str, cost: float) -> None:
        """Add what a client asks; cost : seconds that it is thought to take."""
        self._number += 1
        self._places.append(QueuePlace(item, client, cost, self._booked(client, cost), self._number))

    def admit(self, item: Item, client: str) -> None:
        """Let another client wait for the same: it is due when the first of them is."""
        for place in self._places:
            if place.item is item and place.client != client and self._next(client) < place.start:
                self._unbook(place)
                place.client, place.start = client, self._booked(client, place.cost)

    def pop(self) -> Item:
        """Take what is due first; raises ValueError if nothing waits."""
        return self._taken(min(self._places, key=_order))

    def first(self, fits: Callable[[Item], bool]) -> Item | None:
        """Take what is due first of all that fits; None if nothing does."""
        place = min((place for place in self._places if fits(place.item)), key=_order, default=None)
        return None if place is None else self._taken(place)

    def _taken(self, place: QueuePlace[Item]) -> Item:
        self._places.remove(place)
        self._clock = max(self._clock, place.start)
        return place.item

    def remove(self, item: Item) -> bool:
        """Take something out that nobody wants any more; return whether it waited."""
        for place in self._places:
            if place.item is item:
                self._places.remove(place)
                self._unbook(place)
                return True
        return False

    def served(self, client: str, cost: float) -> None:
        """Note that a question of a client was worked off."""
        sharing = {client, *(place.client for place in self._places)}
        self._clock += cost / len(sharing)
        self._due = {name: due for name, due in self._due.items() if due > self._clock or name in sharing}

    def _next(self, client: str) -> float:
        return max(self._clock, self._due.get(client, 0.0))

    def _booked(self, client: str, cost: float) -> float:
        start = self._next(client)
        self._due[client] = start + cost
        return start

    def _unbook(self, gone: QueuePlace[Item]) -> None:
        """Give a client back what a question took that was not served: its later ones move up."""
        self._due[gone.client] -= gone.cost
        for place in self._places:
            if place.client == gone.client and place.start > gone.start:
                place.start -= gone.cost


def _order(place: QueuePlace[Item]) -> tuple[float, int]:
    return place.start, place.number
