"""Verifies one presentation over and over with PyPI `sd-jwt`, for ../verify.rs.

The first line of input is what to verify, each further one how often; the answer to each is the median time of one
verification in nanoseconds.
"""

import json
import sys
from statistics import median
from time import perf_counter_ns

from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

task = json.loads(sys.stdin.readline())
issuer = JWK.from_json(json.dumps(task["issuer"]))

for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = perf_counter_ns()
        verifier = SDJWTVerifier(task["presentation"], lambda *_: issuer, task["audience"], task["nonce"])
        payload = verifier.get_verified_payload()
        times.append(perf_counter_ns() - start)
        assert payload["given_name"] == "Nora"
    print(round(median(times)), flush=True)
