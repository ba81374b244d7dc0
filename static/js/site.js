// Two comforts; every page works without them.

// A form that came back: take the reader to what has to be looked at again.
document.getElementById("fehler")?.focus();

// Free times: where the reader's clock shows another time, suggest their zone. It is sent only when
// the button is pressed.
const zone = document.querySelector("select[name=zone]");
const free = document.querySelector(".times time");
if (zone && free && !zone.value) {
  const here = new Date(free.dateTime).toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (own && here !== free.textContent) {
    if (![...zone.options].some((option) => option.value === own)) zone.add(new Option(own));
    zone.value = own;
  }
}
