"""SD-JWT by PyPI's sd-jwt, the authors' own implementation. See README.md."""

import base64
import json
import sys
import time

from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

AUDIENCE = "https://checker.example"
NONCE = "nonce-by-python"


def verify(order):
    issuer_key = JWK.from_json(json.dumps(order["issuer_key"]))
    try:
        verifier = SDJWTVerifier(
            order["presentation"],
            lambda issuer, header: issuer_key,
            order["audience"],
            order["nonce"],
        )
        return {"accepted": True, "claims": verifier.get_verified_payload()}
    except Exception as refusal:  # Whatever it is that it does not like.
        return {"accepted": False, "why": f"{type(refusal).__name__}: {refusal}"}


def issue():
    issuer, holder, thief = (JWK.generate(kty="EC", crv="P-256") for _ in range(3))
    now = int(time.time())
    claims = {
        "iss": "https://issuer.example",
        "iat": now,
        "exp": now + 600,
        SDObj("given_name"): "Áslak",
        SDObj("family_name"): "Čearretgáisa",
        # A member within a member that is itself disclosed.
        SDObj("address"): {SDObj("street"): "Storgata 1", SDObj("place"): "Guovdageaidnu"},
        # Elements, some of them always visible.
        "nationalities": [SDObj("NO"), SDObj("FI"), "SE"],
        # Members within elements within a member.
        SDObj("courses"): [
            {SDObj("name"): "Norsk", "hours": 140},
            SDObj({SDObj("name"): "Fysikk", "hours": 224}),
        ],
        "guardian": {"kind": "parent", SDObj("name"): "Elle"},
    }
    issued = SDJWTIssuer(
        claims,
        issuer,
        holder,
        add_decoy_claims=True,
        extra_header_parameters={"typ": "example+sd-jwt"},
    ).sd_jwt_issuance
    shown = SDJWTHolder(issued)
    shown.create_presentation(
        {
            "given_name": True,
            "address": {"place": True},
            "nationalities": [True, False],
            "courses": [{"name": True}, {"name": True}],
        },
        NONCE,
        AUDIENCE,
        holder,
    )
    stolen = SDJWTHolder(issued)
    stolen.create_presentation({"given_name": True}, NONCE, AUDIENCE, thief)
    presentation = shown.sd_jwt_presentation
    return {
        "issuer_key": issuer.export_public(as_dict=True),
        "typ": "example+sd-jwt",
        "audience": AUDIENCE,
        "nonce": NONCE,
        "issued": issued,
        "presentation": presentation,
        "expected": {
            "given_name": "Áslak",
            "address": {"place": "Guovdageaidnu"},
            "nationalities": ["NO", "SE"],
            "courses": [{"name": "Norsk", "hours": 140}, {"name": "Fysikk", "hours": 224}],
            "guardian": {"kind": "parent"},
        },
        "wrong": {
            "another holder's key": stolen.sd_jwt_presentation,
            "a disclosure left out": without_a_disclosure(presentation),
            "a disclosure of another salt": with_another_disclosure(presentation),
        },
    }


def without_a_disclosure(presentation):
    jwt, first, *rest = presentation.split("~")
    return "~".join([jwt, *rest])


def with_another_disclosure(presentation):
    jwt, first, *rest = presentation.split("~")
    _, *content = json.loads(base64.urlsafe_b64decode(first + "=="))
    other = json.dumps(["another-salt-another-salt", *content]).encode()
    return "~".join([jwt, base64.urlsafe_b64encode(other).decode().rstrip("="), *rest])


ORDER = json.loads(sys.stdin.read())
json.dump(verify(ORDER) if ORDER["do"] == "verify" else issue(), sys.stdout)
