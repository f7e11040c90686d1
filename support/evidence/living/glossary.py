"""Words of storage that features use and that not every reader knows; a page explains once those that it says."""

import re
from collections.abc import Iterator, Mapping

from support.evidence.living.book import FeatureText, ScenarioText, Sentence

TERMS: Mapping[str, str] = {
    "thin": "a disk that takes space on its datastore only as it is written",
    "thick-lazy": "a disk whose space is reserved at once; a block of it is zeroed when it is first written",
    "independent persistent": "a disk that snapshots leave out; what is written to it stays",
    "independent nonpersistent": "a disk that snapshots leave out; what is written to it is lost at power-off",
    "XCOPY": "the SCSI command by which a storage array copies blocks itself, so that no host reads and writes them",
}
"""As VMware and the SCSI standard have them."""


def terms_of(feature: FeatureText) -> dict[str, str]:
    """Those that a feature says anywhere, and what they mean."""
    said = "\n".join(_words(feature))
    return {term: meaning for term, meaning in TERMS.items() if re.search(_whole(term), said, re.IGNORECASE)}


def _whole(term: str) -> str:
    return rf"(?<![\w-]){re.escape(term)}(?![\w-])"


def _words(feature: FeatureText) -> Iterator[str]:
    yield from (feature.title, *feature.description)
    yield from _of_sentences(feature.background)
    for part in feature.parts:
        yield from (part.title, *part.description)
        yield from _of_sentences(part.background)
        for scenario in part.scenarios:
            yield from _of_scenario(scenario)


def _of_scenario(scenario: ScenarioText) -> Iterator[str]:
    yield from (scenario.title, *scenario.description)
    yield from _of_sentences(scenario.sentences)
    for performance in scenario.performances:
        yield from performance.cells.values()


def _of_sentences(sentences: tuple[Sentence, ...]) -> Iterator[str]:
    for sentence in sentences:
        yield sentence.words
        yield from (cell for row in sentence.table for cell in row)
