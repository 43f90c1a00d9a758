"""Writes programs that use Marketo's SOAP API as people do; the same number gives the same program."""

import io
import random
import tokenize
from collections.abc import Callable

from people import IDS, KNOWN, UNKNOWN, UNKNOWN_IDS

URL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL"
TEXTS = ("FirstName", "LastName", "City", "Title", "Phone", "MiddleName")
NUMBER = "LeadScore"
HEADER = """\
def signed():
    user = os.environ["MARKETO_USER_ID"]
    stamp = datetime.now(timezone.utc).isoformat()
    digest = hmac.new(os.environ["MARKETO_ENCRYPTION_KEY"].encode(), (stamp + user).encode(), hashlib.sha1)
    return {"mktowsUserId": user, "requestTimestamp": stamp, "requestSignature": digest.hexdigest()}
"""
IMPORTS = [
    "import hashlib",
    "import hmac",
    "import json",
    "import os",
    "from datetime import datetime, timezone",
]


def generate(number: int) -> dict[str, str]:
    """The files of a program; `main.py` is what is run."""
    return _Writer(random.Random(number)).program()


def _indented(lines: list[str], levels: int = 1) -> list[str]:
    return [("    " * levels + line) if line else line for line in lines]


class _Writer:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.zeep = chance.random() < 0.5
        self.helpers: list[str] = []
        self.number = 0
        self.style = chance.choice(["module", "factory", "parameter", "class", "init", "cached", "other"])
        self.inline_header = self.zeep or chance.random() < 0.3

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def name(self, base: str) -> str:
        self.number += 1
        return f"{base}{self.number}"

    def helper(self, lines: list[str]) -> None:
        self.helpers += [*lines, "", ""]

    # --- the whole ------------------------------------------------------------------------------------

    def program(self) -> dict[str, str]:
        calls: list[str] = []
        functions: list[str] = []
        count = self.chance.choice([1, 1, 1, 2])
        self.alone = count == 1
        for _ in range(count):
            operation = self.chance.choice(
                [
                    self.get_lead,
                    self.get_lead,
                    self.get_many,
                    self.sync,
                    self.sync_many,
                    self.request_campaign,
                ]
            )
            function, arguments, values = operation()
            functions += [*function, "", ""]
            calls += self.calls(function[0], arguments, values)
        files = self.assembled(functions, calls)
        return {name: self.formatted(text) for name, text in files.items()}

    def calls(self, head: str, arguments: str, values: list[str]) -> list[str]:
        name = head.removeprefix("def ").partition("(")[0]
        owner = {"class": "api.", "init": "api.", "cached": "api."}.get(self.style, "")
        first = "client" + (", " if arguments else "") if self.style == "parameter" else ""
        call = f"{owner}{name}({first}{arguments})"
        lines = [f"for value in [{', '.join(values)}]:"] if arguments else []
        body = self.shown(call)
        if self.maybe(0.5):
            caught = self.pick(
                "Exception", "LookupError", "AttributeError", "KeyError", "(KeyError, IndexError)"
            )
            if caught == "Exception" or self.maybe(0.5):
                body = ["try:", *_indented(body), f"except {caught}:", '    print("stopped")']
        return [*lines, *_indented(body, len(lines))]

    def shown(self, call: str) -> list[str]:
        match self.pick("plain", "plain", "kept", "tested", "unpacked", "typed"):
            case "kept":
                return [f"kept = {call}", "print(repr(kept))"]
            case "tested":
                return [
                    f"kept = {call}",
                    "if not kept:",
                    '    print("nothing")',
                    "else:",
                    "    print(repr(kept))",
                ]
            case "typed":
                return [
                    f"kept = {call}",
                    "print(type(kept).__name__ if not isinstance(kept, str) else 'text', kept)",
                ]
            case "unpacked":
                return [f"print(*[repr(part) for part in [{call}]])"]
            case _:
                return [f"print({call})"]

    def assembled(self, functions: list[str], calls: list[str]) -> dict[str, str]:
        imports = list(IMPORTS)
        library = (
            self.pick("from zeep import Client", "import zeep")
            if self.zeep
            else self.pick("from suds.client import Client", "import suds", "import suds.client")
        )
        made = {"from zeep import Client": "Client", "import zeep": "zeep.Client"}.get(library) or (
            "Client" if library.startswith("from") else "suds.client.Client"
        )
        if library == "import suds":
            imports.append("import suds.client")
        fault = "from zeep.exceptions import Fault" if self.zeep else "from suds import WebFault"
        body = "\n".join([*functions, *self.helpers])
        new = f'{made}("{URL}")' if self.maybe(0.7) else f"{made}(ENDPOINT)"
        constant = [f'ENDPOINT = "{URL}"', ""] if "ENDPOINT" in new else []
        imports.append(library)
        if "Fault" in body:
            imports.append(fault)
        connect = [f"client = {new}"]
        if not self.zeep and not self.inline_header:
            connect += self.suds_header("client")
        top = [*imports, "", *constant, *HEADER.splitlines(), "", "", *self.helpers]
        main_guard = self.maybe(0.5) and self.style != "module"
        match self.style:
            case "module":
                lines = [*top, *connect, "", "", *functions, *calls]
            case "factory":
                lines = [
                    *top,
                    "def connect():",
                    *_indented([*connect, "return client"]),
                    "",
                    "",
                    *functions,
                    *calls,
                ]
            case "parameter":
                start = ["def connect():", *_indented([*connect, "return client"]), "", "", *functions]
                lines = [*top, *start, "client = connect()", *calls]
            case "other":
                other = [*imports, "", *constant, *HEADER.splitlines(), "", "", *connect]
                used = (
                    "from connection import client, signed"
                    if "signed()" in body
                    else "from connection import client"
                )
                return {
                    "connection.py": "\n".join(other) + "\n",
                    "main.py": "\n".join([*imports, used, "", "", *self.helpers, *functions, *calls]) + "\n",
                }
            case style:
                lines = [
                    *top,
                    "class Api:",
                    *_indented(self.members(style, connect, new)),
                    *_indented(functions),
                ]
                lines += ["api = Api()", *calls]
        if main_guard:
            at = (
                len(lines) - len(calls) - (1 if self.style in ("parameter", "class", "init", "cached") else 0)
            )
            lines = [
                *lines[:at],
                "def main():",
                *_indented(lines[at:]),
                "",
                "",
                'if __name__ == "__main__":',
                "    main()",
            ]
        return {"main.py": "\n".join(lines) + "\n"}

    def members(self, style: str, connect: list[str], new: str) -> list[str]:
        if style == "class":
            return [f"client = {new}", *connect[1:], ""]
        if style == "init":
            rest = [
                line.replace("client.", "self.client.", 1) if "client." in line else line
                for line in connect[1:]
            ]
            return ["def __init__(self):", f"    self.client = {new}", *_indented(rest), ""]
        # A property makes a new client each time, without the header that was set on another one.
        made = (
            "functools.cached_property"
            if not self.zeep
            else self.pick("property", "functools.cached_property")
        )
        if made.startswith("functools"):
            return [
                "import functools",
                "",
                f"@{made}",
                "def client(self):",
                *_indented([*connect, "return client"]),
                "",
            ]
        return ["@property", "def client(self):", *_indented([*connect, "return client"]), ""]

    def suds_header(self, client: str) -> list[str]:
        if self.maybe(0.5):
            return [
                f'header = {client}.factory.create("AuthenticationHeaderInfo")',
                "values = signed()",
                'header.mktowsUserId = values["mktowsUserId"]',
                'header.requestTimestamp = values["requestTimestamp"]',
                'header.requestSignature = values["requestSignature"]',
                f"{client}.set_options(soapheaders=header)",
            ]
        return [
            f'header = {client}.factory.create("ns0:AuthenticationHeaderInfo")',
            "values = signed()",
            'header.mktowsUserId = values["mktowsUserId"]; stamp = values["requestTimestamp"]',
            "header.requestTimestamp = stamp",
            'header.requestSignature = values["requestSignature"]',
            f"{client}.set_options(soapheaders=header)",
        ]

    # --- functions around calls -------------------------------------------------------------------------

    @property
    def client(self) -> str:
        return "self.client" if self.style in ("class", "init", "cached") else "client"

    def function(self, name: str, parameter: str, body: list[str]) -> list[str]:
        first = {"class": "self", "init": "self", "cached": "self", "parameter": "client"}.get(self.style)
        given = ", ".join(part for part in (first, parameter) if part)
        start = ["client = connect()"] if self.style == "factory" else []
        return [f"def {name}({given}):", *_indented([*start, *body])]

    def called(self, operation: str, arguments: str) -> tuple[list[str], str]:
        """Statements before a call, and the call."""
        before: list[str] = []
        if not self.zeep:
            if self.inline_header:
                before = self.suds_header(self.client)
            return before, f"{self.client}.service.{operation}({arguments})"
        extra = self.pick(
            '_soapheaders={"authentication": signed()}',
            '_soapheaders={"authentication": signed()}',
            "_soapheaders=headers",
        )
        if extra.endswith("=headers"):
            before = ['headers = {"authentication": signed()}']
        return before, f"{self.client}.service.{operation}({arguments}, {extra})"

    def handled(self, assigned: list[str]) -> list[str]:
        """The call, perhaps in a fault handler."""
        fault = "Fault" if self.zeep else "WebFault"
        match self.pick("no", "no", "no", "none", "raise", "text", "broad", "named", "empty", "retry"):
            case "none":
                return ["try:", *_indented(assigned), f"except {fault}:", "    return None"]
            case "raise":
                return ["try:", *_indented(assigned), f"except {fault}:", '    print("fault")', "    raise"]
            case "text":
                return ["try:", *_indented(assigned), f"except {fault}:", '    return "fault"']
            case "broad":
                return ["try:", *_indented(assigned), "except Exception:", '    return "any"']
            case "named":
                text = "error.message" if self.zeep else "error.fault.faultstring"
                return [
                    "try:",
                    *_indented(assigned),
                    f"except {fault} as error:",
                    f"    return 'not found' in {text}.lower()",
                ]
            case "empty":
                return ["try:", *_indented(assigned), f"except {fault}:", "    return {}"]
            case "retry":
                inner = ["try:", *_indented([*assigned, "break"]), f"except {fault}:", "    attempt = -1"]
                return ["for attempt in range(2):", *_indented(inner), "else:", '    return "gave up"']
            case _:
                return assigned

    # --- operations ---------------------------------------------------------------------------------------

    def get_lead(self) -> tuple[list[str], str, list[str]]:
        by_id = self.maybe(0.3)
        kind = "IDNUM" if by_id else "EMAIL"
        values = (
            [str(i) for i in self.chance.sample(IDS, 2)]
            if by_id
            else [repr(e) for e in self.chance.sample(KNOWN, 3)]
        )
        if self.maybe(0.5):
            values.append(str(UNKNOWN_IDS[0]) if by_id else repr(UNKNOWN[0]))
        value = "str(value)" if by_id and self.maybe(0.4) else "value"
        before, arguments = self.lead_key(kind, value)
        more, call = self.called("getLead", arguments)
        answer = self.pick("response", "result", "r")
        body = [*before, *more]
        if self.maybe(0.15):
            body += [f"records = {call}.leadRecordList.leadRecord"]
            use = self.records("records", one=True)
            return self.function(self.name("find"), "value", [*body, *use]), "value", values
        body += self.handled([f"{answer} = {call}"])
        use = self.response(answer, one=True)
        return self.function(self.name("find"), "value", [*body, *use]), "value", values

    def lead_key(self, kind: str, value: str) -> tuple[list[str], str]:
        record = f'{{"keyType": "{kind}", "keyValue": {value}}}'
        forms = ["dict", "keyword", "built", "helper", "star", "constant", "dictcall"]
        forms += ["type"] if self.zeep else ["factory", "factory", "factoryhelper"]
        match self.chance.choice(forms):
            case "dict":
                return [], record
            case "keyword":
                return [], f"leadKey={record}"
            case "built":
                return ["key = {}", f'key["keyType"] = "{kind}"', f'key["keyValue"] = {value}'], "leadKey=key"
            case "helper":
                name = self.name("key_of")
                self.helper([f"def {name}(text):", f'    return {{"keyType": "{kind}", "keyValue": text}}'])
                return [], f"leadKey={name}({value})"
            case "star":
                return [f'request = {{"leadKey": {record}}}'], "**request"
            case "constant":
                name = self.name("KIND")
                self.helper([f'{name} = "{kind}"'])
                return [], f'leadKey={{"keyType": {name}, "keyValue": {value}}}'
            case "dictcall":
                return [], f'leadKey=dict(keyType="{kind}", keyValue={value})'
            case "type":
                made = f'{self.client}.get_type("ns0:LeadKey")'
                if self.maybe(0.5):
                    return [f'key = {made}(keyType="{kind}", keyValue={value})'], "leadKey=key"
                return [f"LeadKey = {made}", f'key = LeadKey("{kind}", {value})'], "key"
            case "factoryhelper":
                name = self.name("new_key")
                self.helper(
                    [
                        f"def {name}(client, text):",
                        '    key = client.factory.create("LeadKey")',
                        f'    key.keyType = "{kind}"',
                        "    key.keyValue = text",
                        "    return key",
                    ]
                )
                return [], f"{name}({self.client}, {value})"
            case _:
                lines = [
                    'key = CLIENT.factory.create("LeadKey")',
                    f'key.keyType = "{kind}"',
                    f"key.keyValue = {value}",
                ]
                return [line.replace("CLIENT", self.client) for line in lines], self.pick(
                    "key", "leadKey=key"
                )

    def get_many(self) -> tuple[list[str], str, list[str]]:
        wanted = [*self.chance.sample(KNOWN, 2), *([UNKNOWN[0]] if self.maybe(0.5) else [])]
        groups = [repr(list(wanted)), repr([self.chance.choice(KNOWN)])]
        fields = ["Email", *self.chance.sample([*TEXTS, NUMBER], 3)] if self.maybe(0.8) else []
        included = f', includeAttributes={{"stringItem": {fields!r}}}'.replace("'", '"') if fields else ""
        bounded = "value" if self.maybe(0.3) else "value[:100]"
        before: list[str] = []
        if self.zeep:
            form = self.pick("type", "typed")
            if form == "type":
                before = [
                    f'selector = {self.client}.get_type("ns0:LeadKeySelector")()',
                    'selector.keyType = "EMAIL"',
                    f'selector.keyValues = {{"stringItem": {bounded}}}',
                ]
            else:
                before = [
                    f'Selector = {self.client}.get_type("ns0:LeadKeySelector")',
                    f'selector = Selector(keyType="EMAIL", keyValues={{"stringItem": {bounded}}})',
                ]
        else:
            before = [
                f'selector = {self.client}.factory.create("LeadKeySelector")',
                'selector.keyType = "EMAIL"',
                self.pick(
                    f"selector.keyValues.stringItem = {bounded}",
                    f'selector.keyValues = {{"stringItem": {bounded}}}',
                ),
            ]
            if included and self.maybe(0.5):
                before += [
                    f'wanted = {self.client}.factory.create("ArrayOfString")',
                    f"wanted.stringItem = {fields!r}".replace("'", '"'),
                ]
                included = ", includeAttributes=wanted"
        more, call = self.called("getMultipleLeads", f"leadSelector=selector{included}")
        answer = self.pick("response", "page")
        body = [*before, *more, *self.handled([f"{answer} = {call}"])]
        self.fields = fields
        use = self.response(answer, one=False, fields=[name for name in fields if name != "Email"] or None)
        return self.function(self.name("read"), "value", [*body, *use]), "value", groups

    # --- what is done with leads ----------------------------------------------------------------------

    def response(self, answer: str, *, one: bool, fields: list[str] | None = None) -> list[str]:
        records = f"{answer}.leadRecordList.leadRecord"
        count = f"{answer}.count" if one else f"{answer}.returnCount"
        tests = [
            [],
            [],
            [],
            [f"if not {answer}.leadRecordList:", "    return None"],
            [f"if {answer}.leadRecordList is None or not {records}:", "    return []"],
            [f"if {count} == 0:", '    return "none"'],
            [f"if {answer} is None:", "    return None"],
            [f"if not {answer}:", "    return None"],
            [f"print({count}, len({records}))"],
            [f'if not hasattr({answer}, "leadRecordList"):', "    return None"],
        ]
        return [*self.chance.choice(tests), *self.records(records, one=one, fields=fields)]

    def records(self, records: str, *, one: bool, fields: list[str] | None = None) -> list[str]:
        if one or self.maybe(0.2):
            first = self.chance.choice(
                [
                    [f"lead = {records}[0]"],
                    [f"lead = {records}[0]"],
                    [f"leads = {records}", "lead = leads[0]"],
                    [f"lead = next(iter({records}))"],
                    [f"lead, = {records}"] if one else [f"lead = {records}[-1]"],
                    [
                        f"lead = {records}[0] if {records} else None",
                        "if lead is None:",
                        '    return "no lead"',
                    ],
                    [f"for lead in {records}:", "    break", "else:", "    return None"],
                ]
            )
            return [*first, *self.lead("lead", fields)]
        match self.pick("loop", "dict", "list", "sorted", "cache", "generator", "zip", "count"):
            case "loop":
                return [
                    "out = []",
                    f"for lead in {records}:",
                    *_indented(self.each("lead", "out", fields)),
                    "return out",
                ]
            case "dict":
                return [f"return {{lead.Email: {self.value('lead', fields)} for lead in {records}}}"]
            case "list":
                test = self.pick(
                    "", " if lead.Email", ' if lead.Email != "bob@example.com"', " if lead.Id > 1001"
                )
                return [f"return [(lead.Id, {self.value('lead', fields)}) for lead in {records}{test}]"]
            case "sorted":
                key = self.pick("lead.Email", "lead.Id", "(lead.Email or '', lead.Id)")
                return [
                    f"ordered = sorted({records}, key=lambda lead: {key})",
                    f"return [{self.value('lead', fields)} for lead in ordered]",
                ]
            case "cache":
                return [
                    "cache = {}",
                    f"for lead in {records}:",
                    "    cache[lead.Email] = lead",
                    f"return [{self.value('cache[mail]', fields)} for mail in sorted(cache)]",
                ]
            case "generator":
                return [f"found = ({self.value('lead', fields)} for lead in {records})", "return list(found)"]
            case "zip":
                return [f"return [(mail, lead.Email) for mail, lead in zip(value, {records})]"]
            case _:
                return [
                    f"return len({records}), sum(1 for lead in {records} if {self.value('lead', fields)}), "
                    f"any(lead.Email for lead in {records})"
                ]

    def value(self, lead: str, fields: list[str] | None) -> str:
        """An expression about a lead."""
        one, two = self.names(fields)
        attributes = f"{lead}.leadAttributeList.attribute"
        found = self.name("attribute_of")
        forms = [
            f"{lead}.Id",
            f"{lead}.Email",
            f"getattr({lead}, 'Email', None)",
            f"next((a.attrValue for a in {attributes} if a.attrName == '{one}'), None)",
            f"next((a.attrValue for a in {attributes} if a.attrName == '{one}'), 'none')",
            f"[a.attrValue for a in {attributes} if a.attrName in ('{one}', '{two}')]",
            f"{{a.attrName: a.attrValue for a in {attributes}}}.get('{one}')",
            f"dict((a.attrName, a.attrValue) for a in {attributes} if a.attrName == '{one}')",
            f"sum(1 for a in {attributes} if a.attrName == '{one}')",
            f"any(a.attrName == '{one}' for a in {attributes})",
            f"'{one}' in [a.attrName for a in {attributes}]",
            f"{found}({lead}, '{one}')",
            f"{found}({lead}, '{one}') or '-'",
        ]
        form = self.chance.choice(forms)
        if form.startswith(found):
            self.helper([f"def {found}(lead, name):", *_indented(self.search())])
        return form

    def search(self) -> list[str]:
        return self.chance.choice(
            [
                [
                    "for a in lead.leadAttributeList.attribute:",
                    "    if a.attrName == name:",
                    "        return a.attrValue",
                ],
                [
                    "for a in lead.leadAttributeList.attribute:",
                    "    if a.attrName == name:",
                    "        return a.attrValue",
                    "return 'absent'",
                ],
                [
                    "result = None",
                    "for a in lead.leadAttributeList.attribute:",
                    "    if a.attrName == name:",
                    "        result = a.attrValue",
                    "        break",
                    "return result",
                ],
                [
                    "attrs = {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}",
                    "return attrs.get(name)",
                ],
                [
                    "attrs = {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}",
                    "return attrs.get(name, '')",
                ],
                [
                    "matches = [a.attrValue for a in lead.leadAttributeList.attribute if a.attrName == name]",
                    "return matches[0] if matches else None",
                ],
            ]
        )

    def names(self, fields: list[str] | None) -> tuple[str, str]:
        pool = list(fields or [*TEXTS, NUMBER])
        if fields and self.maybe(0.1):
            pool.append("Phone")
        one = self.chance.choice(pool)
        return one, self.chance.choice(pool)

    def each(self, lead: str, out: str, fields: list[str] | None) -> list[str]:
        match self.pick("value", "pair", "attributes", "continue", "print"):
            case "value":
                return [f"{out}.append({self.value(lead, fields)})"]
            case "pair":
                return [f"{out}.append(({self.value(lead, fields)}, {self.value(lead, fields)}))"]
            case "continue":
                return [f"if not {self.value(lead, fields)}:", "    continue", f"{out}.append({lead}.Id)"]
            case "print":
                return [f"print({self.value(lead, fields)}, {lead}.Email)"]
            case _:
                return [*self.gathered(lead, fields), f"{out}.append(({self.asked(fields)}))"]

    def gathered(self, lead: str, fields: list[str] | None) -> list[str]:
        one, two = self.names(fields)
        attributes = f"{lead}.leadAttributeList.attribute"
        return self.chance.choice(
            [
                [f"attrs = {{a.attrName: a.attrValue for a in {attributes}}}"],
                [f"attrs = dict((a.attrName, a.attrValue) for a in {attributes})"],
                ["attrs = {}", f"for a in {attributes}:", "    attrs[a.attrName] = a.attrValue"],
                [
                    "attrs = {}",
                    f"for a in {attributes}:",
                    f'    if a.attrName in ("{one}", "{two}"):',
                    "        attrs[a.attrName] = a.attrValue",
                ],
                [
                    "attrs = dict()",
                    f"for a in {attributes}:",
                    f'    if a.attrName != "{one}":',
                    "        continue",
                    "    attrs[a.attrName] = a.attrValue",
                ],
                [
                    f'attrs = {{"{two}": "preset"}}',
                    f"for a in {attributes}:",
                    "    attrs[a.attrName] = a.attrValue",
                ],
                [f"attrs = {{a.attrName: a.attrValue for a in {attributes} if a.attrValue}}"],
                [f"attrs = {{a.attrName.lower(): a.attrValue for a in {attributes}}}"],
                [f"attrs = {{a.attrName: a.attrValue.strip() for a in {attributes}}}"],
                ["attrs = {}", f"attrs.update((a.attrName, a.attrValue) for a in {attributes})"],
            ]
        )

    def asked(self, fields: list[str] | None) -> str:
        one, two = self.names(fields)
        parts = self.chance.sample(
            [
                f"attrs.get('{one}')",
                f"attrs.get('{one}', 'x')",
                f"attrs['{one}']",
                f"'{one}' in attrs",
                f"'{one}' not in attrs",
                f"attrs.get('{one}') == attrs.get('{two}')",
                f"attrs.get('{one}') or attrs.get('{two}')",
                f"'%s|%s' % (attrs.get('{one}', ''), attrs.get('{two}', ''))",
                f"(attrs.get('{one}') or '').upper()",
                f"attrs.get('{one}') is None",
                f"attrs.get('{one}') == ''",
                f"int(attrs.get('{NUMBER}', 0)) + 1"
                if not fields or NUMBER in fields
                else f"attrs.get('{two}')",
                f"attrs.get('{NUMBER}') == '62'" if not fields or NUMBER in fields else f"attrs.get('{two}')",
                f"attrs.get('{NUMBER}', '-').zfill(3)"
                if not fields or NUMBER in fields
                else f"attrs.get('{two}')",
                f"f\"{{attrs.get('{one}')!r:>8}}\"",
                f"attrs.pop('{one}', None)",
                f"attrs.setdefault('{one}', 'def')",
                "len(attrs)" if self.maybe(0.2) else "1",
                "sorted(attrs)" if self.maybe(0.2) else "2",
                "list(attrs.items())" if self.maybe(0.2) else "3",
                "json.dumps(attrs, sort_keys=True)" if self.maybe(0.2) else "4",
                "bool(attrs)" if self.maybe(0.5) else "5",
                "('yes' if attrs else 'no')" if self.maybe(0.5) else "5",
                f"[attrs.get(n) for n in ('{one}', '{two}')]",
                f"{{n: attrs[n] for n in ('{one}', '{two}') if n in attrs}}",
            ],
            2,
        )
        return ", ".join(parts)

    def lead(self, lead: str, fields: list[str] | None) -> list[str]:
        """Statements that read one lead and return something."""
        one, two = self.names(fields)
        attributes = f"{lead}.leadAttributeList.attribute"
        forms: list[Callable[[], list[str]]] = [
            lambda: [f"return {lead}.Id"],
            lambda: [f"return {lead}.Id, {lead}.Email"],
            lambda: [f"return {{'id': {lead}.Id, 'value': {self.value(lead, fields)}}}"],
            lambda: [f"return {self.value(lead, fields)}"],
            lambda: [f"return [{self.value(lead, fields)}, {self.value(lead, fields)}]"],
            lambda: [*self.gathered(lead, fields), f"return {self.asked(fields)}"],
            lambda: [*self.gathered(lead, fields), f"return {self.asked(fields)}"],
            lambda: [*self.gathered(lead, fields), f"return {self.asked(fields)}"],
            lambda: [
                *self.gathered(lead, fields),
                "if not attrs:",
                "    return 'no attributes'",
                f"return {self.asked(fields)}",
            ],
            lambda: [
                "first = last = ''",
                f"for a in {attributes}:",
                f"    if a.attrName == '{one}':",
                "        first = a.attrValue",
                f"    elif a.attrName == '{two}':",
                "        last = a.attrValue",
                self.pick(
                    "return first + ' ' + last",
                    "return first.strip(), len(last)",
                    "return (first or 'A') + last",
                ),
            ],
            lambda: [
                f"for a in {attributes}:",
                f"    if a.attrName == '{one}':",
                "        break",
                "else:",
                "    return 'absent'",
                "return a.attrValue",
            ],
            lambda: [
                "count = 0",
                f"for a in {attributes}:",
                self.pick(f"    if a.attrName == '{one}':", f"    if a.attrName != '{one}':"),
                "        count += 1",
                "return count",
            ],
            lambda: [
                "seen = 0",
                f"for a in {attributes}:",
                "    seen += 1",
                f"    if a.attrName == '{one}':",
                "        return a.attrValue",
                "return seen",
            ],
            lambda: [
                "found = 'none'",
                f"for a in {attributes}:",
                f"    if a.attrName == '{one}':",
                "        found = a.attrValue",
                "    else:",
                "        found = 'other'",
                "return found",
            ],
            lambda: [
                f"if {lead}.Email.startswith('ann'):",
                "    return 'her'",
                f"return {self.value(lead, fields)}",
            ],
            lambda: [f"if hasattr({lead}, 'Email') and {lead}.Email:", f"    return {lead}.Email.upper()"],
            lambda: [f"email = {lead}.Email", f"{lead} = None", "return email, lead"],
            lambda: [f"return len({attributes}) > 0, {lead}.Id"],
            lambda: [f"return {attributes}[0].attrName"],
            lambda: [
                f"names = [a.attrName for a in {attributes}]",
                f"return '{one}' in names, names.count('{two}')",
            ],
            lambda: [
                "try:",
                f"    return [a for a in {attributes} if a.attrName == '{one}'][0].attrValue",
                "except IndexError:",
                "    return 'missing'",
            ],
            lambda: [
                *self.gathered(lead, fields),
                "try:",
                f"    return attrs['{one}']",
                "except KeyError:",
                "    return 'missing'",
            ],
            lambda: [
                *self.gathered(lead, fields),
                f"return {{k: attrs.get(k, '') for k in ['{one}', '{two}']}}",
            ],
            lambda: [
                f"wanted = ['{one}', '{two}']",
                f"return [a.attrValue for a in {attributes} if a.attrName in wanted]",
            ],
            lambda: [
                f"print({lead}.Id, end=' ')",
                f"values = [(a.attrName, a.attrValue) for a in {attributes} if a.attrName == '{one}']",
                "return values",
            ],
        ]
        return self.chance.choice(forms)()

    # --- writing -------------------------------------------------------------------------------------------

    def stored(self) -> str:
        return self.chance.choice(
            [
                '"Plain"',
                '"It\'s \\"5%\\" <b>&"',
                '"Zoë"',
                '""',
                "7",
                "None",
                "value",
                "str(value)",
                '" x "',
                "value or None",
                '"a,b;c"',
            ]
        )

    def attributes(self) -> tuple[list[str], str]:
        names = self.chance.sample(TEXTS[:5], 2)
        if self.maybe(0.3):
            names[0] = NUMBER
        values = ["42" if name == NUMBER else self.stored() for name in names]
        pairs = list(zip(names, values, strict=True))
        items = [f'{{"attrName": "{n}", "attrValue": {v}}}' for n, v in pairs]
        match self.pick("list", "pairs", "append", "when", "not none"):
            case "list":
                return [], f"[{', '.join(items)}]"
            case "pairs":
                held = "{" + ", ".join(f'"{n}": {v}' for n, v in pairs) + "}"
                return [f"chosen = {held}"], '[{"attrName": k, "attrValue": v} for k, v in chosen.items()]'
            case "append":
                return ["listed = []", *(f"listed.append({item})" for item in items)], "listed"
            case "when":
                return [f"listed = [{items[0]}]", "if value:", f"    listed.append({items[1]})"], "listed"
            case _:
                held = "{" + ", ".join(f'"{n}": {v}' for n, v in pairs) + "}"
                test = self.pick("v is not None", "v", "v != ''")
                return [
                    f"chosen = {held}"
                ], f'[{{"attrName": k, "attrValue": v}} for k, v in chosen.items() if {test}]'

    def record(self, key: str, key_value: str) -> tuple[list[str], str]:
        before, listed = self.attributes()
        if not self.zeep and self.maybe(0.5):
            lines = [
                f'record = {self.client}.factory.create("LeadRecord")',
                f"record.{key} = {key_value}",
                f'record.leadAttributeList = {self.client}.factory.create("ArrayOfAttribute")',
            ]
            name = self.chance.choice(TEXTS[:4])
            if self.maybe(0.5):
                lines += [
                    f'attribute = {self.client}.factory.create("Attribute")',
                    f'attribute.attrName = "{name}"',
                    f"attribute.attrValue = {self.stored()}",
                    "record.leadAttributeList.attribute.append(attribute)",
                ]
            else:
                lines = [*before, *lines, f"record.leadAttributeList.attribute = {listed}"]
            return lines, "record"
        if self.maybe(0.3):
            lines = [
                *before,
                f'record = {{"{key}": {key_value}}}',
                f'record["leadAttributeList"] = {{"attribute": {listed}}}',
            ]
            return lines, "record"
        return before, f'{{"{key}": {key_value}, "leadAttributeList": {{"attribute": {listed}}}}}'

    def sync(self) -> tuple[list[str], str, list[str]]:
        by_id = self.maybe(0.3)
        values = [str(i) for i in self.chance.sample(IDS, 2)] if by_id else [repr(KNOWN[0]), repr(UNKNOWN[0])]
        if by_id and self.maybe(0.4):
            values.append("9999")
        if self.maybe(0.1):
            values.append("None")
        before, record = self.record("Id" if by_id else "Email", "value")
        # zeep wants it, suds does without.
        returned = self.pick(
            ", returnLead=False" if self.zeep else "",
            ", returnLead=False",
            ", returnLead=False",
            ", returnLead=True",
        )
        given = f"leadRecord={record}{returned}" if self.maybe(0.7) else f"{record}, False"
        more, call = self.called("syncLead", given)
        answer = self.pick("response", "synced")
        body = [*before, *more, *self.handled([f"{answer} = {call}"])]
        use = self.chance.choice(
            [
                f"return {answer}.leadId",
                f"return {answer}.syncStatus.status",
                f"return {answer}.syncStatus.status == 'CREATED', {answer}.leadId",
                f"return {answer}.syncStatus.status in ('CREATED', 'UPDATED')",
                f"return {answer}.syncStatus.status.lower()",
                f"return str({answer}.syncStatus.status) + '!'",
                f"return {{'CREATED': 1, 'UPDATED': 2}}.get({answer}.syncStatus.status)",
                f"return {answer}.syncStatus.leadId, {answer}.syncStatus.error",
                f"return '%s %d' % ({answer}.syncStatus.status, {answer}.leadId)",
                f"return {answer}.syncStatus",
                f"return {answer}.leadRecord.Email",
                f"return bool({answer}), {answer} is not None",
                f"return {answer}.leadId is True, {answer}.syncStatus.status != 'FAILED'",
                f"return getattr({answer}, 'leadId', None)",
                "return 'done'",
                f"assert {answer}.syncStatus.status == 'UPDATED'",
            ]
        )
        return self.function(self.name("store"), "value", [*body, use]), "value", values

    def sync_many(self) -> tuple[list[str], str, list[str]]:
        by_id = self.maybe(0.3)
        pool = [*IDS[:2], UNKNOWN_IDS[0]] if by_id else [KNOWN[0], UNKNOWN[0], "new@example.com"]
        groups = [repr(pool[: self.chance.choice([1, 2, 3])])]
        key = "Id" if by_id else "Email"
        before, record = self.record(key, "value")
        body: list[str] = []
        match self.pick("comprehension", "loop", "helper", "loop"):
            case "comprehension" if not before:
                body = [f"batch = [{record} for value in value[:300]]"]
            case "helper":
                name = self.name("record_of")
                first = "client, value" if any("factory" in line for line in before) else "value"
                lines = [line.replace("self.client", "client") for line in before]
                self.helper([f"def {name}({first}):", *_indented([*lines, f"return {record}"])])
                passed = f"{self.client}, item" if first.startswith("client") else "item"
                body = [f"batch = [{name}({passed}) for item in value[:50]]"]
            case _:
                inner = [*before, f"batch.append({record})"]
                if self.maybe(0.3):
                    inner = ["if not value:", "    continue", *inner]
                body = ["batch = []", "given = value", "for value in given[:200]:", *_indented(inner)]
        given = self.pick('leadRecordList={"leadRecord": batch}', '{"leadRecord": batch}')
        # Duplicates beside other calls would break the assumption that addresses are unique.
        given += self.pick("", ", dedupEnabled=True", ", dedupEnabled=False" if self.alone else "")
        more, call = self.called("syncMultipleLeads", given)
        assigned = [f"response = {call}"]
        statuses = "response" + ("" if self.zeep else ".syncStatusList") + ".syncStatus"
        use = self.chance.choice(
            [
                f"return [s.status for s in {statuses}]",
                f"return [(s.leadId, s.status) for s in {statuses}]",
                f"return sum(1 for s in {statuses} if s.status == 'CREATED')",
                f"return {{status.status for status in {statuses}}} == {{'UPDATED'}}",
                f"return [s.error for s in {statuses}]",
                f"return len({statuses})",
                f"return [(str(b), s.status) for b, s in zip(range(9), {statuses})]",
                f"return {statuses}[0].status, {statuses}[-1].leadId",
                f"return [s.leadId for s in {statuses} if s.status != 'FAILED'], all({statuses})",
                f"return sorted(s.status for s in {statuses})",
                "return len(batch)",
                f"return max(s.leadId for s in {statuses})",
            ]
        )
        if "leadId" in use:
            # What the id of a record is that was not written is Marketo's secret.
            groups = [group.replace(", 9999", "") for group in groups]
        return (
            self.function(self.name("push"), "value", [*body, *more, *self.handled(assigned), use]),
            "value",
            groups,
        )

    def request_campaign(self) -> tuple[list[str], str, list[str]]:
        ids = self.pick("[1001, 1002]", "[1003]", '["1001", "1005"]', "[9999]", "(1001, 1002)")
        listed = "leadList={'leadKey': [{'keyType': 'IDNUM', 'keyValue': i} for i in value[:100]]}".replace(
            "'", '"'
        )
        if self.maybe(0.3):
            listed = 'leadList={"leadKey": {"keyType": "IDNUM", "keyValue": value[0]}}'
        campaign = self.pick("2001", '"2001"', "CAMPAIGN", "1")
        if campaign == "CAMPAIGN":
            self.helper(["CAMPAIGN = 2001"])
        given = self.pick(
            f'"MKTOWS", campaignId={campaign}, {listed}', f'source="MKTOWS", campaignId={campaign}, {listed}'
        )
        more, call = self.called("requestCampaign", given)
        body = [*more, *self.handled([f"outcome = {call}"])]
        success = "outcome" if self.zeep else self.pick("outcome.success", "outcome")
        use = self.chance.choice(
            [
                f"return {success}",
                f"return {success} is True",
                f"return 'ok' if {success} else 'failed'",
                f"if not {success}:\n        return 'no'\n    return 'yes'".replace("\n    ", "\n"),
                f"return str({success})",
                "return 'requested'",
                f"return {success} == True",
            ]
        )
        return self.function(self.name("run"), "value", [*body, *use.split("\n")]), "value", [ids]

    # --- formatting ---------------------------------------------------------------------------------------

    def formatted(self, text: str) -> str:
        if self.maybe(0.3):
            text = _single_quotes(text)
        lines = text.split("\n")
        if self.maybe(0.5):
            lines = self.commented(lines)
        if self.maybe(0.15):
            lines = ["\t" * ((len(line) - len(line.lstrip(" "))) // 4) + line.lstrip(" ") for line in lines]
        if self.maybe(0.15):
            lines = self.joined(lines)
        return ("\r\n" if self.maybe(0.15) else "\n").join(lines)

    def commented(self, lines: list[str]) -> list[str]:
        out = []
        for number, line in enumerate(lines):
            if line.strip() and self.maybe(0.08):
                out.append(line[: len(line) - len(line.lstrip())] + f"# note {number}")
            elif line.strip() and not line.endswith(("\\", '"""')) and self.maybe(0.06):
                out.append(line + f"  # remark {number}")
                continue
            out.append(line)
        return out

    def joined(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        for line in lines:
            before = out[-1] if out else ""
            start = line[: len(line) - len(line.lstrip())]
            simple = before.strip() and before.startswith(start + before.strip()[:1]) and "#" not in before
            plain = (
                "for ",
                "if ",
                "def ",
                "class ",
                "try",
                "except",
                "else",
                "elif",
                "@",
                "with ",
                "import",
                "from",
            )
            if (
                simple
                and line.strip()
                and not line.strip().startswith((*plain, "#"))
                and not before.strip().startswith((*plain, "#"))
                and not before.rstrip().endswith(":")
                and self.maybe(0.2)
            ):
                out[-1] = before + "; " + line.strip()
            else:
                out.append(line)
        return out


def _single_quotes(text: str) -> str:
    """Double quotes become single ones where no single one is inside."""
    out = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        value = token.string
        if token.type == tokenize.STRING and value.startswith('"') and "'" not in value and "\\" not in value:
            out.append(token._replace(string="'" + value[1:-1] + "'"))
    changed = text.split("\n")
    for token in out:
        if token.type == tokenize.STRING and token.start[0] == token.end[0]:
            row, column = token.start
            line = changed[row - 1]
            changed[row - 1] = line[:column] + token.string + line[column + len(token.string) :]
    return "\n".join(changed)
