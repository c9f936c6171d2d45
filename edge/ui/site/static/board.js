// The board: hears the hub, shows what it says, and says how old it is. Nothing here waits for a person:
// whatever breaks, the page asks again.
import { draw, drawNow, mark } from "/static/site/board_draw.js";
import { Announcer } from "/static/site/board_voice.js";

const STALE_MS = 10_000;
const SILENT_MS = 6_000; // The hub speaks every two seconds: a connection that says nothing is dead.
const AGAIN_MS = 1_000;

const said = document.body.dataset;
const clock = document.getElementById("clock");
const age = document.getElementById("age");
const stale = document.getElementById("stale");
document.documentElement.style.setProperty("--em", `${said.size}vh`);

const announcer = new Announcer(drawNow, mark);
let source = null;
let heardAt = performance.now();
let openedAt = -Infinity;
let shown = null;
let time = null; // What the hub's clock said, and when by ours.

function heard(at) {
  heardAt = performance.now();
  time = at ? { at: Date.parse(at), zone: at.slice(-6), from: heardAt } : null;
  tell();
}

function open() {
  source?.close();
  openedAt = performance.now();
  source = new EventSource("/board/events");
  source.addEventListener("hello", ({ data }) => {
    // The hub got new files while this page was up.
    if (data !== said.build) location.reload();
  });
  source.addEventListener("board", ({ data }) => {
    const board = JSON.parse(data);
    const calls = board.stations.filter(wanted).flatMap((station) => station.calling.map((call) => ({ ...call, station })));
    // After a restart of the hub, calls that were shown already are no news.
    announcer.hear(calls, shown === null);
    shown = board;
    draw(board.stations.filter(wanted), board.session);
    said.version = board.version;
    heard(board.at);
  });
  source.addEventListener("beat", ({ data }) => {
    const beat = JSON.parse(data);
    if (shown && beat.version !== shown.version) open();
    heard(beat.at);
  });
}

function wanted(station) {
  return !said.only || said.only.split(",").includes(station.id);
}

// Whether the right to listen was taken away is asked only where the stream was refused.
async function refused() {
  try {
    const answer = await fetch("/board/events", { method: "HEAD" });
    if (answer.status === 401) location.assign("/board/enter");
  } catch {
    // The hub is away: the next look tries again.
  }
}

function look() {
  const now = performance.now();
  if (source.readyState === EventSource.CLOSED) refused();
  const silent = now - Math.max(heardAt, openedAt) > SILENT_MS;
  if ((source.readyState === EventSource.CLOSED && now - openedAt >= AGAIN_MS) || silent) open();
  tell();
}

function tell() {
  const silentMs = performance.now() - heardAt;
  const seconds = Math.floor(silentMs / 1000);
  const old = silentMs >= STALE_MS;
  stale.hidden = !old;
  said.state = old ? "stale" : shown ? "live" : "waiting";
  if (shown) age.textContent = said.age.replace("{seconds}", seconds);
  document.getElementById("stale-age").textContent = said.age.replace("{seconds}", seconds);
  announcer.still(old);
  clock.textContent = time ? atSite(time) : said.noClock;
}

// The site's own time, whatever the television thinks.
function atSite({ at, zone, from }) {
  const [hours, minutes] = zone.slice(1).split(":").map(Number);
  const offset = (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return new Date(at + offset + performance.now() - from).toISOString().slice(11, 16);
}

open();
setInterval(look, 500);
