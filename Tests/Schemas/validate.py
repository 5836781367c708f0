"""Holds reports against the schemas of docs/schema: validate.py DIR. The end of a file's name says which one it is held
against. In DIR's files no key may be there that the schema does not know, though to readers the schemas promise that keys are
added. Prints what is wrong, a line each, and how many files it looked at."""

import copy
import json
import pathlib
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schema"


def strict(schema):
    """The same schema, under which a key that it does not name is wrong."""
    schema = copy.deepcopy(schema)

    def close(part):
        if isinstance(part, dict):
            if "properties" in part and part.get("type") == "object":
                part["additionalProperties"] = False
            for value in part.values():
                close(value)
        elif isinstance(part, list):
            for value in part:
                close(value)

    close(schema)
    return schema


def main(folder):
    schemas = {file.name: strict(json.loads(file.read_text())) for file in SCHEMAS.glob("*.json")}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)

    def validator(name):
        resolver = jsonschema.RefResolver(name, schemas[name], store=schemas)
        return jsonschema.Draft202012Validator(schemas[name], resolver=resolver)

    audit, lines, sarif = validator("audit.json"), validator("audit-lines.json"), validator("sarif.json")
    count = 0

    def complain(file, error):
        print(f"{file.name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")

    for file in sorted(pathlib.Path(folder).iterdir()):
        text = file.read_text()
        count += 1
        if file.name.endswith(".jsonl"):
            for line in text.splitlines():
                document = json.loads(line)
                # By its type alone: that none of many fits tells nothing.
                kind = schemas["audit-lines.json"]["$defs"].get(document.get("type"))
                if kind is None:
                    print(f"{file.name}: no type {document.get('type')}")
                    continue
                for error in lines.evolve(schema=kind).iter_errors(document):
                    complain(file, error)
        else:
            for error in (sarif if file.name.endswith(".sarif") else audit).iter_errors(json.loads(text)):
                complain(file, error)
    print(f"{count} files")


if __name__ == "__main__":
    main(sys.argv[1])
