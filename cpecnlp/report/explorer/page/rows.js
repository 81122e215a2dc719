// What each tab shows of the chosen articles: rows for its chart, and rows for its table.

const NUMBERS = new Set(["DATE", "MONEY"]); // not names
const BARS = 30;
const NODES = 50;
const LINKS = 2.2; // a node, on average
const LINES = 30;
const MARKS = 1500;
const TABLE = 300;
const BULK = 0.9;
const ACTORS = new Set(["PERSON", "ORG", "PROJECT"]);
const DEALS = new Set(["PROJECT", "AGREEMENT"]);
const REGIONS = {
  "South, Central and East Asia": [-2, 42, 55, 146],
  Pakistan: [23.2, 60.2, 37.4, 78.2],
  China: [17, 72, 54, 136],
  "all places": null,
};
const KINDS = {
  "people, bodies, projects": (label) => ACTORS.has(label),
  "all names": (label) => !NUMBERS.has(label),
  "projects and agreements": (label) => DEALS.has(label),
};

/** Totals of every entity in the articles `hits`. */
function totals(store, hits, wanted) {
  const found = new Map();
  for (const at of hits) {
    const date = store.index.dates[at];
    store.entities(at, (entity, mentions) => {
      if (!wanted(store.label(entity))) return;
      let row = found.get(entity);
      if (!row) found.set(entity, (row = { entity, articles: 0, mentions: 0, first: "", last: "" }));
      row.articles += 1;
      row.mentions += mentions;
      if (date && (!row.first || date < row.first)) row.first = date;
      if (date > row.last) row.last = date;
    });
  }
  const rows = [...found.values()].sort((a, b) => b.articles - a.articles || b.mentions - a.mentions || a.entity - b.entity);
  rows.forEach((row, order) => {
    row.order = order;
    row.name = store.called(row.entity);
    row.label = store.label(row.entity);
    row.short = shorten(store.index.names[row.entity]);
  });
  return rows;
}

const shorten = (name) => (name.length > 28 ? `${name.slice(0, 27)}…` : name);
const day = (date) => new Date(Number(date.slice(0, 4)), Number(date.slice(5, 7) || 1) - 1, Number(date.slice(8, 10) || 1)).getTime();
const pad = (n) => String(n).padStart(2, "0");

/** First and last day of a year, a month or a day. */
function daysOf(date) {
  const [year, month, dayOfMonth] = date.split("-");
  if (dayOfMonth) return [date, date];
  const last = month ? new Date(year, month, 0).getDate() : 31;
  return [`${year}-${month ?? "01"}-01`, `${year}-${month ?? 12}-${pad(last)}`];
}

const ofKind = (choice) => KINDS[choice] ?? ((label) => label === choice);

/** What the select beside a chart offers; the first is what it starts with. */
function choices(tab, labels) {
  const [people, all, deals] = Object.keys(KINDS);
  if (tab === "map") return Object.keys(REGIONS);
  if (tab === "timeline") return [deals, "PROJECT", "AGREEMENT", "EVENT"];
  if (tab === "network") return [people, all, ...labels];
  return tab === "entities" ? [all, people, ...labels] : [];
}

const firstChoice = (tab) => choices(tab, [])[0];

const monthOf = (date) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7) || 1) - 1;

/**
 * The articles to draw over time: all of them, or the shortest stretch of months that holds nine in
 * ten where a few old ones would press these together. `said` tells what is left out.
 */
function bulk(store, dated) {
  const ordered = [...dated].sort((a, b) => (store.index.dates[a] < store.index.dates[b] ? -1 : 1));
  const months = ordered.map((at) => monthOf(store.index.dates[at]));
  const size = Math.ceil(months.length * BULK);
  let first = 0;
  for (let i = 0; i + size <= months.length; i++) {
    if (months[i + size - 1] - months[i] < months[first + size - 1] - months[first]) first = i;
  }
  const [from, to] = [months[first], months[first + size - 1]];
  const stretch = to - from + 1;
  if (!months.length || stretch * 3 > months.at(-1) - months[0] + 1) return { within: dated, said: "" };
  const within = ordered.filter((_, i) => months[i] >= from && months[i] <= to);
  const name = (month) => `${Math.floor(month / 12)}-${pad((month % 12) + 1)}`;
  const left = count(dated.length - within.length, "article");
  return { within, said: ` Drawn from ${name(from)} to ${name(to)}; for the ${left} before and after choose days with From and To.` };
}

