// The whole kiosk by a few tactile keys: Tab or arrows move, Enter chooses, Escape is "back",
// F1 calls staff, F2 makes the letters large. Louder, softer and "again" are with the sound.
// Before anything is marked, Enter does what is usual on the page (data-usual, which headphones
// hear), and where there is no such thing it marks a button.
const MOVES = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
// An Enter so soon after a page came up was meant for the one before.
const NEW_MS = 600;
// A scan engine whose keys nobody has taken types a key every few milliseconds, and Enter at last.
const ENGINE_MS = 150;
const CHOOSE = new Set(["Enter", " "]);
export const ONCE = new Set(["Enter", " ", "Escape", "F1", "F2"]);

let byKey = false;
let aged = 0;
let letterAt = -Infinity;

export function followKeys({ screen, still, post, large }) {
  let marked = false;
  document.addEventListener("pointerdown", () => { byKey = false; }, { capture: true });
  document.addEventListener("keydown", () => {
    // What a finger pressed has the focus too, unseen.
    marked = byKey && document.activeElement !== document.body;
    byKey = true;
  }, { capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const chooses = CHOOSE.has(event.key);
    const engine = event.timeStamp - letterAt < ENGINE_MS && !typing(screen);
    if (engine || event.key.length === 1 && !chooses) letterAt = event.timeStamp;
    else if (chooses) letterAt = -Infinity;
    if (chooses && engine || event.repeat && ONCE.has(event.key)) {
      // A key that is held does one thing, not one on each page that follows.
      event.preventDefault();
    } else if (event.key === "F1") {
      event.preventDefault();
      post("/touch/help");
    } else if (still.open && !chooses) {
      event.preventDefault();
      post("/touch/touched");
    } else if (event.key === "F2") {
      event.preventDefault();
      large.click();
    } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      back(screen, post);
    } else if (MOVES[event.key]) {
      event.preventDefault();
      move(MOVES[event.key]);
      post("/touch/touched");
    } else if (event.key === "Tab") {
      post("/touch/touched");
    } else if (chooses && marked && document.body.dataset.fresh && screen.contains(document.activeElement)) {
      event.preventDefault();
    } else if (chooses && !marked && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      begin(screen, post);
    }
  });
}

const typing = (screen) => screen.querySelector("[data-step=typing]")?.checkVisibility();
const seen = (screen, buttons) => [...screen.querySelectorAll(buttons)].find((each) => each.checkVisibility() && !each.disabled);
export const usual = (screen) => seen(screen, "[data-usual]");
const first = (screen) => seen(screen, "[data-first]") ?? usual(screen) ?? seen(screen, "button");

function begin(screen, post) {
  const button = usual(screen);
  if (button && !document.body.dataset.fresh) {
    button.click();
    return;
  }
  (first(screen) ?? document.getElementById("help")).focus();
  post("/touch/touched");
}

// The next person may come with a finger.
export function forgetKeys() {
  byKey = false;
  document.activeElement?.blur();
}

// "Back" within a page that is asking "is this right?" is to change what was typed.
function back(screen, post) {
  const change = [...screen.querySelectorAll("[data-key=change]")].find((button) => button.checkVisibility());
  if (change) change.click();
  else post("/touch/back");
}

function move(step) {
  const open = document.querySelector("dialog[open]") ?? document;
  const buttons = [...open.querySelectorAll("button")].filter((button) => button.checkVisibility() && !button.disabled);
  const at = buttons.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : buttons.length - 1) : (at + step + buttons.length) % buttons.length;
  buttons[next]?.focus();
}

// For whoever goes by keys a new page begins at its first button; one that only changed keeps the
// place. Under a finger nothing is marked, nor on a page with a number: a key that was pressed twice
// must not take it away.
export function focusAgain(screen, same) {
  if (!same) {
    document.body.dataset.fresh = "yes";
    clearTimeout(aged);
    aged = setTimeout(() => { delete document.body.dataset.fresh; }, NEW_MS);
  }
  const focused = document.activeElement;
  const outside = focused && focused !== document.body && !screen.contains(focused);
  const name = same && screen.contains(focused) ? focused.dataset.touch ?? focused.dataset.key : undefined;
  return () => {
    if (outside && (same || focused.closest("dialog[open]"))) return;
    if (!byKey && !name) return;
    const again = name && screen.querySelector(`[data-touch="${name}"], [data-key="${CSS.escape(name)}"]`);
    if (!again && screen.querySelector("[data-ticket]")) {
      // Nor at the foot: while the number was made, a key too many marked "call staff".
      focused?.blur();
      return;
    }
    (again || first(screen))?.focus({ preventScroll: true });
  };
}
