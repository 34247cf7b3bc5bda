"""Each line of standard input is what a schema says, and has no key beside; so many lines there are.
Usage: validate.py FOLDER SCHEMA LINES"""
import json
import pathlib
import sys

import jsonschema

folder = pathlib.Path(sys.argv[1])


def load(name):
    return strict(json.loads((folder / name).read_text()))


def strict(schema):
    """No key but those that are described; a $ref becomes what it names."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return load(schema["$ref"])
    schema = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "allOf" not in schema:
        schema["additionalProperties"] = False
    return schema


validator = jsonschema.Draft202012Validator(load(sys.argv[2] + ".schema.json"),
                                            format_checker=jsonschema.FormatChecker())
jsonschema.Draft202012Validator.check_schema(json.loads((folder / (sys.argv[2] + ".schema.json")).read_text()))
lines = sys.stdin.read().splitlines()
faults = [f"{line[:200]}: {error.json_path}: {error.message[:300]}"
          for line in lines for error in validator.iter_errors(json.loads(line))]
if len(lines) != int(sys.argv[3]):
    faults.append(f"{len(lines)} lines, not {sys.argv[3]}")
sys.exit("\n".join(faults[:5]) if faults else 0)
