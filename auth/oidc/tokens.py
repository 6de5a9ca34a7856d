"""Access tokens of the provider, for scripts and notebooks that ask REST."""

import logging

from auth.oidc.claims import ClaimNames, viewer_of
from auth.oidc.kept import ProviderUnavailable
from auth.oidc.keys import TokenRefused
from auth.oidc.provider import Provider
from auth.viewer import Viewer

log = logging.getLogger(__name__)


class ProviderTokens:
    """Says whose an access token is. The answer never tells why one is not good; the log does, without the token."""

    def __init__(self, provider: Provider, audience: str, names: ClaimNames) -> None:
        self._provider = provider
        self._audience = audience
        self._names = names

    async def viewer(self, token: str) -> Viewer | None:
        """None for a token that is not good, or cannot be told to be. Raises ForbiddenError for one without a role."""
        try:
            claims = await self._provider.access_claims(token, self._audience)
        except (TokenRefused, ProviderUnavailable) as error:
            log.warning("access token refused: %s", error)
            return None
        return viewer_of([claims], self._names)
