"""The sequencer gives every entry its leaf, signs, and refuses to go on over a log that it did not sign."""

import json
from datetime import timedelta

import pytest

from fieldapp.clock import at, now
from fieldapp.config import new_signing_key
from fieldapp.db import db, transaction
from fieldapp.keys import SigningKey, verifies
from fieldapp.ledger import checkpoints, merkle, sealing
from fieldapp.ledger import sequencer as sequencing
from fieldapp.ledger.models import LedgerEntry, LedgerKey, LedgerTile
from fieldapp.ledger.sealing import LogRewritten, Sequencer, UnknownKey
from fieldapp.ledger.tiles import Tiles
from fieldapp.projects.models import Pool
from tests.fixtures.application import just_built


def pools(town, count: int) -> None:
    with transaction():
        insurer = town.organisation["antai"]
        db.session.add_all(Pool(name=f"共保体{n}", lead_insurer_id=insurer) for n in range(count))


def leaves() -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(db.select(LedgerEntry.leaf).order_by(LedgerEntry.leaf)))


def test_every_entry_has_its_leaf_and_the_root_is_signed(town, sequencer, seal):
    checkpoint = seal()

    assert leaves() == list(range(checkpoint.size))
    said = checkpoints.read(checkpoint.body)
    assert verifies(sequencer.key.public_key, checkpoint.signature, checkpoint.body.encode())
    with transaction(write=False):
        assert merkle.root(checkpoint.size, Tiles().node).hex() == said.root
    assert seal() is None, "nothing waited"


def test_the_log_grows_over_many_tiles_and_each_checkpoint_begins_the_next(town, seal):
    sizes, roots = [], []
    for count in (3, 260, 1, 530):
        pools(town, count)
        said = checkpoints.read(seal().body)
        sizes.append(said.size)
        roots.append(bytes.fromhex(said.root))

    with transaction(write=False):
        tiles = Tiles()
        for first, old in zip(sizes, roots, strict=True):
            proof = merkle.consistency_proof(first, sizes[-1], tiles.node)
            assert merkle.is_consistent(first, sizes[-1], old, roots[-1], proof)
        for leaf in (0, 255, 256, sizes[-1] - 1):
            proof = merkle.inclusion_proof(leaf, sizes[-1], tiles.node)
            assert merkle.is_included(leaf, sizes[-1], tiles.leaf(leaf), proof, roots[-1])
        assert db.session.get(LedgerTile, (1, 0)) is not None


def test_only_so_many_entries_at_once_and_still_all(town, seal, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_AT_ONCE", 100)
    pools(town, 250)

    assert seal().size == len(leaves())


def test_a_log_of_which_a_leaf_was_changed_is_not_signed_further(town, seal):
    seal()
    with transaction():
        tile = db.session.get_one(LedgerTile, (0, 0))
        tile.hashes = b"\x00" + tile.hashes[1:]
    pools(town, 1)

    with pytest.raises(LogRewritten, match="not what was signed"):
        seal()


def test_a_log_cut_short_is_not_signed_further(town, seal):
    first = seal()
    with transaction():
        db.session.delete(db.session.merge(first))

    pools(town, 1)
    with pytest.raises(LogRewritten, match="is not there"):
        seal()


def test_a_demonstrations_database_may_begin_anew_and_a_real_one_not(town, seal, sequencer):
    (sequencer.memory / "head.json").write_text(
        json.dumps({"origin": "fieldapp/another", "size": 5, "root": "00" * 32})
    )
    sequencer.strict = True
    with pytest.raises(LogRewritten):
        seal()

    sequencer.strict = False
    assert seal() is not None


def test_a_new_key_is_endorsed_by_the_old_one_and_on_record(app, town, seal, sequencer):
    seal()
    rotated = sequencing.rotate(app.config_object)
    pools(town, 1)
    checkpoint = rotated.seal_all()

    assert checkpoint.key_id == rotated.key.id != sequencer.key.id
    with transaction(write=False):
        keys = checkpoints.keys_as_json()
        entries = db.select(LedgerEntry.row_id).where(LedgerEntry.table_name == "ledger_key")
        assert set(db.session.scalars(entries)) == {sequencer.key.id, rotated.key.id}
    old = checkpoints.fingerprint(sequencer.key.public_key)
    assert set(checkpoints.trusted_keys(keys, old)) == {sequencer.key.id, rotated.key.id}
    pools(town, 1)
    with at(now() + timedelta(minutes=5)), pytest.raises(UnknownKey, match="has handed over"):
        seal()


def test_a_key_that_nobody_handed_over_to_cannot_go_on(town, seal, tmp_path):
    seal()
    pools(town, 1)
    stranger = Sequencer(SigningKey(new_signing_key()), memory=tmp_path)

    with at(now() + timedelta(minutes=5)), pytest.raises(UnknownKey):
        stranger.seal()


def test_a_key_whose_endorsement_was_forged_is_not_trusted(app, town, seal, sequencer):
    seal()
    stranger = SigningKey(new_signing_key())
    with transaction():
        text = checkpoints.rotation_text(stranger.public_key, sequencer.key.id)
        forged = {"previous_id": sequencer.key.id, "endorsement": stranger.sign(text)}
        db.session.add(LedgerKey(id=stranger.id, public_key=stranger.public_key, **forged))

    with transaction(write=False):
        keys = checkpoints.keys_as_json()
    assert set(checkpoints.trusted_keys(keys, None)) == {sequencer.key.id}


def test_while_one_sequencer_holds_the_lease_another_waits(town, seal, tmp_path):
    seal()
    pools(town, 1)
    second = Sequencer(SigningKey(new_signing_key()), memory=tmp_path)

    assert second.seal() is None
    assert seal() is not None


def test_it_is_time_to_seal_when_an_entry_waits_long_or_somebody_asks(app, seal):
    town = just_built()
    every = timedelta(seconds=15)
    assert not sealing.is_due(every)
    with at(now() + timedelta(seconds=16)):
        assert sealing.is_due(every)
    with transaction():
        sealing.want_sealed()
    assert sealing.is_due(every)

    seal()

    pools(town, 1)
    assert not sealing.is_due(every), "the wish was fulfilled"


def test_the_key_is_its_owners_alone(app, sequencer):
    file = sequencer.memory / "key.pem"

    assert file.stat().st_mode & 0o077 == 0
    assert sequencing.level(app.config_object)[0] == "same_user"
    assert "PRIVATE" not in (sequencer.memory / "fingerprint").read_text()
