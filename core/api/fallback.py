"""What the API answers where it has nothing, so that a wrong address is told in the API's own form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


class NothingHere(APIView):
    """404 to everybody, whatever the method; never a redirect, which would lose the body."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Counted like every request, then refused."""
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is no such address. Every address of the API ends with a slash."))
