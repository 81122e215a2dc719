"""The five charts as Vega-Lite specifications, made with Altair; the page gives them their rows.

Both Altair and the scripts of Vega come with the extra ``explorer``. The specifications name
their data ``rows`` (and ``links``, ``land``): the page fills them from the articles
that its filters let through.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from cpecnlp.report.render import STYLES

SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-left", "triangle-right")
ROW = 22  # pixels a bar or a line of the timeline


@cache
def chart_library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, or nothing where the extra is not installed."""
    try:
        import altair  # noqa: F401
        import vl_convert
    except ImportError:
        return ""
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def specs() -> dict[str, Any]:
    """Tab → specification."""
    return {
        "topics": _topics(),
        "entities": _entities(),
        "network": _network(),
        "map": _map(),
        "timeline": _timeline(),
    }


def _colour(alt: Any) -> Any:
    """Label → colour: the same as in the articles."""
    domain = list(STYLES)
    scale = alt.Scale(domain=domain, range=[STYLES[label][0] for label in domain])
    return alt.Color("label:N", scale=scale, legend=None)


def _shape(alt: Any) -> Any:
    """Label → shape, so that colour alone never tells two labels apart."""
    domain = [label for label in STYLES if label not in {"DATE", "MONEY"}]
    scale = alt.Scale(domain=domain, range=SHAPES[: len(domain)])
    return alt.Shape("label:N", scale=scale, legend=alt.Legend(title=None, orient="top", symbolFillColor="#8888"))


def _topics() -> dict[str, Any]:
    """A small chart a topic, all on the same axes: no colour to tell apart."""
    import altair as alt

    rows = alt.NamedData("rows")
    bars = (
        alt.Chart(rows, height=44)
        .mark_bar(color="#0072B2")
        .encode(
            x=alt.X("when:T", timeUnit="yearmonth", title=None, axis=alt.Axis(orient="top", tickCount=8)),
            y=alt.Y("articles:Q", title=None, axis=alt.Axis(tickCount=2, format="d")),
            tooltip=["topic:N", alt.Tooltip("period:N"), "articles:Q"],
        )
    )
    header = alt.Header(title=None, labelOrient="top", labelAnchor="start", labelFontSize=12, labelPadding=2)
    chart = bars.facet(row=alt.Row("topic:N", header=header, sort=alt.EncodingSortField("order")), spacing=8)
    return _spec(chart)


def _entities() -> dict[str, Any]:
    """The names that most articles have."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows"), height=alt.Step(ROW), width="container").encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=alt.Axis(labelLimit=220)),
        x=alt.X("articles:Q", title="articles", axis=alt.Axis(format="d", tickMinStep=1, grid=False)),
        tooltip=["name:N", "label:N", "articles:Q", "mentions:Q", "first:N", "last:N"],
    )
    bars = base.mark_bar(cursor="pointer").encode(color=_colour(alt))
    said = base.mark_text(align="left", dx=4, cursor="pointer").encode(text="said:N")
    return _spec(alt.layer(bars, said))


def _network() -> dict[str, Any]:
    """Names that stand in the same articles; the page lays them out."""
    import altair as alt

    flat: dict[str, Any] = {"axis": None, "scale": alt.Scale(domain=[0, 1])}
    x, y = alt.X("x:Q", **flat), alt.Y("y:Q", **flat)
    lines = (
        alt.Chart(alt.NamedData("links"))
        .mark_rule(color="#8C8C8C", opacity=0.45)
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            size=alt.Size("strength:Q", scale=alt.Scale(range=[0.5, 5]), legend=None),
            tooltip=["a:N", "b:N", "together:Q"],
        )
    )
    base = alt.Chart(alt.NamedData("rows")).encode(x=x, y=y, tooltip=["name:N", "label:N", "articles:Q"])
    dots = base.mark_point(filled=True, opacity=1, cursor="pointer").encode(
        color=_colour(alt),
        shape=_shape(alt),
        size=alt.Size("articles:Q", scale=alt.Scale(range=[50, 500]), legend=None),
    )
    names = base.mark_text(dy=-13, fontSize=11, cursor="pointer").encode(text="said:N")
    chart = alt.layer(lines, dots, names).resolve_scale(size="independent").properties(width="container", height=560)
    return _spec(chart)


def _map() -> dict[str, Any]:
    """Places on a base map of our own: coasts drawn by hand and the graticule; no border is drawn."""
    import altair as alt

    land = alt.Chart(alt.NamedData("land"))
    base = alt.Chart(alt.NamedData("rows")).encode(
        latitude="lat:Q", longitude="lon:Q", tooltip=["name:N", "articles:Q", "mentions:Q"]
    )
    dots = base.mark_circle(color="#D55E00", opacity=0.75, stroke="#fff", strokeWidth=0.5, clip=True, cursor="pointer")
    layers = alt.layer(
        land.mark_geoshape(fill="#8C8C8C", fillOpacity=0.22, stroke="#8C8C8C", strokeWidth=0.8, clip=True),
        alt.Chart(alt.graticule(step=[10, 10])).mark_geoshape(
            filled=False, stroke="#8C8C8C", strokeOpacity=0.35, strokeWidth=0.6, clip=True
        ),
        dots.encode(size=alt.Size("articles:Q", scale=alt.Scale(range=[30, 900], zero=True), legend=None)),
        base.mark_text(align="left", dx=8, fontSize=11, clip=True, cursor="pointer").encode(text="said:N"),
        base.mark_text(align="right", dx=-8, fontSize=11, clip=True, cursor="pointer").encode(text="saidLeft:N"),
    )
    return _spec(layers.project(type="mercator").properties(width=600, height=480))


def _timeline() -> dict[str, Any]:
    """When projects and agreements were written about: a line from first to last, a mark an article."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=alt.Axis(labelLimit=220))
    )
    span = base.mark_rule(opacity=0.5, strokeWidth=2).encode(
        x=alt.X("min(when):T", title=None, axis=alt.Axis(orient="top")), x2="max(when):T", color=_colour(alt)
    )
    marks = base.mark_point(filled=True, opacity=0.9, cursor="pointer").encode(
        x=alt.X("when:T", title=None),
        color=_colour(alt),
        shape=_shape(alt),
        size=alt.Size("articles:Q", scale=alt.Scale(range=[45, 200], domainMin=1), legend=None),
        tooltip=["name:N", "label:N", "date:N", "articles:Q", "title:N"],
    )
    return _spec(alt.layer(span, marks).properties(width="container", height=alt.Step(ROW)))


def _spec(chart: Any) -> dict[str, Any]:
    """The specification without what the page does not need."""
    found: dict[str, Any] = chart.to_dict(validate=True)
    for key in ("$schema", "config"):
        found.pop(key, None)
    return found


def land() -> list[Any]:
    """Coasts of the world as GeoJSON features, drawn by hand for orientation."""
    found: list[Any] = json.loads((files(__package__) / "page" / "land.json").read_text("utf-8"))["features"]
    return found
