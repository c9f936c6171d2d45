// What a person types stays in the page until they have looked at it again: 12 digits, or the two
// lines at the foot of a passport.
const TOUCH_EVERY_MS = 5000;
const KINDS = {
  keypad: {
    where: "/number",
    most: 12,
    takes: /^[0-9]$/,
    full: (typed) => typed.length === 12,
    shown: (typed) => typed.padEnd(12, "·").replace(/(...)(?=.)/g, "$1 "),
    sent: (typed) => typed,
  },
  passport: {
    where: "/passport",
    most: 88,
    takes: /^[0-9A-Za-z<]$/,
    full: (typed) => typed.length === 88,
    shown: (typed) => `${typed.slice(0, 44).padEnd(44, "·")}\n${typed.slice(44).padEnd(44, "·")}`,
    sent: (typed) => `${typed.slice(0, 44)}\n${typed.slice(44)}`,
  },
};

let stop = new AbortController();

export function startTyping(screen, post, sound) {
  stop.abort();
  const typing = screen.querySelector('[data-step="typing"]');
  if (!typing) return;
  stop = new AbortController();
  const kind = KINDS[document.body.dataset.screen];
  const confirming = screen.querySelector('[data-step="confirming"]');
  const next = typing.querySelector('[data-key="next"]');
  let typed = "";
  let touched = Date.now();

  function show() {
    for (const output of screen.querySelectorAll("output")) output.textContent = kind.shown(typed);
    next.disabled = !kind.full(typed);
  }

  function step(confirm) {
    typing.hidden = confirm;
    confirming.hidden = !confirm;
    (confirm ? confirming.querySelector('[data-key="yes"]') : next).focus();
    sound.turned();
  }

  function press(key) {
    if (Date.now() - touched > TOUCH_EVERY_MS) {
      touched = Date.now();
      post("/touch/touched");
    }
    sound.typed(key);
    if (key === "erase") typed = typed.slice(0, -1);
    else if (key === "next") { if (kind.full(typed)) step(true); }
    else if (key === "change") step(false);
    else if (key === "yes") { post(kind.where, kind.sent(typed)); typed = ""; }
    else if (typed.length < kind.most) typed += key.toUpperCase();
    show();
    // Whoever types with keys goes on with Enter, which must not press what had the focus before.
    if (!typing.hidden && kind.full(typed)) next.focus();
  }

  screen.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) press(button.dataset.key);
  }, { signal: stop.signal });
  document.addEventListener("keydown", (event) => {
    if (!typing.isConnected || typing.hidden || event.ctrlKey || event.altKey) return;
    if (kind.takes.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("erase");
  }, { signal: stop.signal });
  show();
}