/** Months while they are few, then quarters, then years. */
function periods(dates) {
  const months = dates.map(monthOf);
  const wide = months.reduce((a, b) => Math.max(a, b), 0) - months.reduce((a, b) => Math.min(a, b), Infinity);
  const [unit, size] = wide <= 36 ? ["yearmonth", 1] : wide <= 120 ? ["yearquarter", 3] : ["year", 12];
  const said = (month) => {
    const year = Math.floor(month / 12);
    return size === 12 ? `${year}` : size === 3 ? `${year} Q${(month % 12) / 3 + 1}` : `${year}-${pad((month % 12) + 1)}`;
  };
  return { unit, starts: months.map((month) => month - (month % size)), said };
}

const tabs = {
  topics(store, hits) {
    const all = hits.filter((at) => store.index.dates[at]);
    const { within: dated, said: left } = bulk(store, all);
    const { unit, starts, said } = periods(dated.map((at) => store.index.dates[at]));
    const cells = new Map();
    const sums = new Map();
    dated.forEach((at, i) => {
      for (const topic of store.index.topic[at]) {
        const key = `${topic} ${starts[i]}`;
        const cell = cells.get(key) ?? { topic, start: starts[i], articles: 0 };
        cell.articles += 1;
        cells.set(key, cell);
        sums.set(topic, (sums.get(topic) ?? 0) + 1);
      }
    });
    const order = [...sums].sort((a, b) => b[1] - a[1]).map(([topic]) => topic);
    const rows = [...cells.values()]
      .map(({ topic, start, articles }) => ({
        topic: store.index.topics[topic][1],
        order: order.indexOf(topic),
        when: new Date(Math.floor(start / 12), start % 12, 1).getTime(),
        period: said(start),
        articles,
      }))
      .sort((a, b) => a.order - b.order || a.when - b.when);
    return {
      about: `${count(dated.length, "dated article")}; an article counts once for each of its topics.${left}`,
      data: { rows },
      unit,
      table: { head: ["Topic", "Period", "Articles"], rows: rows.map((row) => [row.topic, row.period, row.articles]) },
    };
  },

  entities(store, hits, { choice }) {
    const all = totals(store, hits, ofKind(choice));
    const rows = all.slice(0, BARS).map((row) => ({ ...row, said: number(row.articles) }));
    return {
      about: `The ${count(rows.length, "name")} in most articles, of ${number(all.length)}. A bar or a name opens its articles.`,
      data: { rows },
      table: {
        head: ["Name", "Articles", "Mentions", "First", "Last"],
        rows: all.map((row) => [row, row.articles, row.mentions, row.first, row.last]),
      },
    };
  },

  network(store, hits, { choice, width }) {
    const named = totals(store, hits, ofKind(choice)).filter((row) => !store.unnamed.has(row.entity));
    const nodes = named.slice(0, width < 500 ? NODES / 2 : NODES);
    const links = strongest(nodes, pairs(store, hits, nodes), width < 500 ? LINKS * 0.7 : LINKS);
    const linked = new Set(links.flatMap(({ a, b }) => [a, b]));
    const shown = nodes.filter((_, i) => linked.has(i));
    const places = new Map(nodes.map((node, i) => [i, shown.indexOf(node)]));
    const edges = links.map((link) => ({ ...link, a: places.get(link.a), b: places.get(link.b) }));
    layout(shown, edges);
    sayWhatFits(shown, (row) => [["said", row.x * width - textWidth(row) / 2, (1 - row.y) * 560 - 13]]);
    const lines = edges.map(({ a, b, strength, together }) => ({
      x: shown[a].x, y: shown[a].y, x2: shown[b].x, y2: shown[b].y, a: shown[a].name, b: shown[b].name, strength, together,
    }));
    return {
      about: "Names in the same articles, of those that most articles have. A line's width is the share of their articles that two names have in common.",
      data: { rows: shown, links: lines },
      table: {
        head: ["Name", "Name", "Articles together"],
        rows: edges.map(({ a, b, together }) => [shown[a], shown[b], together]),
      },
    };
  },

  map(store, hits, { choice, width }) {
    const spots = new Map(store.index.places.map(([entity, lat, lon]) => [entity, [lat, lon]]));
    const rows = totals(store, hits, () => true)
      .filter((row) => spots.has(row.entity))
      .map((row) => ({ ...row, lat: spots.get(row.entity)[0], lon: spots.get(row.entity)[1] }));
    const height = Math.min(520, Math.max(320, width * 0.62));
    const { projection, place } = fit(REGIONS[choice] ?? around(rows), width, height);
    sayWhatFits(rows, (row) => {
      const [x, y] = place([row.lat, row.lon]);
      const inView = x >= 0 && x <= width;
      return inView ? [["said", x + 8, y], ["saidLeft", x - 8 - textWidth(row), y]] : [];
    });
    return {
      about: `${count(rows.length, "place")} of the gazetteer. Coasts are drawn by hand, for orientation; no border is drawn.`,
      data: { rows, land: store.index.land },
      size: { width, height, projection },
      table: {
        head: ["Place", "Articles", "Mentions", "Latitude", "Longitude"],
        rows: rows.map((row) => [row, row.articles, row.mentions, row.lat, row.lon]),
      },
    };
  },

  timeline(store, hits, { choice }) {
    const dated = hits.filter((at) => store.index.dates[at]);
    const { within, said } = bulk(store, dated);
    const top = totals(store, within, ofKind(choice)).filter((row) => !store.unnamed.has(row.entity)).slice(0, LINES);
    top.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.order - b.order));
    const lines = new Map(top.map((row, order) => [row.entity, { ...row, order }]));
    const rows = marksOf(store, within, lines);
    return {
      about: `What most dated articles name, by the day it was written about, from the first to the last. A mark opens its articles.${said}`,
      data: { rows },
      table: {
        head: ["Name", "First", "Last", "Articles"],
        rows: top.map((row) => [row, row.first, row.last, row.articles]),
      },
    };
  },
};

