"""How people and programmes look in the API."""

from rest_framework import serializers

from accounts.models import Programme
from accounts.states import ClientRole, Scope, StaffRole


class MembershipSerializer(serializers.Serializer[dict[str, str]]):
    """A role in one organisation."""

    organisation = serializers.CharField(help_text="Public id of the organisation.")
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ClientRole.choices)


class MeSerializer(serializers.Serializer[dict[str, object]]):
    """Who is asking."""

    kind = serializers.ChoiceField(choices=["person", "api_key"])
    id = serializers.CharField(help_text="Public id of the person or the key.")
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    organisations = MembershipSerializer(many=True)
    platform_roles = serializers.ListField(child=serializers.ChoiceField(choices=StaffRole.choices))
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """A programme: one brand or line of business of a client."""

    id = serializers.CharField(source="public_id", read_only=True)
    organisation = serializers.CharField(source="organisation.public_id", read_only=True)

    class Meta:
        model = Programme
        fields = [
            "id",
            "organisation",
            "name",
            "industry",
            "languages",
            "currency",
            "time_zone",
            "greeting",
            "colour",
            "site_key",
            "allowed_origins",
            "created_at",
        ]
        read_only_fields = fields
