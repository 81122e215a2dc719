// Ties the parts together: the state is the filters, the tab and the open article.

const FILTERS = ["query", "outlet", "topic", "entity", "from", "to", "order"];

class App {
  constructor(store) {
    this.store = store;
    this.tab = "articles";
    this.list = new List(store, (at) => this.open(at));
    this.charts = new Charts(store, { onName: (name, date) => this.filterBy(name, date), onArticle: (at) => this.open(at) });
    this.fill();
    this.listen();
    tooltips();
    this.switch("articles");
    this.follow();
    this.readTexts();
  }

  fill() {
    const { index } = this.store;
    const tally = (values) => values.reduce((counts, value) => counts.set(value, (counts.get(value) ?? 0) + 1), new Map());
    const add = (select, names, counts) => {
      const known = [...counts].filter(([at]) => at >= 0).sort((a, b) => (names[a[0]] < names[b[0]] ? -1 : 1));
      for (const [at, n] of known) $(select).append(el("option", { value: at }, `${names[at]} (${number(n)})`));
    };
    add("outlet", index.outlets, tally(index.outlet));
    add("topic", index.topics.map((topic) => topic[1]), tally(index.topic.flat()));
    this.labels = index.labels.filter((label) => !NUMBERS.has(label)).sort();
    $("notes").append(...index.notes.map((note) => el("p", {}, note)), el("p", {}, `cpecnlp ${index.version}`));
    $("filters").open = matchMedia("(min-width: 48rem)").matches;
  }

  listen() {
    const apply = later(() => this.apply(), 120);
    for (const id of FILTERS) $(id).addEventListener("input", apply);
    $("entity").addEventListener("input", () => this.suggest());
    $("clear").addEventListener("click", () => {
      for (const id of FILTERS) $(id).value = id === "order" ? "new" : "";
      this.apply();
    });
    $("tabs").addEventListener("click", (event) => event.target.dataset.tab && this.switch(event.target.dataset.tab));
    $("tabs").addEventListener("keydown", (event) => this.tabKey(event));
    $("kind").addEventListener("input", (event) => {
      this.charts.choice[this.tab] = event.target.value;
      this.draw();
    });
    addEventListener("hashchange", () => this.follow());
    addEventListener("resize", later(() => this.draw(), 200));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && document.body.classList.contains("reading")) this.close();
    });
  }

  get state() {
    return Object.fromEntries(FILTERS.map((id) => [id, $(id).value]));
  }

  apply() {
    this.hits = choose(this.store, this.state);
    this.tell();
    this.list.show(this.hits);
    this.draw();
  }

  /** How many articles pass, and how far the texts have been read while a search waits for them. */
  tell() {
    const { store } = this;
    const reading = this.state.query && store.read < store.size ? ` (searched ${number(store.read)} texts so far)` : "";
    $("count").textContent = `${number(this.hits.length)} of ${count(store.size, "article")}${reading}`;
    const active = FILTERS.filter((id) => id !== "query" && id !== "order" && $(id).value).length;
    $("active").textContent = active ? `(${active})` : "";
  }

  async readTexts() {
    let told = Date.now();
    await this.store.readAll(() => {
      if (!this.state.query || Date.now() - told < 500) return;
      told = Date.now();
      this.apply();
    });
    document.body.dataset.read = "all";
    if (this.state.query) this.apply();
  }

  /** The names that contain what was typed, most articles first. */
  suggest() {
    const wanted = fold($("entity").value.trim());
    this.ranked ??= totals(this.store, this.store.index.ids.keys(), () => true);
    const names = this.ranked.filter((row) => fold(row.name).includes(wanted)).slice(0, 20);
    $("entities").replaceChildren(...names.map((row) => el("option", { value: row.name })));
  }

  /** The articles with a name, and of a day, month or year when one is given. */
  filterBy(name, date) {
    $("entity").value = name;
    if (date) [$("from").value, $("to").value] = daysOf(date);
    this.apply();
    this.switch("articles");
    $("list").focus();
    document.body.classList.remove("reading");
  }

  switch(tab) {
    this.tab = tab;
    for (const button of $("tabs").children) {
      const chosen = button.dataset.tab === tab;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    $("main").setAttribute("aria-labelledby", `tab-${tab}`);
    $("articles").hidden = tab !== "articles";
    $("view").hidden = tab === "articles";
    const offered = choices(tab, this.labels);
    $("kinds").hidden = !offered.length;
    $("kind").replaceChildren(...offered.map((name) => el("option", { value: name }, name)));
    $("kind").value = this.charts.choice[tab] ?? offered[0];
    document.body.dataset.tab = tab;
    if (this.hits) this.draw();
    else this.apply();
  }

  tabKey(event) {
    const tabs = [...$("tabs").children];
    const at = tabs.findIndex((button) => button.dataset.tab === this.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    this.switch(next.dataset.tab);
    next.focus();
  }

  draw() {
    if (this.tab === "articles") this.list.draw();
    else this.charts.show(this.tab, this.hits);
  }

  open(at) {
    const hash = `#${encodeURIComponent(this.store.index.ids[at])}`;
    if (location.hash === hash) this.follow();
    else location.hash = hash;
  }

  /** Opens the article that the address names, so that a link or the back button leads there. */
  async follow() {
    const { hash } = location;
    const at = this.store.numbers.get(idOf(hash));
    if (at === undefined) return document.body.classList.remove("reading");
    const article = await this.store.article(at);
    if (location.hash !== hash) return; // another article was asked for while this one was unpacked
    if (this.tab !== "articles") this.switch("articles");
    document.body.classList.add("reading");
    drawArticle(this.store, at, article, this.state.query, (name) => this.filterBy(name), () => this.close());
    this.list.mark(at);
  }

  close() {
    document.body.classList.remove("reading");
    history.replaceState(null, "", "#");
    $("list").focus();
  }
}

/** The article id in an address; an address that somebody mangled names none. */
function idOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

if (globalThis.DecompressionStream) globalThis.app = new App(await Store.open());
else $("count").textContent = "This page needs a browser of 2023 or later.";
document.body.dataset.ready = "yes";
