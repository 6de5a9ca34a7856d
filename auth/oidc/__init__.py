"""Sign-in at an OpenID provider, and access tokens that it issues."""
