// The server says when figures changed; the page then fetches them drawn. What cannot be fetched
// leaves the old figures on the screen, and the line at the top says that they are old.
const main = document.querySelector("#main");
const live = document.querySelector("#live");
const { live: liveWord, stale: staleWord } = document.body.dataset;

function say(isLive) {
  live.textContent = isLive ? liveWord : staleWord;
  live.className = isLive ? "live" : "stale";
}

async function redraw() {
  try {
    const answer = await fetch(`/figures${location.search}`);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    main.innerHTML = await answer.text();
    say(true);
  } catch {
    say(false);
    setTimeout(redraw, 5000);
  }
}

if (!("fixed" in document.body.dataset)) {
  const source = new EventSource("/events");
  let drawn = null;
  source.addEventListener("changed", (event) => {
    const { version } = JSON.parse(event.data);
    if (version !== drawn) redraw();
    drawn = version;
  });
  source.addEventListener("open", () => say(true));
  source.addEventListener("error", () => {
    drawn = null;
    say(false);
  });
}
