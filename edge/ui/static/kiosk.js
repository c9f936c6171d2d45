// The kiosk's page: shows what the server says, in the chosen language, and reports touches.
// The language and half-typed digits live here alone. The kiosk says when their person has left
// (state.visitor): not when somebody goes back to the beginning and still stands there.
import { focusAgain, followKeys, forgetKeys } from "/static/keys.js";
import { startTyping } from "/static/typing.js";
import { Sound } from "/static/sound.js";

const screen = document.getElementById("screen");
const bar = document.getElementById("bar");
const languageButton = document.getElementById("language");
const languageName = languageButton.querySelector("span");
const chooser = document.getElementById("languages");
const sounds = document.getElementById("sounds");
const choices = [...chooser.querySelectorAll("[data-language]")];

const still = document.getElementById("still");
const stillHow = document.getElementById("still-how");

const largeButton = document.getElementById("large");
const sound = new Sound(screen, words, post);

let language = "vi";
let state = null;
let drawn = "";

function draw() {
  if (state === null) return;
  const html = state.html[language];
  bar.textContent = state.bar[language];
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.ariaLabel = words(element.dataset.label);
  // With two languages the button is the other one; with more it opens the choice.
  const other = choices.find((choice) => choice.lang !== language);
  const named = choices.length === 2;
  languageName.textContent = named ? other.textContent : words("language.choose");
  languageName.lang = named ? other.lang : language;
  document.body.dataset.large = state.large ? "on" : "off";
  largeButton.textContent = words(state.large ? "large.off" : "large.on");
  sound.plugged(state.headphones);
  // The bar changes often; a screen that did not change keeps what was typed and where focus is.
  if (html !== drawn) drawScreen(html);
  askWhetherStillThere();
}

function drawScreen(html) {
  drawn = html;
  const same = document.body.dataset.screen === state.screen;
  const refocus = focusAgain(screen, same);
  document.body.dataset.screen = state.screen;
  if (!same) {
    document.body.dataset.used = "no";
    uncover();
  }
  screen.innerHTML = html;
  startTyping(screen, post, sound, same);
  for (const bar of screen.querySelectorAll("[data-ends] i")) {
    bar.style.animationDuration = `${bar.parentElement.dataset.ends}ms`;
  }
  refocus();
  sound.shown(state, language);
}

function askWhetherStillThere() {
  stillHow.dataset.word = state.goes_on ? "still.goes_on" : "still.how";
  stillHow.textContent = words(stillHow.dataset.word);
  if (state.still_there && !still.open) {
    still.showModal();
    sound.interrupt(still);
  } else if (!state.still_there && still.open) still.close();
}

function words(name) {
  return JSON.parse(choices.find((choice) => choice.lang === language).dataset.words)[name];
}

// What somebody opened over a page goes with the page: it must hide no number, and nobody else's page.
function uncover() {
  chooser.close();
  sounds?.close();
}

// The next person finds Vietnamese and the site's own loudness.
function startAnew() {
  language = "vi";
  uncover();
  forgetKeys();
  sound.reset();
  draw();
}

function choose(chosen) {
  language = chosen;
  chooser.close();
  draw();
  post("/touch/touched");
}

async function post(path, body) {
  if (path === "/touch/touched") document.body.dataset.used = "yes";
  try {
    await fetch(path, { method: "POST", body });
  } catch {
    showLost();
  }
}

function showLost() {
  document.body.dataset.lost = "yes";
  bar.textContent = words("bar.lost");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-touch]");
  if (button) post(`/touch/${button.dataset.touch}`);
});

languageButton.addEventListener("click", () => {
  if (choices.length === 2) choose(languageName.lang);
  else chooser.showModal();
});
largeButton.addEventListener("click", () => post(`/touch/large/${state?.large ? "off" : "on"}`));
for (const choice of choices) choice.addEventListener("click", () => choose(choice.lang));

// Any key and any touch says "I am still here"; the question goes when the kiosk has heard it.
still.addEventListener("cancel", (event) => {
  event.preventDefault();
  post("/touch/touched");
});
// So does a touch beside every button; buttons say themselves what was pressed.
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("[data-touch], [data-key]")) post("/touch/touched");
});
followKeys({ screen, still, post, large: largeButton });

const events = new EventSource("/events");
events.onmessage = (event) => {
  const before = state;
  state = JSON.parse(event.data);
  // After a restart the kiosk knows of nobody who could leave.
  const restarted = document.body.dataset.lost && state.screen === "attract";
  delete document.body.dataset.lost;
  if (before !== null && (restarted || before.visitor !== state.visitor)) startAnew();
  else if (before !== null && before.screen !== "attract" && state.screen === "attract") sound.forget();
  draw();
};
events.onerror = showLost;
