"""Configuration: one frozen object, read once at boot. Nothing else reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fieldapp.message_settings import (
    ConfigMissing,
    Gateway,
    Push,
    certificates_named,
    push,
    sms,
    wecom,
)

__all__ = [
    "Config",
    "ConfigMissing",
    "S3Config",
    "beside_the_package",
    "first_password",
    "from_environment",
    "new_signing_key",
]

NO_TSA = "none"
ALL_PERCENT = 100


@dataclass(frozen=True)
class S3Config:
    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    addressing: str  # "path" or "virtual"
    public_endpoint: str  # what phones and browsers reach
    retain_days: int = (
        0  # how long an object lock is to hold what is kept; 0: it is asked for nothing
    )

    @property
    def browser_origin(self) -> str:
        """The origin of signed URLs: what a page must be allowed to connect to."""
        found = urlsplit(self.public_endpoint)
        host = f"{self.bucket}.{found.netloc}" if self.addressing == "virtual" else found.netloc
        return f"{found.scheme}://{host}"


@dataclass(frozen=True)
class Config:
    production: bool
    data_dir: Path
    database_url: str
    secret_key: str = field(repr=False)
    signing_key_pem: str = field(repr=False)
    column_key: str = field(repr=False)  # 32 bytes as hex: encrypts personal data in its columns
    store: str  # "disk" or "s3"
    store_dir: Path
    s3: S3Config | None
    public_url: str
    static_dir: Path
    secure_cookies: bool
    sequencer_dir: (
        Path  # the key that seals the ledger; in production only the sequencer's user reads it
    )
    envelope_dir: (
        Path  # the keys that open phones' envelopes; in production only the worker's user reads it
    )
    tsa_url: str = ""  # an RFC 3161 time-stamping authority for checkpoints
    tsa_none: bool = False  # said on purpose: no authority stamps the checkpoints
    tsa_roots: Path | None = None  # its root certificates, PEM
    proxies: int = 0  # how many proxies of our own stand in front and name the caller's address
    c2pa_trust: Path | None = None  # PEM certificates of signers whose C2PA manifests are trusted
    session_days: int = 30
    response_working_days: int = 5  # an insurer's time to answer an authority's finding
    appeal_working_days: int = 5  # an insurer's time to appeal, from the notice
    blind_percent: int = (
        10  # of all photos, how many the authorities judge before they see others' verdicts
    )
    retention_years: int = 5  # AQ 9010-2019: for how long evidence must be kept
    bundle_days: int = 7  # for how long an ordered bundle can be downloaded
    max_record_bytes: int = 4 << 20
    max_file_bytes: int = 512 << 20
    sms: Gateway | None = None
    wecom: tuple[tuple[str, Gateway], ...] = ()  # by organisation id: a group's robot is its own
    push: Push | None = None

    def wecom_of(self, organisation_id: str) -> Gateway | None:
        return dict(self.wecom).get(organisation_id)


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """The configuration of this process. Raises ConfigMissing naming every setting that production lacks."""
    env = os.environ if environ is None else environ
    production = env.get("FIELDAPP_ENV", "development") == "production"
    data_dir = Path(env.get("FIELDAPP_DATA_DIR", "var")).resolve()
    secret = _Secrets(env, data_dir, production=production)
    store = env.get("FIELDAPP_STORE", "disk")
    config = Config(
        production=production,
        data_dir=data_dir,
        database_url=env.get("FIELDAPP_DATABASE_URL", f"sqlite:///{data_dir / 'fieldapp.sqlite3'}"),
        secret_key=secret("FIELDAPP_SECRET_KEY"),
        signing_key_pem=secret("FIELDAPP_SIGNING_KEY", new_signing_key),
        column_key=secret("FIELDAPP_COLUMN_KEY"),
        store=store,
        store_dir=Path(env.get("FIELDAPP_STORE_DIR", str(data_dir / "store"))).resolve(),
        s3=_s3(env) if store == "s3" else None,
        public_url=env.get("FIELDAPP_PUBLIC_URL", ""),
        static_dir=Path(env.get("FIELDAPP_STATIC_DIR", str(beside_the_package("static", "dist")))),
        secure_cookies=env.get("FIELDAPP_SECURE_COOKIES", "1" if production else "0") == "1",
        sequencer_dir=Path(
            env.get("FIELDAPP_SEQUENCER_DIR", str(data_dir / "sequencer"))
        ).resolve(),
        envelope_dir=Path(env.get("FIELDAPP_ENVELOPE_DIR", str(data_dir / "envelopes"))).resolve(),
        tsa_url="" if env.get("FIELDAPP_TSA_URL") == NO_TSA else env.get("FIELDAPP_TSA_URL", ""),
        tsa_none=env.get("FIELDAPP_TSA_URL") == NO_TSA,
        tsa_roots=certificates_named(env, "FIELDAPP_TSA_ROOTS"),
        proxies=_whole("FIELDAPP_PROXIES", env.get("FIELDAPP_PROXIES") or "0"),
        c2pa_trust=certificates_named(env, "FIELDAPP_C2PA_TRUST"),
        blind_percent=_percent(env, "FIELDAPP_BLIND_PERCENT", 10),
        retention_years=_whole(
            "FIELDAPP_RETENTION_YEARS", env.get("FIELDAPP_RETENTION_YEARS") or "5"
        ),
        bundle_days=_whole("FIELDAPP_BUNDLE_DAYS", env.get("FIELDAPP_BUNDLE_DAYS") or "7"),
        sms=sms(env),
        wecom=wecom(env),
        push=push(env),
    )
    if store not in {"disk", "s3"}:
        raise ConfigMissing(f"FIELDAPP_STORE is {store!r}; it must be disk or s3.")
    if config.tsa_url and config.tsa_roots is None:
        raise ConfigMissing(
            "FIELDAPP_TSA_URL needs FIELDAPP_TSA_ROOTS, the authority's certificates."
        )
    if secret.missing:
        names = ", ".join(secret.missing)
        raise ConfigMissing(
            f"Production needs {names}. Set them in the environment and start again."
        )
    return config


def first_password(environ: Mapping[str, str] | None = None) -> str | None:
    """The password that `fieldapp administrator` is to set, where nobody sits at a terminal to type it."""
    env = os.environ if environ is None else environ
    return env.get("FIELDAPP_ADMINISTRATOR_PASSWORD") or None


def _whole(name: str, value: str) -> int:
    if not value.isdecimal():
        raise ConfigMissing(f"{name} is {value!r}; it must be a whole number.")
    return int(value)


def _percent(env: Mapping[str, str], name: str, usual: int) -> int:
    found = _whole(name, env.get(name) or str(usual))
    if found > ALL_PERCENT:
        raise ConfigMissing(f"{name} is {found}; it must be from 0 to 100.")
    return found


class _Secrets:
    """Secrets from the environment; outside production made once and kept under the data folder."""

    def __init__(self, env: Mapping[str, str], data_dir: Path, *, production: bool) -> None:
        self._env = env
        self._folder = data_dir / "secrets"
        self._production = production
        self.missing: list[str] = []

    def __call__(self, name: str, make=lambda: secrets.token_hex(32)) -> str:
        # Set but empty is what an unset variable of a compose file becomes; an empty secret signs for everybody.
        if self._env.get(name, "").strip():
            return self._env[name].replace("\\n", "\n")
        if self._production:
            self.missing.append(name)
            return ""
        return self._kept(name, make)

    def _kept(self, name: str, make) -> str:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / name.lower()
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
        except FileExistsError:
            pass  # made by an earlier start; the point of keeping it
        return path.read_text()


def new_signing_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _s3(env: Mapping[str, str]) -> S3Config:
    needed = ("ENDPOINT", "BUCKET", "ACCESS_KEY", "SECRET_KEY")
    absent = [f"FIELDAPP_S3_{name}" for name in needed if not env.get(f"FIELDAPP_S3_{name}")]
    if absent:
        raise ConfigMissing(f"The S3 store needs {', '.join(absent)}.")
    endpoint = env["FIELDAPP_S3_ENDPOINT"]
    return S3Config(
        endpoint=endpoint,
        bucket=env["FIELDAPP_S3_BUCKET"],
        access_key=env["FIELDAPP_S3_ACCESS_KEY"],
        secret_key=env["FIELDAPP_S3_SECRET_KEY"],
        region=env.get("FIELDAPP_S3_REGION", "us-east-1"),
        addressing=env.get("FIELDAPP_S3_ADDRESSING", "path"),
        public_endpoint=env.get("FIELDAPP_S3_PUBLIC_ENDPOINT", endpoint),
        retain_days=_whole("FIELDAPP_S3_RETAIN_DAYS", env.get("FIELDAPP_S3_RETAIN_DAYS", "0")),
    )


def beside_the_package(*parts: str) -> Path:
    """What lies beside the package in the repository, and inside it in an installed wheel."""
    inside = Path(__file__).parent.joinpath(*parts)
    return inside if inside.exists() else Path(__file__).parent.parent.joinpath(*parts)
