"""Enciphering what must not be read from the database alone; the key is a file in the data folder.

Halls on several machines need the same key file. Without it what was enciphered is lost, so it
belongs into the backup, but not beside the database's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from hotline.errors import NotFound

KEY_FILE = "photos.key"


class Cipher:
    """Encipher and decipher with the key of a data folder; the first use makes the key."""

    def __init__(self, data_dir: Path) -> None:
        self.file = data_dir / KEY_FILE

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(self._key())

    def _key(self) -> bytes:
        """The key, made by whoever comes first: a whole file appears at once, readable by its owner only."""
        if not self.file.exists():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            draft = self.file.with_name(f".{KEY_FILE}.{os.getpid()}.{os.urandom(4).hex()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                target.write(Fernet.generate_key())
            try:
                os.link(draft, self.file)
            except FileExistsError:
                pass  # another process was faster
            finally:
                draft.unlink()
        return self.file.read_bytes()

    def encipher(self, data: bytes) -> bytes:
        """What only this key opens."""
        return self._fernet.encrypt(data)

    def decipher(self, data: bytes) -> bytes:
        """What was enciphered; raises NotFound when the key is another one."""
        try:
            return self._fernet.decrypt(data)
        except InvalidToken as error:
            raise NotFound("这份内容打不开：解密的钥匙文件不是存它时的那一个。") from error

    def digest(self, text: str) -> str:
        """What tells whether a text is the same one (64 hexadecimal digits), which nobody makes without the key.

        For what is too short to be hidden by hashing it slowly: a million codes are soon tried.
        """
        return hmac.new(self._digesting, text.encode(), hashlib.sha256).hexdigest()

    @cached_property
    def _digesting(self) -> bytes:
        """A key of its own, so that no use of the one tells anything of the other."""
        return hmac.new(self._key(), b"digest", hashlib.sha256).digest()
