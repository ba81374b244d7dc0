// Two comforts; every page works without them.

// A form that came back: take the reader to what has to be looked at again.
document.getElementById("fehler")?.focus();

// Free times: where the reader's clock shows another time, show that as well, as the server does
// once a zone is chosen, and let the zone travel along to the form and into the letters.
const zone = document.querySelector("select[name=zone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const times = document.querySelectorAll(".times time");
if (zone && own && !zone.value) {
  const say = (date, format) => date.toLocaleString("de-DE", { timeZone: own, ...format });
  for (const time of times) {
    const date = new Date(time.dateTime);
    const clock = say(date, { hour: "2-digit", minute: "2-digit" });
    if (time.dateTime.slice(11, 16) === clock) continue;
    const day = say(date, { weekday: "long", day: "numeric", month: "long" });
    const other = Number(say(date, { day: "numeric" }).replace(".", "")) !== Number(time.dateTime.slice(8, 10));
    const yours = document.createElement("small");
    yours.textContent = `${clock} Uhr bei dir${other ? `, ${day}` : ""}`;
    const link = time.closest("a");
    link.append(yours);
    const address = new URL(link.href);
    address.searchParams.set("zone", own);
    link.href = address;
    if (![...zone.options].some((option) => option.value === own)) zone.add(new Option(own));
    zone.value = own;
  }
}
