"""Holds recorded calls against botocore's word: its parameter validator for what was sent, its response shapes and
its own parser for what was answered.

Reads a JSON list of {service, operation, input, status, headers, body} from stdin, writes for each one the list of
what is wrong with it.
"""

import json
import re
import sys

import botocore.session
from botocore import parsers, validate

NAMES = {"ecs": "ecs", "ecr": "ecr", "logs": "logs", "sts": "sts", "elasticloadbalancing": "elbv2", "events": "events", "scheduler": "scheduler", "iam": "iam", "ssm": "ssm", "secretsmanager": "secretsmanager", "ec2": "ec2", "codebuild": "codebuild", "s3": "s3"}
# Exceptions that every call may answer (AWS API reference, common errors).
COMMON = {
    "ThrottlingException", "Throttling", "AccessDeniedException", "AccessDenied", "ExpiredTokenException", "ExpiredToken",
    "InternalFailure", "ServerException", "InvalidAction", "UnrecognizedClientException", "ValidationException",
    # Of every call on a bucket (S3 API reference, error responses).
    "NoSuchBucket",
}

session = botocore.session.get_session()
models = {name: session.get_service_model(of) for name, of in NAMES.items()}


def as_python(pattern):
    """Unicode classes, which Python's re does not have."""
    for name, characters in {"L": "a-zA-Z\u00c0-\uffff", "N": "0-9", "Z": " "}.items():
        pattern = pattern.replace(f"\\p{{{name}}}", characters)
    return pattern


def limits(value, shape, path, is_input):
    """What botocore's validator leaves out of a value of the right type: enums, upper bounds, patterns."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, member in value.items():
            if name in shape.members:
                yield from limits(member, shape.members[name], f"{path}.{name}", is_input)
    elif shape.type_name == "list" and isinstance(value, list):
        most = shape.metadata.get("max")
        if is_input and most is not None and len(value) > most:
            yield f"{path}: {len(value)} elements, at most {most}"
        for index, member in enumerate(value):
            yield from limits(member, shape.member, f"{path}[{index}]", is_input)
    elif shape.type_name == "map" and isinstance(value, dict):
        for name, member in value.items():
            yield from limits(member, shape.value, f"{path}[{name}]", is_input)
    elif shape.type_name == "string" and isinstance(value, str):
        if shape.enum and value not in shape.enum:
            yield f"{path}: {value!r} is none of {shape.enum}"
        if is_input:
            most = shape.metadata.get("max")
            if most is not None and len(value) > most:
                yield f"{path}: {len(value)} characters, at most {most}"
            pattern = shape.metadata.get("pattern")
            if pattern and not re.fullmatch(as_python(pattern), value):
                yield f"{path}: {value!r} does not match {pattern}"
    elif shape.type_name in ("integer", "long") and isinstance(value, int):
        most = shape.metadata.get("max")
        if is_input and most is not None and value > most:
            yield f"{path}: {value}, at most {most}"


TYPES = {
    "structure": dict, "map": dict, "list": list, "string": str, "boolean": bool,
    "integer": int, "long": int, "double": (int, float), "float": (int, float), "timestamp": (int, float),
}


def types(value, shape, path):
    """Members that the API does not have, and values of another type than it says."""
    wanted = TYPES[shape.type_name]
    if not isinstance(value, wanted) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield f"{path}: {value!r} is no {shape.type_name}"
        return
    if shape.type_name == "structure":
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}.{name}: no such member"
            else:
                yield from types(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            yield from types(member, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        for name, member in value.items():
            yield from types(member, shape.value, f"{path}[{name}]")


def from_form(form, shape):
    """The flat members of a query request, with numbers as numbers."""
    return {name: int(value) if name in shape.members and shape.members[name].type_name == "integer" else value for name, value in form.items()}


def request_problems(call, model, operation):
    shape = operation.input_shape
    value = call["input"]
    if model.metadata["protocol"] == "query":
        value = from_form(value, shape)
    # Bytes, which JSON has written as an object of numbers.
    value = {name: bytes(member.values()) if name == "Body" else member for name, member in value.items()}
    report = validate.ParamValidator().validate(value, shape)
    if report.has_errors():
        yield from report.generate_report().splitlines()
    yield from limits(value, shape, "input", True)


def answer_problems(call, model, operation):
    body = call["body"].encode()
    parser = parsers.create_parser(model.metadata["protocol"])
    parsed = parser.parse({"status_code": call["status"], "headers": call["headers"], "body": body}, operation.output_shape)
    if call["status"] >= 300:
        code = parsed["Error"]["Code"]
        known = {shape.name for shape in operation.error_shapes} | {shape.error_code for shape in operation.error_shapes}
        if code not in known | COMMON:
            yield f"{operation.name} has no error {code}"
        if not parsed["Error"].get("Message"):
            yield "an error without a message"
        return
    metadata = parsed.pop("ResponseMetadata")
    if not metadata.get("RequestId"):
        yield "no request id"
    if model.metadata["protocol"] == "rest-xml":
        return
    if model.metadata["protocol"] in ("json", "rest-json"):
        value = json.loads(body)
        yield from types(value, operation.output_shape, "answer")
        yield from limits(value, operation.output_shape, "answer", False)
    else:
        wrapper = rb"<(\w+)Response[^>]*>\s*<requestId>.*?</requestId>(.*)</\1Response>" if model.metadata["protocol"] == "ec2" else rb"<(\w+)Result>(.*)</\1Result>"
        sent = re.search(wrapper, body, re.S).group(2)
        names = {name.decode() for name in re.findall(rb"<(\w+)>", sent)}
        yield from (f"answer.{name}: no such member" for name in names - set(members(operation.output_shape)))
        if not parsed:
            yield "nothing in it that botocore knows"


def members(shape):
    """The names of the elements that a shape may have in XML."""
    if shape.type_name == "list":
        yield shape.member.serialization.get("name", "member")
        yield from members(shape.member)
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            yield member.serialization.get("name", name)
            yield from members(member)


def check(call):
    model = models[call["service"]]
    if call["operation"] not in model.operation_names:
        return {"request": [f"no operation {call['operation']}"], "answer": []}
    operation = model.operation_model(call["operation"])
    return {"request": list(request_problems(call, model, operation)), "answer": list(answer_problems(call, model, operation))}


json.dump([check(call) for call in json.load(sys.stdin)], sys.stdout)
