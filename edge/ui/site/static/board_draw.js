// Draws what the hub says: the number that is called now, and a column for each station. What does not
// fit in letters of the least size is left out, the oldest first: smaller letters are read by nobody.
const said = document.body.dataset;
const now = document.getElementById("now");
const room = document.getElementById("stations");
const COLUMN_EM = 5.2;
const TURN_MS = 8_000;
let quiet = null;
let columns = [];
let turn = 0;
let unsaid = new Set();
let drawn = [];

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// Several stand beside each other only while more are called than can be said.
export function drawNow(calls, fresh, silent) {
  quiet ??= now.firstElementChild;
  now.classList.toggle("fresh", calls.length > 0 && fresh);
  const key = calls.map((call) => call.key).join(" ") + (silent ? " silent" : "");
  if (now.dataset.key === key) return;
  now.dataset.key = key;
  if (!calls.length) return now.replaceChildren(quiet);
  if (calls.length > 1 || silent) return drawMany(calls, silent);
  const [call] = calls;
  const where = element("div", undefined, "where");
  where.append(element("p", said.desk.replace("{desk}", call.desk), "desk"), element("p", call.station.name, "name"));
  const arrow = element("span", undefined, "arrow");
  arrow.ariaHidden = "true";
  now.replaceChildren(element("p", call.ticket, "number"), arrow, where);
  fitNow();
}

function drawMany(calls, silent) {
  const many = element("ol", undefined, "many");
  many.append(
    ...calls.map((call) => {
      const item = element("li");
      item.append(element("b", call.ticket), element("span", said.desk.replace("{desk}", call.desk)), element("small", call.station.name));
      return item;
    }),
  );
  const box = element("div", undefined, "crowd");
  if (silent) box.append(element("p", said.unsaid, "unsaid"));
  box.append(many);
  now.replaceChildren(box);
}

// As large as the screen allows, and never smaller than what must be read: before letters would be, the
// arrow gives up its room.
function fitNow() {
  now.classList.remove("tight");
  if (fitsFrom(0.6)) return;
  now.classList.add("tight");
  fitsFrom(0.3);
}

function fitsFrom(least) {
  const parts = now.querySelectorAll(".number, .where");
  const cut = () => [...parts].some((part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight || part.offsetHeight > now.clientHeight);
  for (let fits = 1; fits > least; fits -= 0.05) {
    now.style.setProperty("--fits", fits);
    if (!cut()) return true;
  }
  return false;
}

// The calls that were shown and not said: they stand by themselves, and it is said why.
export function mark(keys) {
  const after = new Set(keys);
  if (after.size === unsaid.size && [...after].every((key) => unsaid.has(key))) return;
  unsaid = after;
  draw(...drawn);
}

export function draw(stations, session) {
  drawn = [stations, session];
  columns = stations.map((station) => (station.kind === "observation" ? observed(station) : waiting(station, session)));
  place();
}

function head(station, session) {
  const column = element("section", undefined, "station");
  column.dataset.station = station.id;
  column.append(element("h2", station.name));
  const wait = station.wait && session !== "closed" && said.wait.replace("{least}", station.wait[0]).replace("{most}", station.wait[1]);
  if (session === "closed" || wait) column.append(element("p", session === "closed" ? said.closed : wait, "wait"));
  return column;
}

function list(className, items) {
  const made = element("ol", undefined, className);
  made.append(...items);
  return made;
}

function waiting(station, session) {
  const column = head(station, session);
  const called = (calls) => calls.map((call) => {
    const item = element("li", call.ticket);
    item.dataset.desk = call.desk;
    return item;
  });
  const silent = station.calling.filter((call) => unsaid.has(call.key));
  column.append(list("called", called(station.calling.filter((call) => !unsaid.has(call.key)))));
  if (silent.length) column.append(element("p", said.unsaid, "label"), list("called unsaid", called(silent)));
  if (station.next.length) column.append(element("p", said.next, "label"), list("next", station.next.map((ticket) => element("li", ticket))));
  if (station.missed.length) column.append(element("p", said.missed, "label"), list("missed", station.missed.map((ticket) => element("li", ticket))));
  return column;
}

function observed(station) {
  const column = head(station, "");
  const items = station.observed.map(([ticket, minutes]) => {
    const item = element("li", ticket, minutes ? "left" : "over");
    if (minutes) item.append(" ", element("span", said.minutes.replace("{minutes}", minutes)));
    return item;
  });
  if (items.some((item) => item.className === "over")) column.append(element("p", said.over, "label"));
  column.append(list("observed", items));
  return column;
}

function place() {
  const em = parseFloat(getComputedStyle(document.body).fontSize);
  const most = Math.max(1, Math.floor(room.clientWidth / (COLUMN_EM * em)));
  const pages = Math.max(1, Math.ceil(columns.length / most));
  const first = (turn % pages) * most;
  room.replaceChildren(...columns.slice(first, first + most));
  for (const column of room.children) fit(column);
}

function fit(column) {
  column.classList.remove("full");
  const lists = ["missed", "observed", "next", "called:not(.unsaid)", "unsaid"].map((name) => column.querySelector(`ol.${name}`)).filter((found) => found);
  for (const items of lists) {
    const least = items.classList.contains("called") ? 1 : 0;
    while (column.scrollHeight > column.clientHeight && items.children.length > least) items.lastElementChild.remove();
    if (!items.children.length && items.previousElementSibling?.className === "label") items.previousElementSibling.remove();
  }
  // Whoever is called must find the desk; how long others wait, they can do without.
  if (column.scrollHeight > column.clientHeight) column.querySelector(".wait")?.remove();
  column.classList.toggle("full", column.scrollHeight > column.clientHeight);
}

// Where the columns do not fit beside each other they take turns.
setInterval(() => {
  turn += 1;
  place();
}, TURN_MS);
addEventListener("resize", () => {
  place();
  fitNow();
});
