"""Whose turn it is when something is wrong.

A factory's fault is a finding, never an exception that crosses a step. What is neither of these two is a bug and crashes.
"""


class SubmissionError(Exception):
    """The factory must act: the file as a whole cannot be taken. Becomes one finding, in words a factory understands.

    Attributes:
        check_id: registered check that the file breaks.
        hint_en, hint_th: what was found and what to do.
    """

    def __init__(self, check_id: str, hint_en: str, hint_th: str) -> None:
        super().__init__(hint_en)
        self.check_id = check_id
        self.hint_en = hint_en
        self.hint_th = hint_th


class NightError(Exception):
    """We must act: the night stops, nothing is published, operators are mailed, exit code 3.

    Attributes:
        failures: what was not believable, one sentence each.
    """

    def __init__(self, reason: str, failures: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.failures = failures


class UsageError(Exception):
    """The command was called in a way that cannot be done; one sentence, exit code 2."""


class PagesError(Exception):
    """The pages could not be written. What is published stays, and so do the pages of the night before; operators are mailed."""
