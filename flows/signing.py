"""Proof that a receipt is ours and unaltered: an Ed25519 signature over a few facts and the hash of the receipt itself.

A token is what the QR code carries: `WR1.<facts>.<signature>`, both base64url. The facts are canonical JSON (sorted keys, no
spaces), so that they can be proven with nothing but the public key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from flows.errors import UsageError

PREFIX = "WR1"
TOKEN = r"WR1\.[A-Za-z0-9_-]{1,4000}\.[A-Za-z0-9_-]{86}"  # noqa: S105 - the form of a token, no secret
# Everybody can read this key here: it shows how receipts are signed, and proves nothing.
_TEST_SEED = hashlib.sha256(b"waste-reports test key: proves nothing").digest()


@dataclass(frozen=True)
class Signer:
    """Signs with one key.

    Attributes:
        is_test: it is the key that everybody knows.
    """

    key: Ed25519PrivateKey
    is_test: bool

    @property
    def public(self) -> str:
        """The public key, as people pass it on."""
        return _b64(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def token(self, facts: dict[str, Any]) -> str:
        """The facts, signed."""
        said = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        body = f"{PREFIX}.{_b64(said)}"
        return f"{body}.{_b64(self.key.sign(body.encode()))}"


def signer_of(secret: str) -> Signer:
    """The signer of the settings.

    Args:
        secret: 32 bytes in base64url, as `new_secret` makes it; "" is the test key.

    Raises:
        UsageError: it is no key.
    """
    if not secret:
        return Signer(Ed25519PrivateKey.from_private_bytes(_TEST_SEED), True)
    try:
        return Signer(Ed25519PrivateKey.from_private_bytes(_unb64(secret.strip())), False)
    except ValueError as error:
        raise UsageError("WASTE_SIGNING_KEY is not a key: `waste key --new` makes one") from error


def new_secret() -> str:
    """A fresh secret for the settings."""
    key = Ed25519PrivateKey.generate()
    return _b64(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))


def facts_of(token: str, public: str) -> dict[str, Any] | None:
    """What a token says, None when it was not signed with that key or was altered.

    Args:
        token: as the QR code carries it.
        public: a public key, as `Signer.public` gives it.

    Raises:
        UsageError: the public key is no key.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(_unb64(public.strip()))
    except ValueError as error:
        raise UsageError("that is no public key: it has 43 letters, as `waste key` shows it") from error
    if not re.fullmatch(TOKEN, token):
        return None
    body, _, signature = token.rpartition(".")
    try:
        key.verify(_unb64(signature), body.encode())
        facts = json.loads(_unb64(body.removeprefix(f"{PREFIX}.")))
    except (InvalidSignature, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
