"""What the contract says, and whether an answer of the service is as it says."""
import json
import re
import warnings
from urllib.parse import quote, urlencode

import jsonschema

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from jsonschema import RefResolver

# What HTTP itself adds, and what all pages carry for browsers.
UNDOCUMENTED_HEADERS = {"connection", "content-length", "transfer-encoding", "content-type", "date", "vary", "cache-control",
                        "content-security-policy", "referrer-policy", "x-content-type-options"}

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value)


def closed(node):
    """Schemas as they are here, but with no other fields than the documented ones."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {name: value if name in ("example", "enum", "const") else closed(value) for name, value in node.items()}
    if isinstance(out.get("properties"), dict) and out.get("type") == "object":
        out.setdefault("additionalProperties", False)
    return out


class contract:
    def __init__(self, document):
        self.document = document
        self.closed = closed(document)
        self.operations = {
            operation["operationId"]: {"path": path, "method": method.upper(), **operation}
            for path, item in self.closed["paths"].items() for method, operation in item.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.resolver = RefResolver.from_schema(self.closed)

    def resolved(self, node):
        if "$ref" not in node:
            return node
        with self.resolver.resolving(node["$ref"]) as target:
            return self.resolved(target) | {name: value for name, value in node.items() if name != "$ref"}

    def misfits(self, schema, value):
        """Why a value does not fit a schema; nothing if it fits."""
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=formats)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def target(self, operation, path, query):
        """The target of a request: given values, and the examples for what is not given."""
        text, params = operation["path"], {}
        for parameter in map(self.resolved, operation.get("parameters", [])):
            name, place = parameter["name"], {"path": path, "query": query}.get(parameter["in"])
            if place is None:
                continue
            value = place.get(name, parameter.get("example"))
            if parameter["in"] == "path":
                text = text.replace("{" + name + "}", quote(str(value), safe=""))
            elif value is not None:
                params[name] = str(value).lower() if isinstance(value, bool) else value
        params |= query
        return text + (f"?{urlencode(params)}" if params else "")

    def example_body(self, operation):
        body = operation.get("requestBody")
        return body and body["content"]["application/json"]["example"]

    def check(self, operation, response):
        """Why an answer is not as documented; nothing if it is."""
        if str(response.status) not in operation["responses"]:
            return [f"the status {response.status} is not documented: {response.content.decode()}"]
        answer = self.resolved(operation["responses"][str(response.status)])
        return self.check_headers(answer, response) + self.check_content(answer, response)

    def check_headers(self, answer, response):
        documented = {name.lower(): self.resolved(header) for name, header in answer.get("headers", {}).items()}
        sent = {name.lower(): value for name, value in response.getheaders()}
        out = [f"the header {name} is not documented" for name in sent.keys() - documented.keys() - UNDOCUMENTED_HEADERS]
        for name, header in documented.items():
            if name not in sent:
                out += [f"the header {name} is missing"] if header.get("required") else []
                continue
            value = int(sent[name]) if header["schema"].get("type") == "integer" else sent[name]
            out += [f"header {name}: {why}" for why in self.misfits(header["schema"], value)]
        return out

    def check_content(self, answer, response):
        kind = (response.getheader("Content-Type") or "").split(";")[0]
        content = answer.get("content", {})
        if not content and not response.content:
            return []
        if kind not in content:
            return [f"the type {kind} is not documented"]
        if not kind.endswith("json"):
            return [] if response.content else ["the answer is empty"]
        value = json.loads(response.content)
        out = self.misfits(content[kind]["schema"], value)
        if kind == "application/problem+json" and f"`{value['code']}`" not in answer["description"]:
            out.append(f"the code {value['code']} is not named beside {response.status}")
        return out

    def examples(self):
        """Yields (where, schema, example) for everything that has a type of its own."""
        def of_content(where, content):
            for kind, media in content.items():
                yield f"{where} {kind}", media["schema"], media.get("example")

        for name, operation in self.operations.items():
            for parameter in map(self.resolved, operation.get("parameters", [])):
                yield f"{name} {parameter['name']}", parameter["schema"], parameter.get("example")
            yield from of_content(f"{name} body", operation.get("requestBody", {}).get("content", {}))
            for status, answer in operation["responses"].items():
                yield from of_content(f"{name} {status}", self.resolved(answer).get("content", {}))
