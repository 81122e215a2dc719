// Draws a tab: Vega-Lite where its scripts are in the page, and always a table that does the same
// by keyboard and without colour.

class Charts {
  constructor(store, { onName, onArticle }) {
    Object.assign(this, { store, onName, onArticle, turn: 0 });
    this.choice = {}; // tab → what its select says
  }

  async show(tab, hits) {
    const turn = ++this.turn;
    const width = Math.max(260, $("chart").clientWidth || $("view").clientWidth);
    const found = tabs[tab](this.store, hits, { choice: this.choice[tab] ?? firstChoice(tab), width });
    $("about").textContent = found.about;
    this.table(found.table);
    const spec = this.store.index.charts[tab];
    $("table").open = !spec;
    if (!spec || !found.data.rows.length) {
      $("chart").replaceChildren(...(found.data.rows.length ? [] : [el("p", { className: "hint" }, "Nothing to draw for these articles.")]));
      return;
    }
    const box = el("div", { role: "img", "aria-label": found.about });
    // replaced when it is drawn: the old chart stays in sight until then
    const { view } = await vegaEmbed(box, this.fitted(spec, found, width), this.options(width));
    if (turn !== this.turn) return view.finalize();
    this.view?.finalize();
    this.view = view;
    $("chart").replaceChildren(box);
    view.resize().run();
    view.addEventListener("click", (event, item) => this.click(item?.datum));
  }

  click(datum) {
    if (!datum) return;
    if (datum.at >= 0) this.onArticle(datum.at);
    else if (datum.entity !== undefined) this.onName(this.store.called(datum.entity), datum.date);
  }

  /** A copy of a specification with its rows, for the width at hand. */
  fitted(spec, { data, unit, size }, width) {
    const labels = Object.keys(this.store.index.styles).filter((label) => data.rows.some((row) => row.label === label));
    const copy = JSON.parse(JSON.stringify(spec), (key, value) => {
      if (key === "legend" && value) return { ...value, values: labels, columns: width < 500 ? 3 : 0 };
      if (key === "labelLimit") return Math.round(width * 0.42);
      return key === "timeUnit" && unit ? unit : value;
    });
    copy.datasets = data;
    if (copy.spec) copy.spec.width = width - 60;
    else copy.width = width - (size ? 0 : 20);
    if (copy.height?.step) copy.height = copy.height.step * new Set(data.rows.map((row) => row.name)).size;
    if (copy.width) copy.autosize = { type: "fit-x", contains: "padding" };
    if (size) Object.assign(copy, size, { autosize: "none", padding: 0 });
    return copy;
  }

  options() {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink").trim();
    const faint = style.getPropertyValue("--line-colour").trim();
    const axis = { labelColor: ink, titleColor: ink, gridColor: faint, domainColor: faint, tickColor: faint };
    const text = { labelColor: ink, titleColor: ink };
    return {
      actions: false,
      ast: true, // expressions are interpreted: the page's policy forbids eval
      defaultStyle: false,
      renderer: "svg",
      tooltip: tooltipOfChart,
      config: {
        background: null, font: "system-ui, sans-serif", axis, legend: text, header: text,
        text: { color: ink }, view: { stroke: null }, style: { cell: { stroke: null } },
      },
    };
  }

  table({ head, rows }) {
    const cell = (value) => {
      if (value?.name === undefined) return el("td", {}, String(typeof value === "number" ? number(value) : value));
      const name = el("button", { type: "button", className: "plain" }, value.name);
      name.addEventListener("click", () => this.onName(value.name));
      return el("td", {}, name);
    };
    const lines = rows.slice(0, TABLE).map((row) => el("tr", {}, ...row.map(cell)));
    const table = el("table", {},
      el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, ...lines));
    const rest = rows.length > TABLE ? [el("p", {}, `The first ${number(TABLE)} of ${number(rows.length)} rows.`)] : [];
    $("table").lastElementChild.replaceChildren(table, ...rest);
  }
}

/** Vega's own tooltip writes HTML; this one writes text. */
function tooltipOfChart(handler, event, item, value) {
  const tip = $("tip");
  tip.hidden = !value;
  if (!value) return;
  const lines = typeof value === "object" ? Object.entries(value).filter(([, said]) => said !== "").map((pair) => pair.join(": ")) : [String(value)];
  tip.textContent = lines.join("\n");
  tip.style.left = `${Math.max(8, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(8, Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8))}px`;
}
