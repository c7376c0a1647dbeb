"""Writes the vectors of this folder with nothing of ours: CPython's zlib and `cryptography` 50.

Indices and values are those of draft-ietf-oauth-status-list-21 §4.1 and appendix C; the draft prints the same
compressed lists. The tokens have the claims of its §5.1 and §5.2 examples; the CWT has its key id in the unprotected
header, as there. The key is the issuer key of RFC 9901's examples.
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
C3 = dict(zip([0, 1993, 35460, 459495, 595669, 754353, 845645, 923232, 924445, 934534, 1004534, 1000345, 1030203, 1030204,
               1030205], range(1, 16)))
C4 = {index: value for value, index in enumerate([
    233478, 52451, 576778, 513575, 468106, 292632, 214947, 182323, 884834, 66653, 62489, 196493, 458517, 487925,
    55649, 416992, 879796, 462297, 942059, 583408, 13628, 334829, 886286, 713557, 582738, 326064, 451545, 705889,
    214350, 194502, 796765, 202828, 752834, 721327, 554740, 91122, 963483, 261779, 793844, 165255, 614839, 758403,
    403258, 145867, 96100, 477937, 606890, 167335, 488197, 211815, 797182, 582952, 950870, 765108, 341110, 776325,
    745056, 439368, 559893, 149741, 358903, 513405, 342679, 969429, 795775, 566121, 460566, 680070, 117310, 480348,
    67319, 661552, 841303, 561493, 138807, 442463, 659927, 445910, 1046963, 829700, 962282, 299623, 555493, 292826,
    517215, 551009, 898490, 837603, 759161, 459948, 290102, 1034977, 190650, 98810, 229950, 320531, 335506, 885333,
    133227, 806915, 800313, 981571, 527253, 24077, 240232, 559572, 713399, 233941, 615514, 911768, 331680, 951527,
    6805, 552366, 374660, 223159, 625884, 417146, 320527, 784154, 338792, 1199, 679804, 1024680, 40845, 234603,
    761225, 644903, 502167, 121477, 505144, 165165, 179628, 1019195, 145149, 263738, 269256, 996739, 346296, 555864,
    887384, 444173, 421844, 653716, 836747, 783119, 918762, 946835, 253764, 519895, 471224, 134272, 709016, 44112,
    482585, 461829, 15080, 148883, 123467, 480125, 141348, 65877, 692958, 148598, 499131, 584009, 1017987, 449287,
    277478, 991262, 509602, 991896, 853666, 399318, 197815, 203278, 903979, 743015, 888308, 862143, 979421, 113605,
    206397, 127113, 844358, 711569, 229153, 521470, 401793, 398896, 940810, 293983, 884749, 384802, 584151, 970201,
    523882, 158093, 929312, 205329, 106091, 30949, 195586, 495723, 348779, 852312, 1018463, 1009481, 448260, 841042,
    122967, 345269, 794764, 4520, 818773, 556171, 954221, 598210, 887110, 1020623, 324632, 398244, 622241, 456551,
    122648, 127837, 657676, 119884, 105156, 999897, 330160, 119285, 168005, 389703, 143699, 142524, 493258, 846778,
    251420, 516351, 83344, 171931, 879178, 663475, 546865, 428362, 658891, 500560, 557034, 830023, 274471, 629139,
    958869, 663071, 152133, 19535])}
LISTS = {
    "one-bit": (1, 16, dict(enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]))),
    "two-bits": (2, 12, dict(enumerate([1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]))),
    "appendix-c1": (1, 2**20, C1),
    "appendix-c2": (2, 2**20, C2),
    "appendix-c3": (4, 2**20, C3),
    "appendix-c4": (8, 2**20, C4),
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
     "entries": [[index, value] for index, value in sorted(entries.items()) if value]}
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
