"""Prints the contract as a page for people: static HTML, no script, its style in docs.css."""
import json
import re
import shlex
from html import escape
from urllib.parse import quote, urlencode

def html(document, own, answers):
    """`own`: for each operationId the statuses to show beside it; the others are shown once."""
    pages = printer(document)
    groups = [(tag, [(path, method, operation)
                     for path, item in document["paths"].items()
                     for method, operation in item.items() if operation["tags"] == [tag["name"]]])
              for tag in document["tags"]]
    body = "".join(pages.group(tag, members, own) for tag, members in groups)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(document["info"]["title"])}: HTTP API</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<a class="skip" href="#main">Skip to the routes</a>
{navigation(document, groups)}
<main id="main">
<h1>{escape(document["info"]["title"])} <small>HTTP API {escape(document["info"]["version"])}</small></h1>
<div class="lead">{prose(document["info"]["description"])}
<p>Machine-readable: <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a>.</p></div>
{body}
{pages.common(answers)}
{pages.schemas()}
</main>
</body>
</html>
"""


def navigation(document, groups):
    out = ['<nav aria-label="Routes"><a class="home" href="/">Standings</a>']
    for tag, members in groups:
        out.append(f'<h2><a href="#{tag["name"]}">{tag["name"]}</a></h2><ul>')
        out += [f'<li><a href="#{operation["operationId"]}">{badge(method)}{escape(operation["operationId"])}</a></li>'
                for _, method, operation in members]
        out.append("</ul>")
    out.append('<h2><a href="#common">errors</a></h2><h2><a href="#schemas">schemas</a></h2></nav>')
    return "".join(out)


def badge(method):
    return f'<span class="method {method}">{method.upper()}</span>'


def inline(text):
    """Escapes a line; what stands in backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(text), quote=False))


def prose(text):
    return "".join(f"<p>{inline(part)}</p>" for part in text.strip().split("\n\n"))


def as_json(value):
    """JSON over several lines, with short lists and objects on one."""
    return escape(indented(value, ""), quote=False)


def indented(value, margin):
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or len(line) + len(margin) <= 68:
        return line
    deeper = margin + "  "
    if isinstance(value, dict):
        members = [f"{json.dumps(name)}: {indented(member, deeper)}" for name, member in value.items()]
    else:
        members = [indented(member, deeper) for member in value]
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return opening + "\n" + ",\n".join(deeper + member for member in members) + "\n" + margin + closing


