"""Talk to someone, over HTTP. Not part of any case; open to everybody, also during a break."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response, status

from trawl.api.deps import Asking
from trawl.api.state import Held
from trawl.api.talk_shapes import AskedShape, NewMessage, NewTalk, TalkEntryShape, TalkShape
from trawl.api.welfare import PathId
from trawl.api.welfare_shapes import Number
from trawl.welfare import talking
from trawl.welfare.talk_seal import TalkSeal, talk_seal

router = APIRouter(prefix="/talk", tags=["talk"])


def sealing(held: Held) -> TalkSeal:
    """The seal of the workspace's talks."""
    seal = held.rooms.get("talk-seal")
    if not isinstance(seal, TalkSeal):
        held.rooms["talk-seal"] = seal = talk_seal(held.workspace.keys)
    return seal


Sealing = Annotated[TalkSeal, Depends(sealing)]


@router.post("", status_code=status.HTTP_201_CREATED)
def ask_for_talk(held: Held, officer: Asking, seal: Sealing, given: NewTalk) -> AskedShape:
    """Ask for a talk: it goes to whoever is on duty."""
    return AskedShape.of(talking.ask_for_talk(held.database, officer, seal, given.text))


@router.get("")
def talks(held: Held, officer: Asking) -> list[TalkEntryShape]:
    """Own talks; for a counsellor also those that wait or were theirs."""
    return [TalkEntryShape.of(each) for each in talking.list_talks(held.database, officer)]


@router.get("/{talk_id}")
def talk(held: Held, officer: Asking, seal: Sealing, talk_id: PathId) -> TalkShape:
    """A talk, to its officer and to counsellors."""
    return TalkShape.of_talk(talking.read_talk(held.database, officer, seal, talk_id))


@router.post("/{talk_id}/messages", status_code=status.HTTP_201_CREATED)
def say(held: Held, officer: Asking, seal: Sealing, talk_id: PathId, given: NewMessage) -> Number:
    """Add a message."""
    return Number(id=talking.say(held.database, officer, seal, talk_id, given.text))


@router.post("/{talk_id}/answer", status_code=status.HTTP_204_NO_CONTENT)
def answer_talk(held: Held, officer: Asking, talk_id: PathId) -> Response:
    """A counsellor takes a talk that waits."""
    talking.answer_talk(held.database, officer, talk_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/{talk_id}/close", status_code=status.HTTP_204_NO_CONTENT)
def close_talk(held: Held, officer: Asking, talk_id: PathId) -> Response:
    """The talk is over."""
    talking.close_talk(held.database, officer, talk_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
