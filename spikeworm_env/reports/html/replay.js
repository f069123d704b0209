// The replay of a trial that is chosen from a menu.
const replay = JSON.parse(document.getElementById("replays").textContent);
const NEAR_BL = 2.6;
const part = (id) => document.getElementById(id);
const [field, fieldNear] = [document.createElement("canvas"), document.createElement("canvas")];
let shown = null, frame = 0, playing = false, last = null, fieldOf = "";

function fill(select, names) {
  select.replaceChildren(...names.map((name, i) => new Option(name, i)));
}

function choose() {
  const trial = replay.rows[part("row").value].trials[part("trial").value];
  shown = { ...trial };
  for (const name of ["path", "heading", "posture", "distance", "foods"]) shown[name] = unpack(trial[name]);
  frame = 0;
  fieldOf = "";
  part("moment").max = trial.frames - 1;
  paint();
}

function chooseRow() {
  fill(part("trial"), replay.rows[part("row").value].trials.map((trial) => trial.label));
  choose();
}

function foodsNow() {
  const places = at(shown.foods, frame);
  return shown.sigma.map((sigma, i) => [places[2 * i], places[2 * i + 1], sigma]);
}

function trail() {
  const places = [];
  for (let i = 0; i <= frame; i++) places.push(at(shown.path, i));
  return [...places, at(shown.path, frame)];
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
  const [arena, dishScale] = aim(part("arena"), [0, 0], 2.06 * replay.radius);
  paintGround(arena, field, [0, 0], 2 * replay.radius, replay.radius, foods, shown.others, 1 / dishScale);
  paintTrail(arena, trail(), 1.6 / dishScale);
  paintFar(arena, nodes, 1 / dishScale);
  const middle = nodes.reduce(([x, y], [nx, ny]) => [x + nx / nodes.length, y + ny / nodes.length], [0, 0]);
  const [near, nearScale] = aim(part("worm"), middle, NEAR_BL);
  paintField(fieldNear, foods, middle, NEAR_BL, replay.contours, 240);
  paintGround(near, fieldNear, middle, NEAR_BL, replay.radius, foods, shown.others, 1 / nearScale);
  paintTrail(near, trail(), 1.6 / nearScale);
  paintNear(near, nodes, joints, replay.half_width, 1 / nearScale);
  const seconds = (frame * shown.frame_s).toFixed(1);
  const all = ((shown.frames - 1) * shown.frame_s).toFixed(1);
  const away = at(shown.distance, frame)[0].toFixed(1);
  part("moment").value = Math.round(frame);
  part("moment").setAttribute("aria-valuetext", `${seconds} of ${all} seconds`);
  part("clock").textContent = `${seconds} s of ${all} s · ${away} BL from the food`;
}

function setPlaying(wanted) {
  playing = wanted;
  part("play").textContent = playing ? "Pause" : "Play";
  last = null;
  if (playing) requestAnimationFrame(step);
}

function step(now) {
  if (!playing) return;
  const passed = last === null ? 0 : (now - last) / 1000;
  last = now;
  frame = Math.min(frame + (passed * Number(part("speed").value)) / shown.frame_s, shown.frames - 1);
  paint();
  if (frame >= shown.frames - 1) setPlaying(false);
  else requestAnimationFrame(step);
}

part("replay").parentElement.hidden = false;
fill(part("row"), replay.rows.map((row) => row.name));
part("row").addEventListener("change", chooseRow);
part("trial").addEventListener("change", choose);
part("play").addEventListener("click", () => {
  if (!playing && frame >= shown.frames - 1) frame = 0;
  setPlaying(!playing);
});
part("moment").addEventListener("input", () => {
  setPlaying(false);
  frame = Number(part("moment").value);
  paint();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
new ResizeObserver(paint).observe(part("arena"));
chooseRow();
