// Twelve digits, looked at again before they leave the page.
const LENGTH = 12;
const TOUCH_EVERY_MS = 5000;

let stop = new AbortController();

export function startKeypad(screen, post) {
  const typing = screen.querySelector('[data-step="typing"]');
  const confirming = screen.querySelector('[data-step="confirming"]');
  const next = typing.querySelector('[data-key="next"]');
  let digits = "";
  let touched = Date.now();

  function show() {
    const shown = digits.padEnd(LENGTH, "·").replace(/(...)(?=.)/g, "$1 ");
    for (const output of screen.querySelectorAll(".digits")) output.textContent = shown;
    next.disabled = digits.length !== LENGTH;
  }

  function step(confirm) {
    typing.hidden = confirm;
    confirming.hidden = !confirm;
    (confirm ? confirming.querySelector('[data-key="yes"]') : next).focus();
  }

  function press(key) {
    if (Date.now() - touched > TOUCH_EVERY_MS) {
      touched = Date.now();
      post("/touch/touched");
    }
    if (key === "erase") digits = digits.slice(0, -1);
    else if (key === "next") { if (digits.length === LENGTH) step(true); }
    else if (key === "change") step(false);
    else if (key === "yes") { post("/number", digits); digits = ""; }
    else if (digits.length < LENGTH) digits += key;
    show();
  }

  stop.abort();
  stop = new AbortController();
  screen.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) press(button.dataset.key);
  }, { signal: stop.signal });
  document.addEventListener("keydown", (event) => {
    if (!typing.isConnected || typing.hidden) return;
    if (/^[0-9]$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("erase");
  }, { signal: stop.signal });
  show();
}
