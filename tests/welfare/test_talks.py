"""Talks: to whoever is on duty, to nobody else, and to the fallback when nobody answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from welfare_unit import DAY, HOUR, MINUTE, Unit

from trawl.errors import AccessRefused, Conflict, NotFound, WelfareError
from trawl.model.access import Act, Officer, Role
from trawl.store.schema import audit
from trawl.store.shifts import ShiftKind
from trawl.store.welfare_tables import talk, talk_message
from trawl.welfare.line import OwnTalk, TalkStands
from trawl.welfare.roster import add_shift, coming_gaps
from trawl.welfare.talk_seal import KEY_FILE, TalkSeal, talk_seal
from trawl.welfare.talking import (
    answer_talk,
    ask_for_talk,
    close_talk,
    list_talks,
    read_talk,
    say,
)

WORDS = "I keep seeing the blue room"
CONTACT = "Occupational health, 0000 111"


@pytest.fixture
def seal(tmp_path: Path) -> TalkSeal:
    return talk_seal(tmp_path / "keys")


def duty(unit: Unit, counsellor: Officer, hours: int = 8) -> None:
    now_us = unit.clock()
    add_shift(
        unit.database,
        counsellor,
        counsellor.id,
        now_us,
        now_us + hours * HOUR,
        ShiftKind.WORK,
        "room 4",
    )


def test_a_talk_reaches_who_is_on_duty_and_comes_back(unit: Unit, seal: TalkSeal) -> None:
    cora, gil = unit[Role.COUNSELLOR], unit.grader
    unit.policy(fallback_contact=CONTACT)
    duty(unit, cora)
    asked = ask_for_talk(unit.database, gil, seal, WORDS)
    assert asked.to is not None
    assert (asked.to.name, asked.to.how, asked.fallback) == ("Cora", "room 4", CONTACT)
    told = [unit.line(each).talks_waiting for each in (cora, gil, unit[Role.ADMINISTRATOR])]
    assert told == [1, None, None]
    (waiting,) = list_talks(unit.database, cora)
    assert (waiting.officer.name, waiting.answered_us, waiting.mine) == ("Gil", None, False)
    answer_talk(unit.database, cora, asked.id)
    assert unit.line(cora).talks_waiting == 0
    say(unit.database, cora, seal, asked.id, "Come to room 4.")
    found = read_talk(unit.database, gil, seal, asked.id)
    assert [(each.author.name, each.text) for each in found.messages] == [
        ("Gil", WORDS),
        ("Cora", "Come to room 4."),
    ]
    assert found.entry.answered_by is not None
    assert (found.entry.answered_by.name, found.readers) == ("Cora", ("Cora",))
    with pytest.raises(Conflict, match="answered or closed"):
        answer_talk(unit.database, unit.enrol("Carl", Role.COUNSELLOR), asked.id)
    close_talk(unit.database, gil, asked.id)
    with pytest.raises(Conflict, match="closed"):
        say(unit.database, cora, seal, asked.id, "Still there?")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COUNSELLOR, Role.GRADER}))
def test_nobody_else_learns_of_a_talk(unit_on_sqlite: Unit, seal: TalkSeal, role: Role) -> None:
    unit = unit_on_sqlite
    asked = ask_for_talk(unit.database, unit.grader, seal, WORDS)
    other, before = unit[role], unit.audit_rows()

    def words_of(number: int) -> list[str]:
        refusals = []
        for act in (
            lambda: read_talk(unit.database, other, seal, number),
            lambda: say(unit.database, other, seal, number, "hello"),
            lambda: close_talk(unit.database, other, number),
            lambda: answer_talk(unit.database, other, number),
        ):
            with pytest.raises(NotFound) as refused:
                act()
            refusals.append(str(refused.value))
        return refusals

    assert words_of(asked.id) == words_of(asked.id + 1000)
    assert unit.audit_rows() == before
    assert list_talks(unit.database, other) == []
    assert read_talk(unit.database, unit.grader, seal, asked.id).entry.closed_us is None


def test_who_administers_is_no_counsellor_here(unit_on_sqlite: Unit, seal: TalkSeal) -> None:
    unit = unit_on_sqlite
    admin = unit[Role.ADMINISTRATOR]
    asked = ask_for_talk(unit.database, unit.grader, seal, WORDS)
    unit.also(admin, Role.COUNSELLOR)
    with pytest.raises(NotFound):
        read_talk(unit.database, admin, seal, asked.id)
    assert list_talks(unit.database, admin) == []
    with pytest.raises(NotFound, match="no counsellor"):
        duty(unit, admin)
    carl = unit.enrol("Carl", Role.COUNSELLOR)
    duty(unit, carl)
    assert unit.line().on_duty is not None
    unit.also(carl, Role.ADMINISTRATOR)
    assert unit.line().on_duty is None  # nobody is told to reach who may not read it
    assert coming_gaps(unit.database, unit.grader) == [(unit.clock(), unit.clock() + 28 * DAY)]
    assert ask_for_talk(unit.database, unit.grader, seal).to is None
    assert read_talk(unit.database, unit.grader, seal, asked.id).readers == ("Cora",)


def test_the_trace_and_the_database_carry_no_words(unit_on_sqlite: Unit, seal: TalkSeal) -> None:
    unit = unit_on_sqlite
    cora = unit[Role.COUNSELLOR]
    asked = ask_for_talk(unit.database, unit.grader, seal, WORDS)
    say(unit.database, cora, seal, asked.id, WORDS)
    read_talk(unit.database, cora, seal, asked.id)
    list_talks(unit.database, unit.grader)
    rows = [row for row in unit.rows(audit) if row["act"] in (Act.TALK, Act.TALK_ANSWER)]
    assert [row["act"] for row in rows] == ["talk", "talk.answer", "talk.answer", "talk"]
    assert {(row["subject"], row["detail"]) for row in rows} == {("talks", "{}")}
    sealed = [bytes(row["text"]) for row in unit.rows(talk_message)]
    assert all(b"blue" not in each and len(each) == len(sealed[0]) for each in sealed)
    assert sealed[0] != sealed[1]


def test_nobody_on_duty_falls_back_at_once(unit_on_sqlite: Unit, seal: TalkSeal) -> None:
    unit = unit_on_sqlite
    unit.policy(fallback_contact=CONTACT)
    asked = ask_for_talk(unit.database, unit.grader, seal, WORDS)
    assert (asked.to, asked.fallback) == (None, CONTACT)
    (mine,) = list_talks(unit.database, unit.grader)
    assert (mine.fell_back_us, mine.fallback) == (unit.clock(), CONTACT)
    (theirs,) = list_talks(unit.database, unit[Role.COUNSELLOR])
    assert theirs.id == asked.id  # it waits for whoever comes


def test_unanswered_in_time_falls_back_and_is_written_down(unit: Unit, seal: TalkSeal) -> None:
    cora = unit[Role.COUNSELLOR]
    unit.policy(answer_min=5, fallback_contact=CONTACT)
    duty(unit, cora)
    asked = ask_for_talk(unit.database, unit.grader, seal, WORDS)
    due = unit.clock() + 5 * MINUTE
    unit.policy(answer_min=60, fallback_contact=CONTACT)
    unit.clock.now_us = due - 1
    assert list_talks(unit.database, unit.grader)[0].fallback is None
    unit.clock.now_us = due + HOUR
    assert read_talk(unit.database, unit.grader, seal, asked.id).entry.fallback == CONTACT
    assert [row["fell_back_us"] for row in unit.rows(talk)] == [due]
    say(unit.database, cora, seal, asked.id, "I am here now.")
    (entry,) = list_talks(unit.database, unit.grader)
    assert (entry.fallback, entry.answered_us) == (None, unit.clock())


def test_the_one_with_the_fewest_waiting_is_told(unit_on_sqlite: Unit, seal: TalkSeal) -> None:
    unit = unit_on_sqlite
    cora, carl = unit[Role.COUNSELLOR], unit.enrol("Carl", Role.COUNSELLOR)
    duty(unit, cora)
    duty(unit, carl)
    told = [ask_for_talk(unit.database, unit.grader, seal).to for _ in range(4)]
    assert sorted(each.name for each in told if each) == ["Carl", "Carl", "Cora", "Cora"]
    asked = ask_for_talk(unit.database, cora, seal)
    assert asked.to is not None
    assert asked.to.name == "Carl"  # never oneself
    with pytest.raises(Conflict, match="another counsellor"):
        answer_talk(unit.database, cora, asked.id)


def test_the_line_tells_the_officer_how_their_talk_stands(
    unit_on_sqlite: Unit, seal: TalkSeal
) -> None:
    unit = unit_on_sqlite
    cora = unit[Role.COUNSELLOR]
    unit.policy(answer_min=5, fallback_contact=CONTACT)
    duty(unit, cora)
    assert unit.line().own_talk is None
    asked = ask_for_talk(unit.database, unit.grader, seal)
    assert asked.within_min == 5
    assert unit.line().own_talk == OwnTalk(asked.id, TalkStands.WAITING, None)
    unit.clock.forth(5 * MINUTE)
    assert unit.line().own_talk == OwnTalk(asked.id, TalkStands.FELL_BACK, CONTACT)
    answer_talk(unit.database, cora, asked.id)
    assert unit.line().own_talk == OwnTalk(asked.id, TalkStands.ANSWERED, None)
    assert unit.line(cora).own_talk is unit.line(unit[Role.SUPERVISOR]).own_talk is None
    close_talk(unit.database, cora, asked.id)
    assert unit.line().own_talk is None


def test_the_line_says_whether_there_is_a_counsellor_at_all(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    cora = unit[Role.COUNSELLOR]
    assert unit.line().reachable
    assert not unit.line(cora).reachable  # not oneself
    unit.also(cora, Role.ADMINISTRATOR)
    assert not unit.line().reachable


def test_talks_are_asked_for_during_a_break(unit_on_sqlite: Unit, seal: TalkSeal) -> None:
    unit_on_sqlite.policy()
    unit_on_sqlite.watch(10 * MINUTE)
    assert ask_for_talk(unit_on_sqlite.database, unit_on_sqlite.grader, seal, WORDS).id == 1


def test_open_talks_have_a_limit(unit_on_sqlite: Unit, seal: TalkSeal) -> None:
    unit = unit_on_sqlite
    for _ in range(20):
        ask_for_talk(unit.database, unit.grader, seal)
    with pytest.raises(WelfareError, match="20 talks"):
        ask_for_talk(unit.database, unit.grader, seal)
    with pytest.raises(AccessRefused, match="not an officer"):
        ask_for_talk(unit.database, Officer(99, "Mallory", Role.COUNSELLOR), seal)


def test_a_seal_opens_with_its_key_at_its_place_only(seal: TalkSeal, tmp_path: Path) -> None:
    sealed = seal.seal("häßlich \x00 \ud800", 1, 2, 3)
    assert seal.open(sealed, 1, 2, 3) == "häßlich \x00 ?"
    assert talk_seal(tmp_path / "keys").open(sealed, 1, 2, 3)
    assert (tmp_path / "keys" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    other = talk_seal(tmp_path / "other")
    for opener, place in ((seal, (1, 2, 4)), (seal, (2, 2, 3)), (other, (1, 2, 3))):
        with pytest.raises(WelfareError, match="cannot be opened"):
            opener.open(sealed, *place)
    for bad in (b"", sealed[:8], sealed[:-1], sealed[:-1] + b"\x00"):
        with pytest.raises(WelfareError, match="cannot be opened"):
            seal.open(bad, 1, 2, 3)
    (tmp_path / "keys" / KEY_FILE).write_bytes(b"short")
    with pytest.raises(WelfareError, match="damaged"):
        talk_seal(tmp_path / "keys")


def test_the_length_of_a_message_says_little(seal: TalkSeal) -> None:
    assert len({len(seal.seal("x" * length, 1, 1, 1)) for length in range(200)}) == 1
