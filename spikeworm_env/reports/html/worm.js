// Body and concentration as numbers. The rules are those of the package: world.arena.gaussian for the
// concentration, TrialResult for the body.
function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed.data), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const values = new Float64Array(bytes.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = packed.low + packed.step * view.getUint16(2 * i, true);
  return { values, columns: packed.columns, rows: values.length / packed.columns };
}

// The columns at a moment between frames; a table of one frame is constant.
function at(table, frame) {
  const before = Math.min(Math.floor(frame), table.rows - 1);
  const after = Math.min(before + 1, table.rows - 1);
  const share = frame - Math.floor(frame);
  const found = new Array(table.columns);
  for (let i = 0; i < table.columns; i++) {
    const a = table.values[before * table.columns + i];
    found[i] = a + share * (table.values[after * table.columns + i] - a);
  }
  return found;
}

// Ends of the links, head first, body lengths.
function bodyNodes(head, heading, joints) {
  const nodes = [head];
  const length = 1 / (joints.length + 1);
  let angle = heading + Math.PI;
  for (let i = 0; i <= joints.length; i++) {
    if (i > 0) angle += joints[i - 1];
    const [x, y] = nodes[i];
    nodes.push([x + length * Math.cos(angle), y + length * Math.sin(angle)]);
  }
  return nodes;
}

// Concentration of several foods, each x, y, sigma, in peaks of one food.
function concentration(foods, x, y) {
  let total = 0;
  for (const [foodX, foodY, sigma] of foods) {
    total += Math.exp(-((x - foodX) ** 2 + (y - foodY) ** 2) / (2 * sigma * sigma));
  }
  return total;
}
