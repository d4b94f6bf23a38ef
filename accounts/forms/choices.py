"""Choices that several forms offer."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache
def time_zones() -> list[tuple[str, str]]:
    """Every zone named by area and place, alphabetically, with UTC first."""
    areas = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
    named = sorted(zone for zone in available_timezones() if zone.split("/")[0] in areas)
    return [("UTC", "UTC")] + [(zone, zone.replace("_", " ")) for zone in named]
