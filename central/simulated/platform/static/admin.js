// Every button is one request; the page is then drawn anew by the server.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button || button.form) return;
  if (button.dataset.fault) {
    const times = button.dataset.times ? Number(button.dataset.times) : null;
    await fetch("/faults", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: button.dataset.fault, times }),
    });
  } else {
    const kind = button.dataset.clear;
    await fetch(kind ? `/faults/clear?kind=${kind}` : "/faults/clear", { method: "POST" });
  }
  location.reload();
});

const form = document.querySelector("form[data-sign]");
const day = form.elements.day;
day.value = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("/certificates/sign", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ day: day.value, algorithm: "PS256" }),
  });
  form.querySelector("output").textContent = answer.ok
    ? `Đã cấp ${(await answer.json()).issued} chứng nhận mới`
    : `Không cấp được (${answer.status})`;
});
