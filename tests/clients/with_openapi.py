"""openapi-spec-validator: the API definition is one, for everybody and for whoever shows a token."""

import openapi_spec_validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from registry import TOKEN, ask, holds

for audience, token in [("the public", None), ("the trusted", TOKEN)]:
    definition = ask("/api", token)
    holds(f"the definition for {audience} says OpenAPI 3.0", definition["openapi"][:4], "3.0.")
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"
        for fault in OpenAPIV30SpecValidator(definition).iter_errors()
    ]
    holds(f"openapi-spec-validator {openapi_spec_validator.__version__} finds nothing wrong in it", faults, [])
