// The kiosk's page: shows what the server says, in the chosen language, and reports touches.
// The language and half-typed digits live here alone and end with the person's visit.
import { startKeypad } from "/static/keypad.js";

const screen = document.getElementById("screen");
const bar = document.getElementById("bar");
const help = document.getElementById("help");
const languageButton = document.getElementById("language");

let language = "vi";
let state = null;
let drawn = "";

function draw() {
  if (state === null) return;
  const html = state.html[language];
  bar.textContent = state.bar[language];
  document.documentElement.lang = language;
  help.textContent = help.dataset[language];
  languageButton.textContent = language === "vi" ? "English" : "Tiếng Việt";
  languageButton.lang = language === "vi" ? "en" : "vi";
  // The bar changes often; a screen that did not change keeps what was typed and where focus is.
  if (html === drawn) return;
  drawn = html;
  document.body.dataset.screen = state.screen;
  screen.innerHTML = html;
  if (state.screen === "keypad") startKeypad(screen, post);
}

async function post(path, body) {
  try {
    await fetch(path, { method: "POST", body });
  } catch {
    showLost();
  }
}

function showLost() {
  document.body.dataset.lost = "yes";
  bar.textContent = document.body.dataset[language === "vi" ? "lostVi" : "lostEn"];
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-touch]");
  if (button) post(`/touch/${button.dataset.touch}`);
});

languageButton.addEventListener("click", () => {
  language = language === "vi" ? "en" : "vi";
  draw();
  post("/touch/touched");
});

const events = new EventSource("/events");
events.onmessage = (event) => {
  const before = state?.screen;
  state = JSON.parse(event.data);
  delete document.body.dataset.lost;
  if (state.screen === "attract" && before !== undefined && before !== "attract") language = "vi";
  draw();
};
events.onerror = showLost;
