"""What the tests share: example documents, hostile texts, the optional shared data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# the models that whoever runs the tests has trained are no part of the tests
os.environ["CPECNLP_MODELS"] = str(Path(__file__).resolve().parent / "no-such-folder")

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"

settings.register_profile(
    "house", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("house")

HOSTILE = [
    "",
    " ",
    "\n\n\n",
    "x",
    "One line with no break and no full stop",
    "Title\r\n\r\nBEIJING: The minister said.\r\n\r\nMust Read\r\n",
    "Soft\u00adhyphen in Is\u00adlam\u00adabad and a no\u00a0break space\u00a0\n",
    "\u200fRight-to-left mark, عربی اردو متن in the middle\u200e of Pakistan.",
    "Emoji \U0001f1f5\U0001f1f0\U0001f91d\U0001f1e8\U0001f1f3 Pakistan and China \U0001d4d0\U0001d4d1 sign MoU.",
    "Line separator\u2028paragraph separator\u2029next line\x85form feed\x0cvertical tab\x0bend",
    "BEIJING, (APP - 7th Jun, 2024)",
    "Copyright © 2024. All Rights Reserved",
    "\ufeffBOM first. ISLAMABAD, Apr 26 (APP):The Prime Minister Shehbaz Sharif visited Gwadar Port.",
    "a" * 5000,
    "A literal \\n\\n new line\\nin Karachi.",
    "Zero\u200bwidth Lah\u200core and combining e\u0301 A\u030a",
    "<script>alert('x')</script> & <b>bold</b>",
    '((((((((((((((((((((( """"""""" \'\'\'\'\'\'\' ------- |||||||',
]

_letters = st.characters(codec="utf-8", exclude_categories=("Cs",))
_pieces = st.sampled_from(
    [
        *HOSTILE,
        "Pakistan",
        " China ",
        "\n",
        "\r\n",
        "\n\n",
        "Must Read",
        "ISLAMABAD: ",
        " date 2024-06-07 ",
        "\u00ad",
        "\u00a0",
    ]
)
hostile_text = st.lists(st.one_of(st.text(_letters, max_size=30), _pieces), max_size=12).map("".join)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared data folder; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no shared data here")
    return SHARED
