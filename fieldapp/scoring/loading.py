"""Makes a scheme from its file. A value that the rules do not know is refused, never ignored."""

from collections.abc import Callable, Mapping
from pathlib import Path

import rfc8785
import yaml

from fieldapp.errors import Fault, unopened
from fieldapp.scoring.loading_deduction import deduction
from fieldapp.scoring.loading_grading import grade_points
from fieldapp.scoring.reading import Place, Unacceptable
from fieldapp.scoring.scheme import Scheme

PUBLISHED = Path(__file__).with_name("data")


def scheme(named: str) -> Scheme:
    """The scheme with this id, or in the file at this path. Raises Unacceptable."""
    published = {file.stem: file for file in PUBLISHED.glob("*.yaml")}
    file = published.get(named, Path(named))
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        known = ", ".join(sorted(published))
        detail = f"“{named}” is neither a scheme ({known}) nor a file."
        raise Unacceptable([Fault("", "UnknownScheme", detail)]) from None
    except (OSError, ValueError) as error:
        raise Unacceptable([Fault("", "UnreadableScheme", unopened(error))]) from error
    return scheme_in(content)


def scheme_in(content: bytes) -> Scheme:
    """The scheme that a YAML file holds. Raises Unacceptable with every fault of the file."""
    try:
        # A safe loader, which also wants each key once.
        document = yaml.load(content, _Loader)  # noqa: S506
        canonical = rfc8785.dumps(document)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unacceptable([Fault("", "InvalidYaml", f"Not YAML: {error}")]) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        # Dates, NaN, keys that are not texts: JSON has none, so the digest could not be made.
        detail = f"This file says more than JSON can: {error}"
        raise Unacceptable([Fault("", "SchemeNotJson", detail)]) from error
    return parsed(document, canonical)


def parsed(document: object, canonical: bytes) -> Scheme:
    faults: list[Fault] = []
    root = Place(document, "", faults)
    top = root.members(("scheme",), others=True)
    kinds: Mapping[str, Callable[[Place, bytes], Scheme]]
    kinds = {"deduction": deduction, "grade_points": grade_points}
    kind = top["scheme"].members(("scoring",), others=True)["scoring"].word(kinds, "UnknownScoring")
    if faults:
        raise Unacceptable(faults)
    made = kinds[kind](root, canonical)
    if faults:
        raise Unacceptable(faults)
    return made


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C parser where it is built in; ten times faster."""


def _unique(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[object, object]:
    keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    if len(set(keys)) != len(keys):
        raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique)
