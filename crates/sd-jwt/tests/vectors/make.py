"""Writes the vectors of this folder with the reference implementation, PyPI `sd-jwt` 0.10.4.

The claims, keys, nonce and audience are those of RFC 9901's examples (§5, §6 and appendix A), and the salts come from
the same seeded generator, so that headers, payloads, disclosures and digests are the ones that the RFC prints;
signatures differ, since ECDSA is randomised. `recursive-decoys`, `array-*` and `vc` go past the RFC.
Run: pip install sd-jwt==0.10.4 && python make.py
"""

import json
import random
from base64 import urlsafe_b64decode
from pathlib import Path
from unittest.mock import patch

from jwcrypto.jwk import JWK
from sd_jwt.common import SDJWTCommon
from sd_jwt.common import SDObj as S
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

HERE = Path(__file__).parent
NONCE, AUDIENCE, KB_TIME = "1234567890", "https://verifier.example.org", 1748537244
TIMES = {"iss": "https://issuer.example.com", "iat": 1683000000, "exp": 1883000000}
ISSUER = JWK(kty="EC", crv="P-256", d="Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g",
             x="b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ", y="Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8")
HOLDER = JWK(kty="EC", crv="P-256", d="5K5SCos8zf9zRemGGUl6yfok-_NiiryNZsvANWMhF-I",
             x="TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc", y="ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ")
ADDRESS = {"street_address": "Schulstr. 12", "locality": "Schulpforta", "region": "Sachsen-Anhalt", "country": "DE"}
JAPAN = {"street_address": "東京都港区芝公園４丁目２−８", "locality": "東京都", "region": "港区", "country": "JP"}
SUB = "6c5c0a49-b589-431d-bae7-219122a9ec2c"


def all_sd(claims):
    return {S(name): value for name, value in claims.items()}


