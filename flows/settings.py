"""Settings: environment variables that begin with WASTE_, or a file `.env` beside the command. Secrets stay secret.

Only nightly, deployments and the command line know them; steps get plain values.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows import signing
from flows.errors import UsageError
from flows.mail import MailRoute
from flows.reading.limits import Limits
from flows.signing import Signer


class Settings(BaseSettings):
    """Everything that an installation can decide. Each default is safe: no mail leaves the house."""

    model_config = SettingsConfigDict(env_prefix="WASTE_", env_file=".env", extra="ignore")

    obligations_from: date = Field(date(2025, 1, 1), description="periods from this day on are owed")
    cron: str = Field("0 1 * * *", description="when `waste serve` runs the night, in Bangkok time")

    prefect_port: int = Field(4200, ge=1, le=65535, description="port of the embedded Prefect server of `waste serve`")

    mail_mode: Literal["off", "redirect", "live"] = Field(
        "off", description="off writes mails as files; redirect sends all to one address; live sends them"
    )
    mail_host: str = Field("127.0.0.1", description="SMTP server")
    mail_port: int = Field(25, ge=1, le=65535, description="SMTP port")
    mail_security: Literal["none", "starttls", "tls"] = Field(
        "none", description="how the SMTP connection is protected"
    )
    mail_user: str = Field("", description="SMTP user; empty = no login")
    mail_password: SecretStr = Field(SecretStr(""), description="SMTP password")
    mail_from: str = Field("waste-reports@localhost", description="sender")
    mail_redirect_to: str = Field("", description="the one address of mode redirect")
    mail_headquarters: str = Field("", description="address of the headquarters")
    mail_operators: str = Field("", description="address of those who run the pipeline")
    mail_provinces: dict[str, str] = Field(
        default_factory=dict, description='addresses of the provincial offices, JSON: {"10": "bangkok@example.org"}'
    )
    mail_tries: int = Field(7, description="nights on which a mail is tried")
    mail_unsubscribed: list[str] = Field(
        default_factory=list, description='roles that want no mail, JSON: ["province-20", "factory-10200000125551"]'
    )
    reminder_days: list[int] = Field(
        default=[-15, -3, 1, 30],
        description="days from a due date on which factories are reminded, negative before it, JSON; [] = never",
    )

    max_file_mb: int = Field(100, description="largest file taken [MB]")
    max_unpacked_mb: int = Field(400, description="largest unpacked size of a workbook or ZIP [MB]")
    max_ratio: int = Field(100, description="largest ratio of unpacked to packed size")
    max_rows: int = Field(1_000_000, description="most rows of one file")
    max_cell_characters: int = Field(5_000, description="longest cell")
    max_zip_members: int = Field(500, description="most files in a ZIP")
    workbook_seconds: int = Field(120, description="longest time for opening one workbook [s]")
    workbook_memory_mb: int = Field(2_000, description="most memory for opening one workbook [MB]")

    signing_key: SecretStr = Field(
        SecretStr(""), description="signs receipts, made by `waste key --new`; empty = the test key, which proves nothing"
    )
    font_folders: str = Field("", description="folders with Thai fonts for PDF, beside the system's; separated as in PATH")
    factory_mails_per_night: int = Field(
        200, ge=0, description="mails of a night to factories: files to be mended first, then reminders; 0 = none"
    )
    receipts_per_night: int = Field(
        25, ge=0, description="receipts that the night itself writes, for files with errors; `waste receipt` writes any other"
    )

    pages_address: str = Field(
        "", description="address under which officials open the pages, for QR codes; empty = the folder DATA/published itself"
    )

    web_url: str = Field(
        "", description="address at which visitors reach `waste web`; empty = this machine only, needs https:// for others"
    )
    web_officers: dict[str, str] = Field(
        default_factory=dict,
        description='who may sign in beside factories, JSON: {"somchai@diw.example": "20"}; a province code, "all" or "desk"',
    )
    web_max_file_mb: int = Field(25, ge=1, description="largest file taken through `waste web` [MB]")

    memory_limit_mb: int = Field(1_200, description="memory that DuckDB may use in the night [MB]")
    sql_seconds: int = Field(60, description="longest time of one statement of `waste sql` [s]")
    sql_memory_mb: int = Field(1_000, description="most memory of one statement of `waste sql` [MB]")


def signer_of(settings: Settings) -> Signer:
    """Who signs receipts.

    Raises:
        UsageError: the key is no key.
    """
    return signing.signer_of(settings.signing_key.get_secret_value())


def font_folders_of(settings: Settings) -> list[Path]:
    """Folders with fonts, beside the system's."""
    return [Path(folder) for folder in settings.font_folders.split(os.pathsep) if folder]


def limits_of(settings: Settings) -> Limits:
    """Bounds on one file."""
    megabyte = 1_000_000
    return Limits(
        file_bytes=settings.max_file_mb * megabyte,
        unpacked_bytes=settings.max_unpacked_mb * megabyte,
        ratio=settings.max_ratio,
        rows=settings.max_rows,
        cell_characters=settings.max_cell_characters,
        zip_members=settings.max_zip_members,
        workbook_seconds=settings.workbook_seconds,
        workbook_bytes=settings.workbook_memory_mb * megabyte,
    )


def officers_of(settings: Settings) -> dict[str, str]:
    """Who may sign in to `waste web` beside factories: address in lower case -> province code, `all` or `desk`.

    Raises:
        UsageError: an address or its area is none.
    """
    for address, area in settings.web_officers.items():
        if "@" not in address or not re.fullmatch(r"[0-9]{2}|all|desk", area):
            raise UsageError(f'WASTE_WEB_OFFICERS: "{area}" is no province code, "all" or "desk", or its key no e-mail address')
    return {address.lower(): area for address, area in settings.web_officers.items()}


def unsubscribed_of(settings: Settings) -> tuple[str, ...]:
    """Roles that want no mail.

    Raises:
        UsageError: one is no role; operators cannot unsubscribe, or nobody would hear of a stopped night.
    """
    for role in settings.mail_unsubscribed:
        if not re.fullmatch(r"headquarters|province-[0-9]{2}|factory-[0-9]{14}", role):
            raise UsageError(f'WASTE_MAIL_UNSUBSCRIBED: "{role}" is not headquarters, province-<code> or factory-<number>')
    return tuple(settings.mail_unsubscribed)


def route_of(settings: Settings) -> MailRoute:
    """How mail leaves the house."""
    provinces = {f"province-{code}": address for code, address in settings.mail_provinces.items()}
    roles = {"headquarters": settings.mail_headquarters, "operators": settings.mail_operators}
    return MailRoute(
        mode=settings.mail_mode,
        host=settings.mail_host,
        port=settings.mail_port,
        security=settings.mail_security,
        user=settings.mail_user,
        password=settings.mail_password.get_secret_value(),
        sender=settings.mail_from,
        redirect_to=settings.mail_redirect_to,
        addresses=provinces | {role: address for role, address in roles.items() if address},
        tries=settings.mail_tries,
        unwanted=unsubscribed_of(settings),
    )
