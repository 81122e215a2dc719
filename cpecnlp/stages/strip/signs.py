"""What the words of a block are for: law, promotion, a biography, a company's own words, a screen, a credit.

Pages of outlets unseen say the same things in other words; a count of such words says it for all.
The block model has learned from these counts: a change of a list asks for a new training.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cpecnlp.stages.strip.rules import Pieces
from cpecnlp.stages.strip.tokens import JOINED

SIGNS = ("legal", "promo", "bio", "company", "screen")
_WORDS = {
    "legal": """
        copyright copyrights copyrighted reserved disclaimer liable liability infringement cookies cookie
        privacy consent reproduced reproduction redistributed rewritten reprinted reused republished
        written-permission permission authorization authorisation authorized unauthorized syndicated
        auto-generated forward-looking trademark trademarks licence license licensed gdpr jurisdiction
        warranties warranty rights-reserved all-rights no-responsibility not-necessarily necessarily-reflect
        not-reflect reflect-the views-expressed personal-data third-parties user-agreement terms-of
        terms-and terms-conditions may-not must-not you-agree you-consent been-edited was-edited
        strictly-prohibited prior-written private-securities safe-harbor safe-harbour differ-materially
        editorial-responsibility authors-own author's-own writer's-own writers-own for-information
    """,
    "promo": """
        subscribe subscribed subscriber subscribers subscribing subscription subscriptions newsletter
        newsletters journalism newsroom daily-updates this-publication our-content for-free your-peers
        be-updated inbox membership donate donation donations download app apps premium unlock digest alerts
        notification notifications advertisement advertise advertising sponsored promoted ebook unlimited
        bonus discount briefing whatsapp telegram podcast sign-up signing-up signed-up log-in login
        logged-in sign-in register registered registering support-us support-our independent-journalism
        quality-journalism our-journalism our-readers our-newsroom our-reporters our-channel our-app
        our-team our-mission our-community our-work follow-us join-us join-our follow-our latest-news
        breaking-news latest-updates news-updates free-trial per-month get-the get-our stay-informed
        stay-updated stay-connected stay-ahead keep-up e-mail-address email-address free-articles
        delivered-to exclusive-content never-miss don't-miss to-contribute contribute-to google-news
        your-support readers-like our-free this-newsletter
    """,
    "bio": """
        author writer columnist freelance tweets twitter phd contributor bio biography authored the-author
        the-writer the-writers the-authors be-reached be-contacted reached-at contacted-at has-reported
        has-covered has-written been-covering reporting-on covers-the a-journalist freelance-journalist
        based-in teaches-at researcher-at fellow-at professor-at lecturer-at analyst-at editor-at editor-of
        former-editor degree-in master's-in phd-candidate research-fellow visiting-fellow senior-fellow
        an-expert writes-on writes-about specialises-in specializes-in award-winning member-since tweets-at
        works-at works-as he-tweets she-tweets been-reporting been-writing been-working reported-from
        reports-on reported-for writes-for worked-for worked-as alumnus-of adjunct-fellow retired-diplomat
        two-decades edited-by reporting-by editing-by written-by compiled-by translated-by
        additional-reporting
    """,
    "company": """
        headquartered nasdaq nyse newswire prnewswire businesswire subsidiary subsidiaries founded-in
        established-in is-headquartered leading-provider global-provider leading-global more-information
        learn-more please-visit visit-us visit-our visit-www about-us media-contact press-contact
        media-contacts media-relations investor-relations news-provided customers-in employees-in
        its-mission non-profit listed-on our-vision the-company's has-offices provides-news news-agency
    """,
    "screen": """
        click tap scroll browser javascript clipboard embed transcript unmute playing loading icon facebook
        linkedin instagram youtube pinterest reddit messenger email e-mail print share tweet menu toggle
        hide reply replies repost bookmark copied url link links qr click-here read-more see-more show-more
        load-more view-all see-all see-less show-less more-less full-article full-story the-code new-window
        new-tab copy-link on-social social-media enable-javascript html5-video this-video this-article
        this-story article-continues story-continues continues-below no-media your-browser your-name
        your-email your-comment your-comments leave-a post-comment please-enter enter-your valid-email
        required-fields back-to previous-article next-article about-this
    """,
}
# each word, or pair of words one behind the other, between blanks, and its sign
_TELLING: dict[str, int] = {}
for _at, _sign in enumerate(SIGNS):
    for _word in _WORDS[_sign].split():
        _TELLING[f" {_word}'s "] = _at
        if not _word.endswith("'s"):
            _TELLING[f" {_word} "] = _at
        if _word.count("-") == 1:
            _TELLING[f" {_word.replace('-', ' ')} "] = _at
_PIECES = Pieces(_TELLING)
_MOST = 6
_SPEAKS = 2
_ADDRESS = frozenset("you your you're you've you'll yours we we're we've we'll our us".split())
_QUOTED = re.compile(r"“[^”]{1,500}”?|\"[^\"]{1,500}\"?")
_BRACKET = re.compile(r"[(\[][^()\[\]]{2,60}[)\]]\.?$")
_BEHIND_STOP = re.compile(r"[.!?”\"'] ?((?:©|[A-Z@/])[^.!?]{1,50})$")
_PICTURE = re.compile(r"(?i)photo|image|pictures?\b|file|courtesy|handout|credit|representat|illustrat|video|©|/|@")


def signs(words: Sequence[str]) -> list[int]:
    """How many words or pairs of words of each of ``SIGNS`` there are.

    Args:
        words: of the block, in lower case and in order.
    """
    out = [0] * len(SIGNS)
    for piece in _PIECES.found(f" {' '.join(words)} "):
        out[_TELLING[piece]] += 1
    return [min(_MOST, count) for count in out]


def speaks(low: str) -> bool:
    """Whether a paragraph has so many telling words that it may be none of the article."""
    words = JOINED(unquoted(low))
    count = sum(signs(words))
    return count >= _SPEAKS or (count > 0 and addressed(words) >= _SPEAKS)


def unquoted(plain: str) -> str:
    """The text without what stands in quotation marks."""
    return _QUOTED.sub(" ", plain) if '"' in plain or "“" in plain else plain


def addressed(words: Sequence[str]) -> int:
    """How often a text speaks to its reader, or of itself as we."""
    return min(_MOST, sum(map(_ADDRESS.__contains__, words)))


def credit(plain: str) -> int:
    """Whether a text ends as the line of a picture does.

    Returns:
        0: no; 1: with a few words in brackets or behind the full stop; 2: with such that speak of a picture.
    """
    tail = plain[-90:]
    found = _BRACKET.search(tail)
    text = found.group() if found else ""
    if not found:
        found = _BEHIND_STOP.search(tail)
        text = found.group(1) if found else ""
    if not text:
        slash = tail.rsplit(" /", 1)
        return 2 if len(slash) > 1 and 2 <= len(slash[1]) <= 30 and slash[1][0].isupper() else 0
    if _PICTURE.search(text):
        return 2
    return int(sum(word[:1].isupper() or not word[:1].isalpha() for word in text.split()) * 2 > len(text.split()))
