// Says every few seconds which screen this page really shows. A frame is asked for first: a page
// that is hidden or no longer painted gets none, and so falls silent.
const EVERY_MS = 4000;

function beat() {
  requestAnimationFrame(() => {
    const body = document.body.dataset.screen;
    if (body) fetch("/heartbeat", { method: "POST", body }).catch(() => {});
  });
}

document.addEventListener("visibilitychange", beat);
setInterval(beat, EVERY_MS);
setTimeout(beat, 500);
