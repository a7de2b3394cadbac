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
    from airshed.assessment.assessment import Assessment
    from airshed.assessment.question import Question
    from airshed.assessment.run import assess
    from airshed.pack.errors import AirshedError
    from airshed.pack.pack import Pack, open_pack

__version__ = "0.1.0"
__all__ = ["AirshedError", "Assessment", "Pack", "Question", "__version__", "assess", "open_pack"]

_HOME = {
    "AirshedError": "airshed.pack.errors",
    "Assessment": "airshed.assessment.assessment",
    "Pack": "airshed.pack.pack",
    "Question": "airshed.assessment.question",
    "assess": "airshed.assessment.run",
    "open_pack": "airshed.pack.pack",
}


def __getattr__(name: str) -> Any:
    """Load a public name where it is first asked for (PEP 562), so that `import airshed` stays light."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'airshed' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(name for name in __all__ if not name.startswith("_"))
