"""The demo world: two clients, three programmes, thirty agents and five weeks of work, made through the services.

What it says (people, texts, conversations, courses, exams, tasks) is plain data in this package; how it is
built is `world.py`. Everything is drawn with one fixed seed, so two demo worlds tell the same story.
"""
