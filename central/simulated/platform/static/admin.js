// Every button is one request; the page is then drawn anew by the server.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
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
