"""What the embedded servers refuse with."""


class Refused(Exception):
    """The servers cannot be started; the text says why and what to do about it."""


class InUse(Refused):
    """Another process runs servers for the same purpose of the same checkout."""
