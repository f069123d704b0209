// Drawing on the two canvases.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// The field in bands of shade between contours: a square piece of the arena, centred on a point.
function paintField(canvas, foods, centre, width, contours, size) {
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  const image = context.createImageData(size, size);
  const bands = [...contours, 1].map((_, band) => parseInt(colour("band-" + band).slice(1), 16));
  const highest = Math.max(...foods.map(([x, y]) => concentration(foods, x, y)));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = centre[0] + width * ((column + 0.5) / size - 0.5);
      const y = centre[1] - width * ((row + 0.5) / size - 0.5);
      const share = concentration(foods, x, y) / highest;
      let band = 0;
      while (band < contours.length && share >= contours[band]) band++;
      const rgb = bands[band], place = 4 * (row * size + column);
      image.data[place] = rgb >> 16;
      image.data[place + 1] = (rgb >> 8) & 255;
      image.data[place + 2] = rgb & 255;
      image.data[place + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

// A canvas with y up, body lengths, centred on a point.
function aim(canvas, centre, width) {
  const pixels = Math.max(1, Math.round(canvas.clientWidth * (window.devicePixelRatio || 1)));
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  const context = canvas.getContext("2d"), scale = pixels / width;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = colour("paper");
  context.fillRect(0, 0, pixels, pixels);
  context.setTransform(scale, 0, 0, -scale, pixels / 2 - scale * centre[0], pixels / 2 + scale * centre[1]);
  context.lineJoin = context.lineCap = "round";
  return [context, scale / (window.devicePixelRatio || 1)];
}

function paintGround(context, field, centre, width, radius, foods, others, perPixel) {
  context.save();
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.save();
  context.clip();
  context.scale(1, -1);
  context.drawImage(field, centre[0] - width / 2, -centre[1] - width / 2, width, width);
  context.restore();
  context.lineWidth = 2 * perPixel;
  context.strokeStyle = colour("wall");
  context.stroke();
  context.restore();
  for (const [x, y] of foods) dot(context, x, y, 5 * perPixel, colour("food"), colour("food-edge"), perPixel);
  context.lineWidth = 3 * perPixel;
  context.strokeStyle = colour("other");
  for (const [x, y] of others) {
    const arm = 6 * perPixel;
    line(context, [[x - arm, y - arm], [x + arm, y + arm]]);
    line(context, [[x - arm, y + arm], [x + arm, y - arm]]);
  }
}

function line(context, points) {
  context.beginPath();
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}

function dot(context, x, y, radius, fill, edge, width) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = width;
  context.strokeStyle = edge;
  context.stroke();
}

function paintTrail(context, points, width) {
  context.strokeStyle = colour("trail");
  context.lineWidth = width;
  line(context, points);
}

// The worm in the whole arena: a line and its head.
function paintSmall(context, nodes, perPixel) {
  for (const [name, width] of [["outline", 5], ["skin", 3]]) {
    context.strokeStyle = colour(name);
    context.lineWidth = width * perPixel;
    line(context, nodes);
  }
  dot(context, ...nodes[0], 3 * perPixel, colour("head"), colour("outline"), perPixel);
}

// The worm in close-up: its outline, and on the side to which a joint bends a shade of that side's colour.
function paintCloseUp(context, nodes, joints, halfWidth, perPixel) {
  const normals = nodes.map((_, i) => {
    const [x0, y0] = nodes[Math.max(i - 1, 0)], [x1, y1] = nodes[Math.min(i + 1, nodes.length - 1)];
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    return [-(y1 - y0) / length, (x1 - x0) / length];
  });
  const side = (share) => nodes.map(([x, y], i) => {
    const width = share * halfWidth[i];
    return [x + width * normals[i][0], y + width * normals[i][1]];
  });
  const [left, right] = [side(1), side(-1).reverse()];
  const ring = [...left, ...right];
  const middle = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];
  context.beginPath();
  context.moveTo(...middle(ring[ring.length - 1], ring[0]));
  ring.forEach((corner, i) => context.quadraticCurveTo(...corner, ...middle(corner, ring[(i + 1) % ring.length])));
  context.closePath();
  context.fillStyle = colour("skin");
  context.fill();
  context.lineWidth = 1.6 * perPixel;
  context.strokeStyle = colour("outline");
  context.stroke();
  const [dorsal, ventral] = [side(0.52), side(-0.52)];
  for (let i = 1; i < nodes.length - 1; i++) {
    const bend = joints[i - 1], edge = bend > 0 ? dorsal : ventral;
    context.globalAlpha = Math.min(1, Math.abs(bend) * 4);
    context.strokeStyle = colour(bend > 0 ? "dorsal" : "ventral");
    context.lineWidth = 0.62 * halfWidth[i];
    context.lineCap = "butt";
    line(context, [middle(edge[i - 1], edge[i]), edge[i], middle(edge[i], edge[i + 1])]);
  }
  context.globalAlpha = 1;
  dot(context, ...middle(nodes[0], nodes[1]), 0.02, colour("head"), colour("outline"), perPixel);
}
