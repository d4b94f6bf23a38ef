"""Every address of the project x every verb x every kind of person: who may, who is refused, and what a refusal costs.

`roles` are the people, `world` the things they own, `notation` how an expectation is written down, `unchanged` how it
is seen that nothing changed. The tables, one module for each area, are what one reads and extends.
"""
