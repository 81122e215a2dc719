// Which articles the search and the filters let through, in the order asked for.

/** Words and "quoted phrases" of a query; all must be found. */
function terms(query) {
  const found = fold(query).match(/"[^"]+"?|\S+/g) ?? [];
  return found.map((term) => term.replaceAll('"', "").trim()).filter(Boolean);
}

/** The entities that the name filter means: the one chosen, or all whose names contain the text. */
function wantedEntities(store, text) {
  const chosen = text.trim();
  if (!chosen) return null;
  const exact = [];
  const partly = [];
  const wanted = fold(chosen);
  store.index.names.forEach((name, entity) => {
    if (store.called(entity) === chosen) exact.push(entity);
    else if (fold(name).includes(wanted)) partly.push(entity);
  });
  return new Set(exact.length ? exact : partly);
}

function choose(store, state) {
  const { index } = store;
  const words = terms(state.query);
  const wanted = wantedEntities(store, state.entity);
  const outlet = state.outlet === "" ? null : Number(state.outlet);
  const topic = state.topic === "" ? null : Number(state.topic);
  const hits = [];
  for (let at = 0; at < store.size; at++) {
    const date = index.dates[at];
    if (outlet !== null && index.outlet[at] !== outlet) continue;
    if (topic !== null && !index.topic[at].includes(topic)) continue;
    if ((state.from || state.to) && !date) continue;
    // a month or a year counts where any of its days would
    if (state.from && date < state.from.slice(0, date.length)) continue;
    if (state.to && date > state.to.slice(0, date.length)) continue;
    if (wanted && !index.entity[at].some((entity, i) => i % 2 === 0 && wanted.has(entity))) continue;
    if (!words.every((word) => store.titles[at].includes(word) || store.texts[at]?.includes(word))) continue;
    hits.push(at);
  }
  return sorted(hits, index.dates, state.order);
}

/** Undated articles stand last in both directions. */
function sorted(hits, dates, order) {
  if (order === "file") return hits;
  const sign = order === "new" ? -1 : 1;
  return hits.sort((a, b) => {
    if (dates[a] === dates[b]) return a - b;
    if (!dates[a] || !dates[b]) return dates[a] ? -1 : 1;
    return dates[a] < dates[b] ? -sign : sign;
  });
}