/** The timeline's marks: one a day, or a month, or a year where they would be too many to draw. */
function marksOf(store, hits, lines) {
  for (const size of [10, 7, 4]) {
    const found = new Map();
    for (const at of hits) {
      const date = store.index.dates[at].slice(0, size);
      if (!date) continue;
      store.entities(at, (entity) => {
        const line = lines.get(entity);
        if (!line) return;
        const key = `${entity} ${date}`;
        const mark = found.get(key);
        if (mark) Object.assign(mark, { articles: mark.articles + 1, title: "", at: -1 });
        else found.set(key, { ...line, at, date, when: day(date), articles: 1, title: store.index.titles[at] });
      });
    }
    if (found.size <= MARKS || size === 4) return [...found.values()];
  }
  return [];
}

/** How many articles each two of `nodes` share. */
function pairs(store, hits, nodes) {
  const places = new Map(nodes.map((node, i) => [node.entity, i]));
  const shared = new Map();
  for (const at of hits) {
    const here = [];
    store.entities(at, (entity) => places.has(entity) && here.push(places.get(entity)));
    for (const a of here) {
      for (const b of here) if (a < b) shared.set(a * nodes.length + b, (shared.get(a * nodes.length + b) ?? 0) + 1);
    }
  }
  return shared;
}

/** Names that stand everywhere stand together by chance: links are ranked by the cosine of their articles. */
function strongest(nodes, shared, each) {
  const links = [...shared].map(([key, together]) => {
    const [a, b] = [Math.floor(key / nodes.length), key % nodes.length];
    return { a, b, together, strength: together / Math.sqrt(nodes[a].articles * nodes[b].articles) };
  });
  const twice = links.filter(({ together }) => together > 1);
  return (twice.length ? twice : links).sort((x, y) => y.strength - x.strength || x.a - y.a || x.b - y.b).slice(0, Math.round(each * nodes.length));
}

/** The box of degrees around all rows, with a margin; the middle of the field when there is none. */
function around(rows) {
  if (!rows.length) return REGIONS["South, Central and East Asia"];
  const bounds = (values, least, most) => [Math.max(least, Math.min(...values) - 4), Math.min(most, Math.max(...values) + 8)];
  const [south, north] = bounds(rows.map((row) => row.lat), -70, 78);
  const [west, east] = bounds(rows.map((row) => row.lon), -175, 179);
  return [south, west, north, east];
}
