#!/usr/bin/env python3
"""Usage: join.py HEAD FOLDER OUTPUT_FOLDER

Joins the head of the contract and the files of the folder to openapi.yaml, openapi.json and docs.html.
"""
import json
import pathlib
import sys

import yaml

import page

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
# Those of every answer, the last three where a limit holds for the client.
COMMON_HEADERS = {"X-Request-Id": "RequestId", "RateLimit-Limit": "RateLimitLimit",
                  "RateLimit-Remaining": "RateLimitRemaining", "RateLimit-Reset": "RateLimitReset"}


class Dumper(yaml.SafeDumper):
    """Repeats shared parts instead of naming them, for readers that do not know anchors."""

    def ignore_aliases(self, data):
        return True


def add(to, more, where):
    """Adds the members of a mapping, which must not be there yet."""
    for name, value in more.items():
        if name in to:
            raise SystemExit(f"{where}: {name} is there twice")
        to[name] = value


def joined(head_file, folder):
    out = yaml.safe_load(head_file.read_text())
    out["paths"] = out.get("paths", {})
    for file in sorted(folder.glob("*.yaml")):
        part = yaml.safe_load(file.read_text())
        add(out["paths"], part.get("paths", {}), file)
        for kind, entries in part.get("components", {}).items():
            add(out["components"].setdefault(kind, {}), entries, file)
    return out


def operations(document):
    """Yields (path, method, operation)."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def complete(operation, answers):
    """Adds the answers and headers that operations of its kind have in common."""
    access = operation["x-access"]
    given = operation["responses"]
    common = answers["every"] | answers.get(access, {})
    if access == "anyone" and operation.get("x-unlimited"):
        common = {status: answer for status, answer in common.items() if status != "429"}
    operation["responses"] = {status: given.get(status) or common[status] for status in sorted(given | common)}
    operation["security"] = {"anyone": [], "admin": [{"token": []}]}.get(access, [{}, {"token": []}])
    for answer in operation["responses"].values():
        with_common_headers(answer)


def with_common_headers(answer):
    if "$ref" not in answer:
        common = {name: {"$ref": f"#/components/headers/{header}"} for name, header in COMMON_HEADERS.items()}
        answer["headers"] = common | answer.get("headers", {})


def contract(head_file, folder):
    """Returns the document, and for each operation the statuses that it names itself."""
    document = joined(head_file, folder)
    answers = document.pop("x-answers")
    own = {operation["operationId"]: list(operation["responses"]) for _, _, operation in operations(document)}
    document["paths"] = json.loads(json.dumps(document["paths"]))  # what anchors share becomes separate
    for _, _, operation in operations(document):
        complete(operation, answers)
    for answer in document["components"]["responses"].values():
        with_common_headers(answer)
    return document, own, answers


def main():
    head_file, folder, output = map(pathlib.Path, sys.argv[1:])
    document, own, answers = contract(head_file, folder)
    output.mkdir(parents=True, exist_ok=True)
    (output / "openapi.yaml").write_text(
        yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100))
    (output / "openapi.json").write_text(json.dumps(document, ensure_ascii=False, allow_nan=False))
    (output / "docs.html").write_text(page.html(document, own, answers))


if __name__ == "__main__":
    main()