# name: (claims, what the holder discloses, decoys, typ, bound to the holder's key)
EXAMPLES = {
    "rfc9901-5": (
        {"sub": "user_42", **all_sd({
            "given_name": "John", "family_name": "Doe", "email": "johndoe@example.com",
            "phone_number": "+1-202-555-0101", "phone_number_verified": True,
            "address": {"street_address": "123 Main St", "locality": "Anytown", "region": "Anystate", "country": "US"},
            "birthdate": "1940-01-01", "updated_at": 1570000000}),
         "nationalities": [S("US"), S("DE")]},
        {"given_name": True, "family_name": True, "address": True, "nationalities": [True]},
        False, "example+sd-jwt", True),
    "rfc9901-6.1-flat": ({"sub": SUB, S("address"): ADDRESS}, {"address": True}, False, "example+sd-jwt", False),
    "rfc9901-6.2-structured": (
        {"sub": SUB, "address": all_sd(ADDRESS)}, {"address": {"region": True, "country": True}},
        False, "example+sd-jwt", False),
    "rfc9901-6.3-recursive": (
        {"sub": SUB, S("address"): all_sd(ADDRESS)}, {"address": {"region": True, "country": True}},
        False, "example+sd-jwt", False),
    "rfc9901-a.1-decoys": (
        {S("sub"): SUB, S("given_name"): "太郎", S("family_name"): "山田", S("email"): "\"unusual email address\"@example.jp",
         S("phone_number"): "+81-80-1234-5678", "address": all_sd(JAPAN), S("birthdate"): "1940-01-01"},
        {"address": {"region": True, "country": True}}, True, "example+sd-jwt", False),
    "rfc9901-a.2-complex": (
        {"verified_claims": {
            "verification": {
                "trust_framework": "de_aml", S("time"): "2012-04-23T18:25Z",
                S("verification_process"): "f24c6f-6d3f-4ec5-973e-b0d8506f3bc7",
                "evidence": [S({
                    **all_sd({"type": "document", "method": "pipp", "time": "2012-04-22T11:30Z", "document": {
                        "type": "idcard", "issuer": {"name": "Stadt Augsburg", "country": "DE"}, "number": "53554554",
                        "date_of_issuance": "2010-03-23", "date_of_expiry": "2020-03-22"}})})]},
            "claims": all_sd({
                "given_name": "Max", "family_name": "Müller", "nationalities": ["DE"], "birthdate": "1956-01-28",
                "place_of_birth": {"country": "IS", "locality": "Þykkvabæjarklaustur"},
                "address": {"locality": "Maxstadt", "postal_code": "12344", "country": "DE",
                            "street_address": "Weidenstraße 22"}})},
         **all_sd({"birth_middle_name": "Timotheus", "salutation": "Dr.", "msisdn": "49123456789"})},
        {"verified_claims": {"verification": {"time": True, "evidence": [{"method": True}]},
                             "claims": {"given_name": True, "family_name": True, "address": True}}},
        False, "example+sd-jwt", False),
    "rfc9901-a.3-pid": (
        {"vct": "urn:eudi:pid:de:1", "iss": "https://pid-issuer.bund.de.example", **all_sd({
            "given_name": "Erika", "family_name": "Mustermann", "birthdate": "1963-08-12",
            "address": all_sd({"street_address": "Heidestraße 17", "locality": "Köln", "postal_code": "51147",
                               "country": "DE"}),
            "nationalities": ["DE"], "sex": 2, "birth_family_name": "Gabler",
            "place_of_birth": all_sd({"locality": "Berlin", "country": "DE"}),
            "age_equal_or_over": all_sd({"12": True, "14": True, "16": True, "18": True, "21": True, "65": False}),
            "age_in_years": 62, "age_birth_year": 1963, "issuance_date": "2020-03-11", "expiry_date": "2030-03-12",
            "issuing_authority": "DE", "issuing_country": "DE"})},
        {"nationalities": True, "age_equal_or_over": {"18": True}}, False, "dc+sd-jwt", True),
    "rfc9901-a.4-vcdm": (
        {**dict.fromkeys(TIMES), "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vaccination/v1"],
         "type": ["VerifiableCredential", "VaccinationCertificate"], "issuer": "https://example.com/issuer",
         "issuanceDate": "2023-02-09T11:01:59Z", "expirationDate": "2028-02-08T11:01:59Z",
         "name": "COVID-19 Vaccination Certificate", "description": "COVID-19 Vaccination Certificate",
         "credentialSubject": {
             "vaccine": {"type": "Vaccine", **all_sd({
                 "atcCode": "J07BX03", "medicinalProductName": "COVID-19 Vaccine Moderna",
                 "marketingAuthorizationHolder": "Moderna Biotech"})},
             **all_sd({"nextVaccinationDate": "2021-08-16T13:40:12Z", "countryOfVaccination": "GE",
                       "dateOfVaccination": "2021-06-23T13:40:12Z", "order": "3/3"}),
             "recipient": {"type": "VaccineRecipient", **all_sd({
                 "gender": "Female", "birthDate": "1961-08-17", "givenName": "Marion", "familyName": "Mustermann"})},
             "type": "VaccinationEvent",
             **all_sd({"administeringCentre": "Praxis Sommergarten", "batchNumber": "1626382736",
                       "healthProfessional": "883110000015376"})}},
        {"credentialSubject": {"dateOfVaccination": True, "order": True,
                               "vaccine": {"atcCode": True, "medicinalProductName": True}}},
        False, "example+sd-jwt", True),
    "recursive-decoys": (
        {"sub": SUB, S("address"): {S("lines"): [S("c/o Nora"), "Storgata 1"], S("place"): all_sd({"city": "Kárášjohka"})}},
        {"address": {"lines": [True], "place": {"city": True}}}, True, "example+sd-jwt", True),
    "array-of-arrays": (
        {"sub": SUB, "groups": [[S("a"), S("b")], S(["c", S("d")]), S([S("e")])], "none": []},
        {"groups": [[False, True], [False, True], []]}, False, "example+sd-jwt", False),
    "array-objects": (
        {"sub": SUB, "marks": [S({"subject": "Matematikk", S("mark"): 5}), S({"subject": "Norsk", S("mark"): 4})]},
        {"marks": [False, {"mark": True}]}, False, "example+sd-jwt", False),
    "nothing-disclosable": ({"sub": SUB, "given_name": "Nora"}, {}, False, "example+sd-jwt", False),
    "vc": (
        {"vct": "https://credentials.example.com/student-id", **TIMES, "nbf": 1683000000,
         "status": {"status_list": {"idx": 42, "uri": "https://issuer.example.com/status/1"}},
         **all_sd({"given_name": "Nora", "family_name": "Østby", "birthdate": "2008-05-29", "age_over_18": False})},
        {"given_name": True, "age_over_18": True}, True, "dc+sd-jwt", True),
}


def main():
    SDJWTCommon.unsafe_randomness = True
    for name, (claims, disclose, decoys, typ, bound) in EXAMPLES.items():
        random.seed(0)
        holder_key = HOLDER if bound else None
        # None is a time that the example does not have.
        claims = {name: value for name, value in {**TIMES, **claims}.items() if value is not None}
        issued = SDJWTIssuer(claims, ISSUER, holder_key, add_decoy_claims=decoys,
                             extra_header_parameters={"typ": typ}).sd_jwt_issuance
        holder = SDJWTHolder(issued)
        with patch("sd_jwt.holder.time", lambda: KB_TIME):
            holder.create_presentation(disclose, NONCE if bound else None, AUDIENCE if bound else None, holder_key)
        shown = holder.sd_jwt_presentation
        disclosures = [json.loads(urlsafe_b64decode(text + "==")) for text in issued.split("~")[1:-1]]
        vector = {
            "issuer_key": json.loads(ISSUER.export_public()), "typ": typ, "issued": issued, "presented": shown,
            "key_binding": {"nonce": NONCE, "audience": AUDIENCE, "time": KB_TIME} if bound else None,
            "disclosures": disclosures,
            "all_claims": verified(issued, False), "presented_claims": verified(shown, bound),
        }
        (HERE / f"{name}.json").write_text(json.dumps(vector, indent=1, ensure_ascii=False) + "\n")


def verified(text, bound):
    binding = (AUDIENCE, NONCE) if bound else (None, None)
    return SDJWTVerifier(text, lambda *_: ISSUER, *binding).get_verified_payload()


main()
