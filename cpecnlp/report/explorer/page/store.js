// The articles: an index that is unpacked at once, and packed chunks that are unpacked in the
// background for the search, and again when an article is opened: texts are kept once, folded.

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function unpack(base64) {
  const bytes = bytesOf(base64);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** What is compared: without case, soft hyphens and other invisible characters, with plain spaces and quotes. */
const fold = (text) =>
  text
    .toLowerCase()
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[\u00a0\u2000-\u200a\u202f\t]/g, " ")
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"');

/** The text less the removed stretches: what is searched. */
function kept(article) {
  let at = 0;
  let out = "";
  for (const [start, end] of article.removed) {
    out += article.text.slice(at, Math.max(at, start));
    at = Math.max(at, end);
  }
  return out + article.text.slice(at);
}

class Store {
  static async open() {
    const store = new Store();
    store.index = await unpack($("index").textContent);
    store.chunks = [...document.getElementsByClassName("chunk")];
    store.size = store.index.ids.length;
    store.titles = store.index.titles.map(fold);
    store.texts = new Array(store.size);
    store.read = 0;
    store.numbers = new Map(store.index.ids.map((id, at) => [id, at]));
    store.unnamed = new Set(store.index.unnamed); // "MoU": a kind of agreement and not one of them
    store.styles = new Map(Object.entries(store.index.styles));
    return store;
  }

  /** Everything about one article. */
  async article(at) {
    const size = this.index.chunk;
    const chunk = await unpack(this.chunks[Math.floor(at / size)].textContent);
    return chunk[at % size];
  }

  /** Makes all texts searchable; `step` is told after every chunk. */
  async readAll(step) {
    for (const chunk of this.chunks) {
      for (const article of await unpack(chunk.textContent)) this.texts[this.read++] = fold(kept(article));
      step();
      await nextFrame();
    }
  }

  /** What an entity is called in filters and charts: unique, and readable without its colour. */
  called(entity) {
    return `${this.index.names[entity]} · ${this.label(entity)}`;
  }

  label(entity) {
    return this.index.labels[this.index.kinds[entity]];
  }

  style(label) {
    return this.styles.get(label) ?? ["#8C8C8C", "dotted"];
  }

  outlet(at) {
    return this.index.outlets[this.index.outlet[at]] ?? "";
  }

  /** Calls `visit(entity, mentions)` for the entities of an article. */
  entities(at, visit) {
    const row = this.index.entity[at];
    for (let i = 0; i < row.length; i += 2) visit(row[i], row[i + 1]);
  }
}
