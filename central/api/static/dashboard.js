// The server says when figures changed; the page then fetches them drawn. What cannot be fetched
// leaves the old figures on the screen, and the line at the top says that they are old. So does a
// server that is not heard, or whose own figures are older than they should be.
const main = document.querySelector("#main");
const live = document.querySelector("#live");
const { live: liveWord, stale: staleWord, events = "/events", part = "/figures" } = document.body.dataset;
const SILENT_MS = 35000;
const OLD_SECONDS = 120;

// Whether the figures themselves were fresh when the server last said how old they are.
let fresh = true;

function say(isHeard) {
  const isLive = isHeard && fresh;
  live.textContent = isLive ? liveWord : staleWord;
  live.className = isLive ? "live" : "stale";
}

// What somebody opened stays open when the figures are drawn anew.
function opened() {
  return [...main.querySelectorAll("details")].map((one) => one.open);
}

async function redraw() {
  try {
    const answer = await fetch(`${part}${location.search}`);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const text = await answer.text();
    // Somebody is choosing a day: their form is not taken from under their hands.
    if (main.querySelector("form")?.contains(document.activeElement)) {
      setTimeout(redraw, 5000);
      return;
    }
    const before = opened();
    main.innerHTML = text;
    main.querySelectorAll("details").forEach((one, place) => { one.open = before[place] ?? false; });
    say(true);
  } catch {
    say(false);
    setTimeout(redraw, 5000);
  }
}

if (!("fixed" in document.body.dataset)) {
  const source = new EventSource(events);
  let drawn = null;
  let silence;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => say(false), SILENT_MS);
  };
  source.addEventListener("changed", (event) => {
    heard();
    const { version } = JSON.parse(event.data);
    if (version !== drawn) redraw();
    drawn = version;
  });
  source.addEventListener("alive", (event) => {
    heard();
    const { age } = JSON.parse(event.data);
    fresh = age !== null && age <= OLD_SECONDS;
    say(true);
  });
  source.addEventListener("open", () => { heard(); say(true); });
  source.addEventListener("error", () => {
    drawn = null;
    say(false);
  });
}
