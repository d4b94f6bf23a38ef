"""What anybody may open, logged in or not, and the addresses this matrix leaves to others."""

from django.core.files.uploadedfile import SimpleUploadedFile

from marketplace.tests.matrix.notation import Address, Verb, act, form, page, public
from marketplace.tests.matrix.pictures import picture

EXCLUDED: dict[str, str] = {"api-nothing": "404 to everybody by every method; marketplace/tests/test_api_door.py"}
"""Address -> why it is not in a table. The addresses of allauth are left out as a whole: its own tests cover them."""

TABLE: dict[str, Address] = {
    "health": public(),
    # Django's own view answers every method with a redirect, and changes a cookie on POST only.
    "set_language": Address({m: Verb("EVERYBODY") for m in ("GET", "POST", "PUT", "PATCH", "DELETE")}),
    "api-schema": public(),
    "api-docs": public(),
    "public:home": public(),
    "public:for_agents": public(),
    "public:for_business": public(),
    "public:help": public(),
    "public:appearance": act("EVERYBODY", send={"scheme": "dark"}, changes=False),
    "public:calendar_feed": public(on={"token": lambda world: world.calendar_token}, by_secret=True),
    "public:verify_search": public(),
    "public:verify": public(on="certificate"),
    "public:issuer": public(),
    "public:jwks": public(),
    "public:public_key": public(on={"kid": lambda world: world.kid}),
    "public:achievement": public(on="standard"),
    "public:status_list": public(on={"number": 1}),
    "public:landing": page("PEOPLE"),
    "public:start": form("PEOPLE", send={"purpose": "post", "organisation_name": "Lantern Tea"}),
    "public:invitations": page("PEOPLE"),
    "public:invitation": public(on={"token": lambda world: world.mailed_token}, by_secret=True),
    "public:invitation_accept": act("nobody", "PEOPLE", on={"token": lambda world: world.token}),
    "public:invitation_accept_mine": act("nobody", on="invitation"),
    "public:second_factor": page("PEOPLE"),
    "public:settings": form(
        "PEOPLE", send={"display_name": "Lin", "language": "en", "time_zone": "UTC", "theme": "system"}
    ),
    "public:my_data": page("PEOPLE"),
    "public:own_data": page("PEOPLE"),
    # Closing an account is for oneself alone: the address typed has to be one's own.
    "public:erase": form(
        "nobody", "PEOPLE", read="PEOPLE", send=lambda world: {"email": world.roles.users["nobody"].email}
    ),
    "public:identity_picture": Address(
        {"GET": Verb("certifier operator", "certifier_1f operator_1f", changes=True)}, "identity_picture"
    ),
    "public:course_image": page("PEOPLE", on="picture"),
    "gallery:components": public(),
    "gallery:nudge": act("EVERYBODY", changes=False),
    "gallery:nudged": public(),
    # Called by the widget from a client's page, without cookies: who is logged in does not matter.
    "widget-session": Address(
        {
            "POST": Verb(
                "EVERYBODY",
                send=lambda world: {"site_key": world.programme.site_key, "language": "en"},
                changes=True,
                origin="http://shop.example",
            )
        },
        as_json=True,
        by_secret=True,
    ),
    "widget-attachments": Address(
        {
            "POST": Verb(
                "EVERYBODY",
                send=lambda world: {
                    "token": world.chat_token,
                    "conversation": world.active_conversation.public_id,
                    "file": SimpleUploadedFile("a.png", picture().read(), "image/png"),
                },
                changes=True,
                origin="http://shop.example",
            )
        },
        by_secret=True,
    ),
    "widget-attachment": Address(
        {"GET": Verb("EVERYBODY", send=lambda world: {"key": world.file_key})}, "unsent", by_secret=True
    ),
    "widget-rating": Address(
        {
            "POST": Verb(
                "EVERYBODY",
                send=lambda world: {"token": world.rating_token, "segment": world.unrated.public_id, "csat": 5},
                changes=True,
            )
        },
        as_json=True,
        by_secret=True,
    ),
}
