// What a person types stays in the page until they have looked at it again: 12 digits, or the two
// lines at the foot of a passport. Lines that cannot be right come back with what is wrong marked:
// keys work where the mark ends, or behind the letter that was touched.
const TOUCH_EVERY_MS = 5000;
const LINE = 44;
const KINDS = {
  keypad: {
    where: "/number",
    most: 12,
    takes: /^[0-9]$/,
    full: (typed) => typed.length === 12,
    write: (output, typed) => { output.textContent = typed.padEnd(12, "·").replace(/(...)(?=.)/g, "$1 "); },
    sent: (typed) => typed,
  },
  passport: {
    where: "/passport",
    most: 2 * LINE,
    takes: /^[0-9A-Za-z<]$/,
    full: (typed) => typed.length === 2 * LINE,
    write: writeLines,
    sent: (typed) => `${typed.slice(0, LINE)}\n${typed.slice(LINE)}`,
  },
};

let stop = new AbortController();
let typed = "";

// `same`: the page was drawn before, in another language or without what is wrong now.
export function startTyping(screen, post, sound, same) {
  stop.abort();
  const typing = screen.querySelector('[data-step="typing"]');
  if (!typing || !same) typed = "";
  if (!typing) return;
  stop = new AbortController();
  const kind = KINDS[document.body.dataset.screen];
  const confirming = screen.querySelector('[data-step="confirming"]');
  const next = typing.querySelector('[data-key="next"]');
  let wrong = typed ? wrongPlaces(typing) : [];
  let at = wrong.length ? wrong[0][1] : typed.length;
  let touched = Date.now();
  let sent = false;

  function show() {
    for (const output of screen.querySelectorAll("output")) kind.write(output, typed, at, wrong);
    next.disabled = !kind.full(typed);
  }

  function step(confirm) {
    sent = false;
    typing.hidden = confirm;
    confirming.hidden = !confirm;
    (confirm ? confirming.querySelector('[data-key="yes"]') : next).focus();
    sound.turned();
  }

  function insert(letter) {
    if (typed.length >= kind.most) return;
    typed = typed.slice(0, at) + letter + typed.slice(at);
    wrong = wrong.map(([from, to]) => (from >= at ? [from + 1, to + 1] : [from, to >= at ? to + 1 : to]));
    at += 1;
  }

  function erase() {
    if (!at) return;
    at -= 1;
    typed = typed.slice(0, at) + typed.slice(at + 1);
    wrong = wrong.map(([from, to]) => [from > at ? from - 1 : from, to > at ? to - 1 : to]);
  }

  function press(key) {
    if (Date.now() - touched > TOUCH_EVERY_MS) {
      touched = Date.now();
      post("/touch/touched");
    }
    sound.typed(key);
    if (key === "erase") erase();
    else if (key === "next") { if (kind.full(typed)) step(true); }
    else if (key === "change") step(false);
    else if (key === "yes") { if (!sent) post(kind.where, kind.sent(typed)); sent = true; }
    else insert(key.toUpperCase());
    show();
    // Whoever types with keys goes on with Enter, which must not press what had the focus before.
    if (!typing.hidden && kind.full(typed)) next.focus();
  }

  screen.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) return press(button.dataset.key);
    const letter = typing.contains(event.target) && event.target.closest("[data-place]");
    if (letter) {
      at = Math.min(Number(letter.dataset.place) + 1, typed.length);
      show();
    }
  }, { signal: stop.signal });
  document.addEventListener("keydown", (event) => {
    if (!typing.isConnected || typing.hidden || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (kind.takes.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("erase");
  }, { signal: stop.signal });
  show();
  if (wrong.length) typing.querySelector('[data-key="erase"]').focus({ preventScroll: true });
}

function wrongPlaces(typing) {
  const places = typing.querySelector("output").dataset.wrong?.trim();
  return places ? places.split(" ").map((place) => place.split("-").map(Number)) : [];
}

function writeLines(output, typed, at, wrong) {
  const cells = [...typed.padEnd(2 * LINE, "·")].map((letter, place) => {
    const cell = document.createElement("span");
    cell.textContent = letter;
    cell.dataset.place = place;
    cell.classList.toggle("wrong", wrong.some(([from, to]) => place >= from && place < to));
    cell.classList.toggle("caret", place === at && at < typed.length);
    return cell;
  });
  output.replaceChildren(...cells.slice(0, LINE), "\n", ...cells.slice(LINE));
}
