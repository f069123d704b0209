// The replay of a trial that is chosen from a menu.
const replay = JSON.parse(document.getElementById("replays").textContent);
const CLOSE_UP_BL = 2.6;
const element = (id) => document.getElementById(id);
const [field, closeUpField] = [document.createElement("canvas"), document.createElement("canvas")];
let shown = null, frame = 0, playing = false, last = null, fieldOf = "";

function fill(select, names) {
  select.replaceChildren(...names.map((name, i) => new Option(name, i)));
}

function choose() {
  const trial = replay.rows[element("row").value].trials[element("trial").value];
  shown = { ...trial };
  for (const name of ["path", "heading", "posture", "distance", "foods"]) shown[name] = unpack(trial[name]);
  frame = 0;
  fieldOf = "";
  element("moment").max = trial.frames - 1;
  paint();
}

function chooseRow() {
  fill(element("trial"), replay.rows[element("row").value].trials.map((trial) => trial.label));
  choose();
}

function foodsNow() {
  const points = at(shown.foods, frame);
  return shown.sigma.map((sigma, i) => [points[2 * i], points[2 * i + 1], sigma]);
}

function trail() {
  const points = [];
  for (let i = 0; i <= frame; i++) points.push(at(shown.path, i));
  return [...points, at(shown.path, frame)];
}

function paint() {
  const foods = foodsNow(), moving = shown.foods.rows > 1;
  const key = colour("band-0") + (moving ? foods.join() : "still");
  if (key !== fieldOf) {
    paintField(field, foods, [0, 0], 2 * replay.radius, replay.contours, moving ? 240 : 900);
    fieldOf = key;
  }
  const joints = at(shown.posture, frame);
  const nodes = bodyNodes(at(shown.path, frame), at(shown.heading, frame)[0], joints);
  const [arena, arenaScale] = aim(element("arena"), [0, 0], 2.06 * replay.radius);
  paintGround(arena, field, [0, 0], 2 * replay.radius, replay.radius, foods, shown.others, 1 / arenaScale);
  paintTrail(arena, trail(), 1.6 / arenaScale);
  paintSmall(arena, nodes, 1 / arenaScale);
  const middle = nodes.reduce(([x, y], [nx, ny]) => [x + nx / nodes.length, y + ny / nodes.length], [0, 0]);
  const [near, nearScale] = aim(element("worm"), middle, CLOSE_UP_BL);
  paintField(closeUpField, foods, middle, CLOSE_UP_BL, replay.contours, 240);
  paintGround(near, closeUpField, middle, CLOSE_UP_BL, replay.radius, foods, shown.others, 1 / nearScale);
  paintTrail(near, trail(), 1.6 / nearScale);
  paintCloseUp(near, nodes, joints, replay.half_width, 1 / nearScale);
  const seconds = (frame * shown.frame_s).toFixed(1);
  const all = ((shown.frames - 1) * shown.frame_s).toFixed(1);
  const away = at(shown.distance, frame)[0].toFixed(1);
  element("moment").value = Math.round(frame);
  element("moment").setAttribute("aria-valuetext", `${seconds} of ${all} seconds`);
  element("clock").textContent = `${seconds} s of ${all} s · ${away} BL from the food`;
}

function setPlaying(wanted) {
  playing = wanted;
  element("play").textContent = playing ? "Pause" : "Play";
  last = null;
  if (playing) requestAnimationFrame(step);
}

function step(now) {
  if (!playing) return;
  const passed = last === null ? 0 : (now - last) / 1000;
  last = now;
  frame = Math.min(frame + (passed * Number(element("speed").value)) / shown.frame_s, shown.frames - 1);
  paint();
  if (frame >= shown.frames - 1) setPlaying(false);
  else requestAnimationFrame(step);
}

element("replay").parentElement.hidden = false;
fill(element("row"), replay.rows.map((row) => row.name));
element("row").addEventListener("change", chooseRow);
element("trial").addEventListener("change", choose);
element("play").addEventListener("click", () => {
  if (!playing && frame >= shown.frames - 1) frame = 0;
  setPlaying(!playing);
});
element("moment").addEventListener("input", () => {
  setPlaying(false);
  frame = Number(element("moment").value);
  paint();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
new ResizeObserver(paint).observe(element("arena"));
chooseRow();
