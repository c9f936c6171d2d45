// The one button of the page that is printed.
document.getElementById("print").addEventListener("click", () => window.print());
