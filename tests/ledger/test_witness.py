"""The witness accepts a log that grew, and nothing else, however it is signed."""

import json
import socket
import threading

import pytest

from fieldapp.clock import iso, now
from fieldapp.config import new_signing_key
from fieldapp.db import db, transaction
from fieldapp.keys import SigningKey
from fieldapp.ledger import merkle
from fieldapp.ledger import sequencer as sequencing
from fieldapp.ledger import witness as witnessing
from fieldapp.ledger.checkpoints import FIELDS, Statement, as_fingerprint, fingerprint
from fieldapp.ledger.witness import Forked, Memory, Unreachable, look
from fieldapp.projects.models import Pool


@pytest.fixture
def fetch(stranger):
    """The real server, asked as the witness asks it."""

    def fetch(path: str) -> dict:
        reply = stranger.get(path)
        if reply.status_code != 200:
            raise Unreachable(path)
        return reply.json

    return fetch


@pytest.fixture
def add(town):
    def add(count: int = 1) -> None:
        with transaction():
            insurer = town.organisation["antai"]
            pools = (Pool(name=f"{n}", lead_insurer_id=insurer) for n in range(count))
            db.session.add_all(pools)

    return add


@pytest.fixture
def grow(add, seal):
    def grow(count: int = 1) -> None:
        add(count)
        seal()

    return grow


def always(answer: object):
    return lambda _asked: answer


def forged(key: SigningKey, said: Statement, **changes: object) -> dict:
    statement = Statement(**(vars(said) | {"at": iso(now()), "key_id": key.id} | changes))
    body = statement.signed_text()
    return {"body": body.decode(), "signature": key.sign(body), "key_id": key.id, "stamps": []}


def test_a_log_that_grows_is_followed(grow, fetch, trust):
    grow()
    memory = look(Memory(), fetch, trust)
    for count in (1, 300, 2):
        grow(count)
        memory = look(memory, fetch)

    assert look(memory, fetch) == memory, "nothing new is nothing to remember"


def test_a_first_look_without_the_right_key_is_refused(grow, fetch):
    grow()

    with pytest.raises(Forked, match="a key that no known key"):
        look(Memory(), fetch, "0" * 64)


def test_a_key_that_the_old_one_handed_over_to_is_followed(app, add, grow, fetch, trust):
    grow()
    memory = look(Memory(), fetch, trust)
    rotated = sequencing.rotate(app.config_object)
    add()
    rotated.seal_all()

    assert rotated.key.id in look(memory, fetch).keys


# What a server may show instead of its log: each is signed with the log's own key, as a server that lies would.
LIES = {
    "another root of the same size": ({"root": "11" * 32}, "does not begin"),
    "a longer log that is another": ({"root": "22" * 32, "more": 5}, "does not begin"),
    "a shorter log": ({"more": -1}, "became shorter"),
    "another log": ({"origin": "fieldapp/another"}, "another log"),
}


@pytest.mark.parametrize(("lie", "words"), LIES.values(), ids=LIES)
def test_a_server_that_signs_another_log_is_found_out(grow, fetch, sequencer, trust, lie, words):
    grow(20)
    memory = look(Memory(), fetch, trust)
    changes = dict(lie)
    size = memory.seen.size + changes.pop("more", 0)
    shown = forged(sequencer.key, memory.seen, size=size, **changes)

    def lying(path: str) -> dict:
        if path == "/api/checkpoints/latest":
            return shown
        return {"proof": [merkle.EMPTY_ROOT.hex()] * 5}

    with pytest.raises(Forked, match=words) as caught:
        look(memory, lying)
    assert caught.value.proof["given"] == shown, "both signed statements are kept: they prove it"
    assert caught.value.proof["seen"] == memory.body


def test_a_log_signed_again_with_another_key_is_found_out(grow, fetch, trust):
    grow()
    memory = look(Memory(), fetch, trust)
    other = SigningKey(new_signing_key())
    listed = {"id": other.id, "public_key": other.public_key, "use": "checkpoint"}
    keys = {"keys": [listed | {"previous_id": None, "endorsement": None}]}

    def lying(path: str) -> dict:
        return keys if path == "/api/keys" else forged(other, memory.seen)

    with pytest.raises(Forked, match="a key that no known key"):
        look(memory, lying)


