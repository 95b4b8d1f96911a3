#!/bin/sh
# The JSON Schema is one, takes the example and all templates, and refuses
# what the parser refuses.
. "$TOP/tests/cli/common.sh"
want 0 "$PERSO" order schema
cp out schema.json
/usr/bin/python3 - "$TOP/tests/data/orders" <<'P'
import copy, glob, json, sys
import jsonschema
schema = json.load(open("schema.json"))
cls = jsonschema.validators.validator_for(schema)
cls.check_schema(schema)
v = cls(schema)
example = json.load(open(sys.argv[1] + "/example.json"))
v.validate(example)
for path in glob.glob(sys.argv[1] + "/*.json"):
    d = json.load(open(path))
    d.setdefault("order", "A-1")
    if "number" in d.get("document-data", {}):
        d["document-data"]["number"] = \
            d["document-data"]["number"].replace("#", "0")
    v.validate(d)

def broken(name, change):
    d = copy.deepcopy(example)
    change(d)
    assert list(v.iter_errors(d)), name + " is not refused"
broken("no order number", lambda d: d.pop("order"))
broken("another version", lambda d: d.update({"perso-order": 2}))
broken("unknown member", lambda d: d.update({"colour": "red"}))
broken("unknown in holder", lambda d: d["holder"].update({"iq": 1}))
broken("height as text", lambda d: d["holder"].update({"height": "1"}))
broken("no images' digest", lambda d: d["images"][0].pop("sha256"))
eyes = lambda e: lambda d: d["images"][0].update({"eyes": e})
broken("one eye", eyes({"left": [266, 231]}))
broken("a third eye", eyes({"left": [2, 1], "right": [1, 1], "mid": [1, 1]}))
broken("an eye of one number", eyes({"left": [266], "right": [146, 231]}))
broken("three numbers", eyes({"left": [266, 1, 1], "right": [146, 231]}))
broken("half a pixel", eyes({"left": [266.5, 1], "right": [146, 231]}))
broken("a negative eye", eyes({"left": [266, -1], "right": [146, 231]}))
broken("eyes as text", eyes("266,231,146,231"))
broken("sex", lambda d: d["holder"].update({"sex": "Q"}))
broken("date", lambda d: d["holder"].update({"birth-date": "7 March"}))
P
echo "note: python3-jsonschema judged the schema and the example order"
