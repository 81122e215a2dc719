// A list of any length: only the rows in view are in the page.

const SPARE = 6; // rows above and below the view

class List {
  constructor(store, open) {
    Object.assign(this, { store, open, hits: [], chosen: 0, opened: -1 });
    this.box = $("list");
    this.rows = $("rows");
    this.box.addEventListener("scroll", () => this.draw());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("click", (event) => {
      const row = event.target.closest("[data-place]");
      if (row) this.choose(Number(row.dataset.place), true);
    });
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  /** One height for all rows, in pixels; the style sheet says it in rem. */
  get step() {
    return parseFloat(getComputedStyle(this.box).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  show(hits) {
    const before = this.hits[this.chosen];
    this.hits = hits;
    const place = hits.indexOf(before);
    this.chosen = Math.max(0, place);
    if (place < 0) this.box.scrollTop = 0;
    this.draw();
  }

  draw() {
    const { step } = this;
    this.rows.style.height = `${this.hits.length * step}px`;
    const first = Math.max(0, Math.floor(this.box.scrollTop / step) - SPARE);
    const last = Math.min(this.hits.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / step) + SPARE);
    const rows = [];
    for (let place = first; place < last; place++) rows.push(this.row(place, step));
    this.rows.replaceChildren(...rows);
    if (this.hits.length) this.box.setAttribute("aria-activedescendant", `row-${this.chosen}`);
    else {
      this.box.removeAttribute("aria-activedescendant");
      this.rows.append(el("p", { className: "hint" }, "No article passes the search and the filters."));
    }
  }

  row(place, step) {
    const { index } = this.store;
    const at = this.hits[place];
    const topics = index.topic[at].map((topic) => index.topics[topic][1]).join(", ");
    const about = [index.dates[at], this.store.outlet(at)].filter(Boolean).join(" · ");
    const row = el(
      "div",
      {
        id: `row-${place}`,
        className: "row",
        role: "option",
        "aria-selected": String(place === this.chosen),
        "aria-posinset": String(place + 1),
        "aria-setsize": String(this.hits.length),
      },
      el("strong", {}, index.titles[at]),
      el("span", {}, about || index.ids[at]),
      el("span", { className: "topics" }, topics),
    );
    row.dataset.place = place;
    row.classList.toggle("opened", at === this.opened);
    row.style.transform = `translateY(${place * step}px)`;
    return row;
  }

  choose(place, open = false) {
    this.chosen = Math.max(0, Math.min(this.hits.length - 1, place));
    const { step } = this;
    const top = this.chosen * step;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    if (top + step > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + step - this.box.clientHeight;
    this.draw();
    if (open && this.hits.length) this.open(this.hits[this.chosen]);
  }

  /** Marks the article that is open, wherever the order to open it came from. */
  mark(at) {
    this.opened = at;
    const place = this.hits.indexOf(at);
    if (place >= 0) this.choose(place);
    else this.draw();
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.step) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) this.choose(this.chosen + steps[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.chosen, true);
    else return;
    event.preventDefault();
  }
}
