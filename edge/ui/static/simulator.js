// Holds sample cards and own photos up to the simulated camera.
const said = document.getElementById("said");

async function holdUp(path, body) {
  said.textContent = "…";
  const answer = await fetch(path, { method: "POST", body });
  said.textContent = answer.ok ? "Đã đưa ra trước máy quét · held up" : await answer.text();
}

for (const button of document.querySelectorAll("[data-sample]")) {
  button.addEventListener("click", () => holdUp(`/simulator/hold-up/${button.dataset.sample}`));
}

const drop = document.querySelector(".drop");
const chosen = drop.querySelector("input");
chosen.addEventListener("change", () => {
  if (chosen.files.length) holdUp("/simulator/hold-up", chosen.files[0]);
  chosen.value = "";
});
drop.addEventListener("dragover", (event) => event.preventDefault());
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) holdUp("/simulator/hold-up", event.dataTransfer.files[0]);
});