class printer:
    def __init__(self, document):
        self.document = document
        self.server = document["servers"][0]["url"]

    def resolved(self, node):
        """Follows a reference; members beside it take precedence."""
        if "$ref" not in node:
            return node
        target = self.document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return self.resolved(target) | {name: value for name, value in node.items() if name != "$ref"}

    def group(self, tag, members, own):
        return (f'<section id="{tag["name"]}"><h2>{tag["name"]}</h2>{prose(tag["description"])}'
                + "".join(self.operation(path, method, operation, own[operation["operationId"]])
                          for path, method, operation in members) + "</section>")

    def operation(self, path, method, operation, statuses):
        name = operation["operationId"]
        access = operation["x-access"]
        parameters = [self.resolved(parameter) for parameter in operation.get("parameters", [])]
        return (f'<article id="{name}"><h3><a href="#{name}">{badge(method)}'
                f'<code class="path">{path_markup(path)}</code></a>'
                f'<span class="access {access}" title="who may use it">{access}</span></h3>'
                f'<p class="summary">{inline(operation["summary"])}</p>'
                + (prose(operation["description"]) if "description" in operation else "")
                + self.parameter_table(parameters)
                + self.body(operation)
                + f"<h4>Try it</h4><pre><code>{escape(self.curl(path, method, operation, parameters), quote=False)}</code></pre>"
                + "<h4>Answers</h4>"
                + "".join(self.answer(status, operation["responses"][status]) for status in statuses)
                + "</article>")

    def parameter_table(self, parameters):
        if not parameters:
            return ""
        rows = "".join(
            f'<tr><th scope="row"><code>{escape(p["name"])}</code><small>{p["in"]}'
            f'{", required" if p.get("required") else ""}</small></th>'
            f'<td><span class="type">{self.type_of(p["schema"])}</span> {inline(p.get("description", ""))}</td></tr>'
            for p in parameters)
        return f'<h4>Parameters</h4><div class="wide"><table>{rows}</table></div>'

    def body(self, operation):
        if "requestBody" not in operation:
            return ""
        body = operation["requestBody"]
        kind, content = next(iter(body["content"].items()))
        need = "required" if body.get("required") else "optional"
        return (f"<h4>Body <small>{kind}, {need}</small></h4>" + self.fields(content["schema"])
                + f'<pre><code>{as_json(content["example"])}</code></pre>')

    def curl(self, path, method, operation, parameters):
        """A line that works as it stands, with one option a line if it has several."""
        query, options = {}, []
        for parameter in parameters:
            if "example" not in parameter:
                continue
            value = parameter["example"]
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", quote(str(value), safe=""))
            elif parameter["in"] == "query":
                query[parameter["name"]] = str(value).lower() if isinstance(value, bool) else value
            else:
                options.append("-H " + shlex.quote(f'{parameter["name"]}: {value}'))
        if "requestBody" in operation:
            example = operation["requestBody"]["content"]["application/json"]["example"]
            options += ["-H 'Content-Type: application/json'", "-d " + shlex.quote(json.dumps(example))]
        if operation["x-access"] == "admin":
            options.append('-H "Authorization: Bearer $STANDINGS_TOKEN"')
        how = "curl -N" if "text/event-stream" in operation["responses"]["200"].get("content", {}) else "curl"
        url = shlex.quote(self.server + path + (f"?{urlencode(query)}" if query else ""))
        return " \\\n     ".join([f"{how} {url}" if method == "get" else f"curl -X {method.upper()} {url}"] + options)

    def answer(self, status, answer):
        answer = self.resolved(answer)
        kind = "good" if status < "400" else "bad"
        out = [f'<p class="answer"><span class="status {kind}">{status}</span> {inline(answer["description"])}</p>']
        headers = [name for name in answer.get("headers", {}) if name != "X-Request-Id"]
        if headers:
            out.append("<p>Headers: " + ", ".join(f"<code>{name}</code>" for name in headers) + "</p>")
        if status < "400":
            for kind, content in answer.get("content", {}).items():
                out.append(self.content(kind, content))
        return "".join(out)

    def content(self, kind, content):
        example = content.get("example", "")
        if example:
            text = escape(example, quote=False) if isinstance(example, str) else as_json(example)
            example = f"<pre><code>{text}</code></pre>"
        fields = self.fields(content["schema"])
        if fields:
            fields = f"<details><summary>Fields</summary>{fields}</details>"
        return example + fields or f"<p><code>{kind}</code></p>"

    def common(self, answers):
        parts = []
        shown = {"every": answers["every"], "admin": answers["admin"]}
        for kind, statuses in shown.items():
            where = "every route" if kind == "every" else "routes that need a token"
            parts.append(f"<h3>Answers of {where}</h3>"
                         + "".join(self.answer(status, answer) for status, answer in statuses.items()))
        example = self.document["components"]["responses"]["Malformed"]["content"]["application/problem+json"]["example"]
        return (f'<section id="common"><h2>errors</h2><p>A problem document (<code>application/problem+json</code>):</p>'
                f"<pre><code>{as_json(example)}</code></pre>{''.join(parts)}</section>")

    def schemas(self):
        out = ['<section id="schemas"><h2>schemas</h2>']
        for name, schema in self.document["components"]["schemas"].items():
            description = schema.get("description", "")
            out.append(f'<article id="schema-{name}"><h3><a href="#schema-{name}">{name}</a></h3><p>'
                       f'<span class="type">{self.type_of(schema)}</span> {inline(description)}</p>{self.fields(schema)}</article>')
        return "".join(out) + "</section>"

    def fields(self, schema):
        """The table of an object's fields; nothing for other types and for references, which are linked."""
        if "$ref" in schema:
            return f"<p>{self.type_of(schema)}</p>"
        if "properties" not in schema:
            return ""
        required = schema.get("required", [])
        rows = "".join(self.field_rows(name, field, name in required) for name, field in schema["properties"].items())
        return f'<div class="wide"><table>{rows}</table></div>'

    def field_rows(self, name, schema, required):
        mark = "" if required else "<small>optional</small>"
        row = (f'<tr><th scope="row"><code>{escape(name)}</code>{mark}</th><td><span class="type">'
               f'{self.type_of(schema)}</span> {inline(schema.get("description", ""))}</td></tr>')
        inner = schema.get("items", schema) if schema.get("type") == "array" else schema
        prefix = name + ("[]" if inner is not schema else "")
        return row + "".join(self.field_rows(f"{prefix}.{field}", value, field in inner.get("required", []))
                             for field, value in inner.get("properties", {}).items())

    def type_of(self, schema):
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            return f'<a href="#schema-{name}">{name}</a>'
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return " or ".join(self.type_of(one) for one in schema[several])
        if "const" in schema:
            return f'<code>{escape(json.dumps(schema["const"]))}</code>'
        if "enum" in schema:
            return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
        kind = schema.get("type", "any")
        if kind == "array":
            return f'list of {self.type_of(schema["items"])}'
        text = " or ".join(kind) if isinstance(kind, list) else kind
        return text + self.bounds(schema)

    def bounds(self, schema):
        low, high = schema.get("minimum"), schema.get("maximum")
        out = [schema["format"]] if "format" in schema else []
        if low is not None and high is not None:
            out.append(f"{low} to {high}")
        elif low:
            out.append(f"at least {low}")
        if "maxLength" in schema:
            out.append(f'{schema.get("minLength", 0)} to {schema["maxLength"]} characters')
        if "default" in schema:
            out.append(f'default {json.dumps(schema["default"])}')
        return f' <small>{", ".join(out)}</small>' if out else ""


def path_markup(path):
    return re.sub(r"(\{[a-z_]+\})", r"<var>\1</var>", escape(path))
