"""The demo's year: recorded facts, forms, figures, answers, the accident. Written through the rooms' own verbs."""


def account(town, history, settled) -> None:
    """Nothing yet."""
