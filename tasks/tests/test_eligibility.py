"""The predicate language: what it reads, what it refuses and where, and how it answers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.eligibility import (
    ANYBODY,
    SUBJECTS,
    Facts,
    Fix,
    FixKind,
    Operator,
    Predicate,
    Vocabulary,
    explain,
    meets,
    parse,
    to_json,
)
from tasks.eligibility.language import MAX_GROUPS, MAX_PREDICATES, TIERS
from tasks.errors import InvalidRequirement

UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
FACTS = Facts(
    skills={"retail": 70},
    certificates={"retail-service": UNTIL},
    tier="silver",
    languages=("zh-hans", "en"),
    region="Zhejiang",
    adherence=92,
    consents={"nda": 2},
)
NOTHING = Facts()


@pytest.mark.parametrize(
    ("subject", "op", "value", "met", "met_by_nothing"),
    [
        ("skill.retail", "lt", 71, True, False),
        ("skill.retail", "lt", 70, False, False),
        ("skill.retail", "lte", 70, True, False),
        ("skill.retail", "gt", 70, False, False),
        ("skill.retail", "gt", 69, True, False),
        ("skill.retail", "gte", 70, True, False),
        ("skill.retail", "eq", 70, True, False),
        ("skill.retail", "ne", 70, False, True),
        ("skill.retail", "exists", None, True, False),
        ("skill.retail", "missing", None, False, True),
        ("skill.retail", "in", (60, 70), True, False),
        ("skill.retail", "not_in", (60, 70), False, True),
        ("skill.travel", "gte", 0, False, False),
        ("certificate.retail-service", "exists", None, True, False),
        ("certificate.retail-service", "missing", None, False, True),
        ("tier", "gte", "silver", True, False),
        ("tier", "gte", "gold", False, False),
        ("tier", "lt", "gold", True, False),
        ("tier", "gt", "bronze", True, False),
        ("tier", "eq", "silver", True, False),
        ("tier", "ne", "silver", False, True),
        ("tier", "in", ("gold", "silver"), True, False),
        ("tier", "exists", None, True, False),
        ("tier", "missing", None, False, True),
        ("language", "eq", "en", True, False),
        ("language", "ne", "en", False, True),
        ("language", "in", ("fr", "en"), True, False),
        ("language", "not_in", ("fr", "de"), True, True),
        ("region", "eq", "Zhejiang", True, False),
        ("region", "not_in", ("Beijing",), True, True),
        ("region", "exists", None, True, False),
        ("adherence", "gte", 92, True, True),
        ("adherence", "gt", 92, False, True),
        ("consent.nda", "gte", 2, True, False),
        ("consent.nda", "gte", 3, False, False),
        ("consent.agreement", "missing", None, True, True),
    ],
)
def test_comparators(subject, op, value, met, met_by_nothing):
    predicate = Predicate(subject, Operator(op), value)
    assert (meets(predicate, FACTS), meets(predicate, NOTHING)) == (met, met_by_nothing)


def requirement(*groups):
    return parse(
        {"any": [{"all": [dict(zip(("subject", "op", "value"), p, strict=False)) for p in g]} for g in groups]}
    )


def test_and_inside_a_group_or_between_groups():
    asked = requirement([("tier", "gte", "gold"), ("language", "eq", "en")], [("skill.retail", "gte", 60)])
    answer = explain(asked, FACTS)
    assert answer.eligible
    assert [[r.met for r in group] for group in answer.groups] == [[False, True], [True]]
    assert not explain(asked, NOTHING).eligible
    assert explain(ANYBODY, NOTHING).eligible


def test_explanation_names_the_value_and_the_way_out_of_what_is_unmet_only():
    asked = requirement([("skill.travel", "gte", 60), ("adherence", "gte", 90)])
    course = Fix(FixKind.COURSE, "crs_1", "Travel")
    answer = explain(asked, FACTS, fixes=lambda p: course)
    assert [(r.met, r.agent_value, r.fix) for r in answer.groups[0]] == [(False, None, course), (True, 92, None)]
    assert [r.predicate.subject for r in answer.missing] == ["skill.travel"]
    assert answer.as_json()["groups"][0][0] == {
        "subject": "skill.travel",
        "op": "gte",
        "value": 60,
        "met": False,
        "agent_value": None,
        "fix": {"kind": "course", "ref": "crs_1", "title": "Travel"},
    }


def test_the_nearest_group_is_the_one_with_least_missing():
    asked = requirement([("tier", "gte", "gold"), ("region", "eq", "Beijing")], [("tier", "gte", "gold")])
    assert explain(asked, FACTS).nearest == explain(asked, FACTS).groups[1]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "requirement"),
        ({"all": []}, "requirement"),
        ({"any": {}}, "requirement.any"),
        ({"any": [{}] * (MAX_GROUPS + 1)}, "requirement.any"),
        ({"any": ["x"]}, "requirement.any.0"),
        ({"any": [{"all": []}]}, "requirement.any.0.all"),
        ({"any": [{"all": [{}] * (MAX_PREDICATES + 1)}]}, "requirement.any.0.all"),
        ({"any": [{"all": [{"subject": "tier"}]}]}, "requirement.any.0.all.0"),
        ({"any": [{"all": [{"subject": "tier", "op": "eq", "value": "gold", "x": 1}]}]}, "requirement.any.0.all.0"),
        ({"any": [{"all": [{"subject": "gender", "op": "eq", "value": "f"}]}]}, "requirement.any.0.all.0.subject"),
        ({"any": [{"all": [{"subject": 5, "op": "eq", "value": "f"}]}]}, "requirement.any.0.all.0.subject"),
        ({"any": [{"all": [{"subject": "skill.", "op": "exists"}]}]}, "requirement.any.0.all.0.subject"),
        ({"any": [{"all": [{"subject": "skill.No Name", "op": "exists"}]}]}, "requirement.any.0.all.0.subject"),
        ({"any": [{"all": [{"subject": "skill.unknown", "op": "exists"}]}]}, "requirement.any.0.all.0.subject"),
        ({"any": [{"all": [{"subject": "tier.gold", "op": "exists"}]}]}, "requirement.any.0.all.0.subject"),
        ({"any": [{"all": [{"subject": "certificate.a", "op": "gte", "value": 1}]}]}, "requirement.any.0.all.0.op"),
        ({"any": [{"all": [{"subject": "tier", "op": "like", "value": "g"}]}]}, "requirement.any.0.all.0.op"),
        ({"any": [{"all": [{"subject": "tier", "op": ["eq"], "value": "g"}]}]}, "requirement.any.0.all.0.op"),
        ({"any": [{"all": [{"subject": "tier", "op": "eq", "value": "wood"}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "tier", "op": "eq"}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "tier", "op": "exists", "value": 1}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "tier", "op": "in", "value": "gold"}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "tier", "op": "in", "value": []}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "tier", "op": "eq", "value": ["gold"]}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "skill.a", "op": "gte", "value": 101}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "skill.a", "op": "gte", "value": True}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "skill.a", "op": "gte", "value": "60"}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "language", "op": "eq", "value": "xx"}]}]}, "requirement.any.0.all.0.value"),
        ({"any": [{"all": [{"subject": "region", "op": "eq", "value": {}}]}]}, "requirement.any.0.all.0.value"),
    ],
)
def test_mistakes_are_told_at_their_place(data, place):
    known = Vocabulary({"skill": {"a"}, "certificate": {"a"}, "language": {"en"}})
    with pytest.raises(InvalidRequirement) as refused:
        parse(data, vocabulary=known)
    assert list(refused.value.fields) == [place]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x) | st.dictionaries(st.sampled_from(["any", "all", "subject", "op", "value"]) | st.text(), x)
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_refused_with_places(data):
    try:
        asked = parse(data)
    except InvalidRequirement as refused:
        places = refused.fields
    else:
        places = {"read": [to_json(asked)]}
        assert parse(to_json(asked)) == asked
    assert places


VALUES = {
    "skill": 40,
    "certificate": None,
    "tier": "gold",
    "language": "en",
    "region": "Hubei",
    "adherence": 90,
    "consent": 1,
}


@st.composite
def predicates(draw):
    kind = draw(st.sampled_from(sorted(SUBJECTS)))
    subject = f"{kind}.{draw(st.sampled_from(['retail', 'nda']))}" if SUBJECTS[kind].named else kind
    op = draw(st.sampled_from(sorted(SUBJECTS[kind].operators)))
    value = VALUES[kind]
    if op in ("exists", "missing"):
        return {"subject": subject, "op": op}
    return {"subject": subject, "op": op, "value": [value] if op in ("in", "not_in") else value}


@given(
    st.lists(st.lists(predicates(), min_size=1, max_size=4), max_size=4),
    st.builds(
        Facts,
        skills=st.dictionaries(st.sampled_from(["retail", "nda"]), st.integers(0, 100)),
        certificates=st.dictionaries(st.sampled_from(["retail", "nda"]), st.just(UNTIL)),
        tier=st.none() | st.sampled_from(TIERS),
        languages=st.lists(st.sampled_from(["en", "fr"]), unique=True).map(tuple),
        region=st.sampled_from(["", "Hubei"]),
        adherence=st.integers(0, 100),
        consents=st.dictionaries(st.sampled_from(["retail", "nda"]), st.integers(1, 3)),
    ),
)
def test_explanation_agrees_with_its_parts(groups, facts):
    asked = parse({"any": [{"all": group} for group in groups]})
    answer = explain(asked, facts)
    assert parse(to_json(asked)) == asked
    assert answer.eligible == (not groups or any(all(r.met for r in group) for group in answer.groups))
    assert [[r.predicate for r in g] for g in answer.groups] == [list(g) for g in asked.groups]
    assert bool(answer.missing) != answer.eligible


@given(st.sampled_from(sorted(SUBJECTS)), st.sampled_from(["retail"]))
def test_opposites_never_agree(kind, name):
    subject = f"{kind}.{name}" if SUBJECTS[kind].named else kind
    value = VALUES[kind]
    for a, b in [("eq", "ne"), ("in", "not_in"), ("exists", "missing")]:
        if Operator(a) in SUBJECTS[kind].operators:
            asked = (value,) if a == "in" else (None if a == "exists" else value)
            for facts in (FACTS, NOTHING):
                one, other = Predicate(subject, Operator(a), asked), Predicate(subject, Operator(b), asked)
                assert meets(one, facts) != meets(other, facts)