def test_a_server_that_does_not_answer_is_no_fork(grow, fetch, trust):
    grow()
    memory = look(Memory(), fetch, trust)

    right = fetch("/api/checkpoints/latest")
    unsigned = {name: said for name, said in right.items() if name != "signature"}
    bodies: tuple[object, ...] = ("{}", None, "no json", "[" * 5000)
    for answer in ({}, unsigned, right | {"signature": 7}, *({"body": body} for body in bodies)):
        with pytest.raises(Unreachable):
            look(memory, always(answer))


def test_the_command_keeps_what_it_saw_and_fails_on_a_fork(
    grow, fetch, sequencer, trust, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(witnessing, "_fetching", always(fetch))
    state, key = tmp_path / "state.json", tmp_path / "own.pem"
    grow()
    command = ["http://server", "--state", str(state), "--trust", trust, "--cosign", str(key)]
    assert witnessing.witness(command) == 0
    said = json.loads(capsys.readouterr().out)["checkpoint"]
    [line] = (tmp_path / "state.json.seen.jsonl").read_text().splitlines()
    assert json.loads(line)["cosignature"]["signature"]
    assert key.stat().st_mode & 0o077 == 0
    assert fingerprint(sequencer.key.public_key) == trust

    shown = forged(sequencer.key, Statement(**{k: said[k] for k in FIELDS}), root="33" * 32)
    monkeypatch.setattr(witnessing, "_fetching", always(always(shown)))

    assert witnessing.witness(command) == 1
    assert "does not begin" in capsys.readouterr().err
    assert (tmp_path / "state.json.fork.json").exists()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("state.json", "no memory"),
        ("state.json", '{"body": 7}'),
        ("state.json", '{"body": "{}", "more": 1}'),
        ("state.json", "[1]"),
        ("own.pem", "no key"),
        ("state.json.new/there", ""),
    ],
)
def test_a_file_of_its_own_that_cannot_be_used_is_no_fork(
    grow, fetch, trust, tmp_path, monkeypatch, capsys, file, content
):
    monkeypatch.setattr(witnessing, "_fetching", always(fetch))
    grow()
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(content)
    state, key = tmp_path / "state.json", tmp_path / "own.pem"
    command = ["http://server", "--state", str(state), "--trust", trust, "--cosign", str(key)]

    assert witnessing.witness(command) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert not (tmp_path / "state.json.fork.json").exists()


@pytest.mark.parametrize(
    "words", [["nowhere"], ["http://server", "--trust", "ab12"], ["http://server", "--trust", ""]]
)
def test_a_slip_of_the_pen_is_no_fork(words, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        witnessing.witness([*words, "--state", str(tmp_path / "state.json")])

    assert ended.value.code == 2
    assert words[-1] in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_fingerprint_is_the_same_in_capitals_and_with_colons(trust):
    pairs = [trust[at : at + 2].upper() for at in range(0, 64, 2)]

    assert as_fingerprint(":".join(pairs)) == trust


@pytest.mark.parametrize("keys", [{}, {"keys": 7}, {"keys": [{"use": "checkpoint"}]}])
def test_a_list_of_keys_that_makes_no_sense_is_no_fork(grow, fetch, trust, keys):
    grow()

    with pytest.raises(Unreachable):
        look(Memory(), lambda path: keys if path == "/api/keys" else fetch(path), trust)


def test_what_speaks_no_http_is_no_fork(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as door:
        talking = threading.Thread(target=greet, args=[door])
        talking.start()
        address = f"http://127.0.0.1:{door.getsockname()[1]}"

        code = witnessing.witness([address, "--state", str(tmp_path / "state.json")])
        talking.join()

    assert (code, address in capsys.readouterr().err) == (3, True)


def greet(door: socket.socket) -> None:
    caller, _ = door.accept()
    with caller:
        caller.recv(4096)
        caller.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
