// Desks of care: what the ten answers speak for, one key for ten times "no", and running timers.
// The hub decides; without this file nothing is lost but convenience.

const ANAPHYLAXIS_OF_VACCINE = 0, ACUTELY_ILL = 1, PREGNANT_EARLY = 2, SEVERE_ANAPHYLAXIS = 3;

// ---- Screening

function tenths(text) {
  const found = /^(\d\d)(?:[.,]?(\d))?$/.exec(text.trim());
  return found ? Number(found[1]) * 10 + Number(found[2] ?? 0) : null;
}

function suggested(form) {
  const answers = [...form.querySelectorAll(".questions fieldset")]
    .map((each) => each.querySelector("input:checked")?.value ?? "");
  const heat = form.elements.celsius;
  const celsius = tenths(heat.value);
  if (answers[ANAPHYLAXIS_OF_VACCINE] === "yes") return "contraindicated";
  if (answers[SEVERE_ANAPHYLAXIS] === "yes") return "to_hospital";
  const fever = celsius !== null && celsius >= Number(heat.dataset.fever);
  if (answers[ACUTELY_ILL] === "yes" || answers[PREGNANT_EARLY] === "yes" || fever) return "deferred";
  return celsius !== null && answers.every((each) => each === "no") ? "eligible" : "";
}

function suggest(form) {
  const place = form.querySelector("[data-suggestion]");
  const option = form.querySelector(`[name=conclusion][value="${suggested(form) || "none"}"]`);
  const words = option?.dataset.words ?? "";
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !words;
}

addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.querySelector("[data-suggestion]")) suggest(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-all-no]");
  if (!button) return;
  const form = button.form;
  for (const each of form.querySelectorAll(".questions fieldset")) {
    if (!each.querySelector("input:checked")) each.querySelector("[value=no]").checked = true;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.celsius.dispatchEvent(new Event("input", { bubbles: true }));
  form.querySelector("[name=conclusion]:checked, [name=conclusion]").focus();
});

// ---- Injection: what is chosen as a vial needs no typing

function fold(select) {
  const typed = select.form.querySelector("[data-without-vial]");
  if (typed) typed.hidden = select.value !== "";
}
document.addEventListener("change", (event) => { if (event.target.matches("[data-vial]")) fold(event.target); });

// ---- Observation: the hub says what is left when it draws; the page counts on from there

const drawn = new WeakMap();

function count() {
  const now = performance.now();
  for (const each of document.querySelectorAll("[data-left-ms]")) {
    if (!drawn.has(each)) drawn.set(each, now);
    const left = Math.max(0, Number(each.dataset.leftMs) - (now - drawn.get(each)));
    const seconds = Math.ceil(left / 1000);
    const words = seconds ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : each.dataset.over;
    if (each.textContent !== words) each.textContent = words;
    if (seconds) continue;
    each.closest("a")?.classList.add("over");
    each.closest("#person")?.querySelector("[data-when-over]")?.removeAttribute("hidden");
  }
}

function prepare() {
  for (const each of document.querySelectorAll("[data-all-no][hidden]")) each.hidden = false;
  document.querySelectorAll("[data-vial]").forEach(fold);
  count();
}

new MutationObserver(prepare).observe(document.body, { childList: true, subtree: true });
setInterval(count, 1000);
prepare();

// ---- Back from a page of doubts: the form stands there as it was, with all that was typed

let left = null;
new MutationObserver((records) => {
  const gone = records.flatMap((each) => [...each.removedNodes]).find((each) => each.nodeName === "MAIN");
  if (gone) left = document.querySelector("main [data-back=typed]") ? gone : null;
}).observe(document.body, { childList: true });

document.addEventListener("click", (event) => {
  const back = event.target.closest("[data-back=typed]");
  if (!back || !left) return;
  event.preventDefault();
  const form = left.querySelector(`form[action="${document.querySelector("main form")?.getAttribute("action")}"]`);
  document.querySelector("main").replaceWith(left);
  form?.querySelector("input:not([type=hidden]), select")?.focus();
});
