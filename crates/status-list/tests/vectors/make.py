"""Writes the vectors of this folder with nothing of ours: CPython's zlib and `cryptography` 50.

Indices and values are those of draft-ietf-oauth-status-list-21 §4.1 and appendix C; the draft prints the same
compressed lists for the first four. The tokens have the claims of its §5.1 and §5.2 examples; the CWT has its key
id in the unprotected header, as there. The key is the issuer key of RFC 9901's examples.
Run: pip install cryptography && python make.py
"""

import base64
import json
import zlib
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

HERE = Path(__file__).parent
C1 = dict.fromkeys([0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345], 1)
C2 = dict(zip(C1, [1, 2, 1, 3, 1, 1, 2, 1, 1, 2, 3]))
LISTS = {
    "one-bit": (1, 16, dict(enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]))),
    "two-bits": (2, 12, dict(enumerate([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]))),
    "appendix-c1": (1, 2**20, C1),
    "appendix-c2": (2, 2**20, C2),
    "four-bits": (4, 2**12, {0: 1, 1: 15, 1993: 8, 4095: 7}),
    "eight-bits": (8, 2**12, {0: 255, 1: 1, 1993: 128, 4095: 3}),
}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="), "big")


def packed(bits, size, entries):
    data = bytearray(size * bits // 8)
    per_byte = 8 // bits
    for index, value in entries.items():
        data[index // per_byte] |= value << (index % per_byte * bits)
    return zlib.compress(bytes(data), 9)


KEY = ec.derive_private_key(number("Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g"), ec.SECP256R1())


def sign(message: bytes) -> bytes:
    r, s = utils.decode_dss_signature(KEY.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def cbor(value) -> bytes:
    def head(major, count):
        for width, info in ((0, None), (1, 24), (2, 25), (4, 26)):
            if width == 0 and count < 24:
                return bytes([major << 5 | count])
            if width and count < 1 << 8 * width:
                return bytes([major << 5 | info]) + count.to_bytes(width, "big")

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


lists = [
    {"name": name, "bits": bits, "size": size, "lst": b64(packed(bits, size, entries)),
     "entries": [[index, value] for index, value in entries.items() if value]}
    for name, (bits, size, entries) in LISTS.items()
]
(HERE / "lists.json").write_text(json.dumps(lists, indent=1) + "\n")

lst = packed(*LISTS["one-bit"])
header = {"alg": "ES256", "kid": "12", "typ": "statuslist+jwt"}
claims = {"exp": 2291720170, "iat": 1686920170, "status_list": {"bits": 1, "lst": b64(lst)},
          "sub": "https://example.com/statuslists/1", "ttl": 43200}
text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
(HERE / "token.jwt").write_text(f"{text}.{b64(sign(text.encode()))}\n")

protected = cbor({1: -7, 16: "application/statuslist+cwt"})
payload = cbor({2: "https://example.com/statuslists/1", 6: 1686920170, 4: 2291720170, 65534: 43200,
                65533: {"bits": 1, "lst": lst}})
signature = sign(cbor(["Signature1", protected, b"", payload]))
cwt = b"\xd2" + cbor([protected, {4: b"12"}, payload, signature])
(HERE / "token.cwt.hex").write_text(cwt.hex() + "\n")

point = KEY.public_key().public_numbers()
key = {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32, "big")), "y": b64(point.y.to_bytes(32, "big"))}
(HERE / "key.json").write_text(json.dumps(key) + "\n")
