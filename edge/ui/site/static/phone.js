// Asks again by itself, and says so when nobody answers. Written for phones of ten years ago.
(function () {
  "use strict";
  var OLD_AFTER = 3;
  var missed = 0;
  var place = document.getElementById("place");
  var old = document.getElementById("old");

  function again() {
    var seconds = Number(place.getAttribute("data-seconds"));
    if (seconds) setTimeout(ask, seconds * 1000);
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.timeout = 10000;
    request.onload = function () { if (request.status === 200 || request.status === 404) show(request.responseText); else failed(); };
    request.onerror = request.ontimeout = failed;
    request.send();
  }

  function show(text) {
    var before = place.getAttribute("data-kind");
    var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("place");
    if (!fresh) { failed(); return; }
    place.parentNode.replaceChild(fresh, place);
    place = fresh;
    missed = 0;
    old.hidden = true;
    if (before !== "called" && place.getAttribute("data-kind") === "called" && navigator.vibrate) navigator.vibrate([400, 200, 400]);
    again();
  }

  function failed() {
    missed += 1;
    old.hidden = missed < OLD_AFTER;
    again();
  }

  again();
})();
