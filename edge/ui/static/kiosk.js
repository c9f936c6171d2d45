// The kiosk's page: shows what the server says, in the chosen language, and reports touches.
// The language and half-typed digits live here alone and end with the person's visit.
import { startKeypad } from "/static/keypad.js";

const screen = document.getElementById("screen");
const bar = document.getElementById("bar");
const help = document.getElementById("help");
const languageButton = document.getElementById("language");
const chooser = document.getElementById("languages");
const choices = [...chooser.querySelectorAll("[data-language]")];

let language = "vi";
let state = null;
let drawn = "";

function draw() {
  if (state === null) return;
  const html = state.html[language];
  bar.textContent = state.bar[language];
  document.documentElement.lang = language;
  help.textContent = said("help");
  // With two languages the button is the other one; with more it opens the choice.
  const other = choices.find((choice) => choice.lang !== language);
  const named = choices.length === 2;
  languageButton.textContent = named ? other.textContent : said("choose");
  languageButton.lang = named ? other.lang : language;
  // The bar changes often; a screen that did not change keeps what was typed and where focus is.
  if (html === drawn) return;
  drawn = html;
  document.body.dataset.screen = state.screen;
  screen.innerHTML = html;
  if (state.screen === "keypad") startKeypad(screen, post);
}

function said(what) {
  return choices.find((choice) => choice.lang === language).dataset[what];
}

function choose(chosen) {
  language = chosen;
  chooser.close();
  draw();
  post("/touch/touched");
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
  bar.textContent = said("lost");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-touch]");
  if (button) post(`/touch/${button.dataset.touch}`);
});

languageButton.addEventListener("click", () => {
  if (choices.length === 2) choose(languageButton.lang);
  else chooser.showModal();
});
for (const choice of choices) choice.addEventListener("click", () => choose(choice.lang));

const events = new EventSource("/events");
events.onmessage = (event) => {
  const before = state?.screen;
  state = JSON.parse(event.data);
  delete document.body.dataset.lost;
  if (state.screen === "attract" && before !== undefined && before !== "attract") {
    language = "vi";
    chooser.close();
  }
  draw();
};
events.onerror = showLost;
