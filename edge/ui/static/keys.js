// The whole kiosk by a few tactile keys: Tab or arrows move, Enter chooses, Escape is "back",
// F1 calls staff, F2 makes the letters large. Louder, softer and "again" are with the sound.
const MOVES = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

let byKey = false;

export function followKeys({ screen, still, post, large }) {
  document.addEventListener("pointerdown", () => { byKey = false; }, { capture: true });
  document.addEventListener("keydown", () => { byKey = true; }, { capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "F1") {
      event.preventDefault();
      post("/touch/help");
    } else if (still.open && event.key !== "Enter" && event.key !== " ") {
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
    }
  });
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
// place. Under a finger nothing is marked.
export function focusAgain(screen, same) {
  const focused = document.activeElement;
  const outside = focused && focused !== document.body && !screen.contains(focused);
  const name = same && screen.contains(focused) ? focused.dataset.touch ?? focused.dataset.key : undefined;
  return () => {
    if (outside && (same || focused.closest("dialog[open]"))) return;
    if (!byKey && !name) return;
    const again = name && screen.querySelector(`[data-touch="${name}"], [data-key="${CSS.escape(name)}"]`);
    (again || screen.querySelector("button:not(:disabled)"))?.focus({ preventScroll: true });
  };
}
