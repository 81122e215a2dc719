// Places for the network's nodes and for names that must not overlap. Nothing here is random:
// the same articles give the same picture.

/** Fruchterman and Reingold's forces (doi:10.1002/spe.4380211102), from a spiral; x and y in [0, 1]. */
function layout(nodes, links, rounds = 300) {
  const ideal = 1.1 / Math.sqrt(nodes.length || 1);
  nodes.forEach((node, i) => {
    const radius = 0.45 * Math.sqrt((i + 0.5) / nodes.length);
    Object.assign(node, { x: 0.5 + radius * Math.cos(i * 2.39996), y: 0.5 + radius * Math.sin(i * 2.39996) });
  });
  for (let round = 0; round < rounds; round++) {
    const moves = nodes.map((node) => ({ x: (0.5 - node.x) * 0.05, y: (0.5 - node.y) * 0.05 }));
    const pull = (a, b, size) => {
      const dx = nodes[a].x - nodes[b].x || 1e-4;
      const dy = nodes[a].y - nodes[b].y || 1e-4;
      const away = size(Math.hypot(dx, dy)) / Math.hypot(dx, dy);
      moves[a].x += dx * away;
      moves[a].y += dy * away;
      moves[b].x -= dx * away;
      moves[b].y -= dy * away;
    };
    for (let a = 0; a < nodes.length; a++) for (let b = 0; b < a; b++) pull(a, b, (far) => (ideal * ideal) / far / 9);
    for (const { a, b, strength } of links) pull(a, b, (far) => (-(far * far) / ideal / 12) * (0.1 + strength));
    const heat = 0.05 * (1 - round / rounds);
    nodes.forEach((node, i) => {
      const far = Math.hypot(moves[i].x, moves[i].y) || 1;
      node.x += (moves[i].x / far) * Math.min(far, heat);
      node.y += (moves[i].y / far) * Math.min(far, heat);
    });
  }
  for (const axis of ["x", "y"]) spread(nodes, axis);
}

/** Fills [0, 1], half by place and half by rank: one far node shall not press the others together. */
function spread(nodes, axis) {
  const order = [...nodes].sort((a, b) => a[axis] - b[axis]);
  const low = order[0]?.[axis];
  const wide = order.at(-1)?.[axis] - low || 1;
  order.forEach((node, rank) => {
    node[axis] = 0.06 + 0.44 * ((node[axis] - low) / wide + rank / order.length);
  });
}

/**
 * Names the rows, in order, that find room. `at(row)` gives the places to try: the field that the
 * chart writes there, the left end and the middle of the text in pixels.
 */
function sayWhatFits(rows, at) {
  const taken = [];
  for (const row of rows) {
    row.said = row.saidLeft = "";
    for (const [field, x, y] of at(row)) {
      const box = { left: x, right: x + textWidth(row), top: y - 8, bottom: y + 8 };
      const free = taken.every((t) => box.right < t.left || box.left > t.right || box.bottom < t.top || box.top > t.bottom);
      if (!free) continue;
      row[field] = row.short;
      taken.push(box);
      break;
    }
  }
}

const textWidth = (row) => row.short.length * 6.6;

const radians = (degrees) => (degrees * Math.PI) / 180;
const mercator = ([lat, lon]) => [radians(lon), -Math.log(Math.tan(Math.PI / 4 + radians(lat) / 2))];

/** The projection that fits a box of degrees (south, west, north, east) into a chart, and its formula. */
function fit([south, west, north, east], width, height) {
  const [left, bottom] = mercator([south, west]);
  const [right, top] = mercator([north, east]);
  const scale = Math.min(width / (right - left), height / (bottom - top));
  const translate = [width / 2 - (scale * (left + right)) / 2, height / 2 - (scale * (top + bottom)) / 2];
  const place = (spot) => mercator(spot).map((value, axis) => value * scale + translate[axis]);
  return { projection: { type: "mercator", scale, translate }, place };
}
