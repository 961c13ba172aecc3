"""The pages at a class's door: plain HTML with forms, as only an answer to a form can set a cookie."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from dlcore.i18n import LANGUAGES, _, current_language, preferred_language

STYLE = """
:root { color-scheme: light dark; --text: light-dark(#1b2330, #e4e8ef); --back: light-dark(#f4f6f9, #11151c);
  --card: light-dark(#ffffff, #1b212b); --line: light-dark(#dde2ea, #303947); --link: light-dark(#1a5fd0, #7aacff);
  --primary: light-dark(#1f6feb, #3471e0); --trouble: light-dark(#b3232f, #ff8a91); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; align-items: center; justify-content: center; padding: 1rem;
  font: 16px/1.5 "Source Sans", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: var(--text); background: var(--back); }
main { width: 100%; max-width: 26rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 0.25rem; }
p { margin: 0.5rem 0; }
.top { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.875rem; opacity: 0.8; }
.trouble { color: var(--trouble); font-weight: 600; }
.quiet { font-size: 0.875rem; opacity: 0.8; }
label { display: block; margin-top: 0.9rem; font-weight: 600; }
label.choice { font-weight: 400; display: flex; gap: 0.5rem; align-items: baseline; }
input:not([type=checkbox]) { width: 100%; margin-top: 0.2rem; padding: 0.55rem 0.7rem; font: inherit;
  color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 0.375rem; }
.code { text-transform: uppercase; letter-spacing: 0.1em; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.6rem; margin-top: 1.2rem; }
button, .button { flex: 1; padding: 0.6rem 1rem; font: inherit; font-weight: 600; border-radius: 0.375rem;
  cursor: pointer; text-align: center; text-decoration: none; color: var(--text); background: transparent;
  border: 1px solid var(--line); }
.primary { color: #fff; background: var(--primary); border-color: var(--primary); }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--primary); outline-offset: 2px; }
"""


def language_of(request: Request) -> str:
    """The language of a page at the door: as its address says, else as the browser asks."""
    wanted = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return preferred_language(wanted)


def page(title: str, body: str, *, address: str = "", status: int = 200) -> HTMLResponse:
    """A page in the current language. body: HTML that is safe. address: of this page in another language."""
    code = current_language().replace("_", "-")
    html = f"""<!DOCTYPE html>
<html lang="{code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{escape(title)} · Layer by Layer · 逐层</title>
<style>{STYLE}</style></head>
<body><main><div class="top"><span>Layer by Layer · 逐层</span>{_other_language(address)}</div>
<h1>{escape(title)}</h1>{body}</main></body></html>"""
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def _other_language(address: str) -> str:
    others = [code for code in LANGUAGES if code != current_language()] if address else []
    joint = "&amp;" if "?" in address else "?"
    return "".join(
        f'<a lang="{code.replace("_", "-")}" href="{escape(address)}{joint}lang={code}">{LANGUAGES[code]}</a>'
        for code in others
    )


def message(text: str, *, trouble: bool = False) -> str:
    """A paragraph; nothing in it is markup."""
    return f'<p class="trouble" role="alert">{escape(text)}</p>' if trouble else f"<p>{escape(text)}</p>"


def quiet(text: str) -> str:
    """A paragraph that explains."""
    return f'<p class="quiet">{escape(text)}</p>'


def go_on(to: str = "./") -> str:
    """The link into the app, as it is reached from the page."""
    return f'<p class="buttons"><a class="button primary" href="{escape(to)}">{escape(_("Go on"))}</a></p>'
