"""Plurals of English, as far as names of subjects need them."""

_KEEP_LAST_S = ("ss", "us", "is")  # loss, corpus, analysis
_SHORTEST = 4  # letters: "gas", "is"


def singular(word: str) -> str:
    """A form that singular and plural share: "networks" -> "network", "libraries" -> "library".

    It need not be a word ("bias" -> "bia"): it is compared with others of its kind, never shown.
    """
    if len(word) < _SHORTEST or word[-1] != "s" or word.endswith(_KEEP_LAST_S):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]
