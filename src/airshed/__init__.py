"""airshed: integrated assessment and cooperation for cities that share the same air.

>>> import airshed
>>> pack = airshed.open_pack()
>>> pack.title("ko")
'동북아시아'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airshed.answers.python import Answer, ask
    from airshed.assessment.assessment import Assessment
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.pack.errors import AirshedError
    from airshed.pack.pack import Pack, open_pack

__version__ = "0.1.0"
__all__ = ["AirshedError", "Answer", "Assessment", "Pack", "Question", "__version__", "ask", "assess", "open_pack"]

_REGISTRY = "airshed.answers.registry"
_HOME = {
    "AirshedError": "airshed.pack.errors",
    "Answer": "airshed.answers.python",
    "Assessment": "airshed.assessment.assessment",
    "Pack": "airshed.pack.pack",
    "Question": "airshed.assessment.question",
    "ask": "airshed.answers.python",
    "assess": "airshed.assessment.run",
    "open_pack": "airshed.pack.pack",
}


def _questions() -> dict[str, str]:
    """Return the commands of the answers by the names of their questions: PlanFront asks what `plan front` answers."""
    listed = import_module(_REGISTRY).listed()
    return {"".join(word.capitalize() for word in command.split()): command for command in listed}


def __getattr__(name: str) -> Any:
    """Load a public name where it is first asked for (PEP 562), so that `import airshed` stays light."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name[:1].isupper() and name in (known := _questions()):
        return import_module(_REGISTRY).entry(known[name]).question
    raise AttributeError(f"module 'airshed' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*(name for name in __all__ if not name.startswith("_")), *_questions()])
