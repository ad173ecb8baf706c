"""Who may use a backend that stays: tokens that cannot be guessed, and the file that knows them by their hashes."""

from __future__ import annotations

import json
import logging
import os
import secrets

import pytest

from backend.errors import AuthorizationError, ConfigError, DiskError
from backend.jobs.clients import Clients, Who, add_client, check_strength, read_clients, revoke_client, strength


@pytest.mark.parametrize(
    "weak",
    ["guess", "password123password123", "a" * 64, "abc" * 30, "0123456789" * 5,
     "a long text that only the two ends know", "12345678901234567890123456789", "0123456789abcdefghijklmnopqrstuvwxyz",
     "ünïcode" * 9],
)  # fmt: skip
def test_a_token_that_can_be_guessed_is_refused_where_the_backend_stays(weak):
    with pytest.raises(AuthorizationError, match="too easy to guess.*clients token"):
        check_strength(weak)


def test_random_tokens_of_128_bits_are_strong():
    for _ in range(2000):
        assert min(strength(secrets.token_hex(16)), strength(secrets.token_urlsafe(16))) >= 128


def test_the_file_of_clients_holds_no_token_and_is_private(tmp_path):
    token = add_client(tmp_path, "ann")
    path = tmp_path / "clients.json"
    assert token not in path.read_text() and path.stat().st_mode & 0o777 == 0o600
    clients = Clients(tmp_path, "the owner's")
    assert clients.whose(token).name == "ann" and clients.whose("the owner's").is_owner and clients.whose("x") is None
    revoke_client(tmp_path, "ann")
    assert clients.whose(token) is None and read_clients(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../x", "a b", "x" * 41, "-a"])
def test_a_name_that_cannot_be_used_is_one_sentence(tmp_path, name):
    with pytest.raises(ConfigError, match="cannot name a client"):
        add_client(tmp_path, name)


def test_a_file_of_clients_that_others_may_write_is_refused(tmp_path):
    add_client(tmp_path, "ann")
    (tmp_path / "clients.json").chmod(0o666)
    with pytest.raises(DiskError, match="Others may write"):
        read_clients(tmp_path)


def test_who_sees_what():
    assert Who().may_see("ann") and Who("ann").may_see("ann") and not Who("ann").may_see("ben")
    assert not Who("ann").is_owner


def test_names_are_taken_once_and_revoked_by_name(tmp_path):
    add_client(tmp_path, "ann")
    with pytest.raises(ConfigError, match="There is a client 'ann' already"):
        add_client(tmp_path, "ann")
    with pytest.raises(ConfigError, match="There is no client 'ben': ann"):
        revoke_client(tmp_path, "ben")
    revoke_client(tmp_path, "ann")
    with pytest.raises(ConfigError, match="there are none"):
        revoke_client(tmp_path, "ann")


def test_without_a_token_of_its_own_nobody_is_the_owner(tmp_path):
    token = add_client(tmp_path, "ann")
    clients = Clients(tmp_path, "")
    assert clients.whose("") is None and clients.whose(token) == Who("ann")
    assert clients.still(Who("ann")) and not clients.still(Who("ben")) and clients.still(Who())


def test_a_strong_token_is_taken():
    check_strength(secrets.token_hex(16))
    assert strength("QWERTYUIOPASDFGHJKLZXCVBNMQAZWSXEDCRFV") < strength("QWERTYUIOPASDFGHJKLZXCVBNMqazwsxedcrfv")
    assert strength("") == strength("====") == strength("with a space") == 0.0


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1]", '[{"name": "a"}]', "null", "[" * 100_000, '[{"name": "a", "digest": 5, "created": 1}]',
     '[{"name": "../a", "digest": "x", "created": 1}]', '[{"name": "", "digest": "x", "created": 1}]'],
)  # fmt: skip
def test_a_file_of_clients_that_is_broken_lets_nobody_in_and_the_owner_works_on(tmp_path, content, caplog):
    token = add_client(tmp_path, "ann")
    clients = Clients(tmp_path, "the owner's")
    assert clients.whose(token) == Who("ann")
    (tmp_path / "clients.json").write_text(content)
    os.utime(tmp_path / "clients.json", (1, 1))
    with pytest.raises(DiskError, match="remove the file, and add them again"):
        read_clients(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert clients.whose(token) is None and not clients.still(Who("ann"))
    assert clients.whose("the owner's") == Who() and caplog.text.count("cannot be read") == 1
    (tmp_path / "clients.json").write_text(json.dumps([]))
    assert clients.whose(token) is None


def test_where_there_is_no_file_there_is_the_owner_alone(tmp_path):
    clients = Clients(tmp_path, "the owner's")
    assert clients.whose("the owner's") == Who() and clients.whose("another") is None
    assert not clients.still(Who("ann")) and read_clients(tmp_path) == []
