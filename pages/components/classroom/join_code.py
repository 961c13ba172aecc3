"""How students come in: the code and the address of a class, large enough for the back row, and as a picture."""

from __future__ import annotations

import io
import ipaddress
import socket
from html import escape
from urllib.parse import urlsplit

import psutil
import segno
import streamlit as st

from dlcore.i18n import _
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.class_routes import JOIN
from pages.components.classroom.class_changes import renew_code

PICTURE_PIXELS = 220


def join_code(school_class: SchoolClass) -> None:
    """Draw the code, the address and its picture."""
    address = join_address(school_class.code, st.context.url or "")
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        st.image(picture(address), width=PICTURE_PIXELS)
        with st.container(width="stretch"):
            st.caption(_("Code of the class"))
            st.html(f'<div style="font-size: clamp(2rem, 7vw, 4rem); font-weight: 700; letter-spacing: 0.08em; '
                    f'font-family: monospace; line-height: 1.1">{escape(spaced(school_class.code))}</div>')  # fmt: skip
            st.caption(_("Students join at this address, with the code, a name and a word of their own:"))
            st.code(address, language=None, wrap_lines=True)
            if _is_loopback(address):
                st.caption(_("Only this machine reaches this address. Serve the app with --address 0.0.0.0, or open "
                             "this page by the name that students use."))  # fmt: skip
            renew_code(school_class)


def spaced(code: str) -> str:
    """A code in two halves, as it is read aloud."""
    return f"{code[:4]} {code[4:]}"


def join_address(code: str, page: str) -> str:
    """Where students join, by the address of the page that the teacher has opened.

    Where that names this very machine, by its address in the network, if it has one.
    """
    parts = urlsplit(page)
    host, port = parts.hostname or "localhost", f":{parts.port}" if parts.port else ""
    if _is_loopback(page):
        host = _address_in_network() or host
    return f"{parts.scheme or 'http'}://{f'[{host}]' if ':' in host else host}{port}{JOIN}?code={code}"


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or "localhost"
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address_in_network() -> str | None:
    """The first IPv4 address of this machine that others can reach, where the server listens there, too."""
    if st.get_option("server.address") not in (None, "", "0.0.0.0", "::"):
        return None
    found = (
        each.address for group in psutil.net_if_addrs().values() for each in group if each.family == socket.AF_INET
    )
    return next((each for each in found if not ipaddress.ip_address(each).is_loopback), None)


def picture(address: str) -> bytes:
    """The address as a QR picture (PNG): dark on white in every theme, as cameras want it."""
    written = io.BytesIO()
    segno.make(address, error="m", micro=False).save(written, kind="png", scale=6, border=3)
    return written.getvalue()
