"""Verifies an AppJWT with PyJWT, as an integrator would: verify_appjwt.py JWKS-URL TOKEN ACCOUNT.

Prints the client and its scope. Fails if the token is invalid or if a modified one is accepted.
"""

import sys

import jwt


def verify(keys: jwt.PyJWKClient, token: str, account: str) -> dict:
    key = keys.get_signing_key_from_jwt(token)
    required = {"require": ["aud", "azp", "exp", "iat", "iss", "scope"]}
    return jwt.decode(
        token, key, algorithms=["RS256"], audience=account, issuer="Sentinel", options=required
    )


def main(url: str, token: str, account: str) -> None:
    keys = jwt.PyJWKClient(url)
    claims = verify(keys, token, account)

    head, body, signature = token.split(".")
    modified = f"{head}.{body}.{'A' * len(signature)}"
    for wrong_token, wrong_account in [(modified, account), (token, account + "0")]:
        try:
            verify(keys, wrong_token, wrong_account)
        except jwt.InvalidTokenError:
            continue
        sys.exit("an invalid token was accepted")
    print(claims["azp"], claims["scope"])


if __name__ == "__main__":
    main(*sys.argv[1:])
